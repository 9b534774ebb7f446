import { initialJudge, judge } from "../../src/core/judge/judge.ts";
import { stateOf } from "../../src/core/judge/scope.ts";
import { binomial, madeEstate, seeded } from "../../test/stories/judge-world.ts";
import { round } from "./limit.ts";

const [RPS, USUAL, TRIFLE, DAY] = [20_000, 0.001, 0.0013, 86_400];

/** 0.10 -> 0.13 % failures at 20,000 requests a second, for a day: certain within seconds, and never worth moving. */
export function trifle() {
  const estate = { ...madeEstate(["here"]), services: {}, journeys: {} };
  const random = seeded(9);
  const state = judge(initialJudge(), { event: "config", at: 0, location: "here", estate }).state;
  let [certainAfter, worthMovingSeconds, shakySeconds]: [number | null, number, number] = [null, 0, 0];
  for (let second = 1; second <= 2 * DAY; second++) {
    const at = second * 1000;
    const bad = binomial(random, RPS, second <= DAY ? USUAL : TRIFLE);
    judge(state, {
      event: "readings",
      at,
      readings: [
        { at, location: "here", service: "edge", signal: "requests", good: RPS - bad, total: RPS, overMs: 1000 },
      ],
    });
    judge(state, { event: "tick", at });
    const { view } = state;
    if (second <= DAY) continue;
    if (view.evidenceNats >= state.barNats) certainAfter ??= second - DAY;
    if (view.worthMoving) worthMovingSeconds += 1;
    if (stateOf({ ...view, barNats: state.barNats }, estate) === "shaky") shakySeconds += 1;
  }
  return { certainAfterSeconds: certainAfter, worthMovingSeconds, shakyShare: round(shakySeconds / DAY) };
}
