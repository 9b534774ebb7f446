import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { ConditionBar } from "../conditions.ts";
import { makeEstate } from "../../../test/stories/control-world.ts";
import type { Estate } from "../estate.ts";
import { rowToBuckets } from "../route/rows.ts";
import { closedBy, groupZone, zoneOfGroup, type Closed } from "./closed.ts";
import { contingencies } from "./contingency.ts";
import { planWithout } from "./what-if.ts";

const PLACES = ["a", "b", "c", "d"];
const estate: Estate = {
  ...makeEstate(
    PLACES.map((name, position) => ({ name, position, demandRps: 100, readyRps: 1000, capacityRps: 1000 })),
  ),
  classes: [{ name: "public", priority: 1, latencyWeight: 1, data: { kind: "everywhere" } }],
};
const bar = (location: string, bucket: number | null): ConditionBar => ({
  condition: "tls",
  location,
  class: "public",
  bucket,
  because: "fails",
  says: "no certificate",
});
const someBars = fc.array(
  fc
    .tuple(fc.constantFrom(...PLACES), fc.option(fc.nat(255), { freq: 20 }))
    .map(([location, bucket]) => bar(location, bucket)),
  { maxLength: 40 },
);
const home = {
  public: Object.fromEntries(PLACES.map((name, index) => [`at-${name}`, [[index, 256] as const]])),
};
const demand = { public: Object.fromEntries(PLACES.map((name) => [`at-${name}`, 100])) };
const everywhere = (rps: number): Record<string, number> => Object.fromEntries(PLACES.map((name) => [name, rps]));

test("C1 C2 each bucket is in one group, and what bars a bucket bars its group", () => {
  fc.assert(
    fc.property(someBars, (bars) => {
      const closed = closedBy(bars);
      const groups = closed.groupsOf("public");
      expect(groups.length).toBeLessThanOrEqual(8);
      expect(groups.flatMap(({ buckets }) => buckets).toSorted((one, other) => one - other)).toEqual(
        Array.from({ length: 256 }, (_, bucket) => bucket),
      );
      for (const { location, bucket } of bars)
        for (const each of bucket === null ? [0, 128, 255] : [bucket])
          expect(closed.by("public", each, location)).toEqual(["tls"]);
      if (bars.length === 0) expect(closed.by("public", 0, "a")).toEqual([]);
    }),
    { numRuns: 40 },
  );
});

test("C2 with more kinds than groups, a bucket that some places take is not kept out of all", () => {
  const kinds = Array.from({ length: 14 }, (_, index) => index + 1);
  const bars = kinds.flatMap((kind) => PLACES.flatMap((name, place) => ((kind >> place) & 1 ? [bar(name, kind)] : [])));
  const closed = closedBy(bars);
  const shut = kinds.filter((kind) => PLACES.every((name) => closed.by("public", kind, name).length > 0));
  expect([closed.groupsOf("public").length, shut]).toEqual([8, []]);
});

/** Of places with more room than anybody needs. */
const contingenciesOf = (of: typeof estate, closed: Closed) =>
  contingencies({
    estate: of,
    assignment: home,
    demand,
    bucketShares: {},
    readyRps: everywhere(1000),
    loadRps: everywhere(100),
    maxUtilisation: 1,
    exclude: [],
    closed,
    stays: () => false,
  });

test("no contingency takes a chunk where a condition lets nobody in, and all others go where there is room", () => {
  fc.assert(
    fc.property(someBars, (bars) => {
      const closed = closedBy(bars);
      const { ofLocation } = contingenciesOf(estate, closed);
      PLACES.forEach((lost, index) => {
        const runs = ofLocation[lost]?.["public"]?.[`at-${lost}`];
        const after = runs === undefined ? null : rowToBuckets(runs);
        for (let bucket = 0; bucket < 256; bucket++) {
          const to = after === null ? index : after[bucket]!;
          const isOpen = (name: string): boolean => closed.by("public", bucket, name).length === 0;
          if (to === index) expect(PLACES.some((name) => name !== lost && isOpen(name))).toBe(false);
          else expect(isOpen(PLACES[to]!)).toBe(true);
        }
      });
    }),
    { numRuns: 10 },
  );
});

test("a loss is planned round a closed place, whose own users stay; who has no other place is told by name why", () => {
  const ask = {
    estate,
    demand,
    bucketShares: {},
    assignment: home,
    capacityRps: everywhere(1000),
    readyRps: everywhere(1000),
    maxUtilisation: 1,
    without: "a",
  };
  const round = planWithout({ ...ask, closed: closedBy([bar("b", null)]) });
  expect(round.moves.map(({ from, to }) => `${from} ${to}`)).toEqual(["a c"]);
  expect(round.utilisationAfter["b"]).toBeCloseTo(0.1);
  const nowhere = planWithout({ ...ask, closed: closedBy(["b", "c", "d"].map((name) => bar(name, 7))) });
  expect(nowhere.unserved).toEqual([
    {
      class: "public",
      zone: "at-a",
      rps: expect.closeTo(100 / 256, 6) as number,
      why: "condition",
      closedBy: ["b", "c", "d"].map((location) => ({ location, conditions: ["tls"] })),
    },
  ]);
  expect(nowhere.moves.reduce((sum, { rps }) => sum + rps, 0)).toBeCloseTo((100 * 255) / 256);
});

test("a class whose data stays is planned nowhere else, for a loss neither", () => {
  const bound: Estate = {
    ...estate,
    classes: [{ name: "public", priority: 1, latencyWeight: 1, data: { kind: "stays" } }],
  };
  const loss = planWithout({
    estate: bound,
    demand,
    bucketShares: {},
    assignment: home,
    capacityRps: everywhere(1000),
    readyRps: everywhere(1000),
    maxUtilisation: 1,
    without: "a",
  });
  expect(loss.moves).toEqual([]);
  expect(loss.unserved).toEqual([{ class: "public", zone: "at-a", rps: 100, why: "data" }]);
  const { ofLocation } = contingenciesOf(bound, closedBy([]));
  expect(ofLocation["a"]).toEqual({});
});

test("a group's zone is told from every other, and back", () => {
  expect(groupZone("at-a", 0)).toBe("at-a");
  expect(zoneOfGroup(groupZone("at-a", 3))).toBe("at-a");
});
