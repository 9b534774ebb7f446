import { expect, test } from "vitest";
import { madeEstate } from "../../../test/stories/judge-world.ts";
import type { Reading } from "../reading.ts";
import { initialJudge, judge } from "./judge.ts";

const AT = 1_700_000_000_000;

test("what a usual look adds to a joint case is learnt while its first member is idle, in the middle of a case of its own", () => {
  const state = judge(initialJudge(), {
    event: "config",
    at: AT,
    location: "here",
    estate: madeEstate(["here"]),
  }).state;
  const joint = state.joints.find(({ name }) => name === "dynamodb")!;
  const [first, ...others] = joint.users;
  /** How many of each service's hundred requests fail; undefined: it has none. */
  const pass = (second: number, failed: (service: string) => number | undefined): void => {
    const at = AT + second * 1000;
    const readings = joint.users.flatMap((service): Reading[] => {
      const bad = failed(service);
      if (bad === undefined) return [];
      return [{ at, location: "here", service, signal: "requests", good: 100 - bad, total: 100 }];
    });
    judge(state, { event: "readings", at, readings });
    judge(state, { event: "tick", at });
  };
  for (let second = 1; second <= 101; second++) pass(second, () => 0);
  for (let second = 102; second <= 106; second++) pass(second, (service) => (service === first ? 10 : 0));
  expect(state.streams.get(first!)?.ill).not.toBeNull();
  const before = joint.failures.fair.looks;
  for (let second = 107; second <= 507; second++) pass(second, (service) => (service === first ? undefined : 0));
  expect(others.length).toBeGreaterThanOrEqual(2);
  expect(joint.failures.fair.looks - before).toBeGreaterThan(80);
});
