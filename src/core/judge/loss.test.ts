import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { OwnView, Sight, Summary } from "../summary.ts";
import { lossNotices, lostLocations } from "./loss.ts";

const NAMES = ["a", "b", "c", "d", "e", "f", "g"];
const estate = { locations: NAMES.map((name) => ({ name }) as never), needlessMovesPerYear: 1 };
const AT = 1_700_000_000_000;

const dead: Sight = { lookedAt: AT, failedLooks: 2, looks: 3, failures: 2, lossNats: 10, grayNats: 0 };
const fine: Sight = { lookedAt: AT, failedLooks: 0, looks: 3, failures: 0, lossNats: 0, grayNats: 0 };

function summary(from: string, lost: readonly string[], more: Partial<Summary> = {}): Summary {
  const sees = Object.fromEntries(
    NAMES.filter((name) => name !== from).map((name) => [name, lost.includes(name) ? dead : fine]),
  );
  return { from, seq: 1, at: AT, own: { cutOff: false } as OwnView, sees, ...more };
}

const ask = (summaries: readonly Summary[], own?: string) =>
  lossNotices({ summaries, estate, tableVersion: 5, at: AT, ...(own === undefined ? {} : { own }) })[0] ?? null;

test("a majority of all configured locations that see it lost make a notice, and one fewer do not", () => {
  const seeing = ["b", "c", "d", "e"].map((name) => summary(name, ["a"]));
  expect(ask(seeing)).toMatchObject({ location: "a", tableVersion: 5, seenBy: ["b", "c", "d", "e"], at: AT });
  expect(ask(seeing.slice(1))).toBeNull();
});

test("stale witnesses, single failed looks and the location's own word count for nothing", () => {
  const seeing = ["b", "c", "d", "e"].map((name) => summary(name, ["a"]));
  expect(ask(seeing.map((each) => ({ ...each, at: AT - 5000 })))).toBeNull();
  expect(
    ask(seeing.map((each) => ({ ...each, sees: { ...each.sees, a: { ...dead, lookedAt: AT - 9000 } } }))),
  ).toBeNull();
  expect(ask(seeing.map((each) => ({ ...each, sees: { ...each.sees, a: { ...dead, failedLooks: 1 } } })))).toBeNull();
  expect(ask([...seeing.slice(1), summary("a", ["a"])])).toBeNull();
});

test("a vantage that sees most others failing is itself the suspect, and when most look lost nobody is", () => {
  const cutOff = summary("e", ["a", "b", "c"]);
  expect(ask([...["b", "c", "d"].map((name) => summary(name, ["a"])), cutOff])).toBeNull();
  expect(
    ask(
      ["b", "c", "d", "e", "f"].map((name) => summary(name, ["a"])),
      "b",
    )?.seenBy,
  ).toHaveLength(5);
  const watcher = { ...summary("b", ["a"]), own: { cutOff: true } as OwnView };
  expect(ask([watcher, ...["c", "d", "e", "f"].map((name) => summary(name, ["a"]))], "b")).toBeNull();
});

test("two that are lost are both told, most witnesses first", () => {
  const summaries = [
    summary("c", ["a", "b"]),
    summary("d", ["a", "b"]),
    summary("e", ["a", "b"]),
    summary("f", ["a", "b"]),
    summary("g", ["b"]),
  ];
  expect(lostLocations({ summaries, estate, at: AT }).map((loss) => loss.location)).toEqual(["b", "a"]);
  // Servers know which of them is emptied already, a node does not.
  expect(lossNotices({ summaries, estate, tableVersion: 5, at: AT }).map(({ location }) => location)).toEqual([
    "b",
    "a",
  ]);
});

const losses = (summaries: readonly Summary[]) => lostLocations({ summaries, estate, at: AT });

test("errors to most are a loss, and say so; where half of all places err, and where the place itself is full, they are none", () => {
  const erring: Sight = { ...dead, errors: 2 };
  const told = (from: string, errs: readonly string[], load = { enteredRps: 100, readyRps: 200 }): Summary => ({
    ...summary(from, []),
    own: { cutOff: false, load: { shedRps: 0, utilisation: 1.5, ...load } } as OwnView,
    sees: Object.fromEntries(
      NAMES.filter((name) => name !== from).map((name) => [name, errs.includes(name) ? erring : fine]),
    ),
  });
  const seeing = ["b", "c", "d", "e"].map((from) => told(from, ["a"]));
  expect(losses([told("a", []), ...seeing])).toMatchObject([{ location: "a", hasErrors: true }]);
  expect(losses([told("a", [], { enteredRps: 300, readyRps: 200 }), ...seeing])).toEqual([]);
  expect(losses([told("a", []), ...seeing.slice(1)])).toEqual([]);
  const everywhere = NAMES.map((from) => told(from, NAMES));
  expect(losses(everywhere)).toEqual([]);
  // One that is refused meanwhile is lost all the same.
  const refused = everywhere.map((each) => ({ ...each, sees: { ...each.sees, a: { ...dead, lossNats: 12 } } }));
  expect(losses(refused)).toMatchObject([{ location: "a", hasErrors: false }]);
});

test("L1, L2, L3 hold whatever the summaries say", { timeout: 60_000 }, () => {
  const sight = fc.record({
    lookedAt: fc.oneof(fc.constant(AT), fc.integer({ min: AT - 8000, max: AT })),
    failedLooks: fc.integer({ min: 0, max: 4 }),
    looks: fc.constant(4),
    failures: fc.integer({ min: 0, max: 4 }),
    lossNats: fc.constantFrom(0, 5, 10),
    grayNats: fc.constant(0),
  });
  const fewFail: fc.Arbitrary<Record<string, Sight>> = fc.dictionary(
    fc.constantFrom(...NAMES),
    fc.oneof({ arbitrary: fc.constant(fine), weight: 4 }, sight),
  );
  // Now and then most agree on one: else a majority would be too rare to test.
  const agreeing: typeof fewFail = fewFail.map((sees) => ({
    ...Object.fromEntries(NAMES.map((name) => [name, fine])),
    ...sees,
    a: dead,
  }));
  const told = fc.record({
    at: fc.oneof({ arbitrary: fc.constant(AT), weight: 3 }, fc.integer({ min: AT - 8000, max: AT + 8000 })),
    cutOff: fc.oneof({ arbitrary: fc.constant(false), weight: 5 }, fc.constant(true)),
    sees: fc.oneof(fewFail, { arbitrary: agreeing, weight: 4 }),
  });
  let notices = 0;
  fc.assert(
    fc.property(fc.array(told, { minLength: NAMES.length, maxLength: NAMES.length }), (all) => {
      const summaries = all.map(({ at, cutOff, sees }, i) => ({
        from: NAMES[i] ?? "",
        seq: 1,
        at,
        own: { cutOff } as OwnView,
        sees,
      }));
      const notice = ask(summaries);
      if (notice === null) return;
      notices += 1;
      expect(notice.seenBy.length * 2).toBeGreaterThan(NAMES.length);
      for (const witness of notice.seenBy) {
        const told = summaries.find((each) => each.from === witness);
        expect(witness).not.toBe(notice.location);
        expect(Math.abs(AT - (told?.at ?? 0))).toBeLessThanOrEqual(4000);
        expect(told?.own.cutOff).toBe(false);
        const sights = Object.values(told?.sees ?? {});
        const failing = sights.filter((each) => each.failedLooks > 0).length;
        expect(failing < 2 || failing * 2 < sights.length).toBe(true);
        expect(told?.sees[notice.location]?.failedLooks).toBeGreaterThanOrEqual(2);
      }
    }),
    { numRuns: 1000 },
  );
  expect(notices).toBeGreaterThan(50);
});
