import { z } from "zod";
import { SIDES } from "../core/judge/evidence.ts";
import { GAUGES_MOST } from "../core/judge/gauge.ts";
import { LEARNT_SUSPECTS_MOST, LOOKS_KEPT } from "../core/judge/gauge-case.ts";
import { FAIR_NUMBERS, LEARNT_VERSION, type Learnt } from "../core/judge/learnt.ts";
import { LOG_MS_APART_MOST, LOG_MS_LEAST, LOG_MS_MOST } from "../core/judge/log-ms.ts";
import { GAUGE_MOST } from "../core/judge/malformed.ts";
import { STRETCHES_MOST } from "../core/judge/past.ts";
import { LEARNT_OWN_SAMPLES_MOST, LEARNT_SAMPLES_MOST, LEARNT_SERIES_MOST, WORDS_MOST } from "../core/judge/rank.ts";
import { COLUMNS, REMEMBERED_MOST } from "../core/judge/season.ts";
import { LEVEL, LEVELS_MOST } from "../core/judge/series.ts";
import { BETWEEN_LEAST } from "../core/judge/usual.ts";
import type { UnixMs } from "../core/step.ts";

/**
 * What an earlier life of this node has learnt, as it comes from a disk: another version's, another location's, an old
 * one or a damaged one is refused with a sentence, and the judge learns anew. It is never half taken.
 */
export function readLearnt(
  text: string,
  { location, at }: { readonly location: string; readonly at: UnixMs },
): { readonly learnt: Learnt } | { readonly refused: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { refused: `it is no JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
  const version = z.object({ version: z.unknown() }).safeParse(value).data?.version;
  if (version !== LEARNT_VERSION)
    return { refused: `it has version ${JSON.stringify(version) ?? "none"}, and this judge takes ${LEARNT_VERSION}` };
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return { refused: `${issue?.path.map(String).join(".") ?? ""}: ${issue?.message ?? "damaged"}` };
  }
  const learnt = parsed.data;
  if (learnt.location !== location) return { refused: `it is ${learnt.location}'s, and this is ${location}` };
  const days = (at - learnt.at) / DAY_MS;
  if (days > DAYS_MOST) return { refused: `it is ${Math.floor(days)} days old; ${DAYS_MOST} at most are of use` };
  if (days * DAY_MS < -AHEAD_MOST_MS) return { refused: "it is of a time to come: a clock was or is wrong" };
  return { learnt };
}

const name = z.string().min(1).max(300);
const number = z.number();
const count = z.number().nonnegative();

/** Of milliseconds, and by how much two places differ. */
const log = z.number().min(LOG_MS_LEAST).max(LOG_MS_MOST);
const apart = z.number().min(-LOG_MS_APART_MOST).max(LOG_MS_APART_MOST);
/** What ratios are divided by is never less than 1: a nought would make evidence of nothing. */
const fair = z.object({
  looks: count,
  numbers: z
    .array(z.number().nonnegative())
    .length(FAIR_NUMBERS)
    .refine((numbers) => numbers.slice(0, SIDES).every((divisor) => divisor >= 1), "a divisor is below 1"),
});
const fairPair = { failures: fair, latency: fair };
const unrest = z.object({ between: z.number().min(BETWEEN_LEAST ** 2), away: number, together: number, looks: count });
const stretch = z.object({
  number: z.int(),
  bad: count,
  total: count,
  count,
  sum: number,
  level: log.nullable(),
});
const season = z.object({
  rows: z
    .array(number)
    .max(REMEMBERED_MOST * COLUMNS)
    .refine((rows) => rows.length % COLUMNS === 0, "rows are not whole"),
  firstDay: z.int().nullable(),
  stretches: z.tuple([stretch, stretch]),
});
const usual = z.object({
  bad: count,
  total: count,
  dayBad: count,
  dayTotal: count,
  envelope: z.number().min(0).max(1),
  logMs: log,
  spread: count,
  unrest,
  looks: count,
  slow: z.number().min(0).max(1),
});
const service = z.object({
  key: name,
  service: name,
  weighed: z.int().nonnegative(),
  usual,
  season,
  contrast: z.object({ unrest, usual: z.array(z.object({ from: name, logMs: apart, looks: count })).max(256) }),
  ...fairPair,
});
/** What single precision holds with room to reckon. */
const single = z.number().min(-1e30).max(1e30);
const unit = z.object({
  key: name,
  logMs: log,
  variance: single.nonnegative(),
  looks: count,
  changed: z.object({ log: apart, factor: z.number().positive(), since: count }).nullable(),
});
/** Squares of the farthest that a gauge can go, and some room to reckon. */
const gaugeVariance = z
  .number()
  .nonnegative()
  .max((3 * GAUGE_MOST) ** 2);
const gauge = z.object({ service: name, name, mean: single, variance: gaugeVariance, readings: count });
const history = z
  .object({
    service: name,
    name,
    firstAt: count,
    lastAt: count,
    levels: z.array(single).max(LEVEL * LEVELS_MOST),
    strays: z.array(single.nonnegative()).max(LEARNT_OWN_SAMPLES_MOST),
  })
  .refine(({ levels }) => levels.length % LEVEL === 0, "levels are not whole")
  .refine(({ firstAt, lastAt }) => firstAt <= lastAt, "it ended before it began");
const histories = z.object({
  series: z.array(history).max(LEARNT_SERIES_MOST),
  strays: z
    .array(z.object({ word: name, samples: z.array(single.nonnegative()).max(LEARNT_SAMPLES_MOST) }))
    .max(WORDS_MOST),
});
const gaugeCase = z.object({
  looks: z.int().nonnegative(),
  suspected: z.array(z.object({ name, nats: z.array(single.nonnegative()).max(LOOKS_KEPT) })).max(LEARNT_SUSPECTS_MOST),
});
const schema: z.ZodType<Learnt> = z.object({
  version: z.literal(LEARNT_VERSION),
  location: name,
  at: count,
  services: z.array(service).max(1000),
  shared: z.array(z.object({ name, ...fairPair })).max(1000),
  all: z.object(fairPair),
  past: z
    .object({
      numbers: z.array(z.int()).max(STRETCHES_MOST),
      peaks: z.array(count),
      ceilings: z.array(z.int()).max(STRETCHES_MOST),
      number: z.int(),
      most: count,
      atCeiling: z.boolean(),
      watchedMs: count,
    })
    .refine(({ numbers, peaks }) => numbers.length === peaks.length, "not one peak for each stretch"),
  units: z.array(unit).max(1000),
  gauges: z.array(gauge).max(GAUGES_MOST),
  histories,
  gaugeCase: gaugeCase.nullable(),
});

const DAY_MS = 86_400_000;
/** As long as what comes back each week is still a habit. */
const DAYS_MOST = 14;
const AHEAD_MOST_MS = 60_000;
