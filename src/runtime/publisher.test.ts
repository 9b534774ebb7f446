import { expect, test } from "vitest";
import type { Outcome } from "../core/control-contract.ts";
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

const answering = (name: string, outcome: Outcome): SteeringDriver => ({ name, apply: async () => outcome });

test("with one that refuses a table nothing is done, and each is named with its word", async () => {
  const clock = madeClock(0);
  const says = "www.example.com: 4.0 % of requests go elsewhere than planned";
  const round = publisher({
    clock,
    steering: [
      answering("powerdns", { kind: "done", says }),
      answering("route53", { kind: "refused", code: "foreign-records", says: "route53: these are not Houston's" }),
      answering("edges", { kind: "retry", code: "unreachable" }),
    ],
  });
  expect(await round.publish(TABLE)).toEqual({
    kind: "refused",
    code: "foreign-records",
    says: "route53: foreign-records: these are not Houston's",
    took: ["powerdns"],
  });
  expect(round.answers().map(({ name, version, outcome }) => [name, version, outcome.kind, outcome.says])).toEqual([
    ["powerdns", 1, "done", says],
    ["route53", 1, "refused", "route53: these are not Houston's"],
    ["edges", 1, "retry", undefined],
  ]);
  round.stop();
});

test("refused by all, each says why", async () => {
  const clock = madeClock(0);
  const refused: Outcome = { kind: "refused", code: "rights-missing" };
  const round = publisher({ clock, steering: [answering("powerdns", refused), answering("route53", refused)] });
  expect(await round.publish(TABLE)).toEqual({
    kind: "refused",
    code: "rights-missing",
    says: "powerdns: rights-missing; route53: rights-missing",
  });
  round.stop();
});
