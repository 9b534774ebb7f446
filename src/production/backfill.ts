import type { LocationName } from "../core/estate.ts";
import { initialJudge, judge, learntOf, type JudgeState } from "../core/judge/judge.ts";
import type { Learnt } from "../core/judge/learnt.ts";
import type { UnixMs } from "../core/step.ts";
import type { Summary } from "../core/summary.ts";
import type { LearntStore } from "../drivers/store/learnt-file.ts";
import { stepJudges } from "../runtime/recording/judge-recording.ts";
import { pastReadings, type Past } from "./past-readings.ts";

/**
 * Learns what is usual from what a Prometheus still has, as if Houston had run all that time: so the promise holds on its first day.
 * The very judge reads the past, so what was a fault then is not learnt as usual. `countedMs`: of how much of it there was anything to learn.
 */
export async function learnPast(
  past: Past,
  /** Called a few times a day of it, with the moment up to which it is learnt. */
  goesOn: (at: UnixMs) => void = () => undefined,
): Promise<{ readonly learnt: ReadonlyMap<LocationName, Learnt>; readonly countedMs: number }> {
  const judges = new Map<LocationName, JudgeState>();
  const summaries = new Map<LocationName, Summary>();
  for (const { name: location } of past.estate.locations) {
    const config = { event: "config", at: past.from, location, estate: past.estate, tickMs: past.stepMs } as const;
    judges.set(location, judge(initialJudge(), config).state);
  }
  let told = past.from;
  let countedMs = 0;
  for await (const { at, readings } of pastReadings(past)) {
    stepJudges({ judges, summaries, readings, at });
    if ([...readings.values()].some((each) => each.length > 0)) countedMs += past.stepMs;
    if (at - told < TELL_EVERY_MS) continue;
    told = at;
    goesOn(at);
  }
  return { learnt: new Map([...judges].map(([location, state]) => [location, learntOf(state)])), countedMs };
}

/**
 * The same for those locations of which nothing was learnt before; what was is not touched. A past that can't be had costs the promise of the
 * first day, and nothing else: it is said. Rejects only when it is told to end.
 */
export async function backfill(
  past: Past,
  options: {
    readonly stores: ReadonlyMap<LocationName, LearntStore>;
    readonly say: (what: string) => void;
  },
): Promise<void> {
  const { stores, say } = options;
  const missing = [...stores].filter(([, store]) => store.read() === null);
  if (missing.length === 0) return say("what is usual was learnt before: the past is not asked");
  const whole = past.until - past.from;
  say(`learning what is usual from the last ${days(whole)} days, each ${past.stepMs / 1000} s of them`);
  try {
    const { learnt, countedMs } = await learnPast(past, (at) =>
      say(`looked through ${days(at - past.from)} of ${days(whole)} days`),
    );
    for (const [location, store] of missing) store.write(JSON.stringify(learnt.get(location)));
    // A Prometheus that is younger than what was asked for has taught that much less.
    say(`what is usual is learnt: the Prometheus had numbers of ${days(countedMs)} of these ${days(whole)} days`);
  } catch (error) {
    past.signal.throwIfAborted();
    say(
      `the past can't be had: ${error instanceof Error ? error.message : String(error)}; what is usual is learnt from now on`,
    );
  }
}

const DAY_MS = 86_400_000;
const days = (ms: number): string => (ms / DAY_MS).toFixed(1);
const TELL_EVERY_MS = 6 * 3_600_000;
