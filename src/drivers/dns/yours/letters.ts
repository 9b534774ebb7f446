import { z } from "zod";
import type { Failed, Reason } from "../api-call.ts";
import type { RecordAsk, RecordChange, RecordSet } from "../record-server.ts";
import { shortAddress } from "../ask-server.ts";
import { readWeighted, weightedText } from "../weighted-sets.ts";

/**
 * What Houston asks a program of an operator's own about its DNS, and what it takes for an answer: two questions in plain JSON.
 * `{"version":1,"do":"read","domain":...,"names":[{"name":...,"types":[...]}]}` is answered with `{"sets":[...]}`, and
 * `{"version":1,"do":"write","domain":...,"before":[...],"absent":[{"name":...,"type":...}],"after":[...]}` with anything.
 */
export type Letter =
  | ({ readonly version: 1; readonly do: "read" } & RecordAsk)
  | {
      readonly version: 1;
      readonly do: "write";
      readonly domain: string;
      readonly before: readonly LetterSet[];
      readonly absent: RecordChange["absent"];
      readonly after: readonly LetterSet[];
    };

/** A record set: `values`, or where users are split by weight `answers`. */
export type LetterSet = Pick<RecordSet, "name" | "type" | "ttlSeconds"> &
  (
    | { readonly values: readonly string[] }
    | { readonly answers: readonly { readonly weight: number; readonly addresses: readonly string[] }[] }
  );

/** Asks it; the world's failures are values. */
export type AskYours = (letter: Letter, signal: AbortSignal) => Promise<Answered>;
export type Answered = { readonly kind: "answer"; readonly body: unknown } | Failed;

export const SETS_SHAPE =
  'it must answer {"sets": [{"name": "www.example.com", "type": "A", "ttlSeconds": 60, "values": ["192.0.2.1"]}]}';

const NAME = { name: z.string(), ttlSeconds: z.number() };
const TYPE = z.enum(["A", "AAAA", "CNAME", "ALIAS", "TXT"]);
const SETS = z.object({
  sets: z.array(
    z.union([
      z.object({ ...NAME, type: TYPE, values: z.array(z.string()) }),
      z.object({
        ...NAME,
        type: TYPE,
        answers: z.array(z.object({ weight: z.int().min(0), addresses: z.array(z.string()).min(1) })),
      }),
    ]),
  ),
});

/** Null: that is not what a `read` is answered with. Sets that are empty are none. */
export function readSets(body: unknown): readonly RecordSet[] | null {
  const found = SETS.safeParse(body);
  if (!found.success) return null;
  return found.data.sets
    .map((set) => ({
      name: set.name.toLowerCase().replace(/\.$/, ""),
      type: set.type,
      ttlSeconds: set.ttlSeconds,
      values: ("values" in set
        ? set.values.map((value) => valueOf(set.type, value))
        : set.answers.map(({ weight, addresses }) =>
            weightedText({ weight, addresses: addresses.map(shortAddress).toSorted() }),
          )
      ).toSorted(),
    }))
    .filter(({ values }) => values.length > 0);
}

function valueOf(type: RecordSet["type"], value: string): string {
  if (type === "A" || type === "AAAA") return shortAddress(value);
  return type === "TXT" ? value : value.toLowerCase().replace(/\.$/, "");
}

export function letterSet({ name, type, ttlSeconds, values }: RecordSet): LetterSet {
  const weighted = type === "TXT" ? [] : values.map(readWeighted);
  const answers = weighted.filter((each) => each !== null);
  const isWeighted = answers.length > 0 && answers.length === values.length;
  return { name, type, ttlSeconds, ...(isWeighted ? { answers } : { values }) };
}

/** The reasons that a program may give for a no. */
const REASONS = [
  "forbidden",
  "unknown-zone",
  "unsupported",
  "refused",
  "throttled",
  "conflict",
  "provider-fault",
  "timeout",
  "unreachable",
] as const;

/** `{"code": "conflict", "says": "..."}`, each of them only if it is there. */
export function readReason(body: unknown): Reason {
  const { code, says } = (body ?? {}) as { readonly code?: unknown; readonly says?: unknown };
  return {
    code: REASONS.find((each) => each === code),
    ...(typeof says === "string" && { says }),
  };
}
