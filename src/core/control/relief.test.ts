import { expect, test } from "vitest";
import { makeEstate, makeWorld, type Made, type MadeLocation } from "../../../test/stories/control-world.ts";
import { rowToBuckets } from "../route/rows.ts";

const LOCATIONS: readonly MadeLocation[] = [
  { name: "a", position: 0, demandRps: 300, readyRps: 900, capacityRps: 900 },
  { name: "b", position: 11, demandRps: 700, readyRps: 1600, capacityRps: 1600 },
  { name: "c", position: 14, demandRps: 300, readyRps: 800, capacityRps: 800 },
];

/** Whom the newest table's contingencies send anybody to. */
function receiversOf(made: Made): ReadonlySet<string> {
  const { table } = made.state();
  const receivers = new Set<string>();
  for (const [lost, classes] of Object.entries(table!.contingency)) {
    for (const [className, zones] of Object.entries(classes)) {
      for (const [zone, runs] of Object.entries(zones)) {
        const now = rowToBuckets(table!.assignment[className]![zone]!);
        rowToBuckets(runs).forEach((to, bucket) => {
          if (to !== now[bucket] && LOCATIONS[to]!.name !== lost) receivers.add(LOCATIONS[to]!.name);
        });
      }
    }
  }
  return receivers;
}

test("I3: who spills a flood is no receiver of any contingency, and does not stop spilling at every lull", () => {
  const made = makeWorld(LOCATIONS);
  made.run(3);
  expect([...receiversOf(made)].toSorted()).toContain("a");
  made.floods.set("a", 6);
  made.run(9);
  expect(made.state().places["a"]!.leave?.why).toBe("spill");
  made.floods.delete("a");
  let spilling = 0;
  for (let second = 0; second < 60; second++) {
    made.run(1);
    const { leave, back } = made.state().places["a"]!;
    if (leave === null) break;
    if (back === null) spilling += 1;
    // Who may receive has changed: within two seconds the table says so.
    if (second > 2) expect([...receiversOf(made)]).not.toContain("a");
  }
  expect(spilling).toBeGreaterThan(8);
  expect(made.state().places["a"]!.leave).toBeNull();
});

test("a full receiver hands on of what it shares: who has an own pool there stays, and helps no count", () => {
  const places: readonly MadeLocation[] = [
    { name: "a", position: 0, demandRps: 900, readyRps: 1200, capacityRps: 2000 },
    { name: "b", position: 11, demandRps: 2400, readyRps: 3000, capacityRps: 3000 },
    { name: "c", position: 14, demandRps: 1100, readyRps: 6000, capacityRps: 6000 },
  ];
  const locations = makeEstate(places).locations.map((each) =>
    each.name === "b" ? { ...each, pools: { internal: 300 } } : each,
  );
  const made = makeWorld(places, { locations });
  made.run(3);
  made.noGrowth.add("b");
  made.lost.add("a");
  made.run(10);
  const guestsAtB = (className: string): number =>
    rowToBuckets(made.state().table!.assignment[className]!["at-a"]!).filter((to) => to === 1).length;
  const before = { public: guestsAtB("public"), internal: guestsAtB("internal") };
  expect(before.internal).toBeGreaterThan(0);
  made.ill.factor = 1.11;
  made.run(10);
  expect(guestsAtB("public")).toBeLessThan(before.public);
  expect(guestsAtB("internal")).toBe(before.internal);
});
