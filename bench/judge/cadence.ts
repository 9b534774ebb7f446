import {
  capFor,
  FAILURE_CAP_NATS,
  failureIncrements,
  grow,
  natsOf,
  newStatistic,
  SIZES,
} from "../../src/core/judge/evidence.ts";
import { binomial, poisson, seeded } from "../../test/stories/judge-world.ts";
import { delaysOf, failureDivergence, round, YEAR_SECONDS } from "./limit.ts";

const [RPS, USUAL, FAULT] = [50, 0.001, 0.01];
const LATE_SECONDS = 120;

/**
 * The same fault, 0.1 % -> 1 %, where counters are read each 15, 30 or 60 s, and where they come two minutes late. Capped: a lone look never
 * convinces (evidence.ts, E1), so no fault that begins anywhere between two looks can be certain sooner than after one look and a half.
 */
export function cadenceRows(runs: number) {
  return [1, 15, 30, 60].map((seconds) => {
    // Fewer looks a year make a lower bar for the same promise.
    const bar = Math.log(YEAR_SECONDS / seconds);
    const bound = bar / (failureDivergence(FAULT, USUAL) * RPS);
    const random = seeded(5);
    const increments = new Float32Array(SIZES);
    const delays = Array.from({ length: runs }, () => {
      const statistic = newStatistic();
      // The fault begins anywhere between two looks.
      const missed = Math.floor(random() * seconds);
      for (let look = 1; ; look++) {
        const sick = look === 1 ? seconds - missed : seconds;
        const total = poisson(random, RPS * seconds);
        const bad =
          binomial(random, Math.round((total * sick) / seconds), FAULT) +
          binomial(random, Math.round((total * (seconds - sick)) / seconds), USUAL);
        failureIncrements(increments, { bad, total, usual: USUAL });
        grow(statistic, increments, { capNats: capFor(FAILURE_CAP_NATS, seconds * 1000), ceilingNats: 1000 });
        if (natsOf(statistic) >= bar) return look * seconds - missed;
      }
    });
    const delay = delaysOf(delays, bound);
    return {
      everySeconds: seconds,
      ...delay,
      allowed: round(1.2 * bound + seconds),
      twoLooksAtLeast: round(1.5 * seconds),
      twoMinutesLate: round(delay.seconds + LATE_SECONDS),
    };
  });
}
