import {
  grow,
  LATENCY_CAP_NATS,
  latencyIncrements,
  natsOf,
  newStatistic,
  SIZES,
} from "../../src/core/judge/evidence.ts";
import { closeLook, newStream, type Look } from "../../src/core/judge/stream.ts";
import { weigh } from "../../src/core/judge/weigh.ts";
import { normal, seeded } from "../../test/stories/judge-world.ts";
import { BAR_OF_ONE, delaysOf, latencyDivergence } from "./limit.ts";

const [PER_SECOND, SIGMA] = [50, 0.5];
const LEARNING_SECONDS = 86_400;

/**
 * Lognormal latencies, sigma 0.5, 50 requests a second, slower by a factor. `bare`: the statistic with what is usual known, and no cap.
 * `guarded`: learnt from a day, 3 nats a second at most, and a margin for how much a place wanders by itself.
 */
export function latencyRows(runs: number) {
  const random = seeded(11);
  const learnt = newStream("edge", "edge", undefined);
  const look = (at: number, shift: number): Look => {
    let [sum, squares] = [0, 0];
    for (let i = 0; i < PER_SECOND; i++) {
      const logMs = 3 + shift + SIGMA * normal(random);
      sum += logMs;
      squares += logMs * logMs;
    }
    return { at, overMs: 1000, bad: 0, total: 0, count: PER_SECOND, sum, squares, slow: 0 };
  };
  const context = { barNats: BAR_OF_ONE, ceilingNats: BAR_OF_ONE + 10, elsewhere: undefined, othersSlower: 0 };
  const pass = (stream: typeof learnt, at: number, shift: number): number => {
    Object.assign(stream.pending, look(at, shift));
    weigh(stream, closeLook(stream, at), { ...context, at });
    return stream.latency.relativeNats;
  };
  for (let second = 1; second <= LEARNING_SECONDS; second++) pass(learnt, second * 1000, 0);
  return [1.05, 1.2, 1.5].map((factor) => {
    const bound = BAR_OF_ONE / (latencyDivergence(factor, SIGMA) * PER_SECOND);
    const increments = new Float32Array(SIZES);
    const bare = Array.from({ length: runs }, () => {
      const statistic = newStatistic();
      for (let second = 1; ; second++) {
        const shift = look(0, Math.log(factor)).sum / PER_SECOND - 3;
        latencyIncrements(increments, { shift, variance: SIGMA ** 2 / PER_SECOND });
        grow(statistic, increments, { capNats: Infinity, ceilingNats: 1000 });
        if (natsOf(statistic) >= BAR_OF_ONE) return second;
      }
    });
    const guarded = Array.from({ length: runs }, () => {
      const stream = structuredClone(learnt);
      for (let second = 1; second < 3600; second++)
        if (pass(stream, (LEARNING_SECONDS + second) * 1000, Math.log(factor)) >= BAR_OF_ONE) return second;
      return 3600;
    });
    const withGuards = delaysOf(guarded, bound);
    return {
      slower: `${Math.round((factor - 1) * 100)} %`,
      ...delaysOf(bare, bound),
      guardedSeconds: withGuards.seconds,
      guardedOfBound: withGuards.ofBound,
      capNats: LATENCY_CAP_NATS,
    };
  });
}
