import { expect, test } from "vitest";
import { madeEstate } from "../made-data/made-estate.ts";
import { sceneView } from "../made-data/scenes.ts";
import { pictureOfView, placeWords } from "./picture.ts";

const AT = 1_795_000_080_000;
const view = sceneView("silent", {
  estate: madeEstate({ locations: 15, zones: 20, services: 9 }),
  at: AT,
  began: AT - 80_000,
});
const placeOf = (name: string, more = {}) =>
  pictureOfView({
    ...view,
    locations: view.locations.map((each) => (each.name === name ? { ...each, ...more } : each)),
  }).places.find((each) => each.name === name)!;

test("a place whose node is silent is said to be, with when it was last heard", () => {
  const silent = placeOf("us-west-2");
  expect([placeWords(silent), silent.silent]).toEqual(["silent", { since: AT - 80_000 }]);
  expect([placeWords(placeOf("us-east-1")), placeOf("us-east-1").silent]).toEqual(["healthy", null]);
});

test("who was never heard is not well, and who was seen lost is worse than silent", () => {
  const unheard = placeOf("us-east-1", { summaryAt: null });
  expect([unheard.verdict, placeWords(unheard), unheard.silent]).toEqual(["shaky", "silent", { since: null }]);
  const { verdict } = view.locations[0]!;
  const lost = placeOf("us-east-1", { summaryAt: AT - 60_000, verdict: { ...verdict, verdict: "failing" } });
  expect(placeWords(lost)).toBe("failing");
});
