import * as fc from "fast-check";
import { expect, test } from "vitest";
import { chanceFrom, madeEstate, type MadeEstate } from "../../../bench/plan/made-estate.ts";
import { rowToBuckets } from "../route/rows.ts";
import type { Assignment } from "../route/table.ts";
import { bucketRps, flowsOf, rowsOf, toChunks, type Chunks } from "./chunks.ts";
import { contingencies } from "./contingency.ts";
import { ALL_OPEN } from "./closed.ts";
import { problemOf, type RpsByPool } from "./estate-problem.ts";
import { planChunks, withChunkFree } from "./plan-chunks.ts";
import { carriesRps } from "./room.ts";
import { solve } from "./solve.ts";
import { interpolate } from "./steps.ts";

const sizes = fc.record({
  seed: fc.integer({ min: 0, max: 2 ** 31 }),
  locations: fc.integer({ min: 2, max: 8 }),
  zones: fc.integer({ min: 1, max: 12 }),
  oneWriter: fc.boolean(),
  /** Under 1 somebody goes unserved; just over 1 nearly every location is full. */
  times: fc.constantFrom(0.7, 0.95, 1.02, 1.3, 2, 4),
});
type World = MadeEstate & { readonly capacityRps: Readonly<Record<string, number>> };

/** Made from its size inside each property, so that a counterexample is a few numbers and not a whole world. */
function worldOf({
  times,
  ...size
}: {
  seed: number;
  locations: number;
  zones: number;
  oneWriter: boolean;
  times: number;
}): World {
  const made = madeEstate(size);
  return { ...made, capacityRps: made.capacityFor(times) };
}

test("chunks fit, cover every row, go only where they may; rounding leaves at most one chunk a location", () => {
  fc.assert(
    fc.property(sizes, (size) => {
      const world = worldOf(size);
      const plan = solve(problemOf(world));
      const chunks = toChunks({ ...world, plan, previous: null });
      expectFits(world, chunks);
      // A plan may be older than the capacity: then it is the capacity that counts.
      const hopeful = solve(
        problemOf({
          ...world,
          capacityRps: world.estate.locations.reduce((all, { name }) => ({ ...all, [name]: 2 * world.totalRps }), {}),
        }),
      );
      expectFits(world, toChunks({ ...world, plan: hopeful, previous: null }));
      for (const { className, zone, allowed } of rowsOf(world.estate)) {
        expect(
          rowToBuckets(chunks.assignment[className]![zone]!).filter((location) => !allowed.includes(location)),
        ).toHaveLength(0);
      }
      // A row that the plan cannot serve whole leaves its unserved part, and one cut bucket more.
      const rounding = chunks.unplaced.filter(
        (chunk) => !plan.unserved.some((one) => one.class === chunk.class && one.zone === chunk.zone),
      );
      expect(rounding.length).toBeLessThanOrEqual(world.estate.locations.length);
      if (plan.unserved.length === 0) expect(chunks.unplaced.length).toBeLessThanOrEqual(world.estate.locations.length);
    }),
    { numRuns: 120 },
  );
}, 30_000);

test("where one chunk of each place can be kept free all are placed, and never much less than fractions could place", () => {
  fc.assert(
    fc.property(sizes, (size) => {
      const world = worldOf(size);
      const fractional = solve(problemOf(world));
      const chunks = chunksOf(world, world.capacityRps, null);
      expectFits(world, chunks);
      const largest = largestOf(world);
      const capacityRps = withChunkFree({ ...world, current: [] });
      // A place that a chunk or two fill keeps less than one free.
      const keepsOne = Object.values(world.capacityRps).every((rps) => largest <= rps / 4);
      const leavesNobody = solve(problemOf({ ...world, capacityRps })).unserved.length === 0;
      if (keepsOne && leavesNobody) expect(chunks.unplaced).toEqual([]);
      if (fractional.unserved.length === 0)
        expect(chunks.unplaced.length).toBeLessThanOrEqual(world.estate.locations.length);
      const kept = world.estate.locations.length * largest;
      expect(sumRps(chunks.unplaced)).toBeLessThanOrEqual(sumRps(fractional.unserved) + 2 * kept + 1e-6);
    }),
    { numRuns: 120 },
  );
}, 30_000);

test("noise in what is wanted moves nobody while everybody still fits", () => {
  fc.assert(
    fc.property(sizes, fc.integer(), (size, seed) => {
      const world = worldOf(size);
      const first = chunksOf(world, world.capacityRps, null);
      const chance = chanceFrom(seed);
      const noisy = {
        ...world,
        demand: Object.fromEntries(
          Object.entries(world.demand).map(([name, zones]) => [
            name,
            Object.fromEntries(Object.entries(zones).map(([zone, rps]) => [zone, rps * (0.95 + 0.1 * chance())])),
          ]),
        ),
      };
      const load = loadOf(noisy, first.assignment);
      fc.pre(world.estate.locations.every(({ name }) => load[name]! <= world.capacityRps[name]!));
      expect(chunksOf(noisy, world.capacityRps, first.assignment).assignment).toEqual(first.assignment);
    }),
    { numRuns: 100 },
  );
}, 30_000);

test("an unchanged plan moves nothing, and a loss moves only what must move", () => {
  fc.assert(
    fc.property(sizes, fc.nat(), (size, pick) => {
      const world = worldOf(size);
      const first = chunksOf(world, world.capacityRps, null);
      // Chunks without a place count as load where they are, so such a plan is still looking for a better one.
      fc.pre(first.unplaced.length === 0);
      const again = chunksOf(world, world.capacityRps, first.assignment);
      expect(again.assignment).toEqual(first.assignment);
      const lost = world.estate.locations[pick % world.estate.locations.length]!.name;
      const roomy = Object.fromEntries(
        world.estate.locations.map(({ name }) => [name, name === lost ? 0 : 2 * world.totalRps]),
      );
      const after = chunksOf(world, roomy, first.assignment);
      const stray = movedBuckets(first.assignment, after.assignment).filter(
        (from) => world.estate.locations[from]!.name !== lost,
      );
      expect(stray).toEqual([]);
    }),
    { numRuns: 100 },
  );
}, 30_000);

/** Chunks that stay whatever is lost: every seventh bucket. */
const stays = (_class: string, _zone: string, bucket: number): boolean => bucket % 7 === 0;

test("a contingency takes everything it can out of the lost location, only there, within what is ready", () => {
  fc.assert(
    fc.property(sizes, fc.constantFrom(0.5, 1, 1.5, 4), fc.nat(), (size, spare, pick) => {
      const world = worldOf(size);
      const { assignment } = chunksOf(world, world.capacityRps, null);
      const loadRps = loadOf(world, assignment);
      const readyRps = Object.fromEntries(
        world.estate.locations.map(({ name }) => [
          name,
          loadRps[name]! + (spare * world.totalRps) / world.estate.locations.length,
        ]),
      );
      const exclude = [world.estate.locations[pick % world.estate.locations.length]!.name];
      const input = { ...world, assignment, readyRps, loadRps, maxUtilisation: 0.9, exclude, closed: ALL_OPEN, stays };
      const plans = contingencies(input).ofLocation;
      expect(Object.keys(plans)).toEqual(world.estate.locations.map(({ name }) => name));
      world.estate.locations.forEach(({ name: lost }, lostIndex) => {
        const after = overlay(assignment, plans[lost]!);
        const load = loadOf(world, after);
        for (const { name } of world.estate.locations) {
          if (name === lost) continue;
          const room = exclude.includes(name) ? 0 : Math.max(0, carriesRps(readyRps[name]!, 0.9) - loadRps[name]!);
          expect(load[name]! - loadRps[name]!).toBeLessThanOrEqual(room * (1 + 1e-6) + 1e-6);
        }
        expect(movedBuckets(assignment, after).every((from) => from === lostIndex)).toBe(true);
        for (const { className, zone, allowed } of rowsOf(world.estate)) {
          const row = plans[lost]![className]?.[zone];
          if (row === undefined) continue;
          const before = rowToBuckets(assignment[className]![zone]!);
          const wrong = rowToBuckets(row).filter(
            (to, bucket) =>
              to !== before[bucket] &&
              (bucket % 7 === 0 || !allowed.includes(to) || exclude.includes(world.estate.locations[to]!.name)),
          );
          expect(wrong).toHaveLength(0);
        }
        // What stays does not fit: no place that may serve it has room for it.
        for (const { className, zone, allowed } of rowsOf(world.estate)) {
          const rps = bucketRps(world.demand[className]![zone]!, world.bucketShares[className]);
          const open = allowed
            .map((index) => world.estate.locations[index]!.name)
            .filter((name) => name !== lost && !exclude.includes(name));
          const roomiest = Math.max(0, ...open.map((name) => carriesRps(readyRps[name]!, 0.9) - load[name]!));
          const fits = rowToBuckets(after[className]![zone]!).filter(
            (at, bucket) => at === lostIndex && bucket % 7 !== 0 && roomiest > 1e-6 && rps[bucket]! < roomiest - 1e-6,
          );
          expect(fits).toHaveLength(0);
        }
      });
    }),
    { numRuns: 40 },
  );
}, 30_000);

test("a provider's loss takes all it can out of all its places, and into none of them", () => {
  fc.assert(
    fc.property(sizes, fc.constantFrom(0.5, 1.5, 4), (size, spare) => {
      const world = worldOf(size);
      const { assignment } = chunksOf(world, world.capacityRps, null);
      const loadRps = loadOf(world, assignment);
      const names = world.estate.locations.map(({ name }) => name);
      const readyRps = Object.fromEntries(
        names.map((name) => [name, loadRps[name]! + (spare * world.totalRps) / names.length]),
      );
      const input = {
        ...world,
        assignment,
        readyRps,
        loadRps,
        maxUtilisation: 0.9,
        exclude: [],
        closed: ALL_OPEN,
        stays,
      };
      const all = contingencies(input).ofProvider;
      for (const [provider, { locations, rows }] of Object.entries(all)) {
        const its = world.estate.locations.filter((each) => each.provider === provider).map(({ name }) => name);
        expect(its).toEqual(expect.arrayContaining([...locations]));
        const after = overlay(assignment, rows);
        const strays = movedChunks(assignment, after).filter((chunk) => {
          const [from, className, zone, bucket] = chunk.split(" ") as [string, string, string, string];
          const to = names[rowToBuckets(after[className]![zone]!)[Number(bucket)]!]!;
          return !locations.includes(names[Number(from)]!) || its.includes(to) || Number(bucket) % 7 === 0;
        });
        expect(strays).toEqual([]);
        const load = loadOf(world, after);
        for (const name of names.filter((each) => !its.includes(each))) {
          const room = Math.max(0, carriesRps(readyRps[name]!, 0.9) - loadRps[name]!);
          expect(load[name]! - loadRps[name]!).toBeLessThanOrEqual(room * (1 + 1e-6) + 1e-6);
        }
      }
      // Three places are of three providers here: each tells its own loss.
      if (names.length <= 3) expect(all).toEqual({});
    }),
    { numRuns: 40 },
  );
}, 30_000);

test("law holds in contingencies and in chunks: nobody is sent where the zone forbids it, whatever is lost", () => {
  fc.assert(
    fc.property(sizes, fc.integer(), (size, seed) => {
      const plain = worldOf(size);
      const chance = chanceFrom(seed);
      const names = plain.estate.locations.map(({ name }) => name);
      const estate = {
        ...plain.estate,
        zones: plain.estate.zones.map((zone) => ({
          ...zone,
          forbidden: Object.fromEntries(
            plain.estate.classes.map(({ name }) => [name, names.filter((_, index) => index > 0 && chance() < 0.4)]),
          ),
        })),
      };
      const world = { ...plain, estate };
      const { assignment } = chunksOf(world, world.capacityRps, null);
      const loadRps = loadOf(world, assignment);
      const readyRps = Object.fromEntries(names.map((name) => [name, loadRps[name]! + world.totalRps]));
      const input = {
        ...world,
        assignment,
        readyRps,
        loadRps,
        maxUtilisation: 1,
        exclude: [],
        closed: ALL_OPEN,
        stays: () => false,
      };
      const losses = [
        ...Object.values(contingencies(input).ofLocation),
        ...Object.values(contingencies(input).ofProvider).map(({ rows }) => rows),
      ];
      for (const rows of [assignment, ...losses]) {
        for (const [name, zones] of Object.entries(rows)) {
          for (const [zone, runs] of Object.entries(zones)) {
            const { forbidden } = estate.zones.find((each) => each.name === zone)!;
            const here = new Set([...rowToBuckets(runs)].map((index) => names[index]!));
            for (const location of forbidden[name]!) expect(here).not.toContain(location);
          }
        }
      }
    }),
    { numRuns: 40 },
  );
}, 30_000);

test("steps are nested, carry their share, start with at least a chunk and end with the plan", () => {
  fc.assert(
    fc.property(
      sizes,
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 5 }),
      (size, draws) => {
        const world = worldOf(size);
        const locations = world.estate.locations.map(({ name }) => name);
        const from = chunksOf(
          world,
          Object.fromEntries(locations.map((name) => [name, 2 * world.totalRps])),
          null,
        ).assignment;
        const to = overlay(
          from,
          contingencies({
            ...world,
            assignment: from,
            readyRps: Object.fromEntries(locations.map((name) => [name, 9 * world.totalRps])),
            loadRps: {},
            maxUtilisation: 1,
            exclude: [],
            closed: ALL_OPEN,
            stays: () => false,
          }).ofLocation[locations[0]!]!,
        );
        const weightOf = (after: Assignment): number => weightMoved(world, from, after);
        const all = weightOf(to);
        const options = { locations, bucketShares: world.bucketShares };
        let before = new Set<string>();
        for (const share of [0, ...draws.toSorted((a, b) => a - b), 1]) {
          const step = interpolate(from, to, [locations[0]!], share, options);
          const moved = new Set(movedChunks(from, step));
          for (const chunk of before) expect(moved).toContain(chunk);
          expect(movedChunks(step, to).length + moved.size).toBe(movedChunks(from, to).length);
          if (share === 0) expect(moved.size).toBe(0);
          else if (all > 0) expect(moved.size).toBeGreaterThan(0);
          if (share === 1) expect(step).toEqual(to);
          // Heavy buckets are up to 1/50 of a row that may be the only one; many rows even that out.
          expect(Math.abs(weightOf(step) - share * all)).toBeLessThanOrEqual(0.1 * world.totalRps + 1e-9);
          before = moved;
        }
        expect(interpolate(from, to, [locations[1]!], 1, options)).toEqual(from);
        expect(interpolate(from, to, [locations[0]!], 1, { ...options, classes: [] })).toEqual(from);
      },
    ),
    { numRuns: 40 },
  );
}, 30_000);

test("a canary of 5 % of a large location is 5 % of its traffic, and other tenants for other zones", () => {
  const world = { ...madeEstate({ seed: 7, locations: 3, zones: 40 }) };
  const locations = world.estate.locations.map(({ name }) => name);
  const row = (at: number) =>
    Object.fromEntries(
      world.estate.classes.map(({ name }) => [
        name,
        Object.fromEntries(world.estate.zones.map((zone) => [zone.name, [[at, 256] as const]])),
      ]),
    );
  const canary = interpolate(row(0), row(1), [locations[0]!], 0.05, { locations, bucketShares: world.bucketShares });
  const share = weightMoved({ ...world, capacityRps: {} }, row(0), canary) / world.totalRps;
  expect(share).toBeGreaterThan(0.045);
  expect(share).toBeLessThan(0.055);
  const buckets = new Set(movedChunks(row(0), canary).map((chunk) => chunk.split(" ").at(-1)));
  expect(buckets.size).toBeGreaterThan(200);
});

function chunksOf(world: World, capacityRps: RpsByPool, previous: Assignment | null): ReturnType<typeof planChunks> {
  return planChunks({ ...world, capacityRps, previous, churnWeight: 1000 });
}

function loadOf(world: World, assignment: Assignment): Record<string, number> {
  const load = Object.fromEntries(world.estate.locations.map(({ name }) => [name, 0]));
  for (const flow of flowsOf({ ...world, assignment })) load[flow.location]! += flow.rps;
  return load;
}

function expectFits(world: World, chunks: Chunks): void {
  const load = loadOf(world, chunks.assignment);
  for (const { rps, location } of chunks.unplaced) load[location]! -= rps;
  for (const { name } of world.estate.locations)
    expect(load[name]!).toBeLessThanOrEqual(world.capacityRps[name]! * (1 + 1e-6) + 1e-6);
}

function sumRps(parts: readonly { readonly rps: number }[]): number {
  return parts.reduce((all, { rps }) => all + rps, 0);
}

function largestOf(world: World): number {
  return Math.max(
    ...world.estate.classes.flatMap(({ name }) => {
      const shares = world.bucketShares[name]!;
      const most = Math.max(...shares) / shares.reduce((sum, share) => sum + share, 0);
      return world.estate.zones.map((zone) => most * world.demand[name]![zone.name]!);
    }),
  );
}

function overlay(assignment: Assignment, rows: Assignment): Assignment {
  return Object.fromEntries(Object.entries(assignment).map(([name, zones]) => [name, { ...zones, ...rows[name] }]));
}

function movedChunks(before: Assignment, after: Assignment): string[] {
  return Object.entries(before).flatMap(([name, zones]) =>
    Object.entries(zones).flatMap(([zone, runs]) => {
      const now = rowToBuckets(after[name]![zone]!);
      return [...rowToBuckets(runs)].flatMap((from, bucket) =>
        now[bucket] === from ? [] : [`${from} ${name} ${zone} ${bucket}`],
      );
    }),
  );
}

/** Where each moved bucket was. */
function movedBuckets(before: Assignment, after: Assignment): number[] {
  return movedChunks(before, after).map((chunk) => Number(chunk.split(" ")[0]));
}

function weightMoved(world: World, before: Assignment, after: Assignment): number {
  return movedChunks(before, after).reduce((sum, chunk) => {
    const [, name, zone, bucket] = chunk.split(" ") as [string, string, string, string];
    return sum + bucketRps(world.demand[name]![zone]!, world.bucketShares[name])[Number(bucket)]!;
  }, 0);
}
