import { expect, test } from "vitest";
import { makeEstate, makeWorld, WELL, type Made, type MadeLocation } from "../../../test/stories/control-world.ts";
import { control, type ControlState } from "../control.ts";
import type { Estate, LocationName } from "../estate.ts";
import { rowToBuckets } from "../route/rows.ts";

const NAMES = ["a", "b", "c", "d", "e"];
const LOCATIONS: readonly MadeLocation[] = NAMES.map((name, index) => ({
  name,
  position: index * 10,
  demandRps: 100,
  readyRps: 400,
  capacityRps: 600,
}));

/** The same users, and these locations in this order. */
function estateOf(names: readonly LocationName[]): Estate {
  const all = makeEstate(LOCATIONS);
  return { ...all, locations: names.map((name) => all.locations.find((each) => each.name === name)!) };
}

/** After the next tick of a world whose houston.yaml has other locations now. */
function withLocations(made: Made, names: readonly LocationName[]): ControlState {
  const told = control(made.state(), { event: "config", at: made.at(), estate: estateOf(names) }).state;
  return control(told, { event: "tick", at: made.at() }).state;
}

/** Who serves public users of each zone. */
function served({ table }: ControlState): Readonly<Record<string, string>> {
  const rows = table!.assignment["public"]!;
  return Object.fromEntries(
    Object.keys(rows).map((zone) => {
      const names = new Set([...rowToBuckets(rows[zone]!)].map((number) => table!.locations[number]!));
      return [zone.replace("at-", ""), [...names].toSorted().join("+")];
    }),
  );
}

test("locations in another order serve whom they served", () => {
  const made = makeWorld(LOCATIONS);
  made.run(12);
  const before = made.state();
  const after = withLocations(made, NAMES.toReversed());
  expect(after.table!.locations).toEqual(NAMES.toReversed());
  expect(after.table!.version).toBeGreaterThan(before.table!.version);
  expect(served(after)).toEqual(served(before));
});

test("a location that is new takes nobody over, and one that is gone hands its users to the nearest", () => {
  const made = makeWorld(LOCATIONS.filter(({ name }) => name !== "b"));
  made.run(12);
  expect(served(withLocations(made, NAMES))).toEqual({ a: "a", b: "a", c: "c", d: "d", e: "e" });
  const all = makeWorld(LOCATIONS);
  all.run(12);
  expect(served(withLocations(all, ["c", "a", "e", "d"]))).toEqual({ a: "a", b: "a", c: "c", d: "d", e: "e" });
});

test("a place that is left stays left, whatever happens to others, and takes no users of one that is gone", () => {
  const made = makeWorld(LOCATIONS);
  made.run(3);
  made.health.set("a", { ...WELL, verdict: "failing", nats: 25, aloneNats: 25, cause: "dynamodb", hurt: 0.02 });
  made.run(20);
  const before = made.state().places["a"]!;
  expect(before).toMatchObject({ state: "evacuated", leave: { why: "gray" } });
  const after = withLocations(made, ["d", "e", "c", "a"]);
  expect(after.places["a"]).toMatchObject({ state: "evacuated", leave: { why: "gray", since: before.leave!.since } });
  expect(served(after)).toEqual({ a: "c", b: "c", c: "c", d: "d", e: "e" });
});

test("a provider that has lost all of its locations is followed when one of them has left houston.yaml", () => {
  const providers: Record<string, string> = { a: "p", b: "p", c: "q", d: "q", e: "q" };
  const made = makeWorld(LOCATIONS.map((each) => ({ ...each, provider: providers[each.name]! })));
  made.run(12);
  const { estate } = made;
  const fewer = { ...estate, locations: estate.locations.filter(({ name }) => name !== "b") };
  made.send({ event: "config", at: made.at(), estate: fewer });
  made.lost.add("a");
  expect(() => made.run(4)).not.toThrow();
});
