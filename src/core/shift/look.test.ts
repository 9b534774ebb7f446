import { expect, test } from "vitest";
import { failsMore } from "./look.ts";

const load = (failedRatio: number, servedRps: number) => ({
  servedRps,
  enteredRps: servedRps,
  readyRps: 100,
  capacityRps: 100,
  utilisation: servedRps / 100,
  shedRps: 0,
  queueMs: 0,
  failedRatio,
});

test.each([
  { says: "two in a hundred more", failedHabit: 0, failedRatio: 0.03, servedRps: 200, fails: true },
  { says: "as bad as it ever was", failedHabit: 0.1, failedRatio: 0.1, servedRps: 200, fails: false },
  {
    says: "one burst is a little worse than another",
    failedHabit: 0.1,
    failedRatio: 0.14,
    servedRps: 200,
    fails: false,
  },
  { says: "twice as bad, of many", failedHabit: 0.1, failedRatio: 0.2, servedRps: 400, fails: true },
  { says: "twice as bad, of few: chance", failedHabit: 0.1, failedRatio: 0.2, servedRps: 25, fails: false },
  { says: "a third fails, of few", failedHabit: 0.05, failedRatio: 0.33, servedRps: 25, fails: true },
  { says: "all fail", failedHabit: 0.1, failedRatio: 1, servedRps: 10, fails: true },
])("a look at a receiver's failures: $says", ({ failedHabit, failedRatio, servedRps, fails }) => {
  expect(failsMore({ failedRatio: 0, failedHabit }, load(failedRatio, servedRps))).toBe(fails);
});
