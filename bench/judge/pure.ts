import { failureIncrements, grow, natsOf, newStatistic, SIZES } from "../../src/core/judge/evidence.ts";
import { binomial, poisson, seeded } from "../../test/stories/judge-world.ts";
import { BAR_OF_ONE, delaysOf, failureDivergence } from "./limit.ts";

/** The bare statistic: 50 requests a second, 0.1 % usual and known, the size of the fault unknown, no guards. */
export function pureRows(runs: number) {
  const [rps, usual] = [50, 0.001];
  return [0.003, 0.005, 0.01, 0.05, 0.2].map((fault) => {
    const random = seeded(1);
    const increments = new Float32Array(SIZES);
    const delays = Array.from({ length: runs }, () => {
      const statistic = newStatistic();
      for (let second = 1; ; second++) {
        const total = poisson(random, rps);
        failureIncrements(increments, { bad: binomial(random, total, fault), total, usual });
        grow(statistic, increments, { capNats: Infinity, ceilingNats: 1000 });
        if (natsOf(statistic) >= BAR_OF_ONE) return second;
      }
    });
    return { fault, ...delaysOf(delays, BAR_OF_ONE / (failureDivergence(fault, usual) * rps)) };
  });
}
