import { expect, test } from "vitest";
import type { ConditionAnswer, ConditionFinding } from "../core/conditions.ts";
import type { ConditionDriver } from "../drivers/condition/contract.ts";
import { watchConditions } from "./condition-watch.ts";
import { startLoneNode } from "./lone-node.testing.ts";
import { madeClock } from "./made-clock.testing.ts";
import type { PeerMessage } from "./transport.ts";

function rig() {
  const clock = madeClock(1_000_000);
  const told: ConditionAnswer[] = [];
  const asked: string[] = [];
  const world = {
    finding: { kind: "holds" } as ConditionFinding | "silent" | "broken",
    silent: new Set<string>(),
  };
  const driver: ConditionDriver = {
    name: "tls",
    locations: ["east", "west"],
    everyMs: 2000,
    withinMs: 500,
    async ask(location) {
      asked.push(location);
      const { finding } = world;
      if (finding === "silent" || world.silent.has(location)) return new Promise(() => {});
      if (finding === "broken") throw new Error("x".repeat(1000));
      return finding;
    },
  };
  const watch = watchConditions({ clock, drivers: [driver], tell: (answer) => told.push(answer) });
  return { clock, told, asked, world, watch };
}

const at = (location: string, finding: ConditionFinding): ConditionAnswer => ({
  condition: "tls",
  location,
  ...finding,
});

test("all are asked at once and in turns; what is as it was is told again only now and then", async () => {
  const { clock, told, asked, world, watch } = rig();
  await clock.pass(1);
  expect(told).toEqual([at("east", { kind: "holds" }), at("west", { kind: "holds" })]);
  await clock.pass(4000);
  expect([asked.length, told.length]).toEqual([6, 2]);
  world.finding = { kind: "fails", failures: [{ says: "no certificate" }] };
  await clock.pass(2000);
  expect(told.slice(2)).toEqual([at("east", world.finding), at("west", world.finding)]);
  await clock.pass(10_000);
  expect(told.length).toBe(6);
  watch.stop();
  await clock.pass(10_000);
  expect(told.length).toBe(6);
});

test("who is about to be needed is asked at once, and told of although nothing is new", async () => {
  const { clock, told, asked, watch } = rig();
  await clock.pass(1);
  await watch.ask(["west", "nowhere"]);
  expect(told.slice(2)).toEqual([at("west", { kind: "holds" })]);
  expect(asked).toEqual(["east", "west", "west"]);
});

test("one that never answers is doubt in time, and is not asked twice meanwhile; one that throws is doubt in few words", async () => {
  const { clock, told, asked, world, watch } = rig();
  world.finding = "silent";
  await clock.pass(1);
  const waited = watch.ask(["east"]);
  await clock.pass(1000);
  await waited;
  expect(asked).toEqual(["east", "west"]);
  expect(told[0]).toEqual(at("east", { kind: "unknown", says: "no answer in time" }));
  world.finding = "broken";
  await clock.pass(2000);
  expect(told.at(-2)).toEqual(at("east", { kind: "unknown", says: `${"x".repeat(199)}…` }));
});

test("who answers at once is told at once, in a round and when asked for, though another is slow", async () => {
  const { clock, told, world, watch } = rig();
  const holds = at("west", { kind: "holds" });
  world.silent.add("east");
  await clock.pass(1);
  expect(told).toEqual([holds]);
  void watch.ask(["east", "west"]);
  await clock.pass(1);
  expect(told).toEqual([holds, holds]);
  watch.stop();
});

test("what only a location's own network can tell goes to Houston with the node's next message, and once", async () => {
  const clock = madeClock(1_000_000);
  const messages: PeerMessage[] = [];
  const driver: ConditionDriver = {
    name: "payments",
    locations: ["east"],
    everyMs: 60_000,
    withinMs: 500,
    ask: async () => ({ kind: "fails", failures: [{ says: "pay.example.com is not reached from there" }] }),
  };
  const node = startLoneNode(
    clock,
    { good: 100, total: 100 },
    {
      conditions: [driver],
      transport: {
        name: "east",
        peers: ["houston"],
        async send(_to, message) {
          messages.push(message);
          return {};
        },
        look: async () => {},
        receive: () => {},
        setUnreachable: () => {},
        counters: { sent: 0, failed: 0, received: 0, refused: {} },
      },
    },
  );
  await clock.pass(6000);
  node.stop();
  const told = messages.flatMap(({ conditions }) => conditions ?? []);
  expect(told).toEqual([
    {
      condition: "payments",
      location: "east",
      kind: "fails",
      failures: [{ says: "pay.example.com is not reached from there" }],
    },
  ]);
});
