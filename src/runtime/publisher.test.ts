import { expect, test } from "vitest";
import type { LossNotice, RouteTable } from "../core/route/table.ts";
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

const NOTICE: LossNotice = { location: "a", tableVersion: 1, seenBy: ["b", "c"], at: 0, expires: 60_000 };

test.each([
  ["a second", undefined, "retry"],
  ["as long as it says", 3000, "done"],
])(
  "a driver that takes two seconds is waited for %s, at a table and at a loss notice",
  async (_what, withinMs, kind) => {
    const clock = madeClock(0);
    const slow: SteeringDriver = {
      name: "slow",
      ...(withinMs !== undefined && { withinMs }),
      apply: () => new Promise((resolve) => void clock.after(2000, () => resolve({ kind: "done" }))),
      notice: () => new Promise((resolve) => void clock.after(2000, () => resolve({ kind: "done" }))),
    };
    const round = publisher({ clock, steering: [slow] });
    const [table, notice] = [round.publish(TABLE), round.notice(NOTICE)];
    await clock.pass(2500);
    expect(await table).toMatchObject({ kind });
    expect(await notice).toMatchObject({ kind });
    round.stop();
  },
);

test("one that is refused and one that is silent hold up nobody else, and who was silent is not waited for again", async () => {
  const clock = madeClock(0);
  const took: string[] = [];
  const driver = (name: string, apply: SteeringDriver["apply"]): SteeringDriver => ({
    name,
    apply(table, signal) {
      took.push(`${name} ${table.version} at ${clock.now()}`);
      return apply(table, signal);
    },
  });
  const refused = driver("refused", async () => ({ kind: "retry", code: "unreachable" }));
  const silent = driver("silent", () => new Promise(() => {}));
  const well = driver("well", async () => ({ kind: "done" }));
  const round = publisher({ clock, steering: [refused, silent, well] });
  const first = round.publish(TABLE);
  await clock.pass(1000);
  expect(await first).toEqual({ kind: "done", says: "1 of 3 servers took it; without refused, silent" });
  expect(took.slice(0, 3)).toEqual(["refused 1 at 0", "silent 1 at 0", "well 1 at 0"]);
  // At the same moment: the clock does not pass.
  expect(await round.publish({ ...TABLE, version: 2 })).toEqual({ kind: "done", says: "1 of 3 servers took it" });
  round.stop();
});
