import * as fc from "fast-check";
import { expect, test } from "vitest";
import { makeWorld, WELL, type Made } from "../../../test/stories/control-world.ts";
import type { Estate, ForbiddenHours } from "../estate.ts";
import { areNow } from "../forbidden-hours.ts";
import { byName } from "../route/by-name.ts";
import { rowToBuckets } from "../route/rows.ts";
import type { RouteTable } from "../route/table.ts";
import type { ControlState } from "./state.ts";

/**
 * Whatever happens in whatever order, no table that leaves breaks a guard. What is held against each table is written a second time here, from
 * what people are told of the guards, and knows nothing of how they are kept.
 */

const LOCATIONS = ["a", "b", "c", "d"].map((name, index) => ({
  name,
  position: index * 10,
  demandRps: 100,
  readyRps: 250,
  capacityRps: 400,
}));
const NAMES = LOCATIONS.map(({ name }) => name);
const CLASS_SHARE: Readonly<Record<string, number>> = { public: 0.95, editor: 0.01, internal: 0.04 };
const ALL_RPS = 400;

/** The world begins at 22:13:20 UTC. */
const hours = (untilMinute: number, more: Partial<ForbiddenHours>): ForbiddenHours => ({
  says: "hours",
  days: [0, 1, 2, 3, 4, 5, 6],
  fromMinute: 22 * 60 + 14,
  untilMinute: 22 * 60 + untilMinute,
  clocks: [{ from: 0, aheadMinutes: 0 }],
  losses: "move",
  ...more,
});

const STRICT: Partial<Estate> = {
  mode: "approve",
  modeRules: [
    { mode: "act", classes: ["public"], faults: ["hard-down"], maxShare: 0.6 },
    { mode: "act", faults: ["failing"] },
  ],
  guards: {
    maxShareMovedPerMinute: 0.15,
    minLocationsServing: 3,
    maxUtilisation: 0.85,
    peopleOnly: ["internal"],
    forbidden: [hours(15, {}), hours(16, { classes: ["public"], losses: "stay" })],
  },
};

const place = fc.constantFrom(...NAMES);
const happening = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("run" as const), seconds: fc.integer({ min: 1, max: 12 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("fails" as const), place }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("well", "lost", "found"), place }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("evacuate", "restore", "hold", "release"), place }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("up", "down", "auto", "weight", "pin"), place }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("answer" as const), choice: fc.integer({ min: 1, max: 2 }) }) },
);
type Happening = typeof happening extends fc.Arbitrary<infer Each> ? Each : never;

test("no sequence of events gets a table past the guards", () => {
  fc.assert(
    fc.property(fc.array(happening, { minLength: 4, maxLength: 14 }), (all) => {
      expect(brokenBy(STRICT, all)).toEqual([]);
    }),
    { numRuns: 6 },
  );
}, 60_000);

test("who holds tables against them notices when they are not kept", () => {
  const free: Partial<Estate> = {
    mode: "act",
    guards: { maxShareMovedPerMinute: 1, minLocationsServing: 1, maxUtilisation: 0.95, peopleOnly: [] },
  };
  const broken = brokenBy(free, [
    { do: "run", seconds: 40 },
    { do: "fails", place: "a" },
    { do: "run", seconds: 70 },
    { do: "fails", place: "d" },
    { do: "run", seconds: 10 },
  ]);
  expect([...new Set(broken.map((each) => each.split(":")[0]!))].toSorted(byName)).toEqual([
    "contingency",
    "few-serve",
    "hours",
    "people-only",
    "share",
  ]);
});

function brokenBy(settings: Partial<Estate>, all: readonly Happening[]): readonly string[] {
  const made = makeWorld(LOCATIONS, settings);
  const watch: Watch = { ordered: new Set(), saidYes: false, moved: [], broken: [] };
  for (const each of [{ do: "run", seconds: 3 } as const, ...all]) {
    let before = made.state();
    happen(made, watch, each);
    look(made, watch, before);
    for (let quarters = each.do === "run" ? 4 * each.seconds : 1; quarters > 0; quarters -= 1) {
      before = made.state();
      made.run(0.25);
      look(made, watch, before);
    }
  }
  return watch.broken;
}

type Watch = {
  readonly ordered: Set<string>;
  /** A person allowed something: what was allowed is not followed any further here. */
  saidYes: boolean;
  moved: { readonly at: number; readonly rps: number }[];
  readonly broken: string[];
};

function happen(made: Made, watch: Watch, each: Happening): void {
  switch (each.do) {
    case "run":
      return;
    case "fails":
      made.health.set(each.place, {
        ...WELL,
        verdict: "failing",
        nats: 24,
        aloneNats: 24,
        cause: "dynamodb",
        hurt: 0.3,
        failedRatio: 0.3,
      });
      return;
    case "well":
      made.health.delete(each.place);
      return;
    case "lost":
      if (made.lost.size === 0) made.lost.add(each.place);
      return;
    case "found":
      made.lost.delete(each.place);
      return;
    case "evacuate":
    case "restore":
      watch.ordered.add(each.place);
      return made.order("ana", { kind: each.do, location: each.place });
    case "up":
      return made.order("ana", { kind: "force", location: each.place, to: "up" });
    case "down":
    case "auto":
      watch.ordered.add(each.place);
      return made.order("ana", { kind: "force", location: each.place, to: each.do });
    case "weight":
      watch.ordered.add(each.place);
      return made.order("ana", { kind: "weight", location: each.place, share: 0.5 });
    case "pin":
      watch.ordered.add(each.place);
      return made.order("ana", { kind: "pin", what: "zone", name: "at-b", location: each.place });
    case "hold":
    case "release":
      return made.order("ana", { kind: each.do });
    case "answer": {
      const [open] = made.view().questions;
      if (open === undefined) return;
      watch.saidYes ||= each.choice === 1;
      return made.order("ana", { kind: "answer", question: open.id, choice: each.choice });
    }
  }
}

/** Holds what has changed in this moment against what people were told. */
function look(made: Made, watch: Watch, before: ControlState): void {
  const now = made.state();
  const at = now.at;
  const broken = (what: string, says: string): void => void watch.broken.push(`${what}: ${says} at ${at - made.start}`);
  const guards = STRICT.guards!;
  const forbids = (className: string, isLoss: boolean): boolean =>
    guards.forbidden!.some(
      (each) => areNow(each, at) && each.classes?.includes(className) !== false && !(isLoss && each.losses === "move"),
    );
  for (const name of NAMES) {
    const [then, is] = [before.places[name]?.leave, now.places[name]?.leave];
    if (is?.why !== "gray" || then?.since === is.since) continue;
    const serving = NAMES.filter((other) => {
      const { state, lostAt } = now.places[other]!;
      return other !== name && lostAt === null && (state === "serving" || state === "restoring");
    });
    if (serving.length < guards.minLocationsServing) broken("few-serve", `${serving.length} serve without ${name}`);
  }
  if (now.table === null || now.table === before.table) return;
  for (const [name, rows] of Object.entries(now.table.contingency))
    for (const className of Object.keys(rows))
      if (guards.peopleOnly.includes(className) || forbids(className, true) || className !== "public")
        broken("contingency", `${className} of ${name}`);
  for (const name of NAMES)
    if (isForced(now, name, "up") && now.table.contingency[name] !== undefined)
      broken("forced-up", `there is a contingency for ${name}`);
  if (now.hold !== null && Object.keys(now.table.contingency).length > 0) broken("held", "there is a contingency");
  if (before.table === null) return;
  let movedRps = 0;
  for (const chunk of changes(made, before.table, now.table)) {
    const { className, zone, bucket, from, to, rps } = chunk;
    const isForcedBoth = (name: string, way: "up" | "down"): boolean =>
      isForced(before, name, way) && isForced(now, name, way);
    const isOwn = NAMES[rowToBuckets(before.home![className]![zone]!)[bucket]!] === from;
    if (isForcedBoth(from, "up") && isOwn && now.places[from]!.leave?.why !== "person" && !watch.ordered.has(to))
      broken("forced-up", `${className} ${from} -> ${to}`);
    const goesBack = [before, now].some(({ places }) => {
      const { leave, back } = places[to]!;
      return leave !== null && back === null;
    });
    if (goesBack) continue;
    if (isForcedBoth(to, "down")) broken("forced-down", `${className} ${from} -> ${to}`);
    if (watch.ordered.has(from) || watch.ordered.has(to)) continue;
    const isLoss = now.places[from]!.lostAt !== null;
    if (guards.peopleOnly.includes(className)) broken("people-only", `${className} ${from} -> ${to}`);
    if (forbids(className, isLoss)) broken("hours", `${className} ${from} -> ${to}`);
    if (isLoss && className !== "public" && !watch.saidYes) broken("unasked", `${className} ${from} -> ${to}`);
    if (!isLoss) movedRps += rps;
  }
  watch.moved = [...watch.moved.filter((each) => at - each.at < 60_000), { at, rps: movedRps }];
  const lately = watch.moved.reduce((sum, { rps }) => sum + rps, 0);
  // Demand is known with some lag of its own.
  if (movedRps > 0 && lately > 1.02 * guards.maxShareMovedPerMinute * ALL_RPS)
    broken("share", `${lately} rps in a minute`);
}

const isForced = ({ places }: ControlState, name: string, to: "up" | "down"): boolean =>
  places[name]!.forced?.to === to;

function changes(made: Made, before: RouteTable, after: RouteTable) {
  return Object.keys(CLASS_SHARE).flatMap((className) =>
    made.estate.zones.flatMap(({ name: zone }) => {
      const old = rowToBuckets(before.assignment[className]![zone]!);
      return [...rowToBuckets(after.assignment[className]![zone]!)].flatMap((index, bucket) =>
        index === old[bucket]
          ? []
          : [
              {
                className,
                zone,
                bucket,
                from: NAMES[old[bucket]!]!,
                to: NAMES[index]!,
                rps: (100 * CLASS_SHARE[className]!) / 256,
              },
            ],
      );
    }),
  );
}
