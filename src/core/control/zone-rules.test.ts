import { expect, test } from "vitest";
import { FIVE_ALIKE, makeEstate, makeWorld } from "../../../test/stories/control-world.ts";
import type { Estate } from "../estate.ts";
import { rowToBuckets } from "../route/rows.ts";
import type { RouteTable } from "../route/table.ts";

/** Law, distance and pools in whole moves: what the planner is told must be what users get. */

function ruled(rules: Partial<Estate["zones"][number]>): Estate {
  const estate = makeEstate(FIVE_ALIKE);
  return { ...estate, zones: estate.zones.map((zone) => (zone.name === "at-a" ? { ...zone, ...rules } : zone)) };
}

function ruledEverywhere(rules: Partial<Estate["zones"][number]>): Estate {
  const estate = makeEstate(FIVE_ALIKE);
  return { ...estate, zones: estate.zones.map((zone) => ({ ...zone, ...rules })) };
}

function servedAt(table: RouteTable): readonly string[] {
  const places = new Set(rowToBuckets(table.assignment["public"]!["at-a"]!));
  return [...places].map((index) => FIVE_ALIKE[index]!.name).toSorted();
}

test("law is not relaxed for a loss: who may be nowhere else stays, and Houston says why", () => {
  const made = makeWorld(FIVE_ALIKE, { zones: ruled({ forbidden: { public: ["b", "c", "d", "e"] } }).zones });
  made.run(3);
  made.heard();
  made.lost.add("a");
  made.run(8);
  const { table } = made.state();
  expect(servedAt(table!)).toEqual(["a"]);
  // The others of its users have law on their side, and left.
  expect(rowToBuckets(table!.assignment["internal"]!["at-a"]!).includes(0)).toBe(false);
  const says = made.heard().flatMap(({ reasons }) => reasons.map((reason) => reason.says));
  expect(says.join("\n")).toContain("rps of PUBLIC: no place that law allows has room");
  expect(
    made
      .view()
      .questions.map(({ asks }) => asks)
      .join(),
  ).toContain("have no place");
});

const servedAfterLoss = (farthestMs: number): readonly string[] => {
  const made = makeWorld(FIVE_ALIKE, { zones: ruled({ farthestMs: { public: farthestMs } }).zones });
  made.run(3);
  made.lost.add("a");
  made.run(8);
  return servedAt(made.state().table!);
};

test("nobody is sent further than their zone allows, by contingency or by steps", () => {
  expect(servedAfterLoss(15)).toEqual(["b"]);
  expect(servedAfterLoss(14)).toEqual(["a"]);
});

test("a rule that is new holds for users who are there already", () => {
  const made = makeWorld(FIVE_ALIKE);
  made.run(12);
  expect(servedAt(made.state().table!)).toEqual(["a"]);
  made.heard();
  made.send({ event: "config", at: made.at(), estate: ruled({ forbidden: { public: ["a", "b"] } }) });
  made.run(8);
  expect(servedAt(made.state().table!)).not.toContain("a");
  expect(servedAt(made.state().table!)).not.toContain("b");
  const codes = made.heard().flatMap(({ reasons }) => reasons.map(({ code }) => code));
  expect(codes).toContain("homes-outdated");
});

test("a zone that is new gets its places while others serve on", () => {
  const made = makeWorld(FIVE_ALIKE);
  made.run(12);
  const estate = makeEstate(FIVE_ALIKE);
  const zones = [...estate.zones, { ...estate.zones[1]!, name: "new" }];
  made.send({ event: "config", at: made.at(), estate: { ...estate, zones } });
  made.run(8);
  const { table } = made.state();
  expect(Object.keys(table!.assignment["public"]!)).toContain("new");
  expect(servedAt(table!)).toEqual(["a"]);
});

test("what a new rule asks of more users than may move in a minute is done in parts", () => {
  const guards = { ...makeEstate(FIVE_ALIKE).guards, maxShareMovedPerMinute: 0.3 };
  const made = makeWorld(FIVE_ALIKE, { guards });
  made.run(12);
  const forbidden = { public: ["a", "b", "c"] };
  const leftIn = (): number =>
    Object.values(made.state().table!.assignment["public"]!).reduce(
      (sum, row) => sum + rowToBuckets(row).filter((index) => index < 3).length,
      0,
    );
  const before = leftIn();
  made.send({ event: "config", at: made.at(), estate: { ...ruledEverywhere({ forbidden }), guards } });
  made.run(8);
  const first = leftIn();
  expect(first).toBeLessThan(before);
  expect(first).toBeGreaterThan(0);
  made.run(240);
  expect(leftIn()).toBe(0);
});

test("a rule that comes while a place is empty holds on its users' way back: they belong where they are", () => {
  const made = makeWorld(FIVE_ALIKE);
  made.run(12);
  made.send({ event: "order", at: made.at(), by: "alice", order: { kind: "evacuate", location: "a" } });
  made.run(30);
  expect(servedAt(made.state().table!)).not.toContain("a");
  made.send({ event: "config", at: made.at(), estate: ruled({ forbidden: { public: ["a"] } }) });
  made.send({ event: "order", at: made.at(), by: "alice", order: { kind: "restore", location: "a" } });
  made.run(120);
  const { table, places } = made.state();
  expect(places["a"]!.state).toBe("serving");
  expect(servedAt(table!)).not.toContain("a");
  expect(rowToBuckets(table!.assignment["internal"]!["at-a"]!).includes(0)).toBe(true);
});

test("a class with a pool of its own is sent no more than the pool carries, whatever room the location has", () => {
  const locations = makeEstate(FIVE_ALIKE).locations.map((each) => ({ ...each, pools: { internal: 10 } }));
  const made = makeWorld(FIVE_ALIKE, { locations });
  made.run(3);
  made.lost.add("a");
  made.run(8);
  const rows = made.state().table!.assignment["internal"]!;
  const buckets = FIVE_ALIKE.map((_, index) =>
    Object.values(rows).reduce((sum, row) => sum + rowToBuckets(row).filter((to) => to === index).length, 0),
  );
  // 4 of each zone's 100 rps are internal: 10 rps carry 640 buckets of 1/256 of it, less what scatter asks for.
  for (const count of buckets.slice(1)) expect(count).toBeLessThanOrEqual(640);
  expect(buckets.slice(1).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(4 * 256);
});
