import { isMoment } from "../../look/moments.ts";

/**
 * What the journal says of one request, read with care: it comes as it is from a store that other programs write, so
 * whatever is not as expected is left out and never believed.
 */
export type Journal = {
  readonly workflow: string;
  readonly key: string;
  readonly names: readonly string[];
  readonly home: string;
  readonly state: string;
  readonly location: string;
  readonly begunAt: number;
  readonly answeredAt: number | null;
  readonly status: number | null;
  readonly runs: readonly Run[];
  readonly steps: readonly Step[];
  readonly parked: { readonly code: string; readonly says: string } | null;
};

export type Run = { readonly location: string; readonly at: number; readonly why: string };

export type Step = {
  readonly name: string;
  readonly kind: string;
  readonly attempt: number;
  readonly location: string;
  readonly intentAt: number | null;
  readonly resultAt: number | null;
  readonly outcome: string;
  readonly how: string | null;
};

export function readJournal(found: unknown): Journal | null {
  if (!isRecord(found)) return null;
  const begunAt = time(found["begunAt"]);
  if (begunAt === null) return null;
  const parked = found["parked"];
  return {
    workflow: text(found["workflow"]) ?? "request",
    key: text(found["key"]) ?? "",
    names: list(found["names"]).flatMap((name) => text(name) ?? []),
    home: text(found["home"]) ?? UNKNOWN,
    state: text(found["state"]) ?? UNKNOWN,
    location: text(found["location"]) ?? UNKNOWN,
    begunAt,
    answeredAt: time(found["answeredAt"]),
    status: time(found["status"]),
    runs: list(found["runs"]).flatMap(runOf),
    steps: list(found["steps"]).flatMap(stepOf),
    parked: isRecord(parked) ? { code: text(parked["code"]) ?? UNKNOWN, says: text(parked["says"]) ?? "" } : null,
  };
}

function runOf(found: unknown): readonly Run[] {
  if (!isRecord(found)) return [];
  const at = time(found["at"]);
  return at === null ? [] : [{ location: text(found["location"]) ?? UNKNOWN, at, why: text(found["why"]) ?? UNKNOWN }];
}

function stepOf(found: unknown): readonly Step[] {
  if (!isRecord(found)) return [];
  const name = text(found["name"]);
  const [intentAt, resultAt] = [time(found["intentAt"]), time(found["resultAt"])];
  if (name === null || (intentAt === null && resultAt === null)) return [];
  return [
    {
      name,
      kind: text(found["kind"]) ?? UNKNOWN,
      attempt: time(found["attempt"]) ?? 1,
      location: text(found["location"]) ?? UNKNOWN,
      intentAt,
      resultAt,
      outcome: text(found["outcome"]) ?? "open",
      how: text(found["how"]),
    },
  ];
}

const UNKNOWN = "unknown";

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const text = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);
const time = (value: unknown): number | null => (typeof value === "number" && isMoment(value) ? value : null);
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as readonly unknown[]) : []);
