import { expect, test } from "vitest";
import { makeEstate, makeWorld } from "../../../test/stories/control-world.ts";
import { firstLine } from "./first-line.ts";

const LOCATIONS = ["a", "b", "c", "d"].map((name, index) => ({
  name,
  position: index * 10,
  demandRps: 100,
  readyRps: 130,
  capacityRps: 400,
}));

test("a loss that forbidden hours stop half-way is rung, and a person's order moves the rest all the same", () => {
  // The world begins at 22:13:20 UTC.
  const minutes = { days: [0, 1, 2, 3, 4, 5, 6], fromMinute: 22 * 60 + 14, untilMinute: 23 * 60 };
  const hours = { says: "22:14-23:00", ...minutes, clocks: [{ from: 0, aheadMinutes: 0 }], losses: "stay" } as const;
  const made = makeWorld(LOCATIONS, { guards: { ...makeEstate(LOCATIONS).guards, forbidden: [hours] } });
  for (const name of ["b", "c", "d"]) made.noGrowth.add(name);
  made.run(30);
  made.lost.add("a");
  made.run(14);
  const urgent = made
    .heard()
    .flatMap(({ effects }) => effects.flatMap((each) => (each.kind === "say" ? [each.words] : [])))
    .filter(({ level, what }) => level === "urgent" && what.startsWith("a waits half-way"));
  expect(urgent).toHaveLength(1);
  expect(urgent[0]!.youNeedTo).toContain("`houston evacuate a` moves the rest now");
  expect(firstLine(made.view()).level).toBe("urgent");
  made.order("ana", { kind: "evacuate", location: "a" });
  expect(made.heard().flatMap(({ reasons }) => reasons.map(({ code }) => code))).toContain("order-evacuate");
  expect(made.state().places["a"]!.leave?.why).toBe("person");
});
