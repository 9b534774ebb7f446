import { z } from "zod";
import { DEMAND_LEARNT_VERSION, type DemandLearnt } from "../core/forecast/learnt.ts";
import { DISTANCES, HOURS_A_WEEK, LEVELS } from "../core/forecast/series.ts";
import type { UnixMs } from "../core/step.ts";
import type { Taken } from "./learnt-keeper.ts";

/** What an earlier life's forecaster has learnt, as it comes from a disk: whole and of this version, or refused with a sentence. */
export function readDemandLearnt(text: string, at: UnixMs): Taken<DemandLearnt> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { refused: `it is no JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
  const version = z.object({ version: z.unknown() }).safeParse(value).data?.version;
  if (version !== DEMAND_LEARNT_VERSION)
    return {
      refused: `it has version ${JSON.stringify(version) ?? "none"}, and this forecaster takes ${DEMAND_LEARNT_VERSION}`,
    };
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return { refused: `${issue?.path.map(String).join(".") ?? ""}: ${issue?.message ?? "damaged"}` };
  }
  const learnt = parsed.data;
  const days = (at - learnt.at) / DAY_MS;
  if (days > DAYS_MOST) return { refused: `it is ${Math.floor(days)} days old; ${DAYS_MOST} at most are of use` };
  if (days * DAY_MS < -AHEAD_MOST_MS) return { refused: "it is of a time to come: a clock was or is wrong" };
  return { learnt, what: learnt.rows.length };
}

const name = z.string().min(1).max(300);
const number = z.number();
const share = number.nonnegative();
const count = z.int().nonnegative();
const numbers = (length: number) => z.array(number).length(length);
const maybe = (length: number) => z.array(number.nullable()).length(length);
const FORECASTERS = 6;
const HOURS_A_DAY = 24;

const row = z.object({
  class: name,
  zone: name,
  hour: count,
  count,
  past: maybe(HOURS_A_WEEK),
  week: numbers(HOURS_A_WEEK),
  weekSeen: z.array(count.max(1000)).length(HOURS_A_WEEK),
  day: numbers(2 * HOURS_A_DAY),
  daySeen: z.array(count.max(1000)).length(2 * HOURS_A_DAY),
  level: number,
  offWeek: number,
  offDay: number,
  drift: number,
  growth: number,
  lastWeek: number.nullable(),
  distances: z
    .array(
      z.object({
        off: z.array(share.nullable()).length(FORECASTERS),
        spread: z.array(share).length(HOURS_A_DAY),
        bands: numbers(LEVELS.length),
        scored: count,
      }),
    )
    .length(DISTANCES.length),
});
const schema: z.ZodType<DemandLearnt> = z.object({
  version: z.literal(DEMAND_LEARNT_VERSION),
  at: share,
  rows: z.array(row).max(100_000),
});

const DAY_MS = 86_400_000;
/** What comes back each week is still a habit a month later. */
const DAYS_MOST = 35;
const AHEAD_MOST_MS = 60_000;
