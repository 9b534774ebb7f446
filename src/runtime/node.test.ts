import { expect, test } from "vitest";
import { initialJudge, judge, type JudgeEvent } from "../core/judge/judge.ts";
import { lossNotices } from "../core/judge/loss.ts";
import type { LossNotice } from "../core/route/table.ts";
import type { ProbeAnswer } from "../drivers/probe/contract.ts";
import { madeClock, type MadeClock } from "./made-clock.testing.ts";
import { madeEstate } from "./made-houston.testing.ts";
import { startNode, type Node } from "./node.ts";
import { vantageAt } from "./probing.ts";
import type { Receiver, Transport } from "./transport.ts";

// Five nodes with the real judge on a made network and clock: who sees what, and who says what to the servers.

const names = madeEstate.locations.map((location) => location.name);
const ONE_WAY_MS = 20;

type World = {
  readonly clock: MadeClock;
  readonly nodes: ReadonlyMap<string, Node>;
  readonly notices: { readonly by: string; readonly at: number; readonly notice: LossNotice }[];
  readonly looks: { readonly by: string; readonly at: string; readonly when: number }[];
  readonly dead: Set<string>;
  /** `a>b`: a can't reach b. */
  readonly cut: Set<string>;
  /** The next look at this location fails, and only that. */
  readonly flaps: Set<string>;
};

function madeWorld(): World {
  const clock = madeClock(1_795_000_000_000);
  const world = {
    clock,
    notices: [],
    looks: [],
    dead: new Set<string>(),
    cut: new Set<string>(),
    flaps: new Set<string>(),
  } as Omit<World, "nodes">;
  const receivers = new Map<string, Receiver>();
  const after = (ms: number) => new Promise<void>((resolve) => void clock.after(ms, resolve));
  const reaches = (from: string, to: string) =>
    !world.dead.has(from) && !world.dead.has(to) && !world.cut.has(`${from}>${to}`);
  const transportOf = (name: string): Transport => ({
    name,
    peers: names.filter((other) => other !== name),
    async send(to, message) {
      await after(ONE_WAY_MS);
      const has = reaches(name, to) ? (receivers.get(to)?.message(name, message) ?? null) : null;
      await after(ONE_WAY_MS);
      return has;
    },
    async look(to, location) {
      await after(ONE_WAY_MS);
      if (reaches(name, to)) receivers.get(to)?.look(name, location);
    },
    receive: (receiver) => void receivers.set(name, receiver),
    setUnreachable: () => {},
    counters: { sent: 0, failed: 0, received: 0, refused: {} },
  });
  const nodes = new Map(
    names.map((name) => {
      const node = startNode({
        clock,
        location: name,
        estate: madeEstate,
        houston: "houston",
        transport: transportOf(name),
        roundTripMs: Object.fromEntries(names.map((other) => [other, 2 * ONE_WAY_MS])),
        probes: {
          journeys: ["browse", "buy"],
          async probe({ location }): Promise<ProbeAnswer> {
            world.looks.push({ by: name, at: location, when: clock.now() });
            await after(2 * ONE_WAY_MS);
            const ok = reaches(name, location) && !world.flaps.delete(location);
            return ok ? { ok, ms: 40 } : { ok, ms: 40, why: "refused", says: "refused" };
          },
          stop: async () => {},
        },
        world: {
          read: async () =>
            world.dead.has(name)
              ? null
              : { readings: [], load: null, suspects: [], demand: null, capacity: null, tableVersion: 7 },
        },
        steering: [
          {
            name: "servers",
            outside: false,
            async notice(notice) {
              if (!world.dead.has(name)) world.notices.push({ by: name, at: clock.now(), notice });
              return { kind: "done" };
            },
          },
        ],
        judge: { initial: initialJudge(), step: (state, event) => judge(state, event as JudgeEvent) },
        lossNotices,
      });
      return [name, node] as const;
    }),
  );
  return { ...world, nodes };
}

test("the timetable: every slot each location is looked at by exactly one other, and everyone's share is alike", () => {
  for (const locations of [2, 3, 5, 15, 50]) {
    const turns = Array.from({ length: locations }, () => 0);
    const slots = locations * (locations - 1);
    for (let slot = 0; slot < slots; slot += 1) {
      for (let target = 0; target < locations; target += 1) {
        const vantage = vantageAt(slot, target, locations);
        if (vantage === target) throw new Error(`${target} would look at itself in slot ${slot}`);
        turns[vantage]! += 1;
      }
    }
    expect(new Set(turns)).toEqual(new Set([slots]));
  }
});

test("at rest: two looks a second and location, a checkout every 2 s, and silence", async () => {
  const world = madeWorld();
  await world.clock.pass(20_000);
  for (const name of names) {
    const looks = world.looks.filter((look) => look.at === name).length;
    expect(looks).toBeGreaterThanOrEqual(46);
    expect(looks).toBeLessThanOrEqual(52);
  }
  expect(world.notices).toEqual([]);
  for (const node of world.nodes.values()) {
    expect(node.counters.probing.rung).toBe(0);
    expect(node.counters.exchange).toMatchObject({ late: 0, repeated: 0, passedOn: 0 });
  }
});

test("a dead location is noticed by the others within two seconds, without any leader", async () => {
  const world = madeWorld();
  await world.clock.pass(10_000);
  const died = world.clock.now();
  world.dead.add("east");
  await world.clock.pass(3000);
  const told = new Set(world.notices.map(({ by }) => by));
  expect([...told].sort((a, b) => (a < b ? -1 : 1))).toEqual(["middle", "north", "south", "west"]);
  for (const { at, notice } of world.notices) {
    expect(at - died).toBeLessThanOrEqual(2000);
    expect(notice).toMatchObject({ location: "east", tableVersion: 7 });
    expect(notice.seenBy.length).toBeGreaterThanOrEqual(3);
  }
  // Told once to each server, not again and again.
  expect(world.notices).toHaveLength(4);
  // Bounded while it stays dead: at most two asked-for looks a second from each, and its own.
  const before = world.looks.length;
  await world.clock.pass(10_000);
  const perSecond = world.looks.slice(before).filter((look) => look.at === "east").length / 10;
  expect(perSecond).toBeLessThanOrEqual(4 * 4);
});

test("one flapping look, a cut link, or a cut-off watcher make no notice", async () => {
  const world = madeWorld();
  await world.clock.pass(10_000);
  world.flaps.add("west");
  await world.clock.pass(3000);
  expect([...world.nodes.values()].reduce((sum, node) => sum + node.counters.probing.rung, 0)).toBeGreaterThan(0);
  world.cut.add("north>south").add("south>north");
  await world.clock.pass(10_000);
  // What the two say still comes, by neighbours.
  const passedOn = [...world.nodes.values()].reduce((sum, node) => sum + node.counters.exchange.passedOn, 0);
  expect(passedOn).toBeGreaterThan(0);
  for (const other of names) world.cut.add(`middle>${other}`).add(`${other}>middle`);
  await world.clock.pass(10_000);
  expect(world.notices.filter(({ by, notice }) => by === "middle" || notice.location !== "middle")).toEqual([]);
});
