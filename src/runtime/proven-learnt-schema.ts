import { z } from "zod";
import { PROVEN_DAYS, PROVEN_LEARNT_VERSION, type ProvenLearnt } from "../core/proven/proof-book.ts";
import type { UnixMs } from "../core/step.ts";
import type { Taken } from "./learnt-keeper.ts";

/** What an earlier life saw locations carry, as it comes from a disk: whole and of this version, or refused with a sentence. */
export function readProvenLearnt(text: string, at: UnixMs): Taken<ProvenLearnt> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { refused: `it is no JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return { refused: `${issue?.path.map(String).join(".") ?? ""}: ${issue?.message ?? "damaged"}` };
  }
  const learnt = parsed.data;
  const newest = Math.max(learnt.at, ...learnt.places.flatMap(({ days }) => days.map((day) => day.at)));
  if (newest > at + AHEAD_MOST_MS) return { refused: "it is of a time to come: a clock was or is wrong" };
  return { learnt, what: learnt.places.length };
}

const moment = z.number().nonnegative();
const schema: z.ZodType<ProvenLearnt> = z.object({
  version: z.literal(PROVEN_LEARNT_VERSION),
  at: moment,
  places: z
    .array(
      z.object({
        location: z.string().min(1).max(300),
        days: z
          .array(z.object({ day: z.int().nonnegative(), rps: z.number().positive().max(1e9), at: moment }))
          .max(PROVEN_DAYS),
      }),
    )
    .max(1000),
});

const AHEAD_MOST_MS = 60_000;
