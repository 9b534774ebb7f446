import * as fc from "fast-check";
import { expect, test } from "vitest";
import { addressOf, routeOf, type Route } from "./route.ts";

const name = fc.string({ minLength: 1, maxLength: 40, unit: "grapheme" });
const at = fc.option(fc.integer({ min: 0, max: 4e12 }));
const wish = fc.option(name);
const route: fc.Arbitrary<Route> = fc.oneof(
  fc.record({ view: fc.constant("map" as const), at }),
  fc.record({ view: fc.constant("location" as const), name, at, part: wish }),
  fc.record({ view: fc.constant("plan" as const), without: wish }),
  fc.record({ view: fc.constant("losses" as const) }),
  fc.record({ view: fc.constant("timeline" as const), at, filter: wish }),
  fc.record({ view: fc.constant("trace" as const), id: wish }),
  fc.record({ view: fc.constant("drills" as const), report: wish }),
);

test("whatever is opened has an address that opens the same again, with any name that there may be", () => {
  fc.assert(
    fc.property(route, (opened) => {
      expect(routeOf(new URL(addressOf(opened), "http://houston"))).toEqual(opened);
    }),
  );
});

test("an address that names nothing is said to, and a moment that is none is now", () => {
  for (const path of ["/nowhere", "/plan/b", "/location/a/b", "/drills/a/b"])
    expect(routeOf(new URL(path, "http://houston"))).toEqual({ view: "nowhere", path });
  expect(routeOf(new URL("/?at=1e9", "http://houston"))).toEqual({ view: "map", at: null });
  expect(routeOf({ pathname: "/location/%E0%A4%A", search: "" })).toMatchObject({ name: "%E0%A4%A" });
});
