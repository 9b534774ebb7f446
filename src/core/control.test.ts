import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  makeWorld,
  WELL,
  type Health,
  type Made,
  type MadeLocation,
  type MadeZone,
} from "../../test/stories/control-world.ts";
import type { Estate } from "./estate.ts";
import type { ConditionFinding } from "./conditions.ts";
import { control, initialControl, viewOf, type ControlState } from "./control.ts";
import { closedBy } from "./plan/closed.ts";
import { checkTable } from "./route/check-table.ts";
import { rowToBuckets } from "./route/rows.ts";
import type { RouteTable } from "./route/table.ts";
import { isSameBucket, isStrong, type Bucket } from "./suspects.ts";

/** Whatever happens, in whatever order: the invariants of docs/invariants.md. Each `I` below is one of them. */

/** Seconds of work when other work goes on beside it are minutes. */
const SLOW_MACHINE_MS = 120_000;

const LOCATIONS: readonly MadeLocation[] = [
  { name: "a", position: 0, demandRps: 90, readyRps: 130, capacityRps: 220 },
  { name: "b", position: 10, demandRps: 70, readyRps: 100, capacityRps: 180 },
  { name: "c", position: 15, demandRps: 50, readyRps: 90, capacityRps: 160 },
  { name: "d", position: 40, demandRps: 60, readyRps: 90, capacityRps: 150 },
  { name: "e", position: 70, demandRps: 40, readyRps: 70, capacityRps: 140 },
  { name: "f", position: 90, demandRps: 30, readyRps: 60, capacityRps: 120 },
];
const NAMES = LOCATIONS.map(({ name }) => name);
/** Users who live between locations. */
const ZONES: readonly MadeZone[] = [
  { name: "x", position: 4, demandRps: 20 },
  { name: "y", position: 28, demandRps: 15 },
];

type Happening = (made: Made) => void;

const name = fc.constantFrom(...NAMES);
const health = fc.record({
  verdict: fc.constantFrom<Health["verdict"]>("failing", "failing", "shaky", "healthy"),
  cause: fc.constantFrom("dynamodb", "cart", "disk"),
  queueMs: fc.constantFrom(2, 500),
  failedRatio: fc.constantFrom(0.0005, 0.3),
  nats: fc.constantFrom(30, 30, 11),
  // Of every certainty, and some of the same buckets in several places.
  suspects: fc.uniqueArray(
    fc.record({
      class: fc.constantFrom("public", "internal", "nobody's"),
      bucket: fc.constantFrom(7, 8, 200),
      share: fc.constantFrom(0.2, 0.9),
      nats: fc.constantFrom(3, 8, 13.9, 14, 40),
    }),
    { maxLength: 3, selector: ({ class: of, bucket }) => `${of} ${bucket}` },
  ),
});

const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ name, health }).map(({ name: of, health: it }) => (made: Made) => {
      const sick = it.verdict !== "healthy";
      made.health.set(of, {
        ...WELL,
        ...it,
        nats: sick ? it.nats : 0,
        aloneNats: sick ? it.nats : 0,
        hurt: sick ? 0.05 : 0,
      });
    }),
  },
  { weight: 2, arbitrary: name.map((of) => (made: Made) => void made.health.delete(of)) },
  {
    weight: 5,
    arbitrary: fc
      .record({ zone: fc.constantFrom("x", "x", "y", "at-b"), name, share: fc.constantFrom(0.6, 0.6, 0.1, 0) })
      .map(
        ({ zone, name: to, share }) =>
          (made: Made) =>
            made.path(zone, to, share),
      ),
  },
  { weight: 2, arbitrary: name.map((of) => (made: Made) => void made.lost.add(of)) },
  { weight: 2, arbitrary: fc.constant((made: Made) => made.lost.clear()) },
  { weight: 1, arbitrary: name.map((of) => (made: Made) => void made.unheard.add(of)) },
  { weight: 1, arbitrary: fc.constant((made: Made) => made.unheard.clear()) },
  { weight: 1, arbitrary: name.map((of) => (made: Made) => void made.noGrowth.add(of)) },
  { weight: 1, arbitrary: name.map((of) => (made: Made) => void made.stuck.add(of)) },
  {
    weight: 1,
    arbitrary: fc.record({ name, rps: fc.constantFrom(20, 90, 150) }).map(
      ({ name: of, rps }) =>
        (made: Made) =>
          made.proven([[of, rps]]),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(0.5, 1, 1.4).map((factor) => (made: Made) => void (made.ill.factor = factor)),
  },
  {
    weight: 1,
    arbitrary: fc.record({ name, factor: fc.constantFrom(1, 10, NaN) }).map(
      ({ name: of, factor }) =>
        (made: Made) =>
          void made.floods.set(of, factor),
    ),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(null, "timeout")
      .map((code) => (made: Made) => void (made.ill.servers = code === null ? null : { kind: "retry", code })),
  },
  {
    weight: 2,
    arbitrary: fc.record({ name, share: fc.constantFrom(0.1, 1), forSeconds: fc.constantFrom(5, 3600) }).map(
      ({ name: location, share, forSeconds }) =>
        (made: Made) =>
          made.order("p", { kind: "evacuate", location, share, forSeconds }),
    ),
  },
  { weight: 2, arbitrary: name.map((location) => (made: Made) => made.order("p", { kind: "restore", location })) },
  {
    weight: 1,
    arbitrary: fc
      .option(name, { nil: undefined })
      .map(
        (location) => (made: Made) =>
          made.order("p", location === undefined ? { kind: "hold" } : { kind: "hold", location }),
      ),
  },
  {
    weight: 2,
    arbitrary: fc
      .option(name, { nil: undefined })
      .map(
        (location) => (made: Made) =>
          made.order("p", location === undefined ? { kind: "release" } : { kind: "release", location }),
      ),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom("act" as const, "act" as const, "approve" as const, "observe" as const)
      .map((mode) => (made: Made) => made.order("p", { kind: "mode", mode })),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(1, 2).map((choice) => (made: Made) => {
      for (const question of made.view().questions) made.order("p", { kind: "answer", question: question.id, choice });
    }),
  },
);

const finding: fc.Arbitrary<ConditionFinding> = fc.oneof(
  fc.constant({ kind: "holds" as const }),
  fc.constant({ kind: "unknown" as const, says: "no answer in time" }),
  fc.constantFrom({}, { bucket: 7 }, { class: "public", bucket: 200 }, { class: "internal" }).map((about) => ({
    kind: "fails" as const,
    failures: [{ ...about, says: "no certificate" }],
  })),
);

const anything = fc.oneof(
  { weight: 30, arbitrary: happening },
  {
    weight: 5,
    arbitrary: fc.record({ name, finding }).map(({ name: of, finding: it }) => (made: Made) => {
      made.findings.set(`tls ${of}`, it);
      made.answerAll();
    }),
  },
);

const story = fc.array(fc.record({ happening: anything, seconds: fc.constantFrom(0.25, 1, 2, 6) }), {
  minLength: 3,
  maxLength: 14,
});

/** Counts on less than scalers say, prepares, and watches what a loss would ask for. */
const WARY: Partial<Estate> = {
  headroom: "location",
  prepare: { maxAddedCostShare: 0.5, ttlSeconds: 1 },
  unprovenShare: 0.8,
  slowStartSeconds: 10,
};

test(
  "no sequence of events gets past the guards, and replay is the same byte for byte",
  () => {
    fc.assert(
      fc.property(story, fc.boolean(), (steps, isWary) => {
        const settings = {
          ...(isWary && WARY),
          conditions: [{ name: "tls", kind: "tls", doubt: "bars", doubtAfterSeconds: 6, askedBy: "houston" } as const],
          guards: {
            maxShareMovedPerMinute: 0.3,
            minLocationsServing: 3,
            maxUtilisation: 0.85,
            peopleOnly: ["internal"],
          },
        };
        const made = makeWorld(LOCATIONS, settings, ZONES);
        made.run(3);
        for (const step of steps) {
          step.happening(made);
          made.run(step.seconds);
        }
        expect(JSON.stringify(check(made))).toBe(JSON.stringify(made.state()));
      }),
      { numRuns: 40, interruptAfterTimeLimit: 8_000, markInterruptAsFailure: false },
    );
  },
  SLOW_MACHINE_MS,
);

/** Replays the log, holds every table that was published against the state it came from, and returns the last state. */
function check(made: Made): ControlState {
  let state: ControlState = initialControl();
  let table: RouteTable | null = null;
  for (const event of made.log) {
    const before = state;
    const stepped = control(state, event);
    state = stepped.state;
    const published = stepped.effects.filter((effect) => effect.kind === "publish");
    must(published.length <= 1, "I1: one table a turn");
    for (const effect of published) {
      const next = effect.table;
      must(checkTable(next, made.estate).length === 0, "I2: every row is whole");
      must(table === null || next.version >= table.version, "I1: versions grow");
      if (table !== null && next.version > table.version) {
        const codes = stepped.reasons.map(({ code }) => code);
        checkMove(made, { before, after: state, from: table, to: next, isTick: event.event === "tick", codes });
        checkContingencies(state, next);
      }
      table = next;
    }
    const canaries = NAMES.map((each) => state.places[each]).filter(
      (place) =>
        place !== undefined &&
        place.leave !== null &&
        place.leave.why !== "lost" &&
        place.back === null &&
        place.step !== null &&
        place.step.lookedAt === null &&
        (place.step.reached <= 0.05 || place.step.suspect !== null),
    );
    must(canaries.length <= 1, "I6: one canary in flight");
    if (event.event === "tick" && stepped.reasons.length > 0) checkIncidents(state);
  }
  return state;
}

function checkIncidents(state: ControlState): void {
  const { incidents } = viewOf(state);
  const numbers = incidents.map(({ number }) => number);
  must(new Set(numbers).size === numbers.length, "I17: an incident is listed once");
  for (const each of incidents) {
    const parts = [
      each.what,
      each.users,
      each.why,
      each.certain,
      each.doing,
      each.notDoing,
      each.youNeedTo,
      each.brief,
    ];
    must(
      parts.every((part) => part.trim() !== "" && !/undefined|NaN|null|Infinity/.test(part)),
      `I17: every part of an incident reads: ${parts.join(" | ")}`,
    );
  }
  for (const name of NAMES) {
    const { incident, leave } = state.places[name] ?? { incident: null, leave: null };
    const isOpen = incidents.some(({ number, closedAt }) => number === incident && closedAt === null);
    must((incident === null && leave === null) || isOpen, `I17: the trouble of ${name} is in the book`);
  }
}

/** A plain throw: an `expect` for each of a million chunks would be all that this test does. */
function must(holds: boolean, invariant: string): void {
  if (!holds) throw new Error(invariant);
}

type Moving = {
  readonly before: ControlState;
  readonly after: ControlState;
  readonly from: RouteTable;
  readonly to: RouteTable;
  readonly isTick: boolean;
  readonly codes: readonly string[];
};

const isOrdered = (state: ControlState, place: string): boolean =>
  state.places[place]!.leave?.why === "person" || (state.places[place]!.back?.by ?? null) !== null;

function checkMove(made: Made, { before, after, from, to, isTick, codes }: Moving): void {
  const closed = closedBy(after.bars);
  // What goes back where it just was may be anyone's.
  const isRollBack = codes.some((code) =>
    ["stopped", "rolled-back", "back-failed", "luggage", "users-hurt-there-too"].includes(code),
  );
  for (const className of ["public", "editor", "internal"]) {
    for (const zone of made.estate.zones) {
      const runs = [from.assignment[className]![zone.name]!, to.assignment[className]![zone.name]!] as const;
      if (runs[0] === runs[1]) continue;
      const [old, now] = [rowToBuckets(runs[0]), rowToBuckets(runs[1])];
      for (let bucket = 0; bucket < 256; bucket++) {
        if (old[bucket] === now[bucket]) continue;
        const [leaves, gets] = [NAMES[old[bucket]!]!, NAMES[now[bucket]!]!];
        // What goes back to where it was when that place began to be left: to a dead one it is shed.
        const left = [before, after].map((state) => state.places[gets]!.leave?.from[className]?.[zone.name]);
        const goesBack =
          isRollBack && left.some((row) => row !== undefined && rowToBuckets(row)[bucket] === now[bucket]);
        must(after.places[gets]!.lostAt === null || goesBack, `I3: ${gets} is lost and gets traffic`);
        const people = [before, after].some((state) => isOrdered(state, leaves) || isOrdered(state, gets));
        // An order that a person gives after the hold is carried out all the same.
        must(after.places[gets]!.hold === null || isRollBack || people, `I3: ${gets} is held and gets traffic`);
        must(
          isRollBack || closed.by(className, bucket, gets).length === 0,
          `I18: ${gets} is closed to ${className} bucket ${bucket}, and gets it`,
        );
        must(className !== "editor", "I4: one writer");
        must(className !== "internal" || people || isRollBack, `I4: people only, ${leaves} -> ${gets} ${codes.join()}`);
        must(
          isFreeToGo(after, leaves, gets, { class: className, bucket }) || isRollBack || people,
          "I6: suspects stay, or go last and alone",
        );
        must(
          isOfBadWay(before, after, { leaves, gets, zone: zone.name }) || isRollBack || people,
          `I18: only users of a bad way leave for it: ${zone.name} ${leaves} -> ${gets}`,
        );
        must(
          !isOverBadWay(before, after, gets, zone.name) ||
            after.places[leaves]!.lostAt !== null ||
            isRollBack ||
            people,
          `I18: nobody is sent over a bad way: ${zone.name} -> ${gets}`,
        );
        must(before.mode !== "observe" || !isTick, "I8: observe moves nothing");
        must(before.hold === null || !isTick || people, "I7: a hold moves nothing");
        must(!after.blind, "I9: the blind move nothing");
      }
    }
  }
  const share = after.movedShares.filter(({ at }) => after.at - at < 60_000).reduce((sum, each) => sum + each.share, 0);
  must(share <= 0.3 + 1e-6, "I5: share moved in a minute");
}

/** Where nothing but a bad way is left: whether this zone's is it, or the chunk comes home. */
function isOfBadWay(
  before: ControlState,
  after: ControlState,
  move: { readonly leaves: string; readonly gets: string; readonly zone: string },
): boolean {
  const comesHome = [before, after].some((state) => state.places[move.gets]!.back !== null);
  const leaves = [before, after].map((state) => state.places[move.leaves]!);
  if (comesHome || leaves.some(({ lostAt }) => lostAt !== null)) return true;
  return leaves.some(({ leave }) => leave !== null && (leave.why !== "path" || leave.zones!.includes(move.zone)));
}

function isOverBadWay(before: ControlState, after: ControlState, gets: string, zone: string): boolean {
  return [before, after].every((state) =>
    state.places[gets]!.badPaths.some((path) => path.zone === zone && !path.isTried),
  );
}

/** Whether this bucket may leave a gray place now: it is not suspect there, or weakly and alone. */
function isFreeToGo(state: ControlState, leaves: string, gets: string, bucket: Bucket): boolean {
  const { leave, back, step } = state.places[leaves]!;
  // What comes home leaves as a guest.
  if (leave?.why !== "gray" || back !== null || state.places[gets]!.back !== null) return true;
  const suspect = leave.trouble.suspects.find((each) => isSameBucket(each, bucket));
  if (suspect === undefined) return true;
  return !isStrong(suspect) && step !== null && step.suspect !== null && isSameBucket(step.suspect, bucket);
}

/** Whether this chunk came to `lost` from a place that had died less than a minute before. */
function isCarried(
  state: ControlState,
  chunk: { readonly lost: string; readonly className: string; readonly zone: string; readonly bucket: number },
): boolean {
  return NAMES.some((name, index) => {
    const leave = state.places[name]!.leave;
    const carries = leave?.carriers.some((each) => each.name === chunk.lost && state.at - each.since < 60_000);
    return (
      leave?.why === "lost" &&
      carries === true &&
      rowToBuckets(leave.from[chunk.className]![chunk.zone]!)[chunk.bucket] === index
    );
  });
}

function checkContingencies(state: ControlState, table: RouteTable): void {
  if (state.mode !== "act" || state.hold !== null)
    must(Object.keys(table.contingency).length === 0, "I7: no contingency without leave to move");
  for (const lost of Object.keys(table.contingency)) {
    for (const className of Object.keys(table.contingency[lost]!)) {
      must(className === "public", "I4: contingencies keep to what may move");
      for (const zone of Object.keys(table.contingency[lost]![className]!)) {
        const now = rowToBuckets(table.assignment[className]![zone]!);
        const then = rowToBuckets(table.contingency[lost]![className]![zone]!);
        for (let bucket = 0; bucket < 256; bucket++) {
          if (now[bucket] === then[bucket]) continue;
          must(!isCarried(state, { lost, className, zone, bucket }), "I11: a contingency takes luggage no further");
          const gets = state.places[NAMES[then[bucket]!]!]!;
          must(
            closedBy(state.bars).by(className, bucket, gets.name).length === 0,
            "I18: a contingency names only who is open",
          );
          must(
            gets.lostAt === null && gets.hold === null && gets.state === "serving",
            "I3: a contingency names only who may receive",
          );
        }
      }
    }
  }
}

test(
  "unchanged demand is an unchanged plan: at rest no table follows the first",
  () => {
    const made = makeWorld(LOCATIONS);
    made.run(120);
    const tables = made.heard().flatMap(({ effects }) => effects.filter((effect) => effect.kind === "publish"));
    expect(tables.length).toBe(1);
  },
  SLOW_MACHINE_MS,
);

test(
  "a lost location's users are remembered until they show up elsewhere",
  () => {
    const made = makeWorld(LOCATIONS);
    made.run(5);
    made.lost.add("a");
    made.run(60);
    const view = made.view();
    expect(view.locations.find((location) => location.name === "a")!.movedShare).toBeGreaterThan(0.9);
    const planned = made.state().demand.entries["a"]!.memory;
    expect(planned!["public"]!["at-a"]).toBeCloseTo(90 * 0.95, 0);
  },
  SLOW_MACHINE_MS,
);
