import { initialJudge, judge, type JudgeState } from "../../src/core/judge/judge.ts";
import type { Reading } from "../../src/core/reading.ts";
import { binomial, madeEstate, poisson, seeded } from "../../test/stories/judge-world.ts";
import { fromPlainState, plainStateOf } from "./judged-estate.ts";
import { BAR_OF_ONE, delaysOf, failureDivergence } from "./limit.ts";

const [RPS, USUAL, FAULT] = [50, 0.001, 0.003];
const CALLERS = ["one", "two", "three"] as const;
const LEARNING_SECONDS = 86_400;
const GIVES_UP_SECONDS = 2000;

/** Three services that are each slightly shaky, 0.1 % -> 0.3 %, and share a resource: the case this project was born from. By the whole judge, guards and all. */
export function jointRow(runs: number) {
  const estate = {
    ...madeEstate(["here"]),
    services: {
      ...Object.fromEntries(CALLERS.map((name) => [name, { layer: "service" as const, dependsOn: ["store"] }])),
      store: { layer: "resource" as const, dependsOn: [] },
    },
    journeys: { buy: { needs: [...CALLERS] } },
  };
  const random = seeded(3);
  const second = (state: JudgeState, at: number, failing: number): void => {
    const readings = CALLERS.map((service): Reading => {
      const total = poisson(random, RPS);
      return {
        at,
        location: "here",
        service,
        signal: "requests",
        good: total - binomial(random, total, failing),
        total,
        overMs: 1000,
      };
    });
    judge(state, { event: "readings", at, readings });
    judge(state, { event: "tick", at });
  };
  const learnt = judge(initialJudge(), { event: "config", at: 0, location: "here", estate }).state;
  for (let at = 1; at <= LEARNING_SECONDS; at++) second(learnt, at * 1000, USUAL);
  const graph = learnt.graph;
  let named = 0;
  const few = Math.max(5, Math.round(runs / 4));
  const delays = Array.from({ length: few }, () => {
    const state = fromPlainState(structuredClone(plainStateOf(learnt)), graph);
    for (let after = 1; after < GIVES_UP_SECONDS; after++) {
      second(state, (LEARNING_SECONDS + after) * 1000, FAULT);
      if (state.view.evidenceNats < BAR_OF_ONE) continue;
      if (state.view.causes[0]?.name === "store") named += 1;
      return after;
    }
    return GIVES_UP_SECONDS;
  });
  const bound = BAR_OF_ONE / (CALLERS.length * failureDivergence(FAULT, USUAL) * RPS);
  return { ...delaysOf(delays, bound), resourceNamedFirst: `${named} of ${few}` };
}
