import { expect, test } from "vitest";
import { FIVE_ALIKE, makeWorld, type MadeLocation } from "../../../test/stories/control-world.ts";
import { guardLines } from "./guard-words.ts";

const LOCATIONS: readonly MadeLocation[] = FIVE_ALIKE.map((each, index) => ({
  ...each,
  provider: index < 2 ? "two" : "three",
}));

test("a contingency that has become more than a rule lets move is taken out, that of a provider too, and it is said", () => {
  const made = makeWorld(LOCATIONS, {
    mode: "approve",
    modeRules: [{ mode: "act", faults: ["hard-down"], maxShare: 0.41 }],
  });
  made.run(12);
  const followed = () => ({
    places: Object.keys(made.state().table!.contingency),
    providers: Object.keys(made.state().table!.providerContingency ?? {}),
  });
  expect(followed()).toEqual({ places: ["a", "b", "c", "d", "e"], providers: ["two"] });
  expect(made.view().beyondRules).toEqual(["three"]);
  // 42 % of all traffic are there now: too little more for a plan to be old by it.
  for (const name of ["a", "b"]) made.floods.set(name, 1.1);
  made.run(8);
  expect(followed()).toEqual({ places: ["a", "b", "c", "d", "e"], providers: [] });
  expect(made.view().beyondRules).toEqual(["two", "three"]);
  expect(guardLines(made.view())).toEqual([
    "By rule: act for hard-down, up to 41 % of all traffic.",
    "Beyond the rules at the loss of two or three: so much moves when a person says so, and edges and DNS wait for that too.",
  ]);
});
