import { expect, test } from "vitest";
import { binomial, normal, poisson, seeded } from "../../../test/stories/judge-world.ts";
import { FAIR, FAILURE_CAP_NATS, failureIncrements, grow, natsOf, newStatistic, SIDES, SIZES } from "./evidence.ts";
import { learnFair, type Fairness } from "./fair.ts";
import { newEvidence } from "./stream.ts";

const USUAL = 0.001;
const LIMITS = { capNats: FAILURE_CAP_NATS, ceilingNats: 30 };
const LOW_BAR_NATS = 7;
const divisorsOf = ({ numbers }: Fairness): Float32Array => numbers.subarray(FAIR, FAIR + SIZES);

/** A rate that is another one each second: failures come in bursts. */
const bursty = (random: () => number): number => USUAL * Math.exp(1.5 * normal(random) - 1.125);

/** How often looks at a quiet place pass a bar that promises one alarm in exp(7) = 1,097 looks. */
function alarms(looks: number, fairness: Fairness | null): number {
  const random = seeded(4);
  const increments = new Float32Array(SIDES);
  const statistic = newStatistic();
  let [count, above] = [0, false];
  for (let look = 0; look < looks; look++) {
    const total = poisson(random, 50);
    failureIncrements(increments, { bad: binomial(random, total, bursty(random)), total, usual: USUAL });
    grow(statistic, increments, { ...LIMITS, ...(fairness && { divisors: divisorsOf(fairness) }) });
    if (fairness !== null) learnFair(fairness, increments, FAILURE_CAP_NATS);
    const now = natsOf(statistic) >= LOW_BAR_NATS;
    if (now && !above) count += 1;
    above = now;
  }
  return count;
}

test("bursts break a promise that is kept when a usual look's ratio is measured", () => {
  const looks = 60_000;
  const allowed = looks / Math.exp(LOW_BAR_NATS);
  expect(alarms(looks, null)).toBeGreaterThan(allowed);
  const fairness = newEvidence();
  alarms(looks, fairness);
  expect(alarms(looks, fairness)).toBeLessThanOrEqual(allowed);
});

test("an hour without a failure lifts nothing, however quiet the past was", () => {
  const fairness = newEvidence();
  const increments = new Float32Array(SIDES);
  failureIncrements(increments, { bad: 0, total: 5000, usual: USUAL });
  for (let look = 0; look < 20_000; look++) learnFair(fairness, increments, FAILURE_CAP_NATS);
  expect(Math.min(...divisorsOf(fairness))).toBe(1);
  const statistic = newStatistic();
  failureIncrements(increments, { bad: 0, total: 0, usual: USUAL });
  for (let look = 0; look < 3600; look++) grow(statistic, increments, { ...LIMITS, divisors: divisorsOf(fairness) });
  expect(natsOf(statistic)).toBeLessThanOrEqual(Math.log(3600) + 1e-9);
});

test("one rough second at the start costs little of what comes after", () => {
  const fairness = newEvidence();
  learnFair(fairness, new Float32Array(SIDES).fill(50), FAILURE_CAP_NATS);
  expect(Math.log(Math.max(...divisorsOf(fairness)))).toBeLessThan(1.2);
});
