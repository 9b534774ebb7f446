import { expect, test } from "vitest";
import { makeWorld, type Made, type MadeLocation } from "../../../test/stories/control-world.ts";
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
