import { expect, test } from "vitest";
import type { RouteTable } from "../core/route/table.ts";
import type { SteeringDriver } from "../drivers/steering-contract.ts";
import { madeClock } from "./made-clock.testing.ts";
import { publisher } from "./publisher.ts";

const TABLE: RouteTable = {
  version: 1,
  at: 0,
  locations: ["a"],
  assignment: { public: { z: [[0, 256]] } },
  contingency: {},
  apart: [],
};

test.each([
  ["a second", undefined, "retry"],
  ["as long as it says", 3000, "done"],
])("a driver that takes two seconds is waited for %s", async (_what, withinMs, kind) => {
  const clock = madeClock(0);
  const slow: SteeringDriver = {
    name: "slow",
    ...(withinMs !== undefined && { withinMs }),
    apply: () => new Promise((resolve) => void clock.after(2000, () => resolve({ kind: "done" }))),
  };
  const round = publisher({ clock, steering: [slow] });
  const outcome = round.publish(TABLE);
  await clock.pass(2500);
  expect(await outcome).toMatchObject({ kind });
  round.stop();
});
