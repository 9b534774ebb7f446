import { describe, expect, test } from "vitest";
import { madeEstate } from "../../../test/stories/judge-world.ts";
import type { Reading } from "../reading.ts";
import { initialJudge, judge } from "./judge.ts";
import { WARM_LOOKS } from "./usual.ts";

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
  const before = joint.failures.fairLooks;
  for (let second = 107; second <= 507; second++) pass(second, (service) => (service === first ? undefined : 0));
  expect(others.length).toBeGreaterThanOrEqual(2);
  expect(joint.failures.fairLooks - before).toBeGreaterThan(80);
});

describe.each([1, 3, 4])("where looks come each %i s and ticks each second", (each) => {
  test.each([0, 1, 2, 3])("each fourth look of several services together is learnt from, begun at tick %i", (begun) => {
    const state = judge(initialJudge(), {
      event: "config",
      at: AT,
      location: "here",
      estate: madeEstate(["here"]),
    }).state;
    const joint = state.joints.find(({ name }) => name === "dynamodb")!;
    const before = { failures: joint.failures.fairLooks, latency: joint.latency.fairLooks };
    const looks = 60;
    for (let second = 1; second <= begun + looks * each; second++) {
      const at = AT + second * 1000;
      if (second > begun && (second - begun) % each === 0) {
        const told = { at, location: "here", overMs: each * 1000 };
        const readings = joint.users.flatMap((service): Reading[] => [
          { ...told, service, signal: "requests", good: 100, total: 100 },
          { ...told, service, signal: "latency_log", count: 100, sum: 300, squares: 920, slow: 0 },
        ]);
        judge(state, { event: "readings", at, readings });
      }
      judge(state, { event: "tick", at });
    }
    expect(joint.failures.fairLooks - before.failures).toBe(looks / 4);
    // The first of latencies teach what is usual and are not weighed.
    expect(joint.latency.fairLooks - before.latency).toBe((looks - WARM_LOOKS) / 4);
  });
});
