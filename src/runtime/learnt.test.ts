import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { initialJudge, judge, learntOf, type JudgeState } from "../core/judge/judge.ts";
import type { Reading } from "../core/reading.ts";
import type { Summary } from "../core/summary.ts";
import { learntFile } from "../drivers/store/learnt-file.ts";
import { atOf, MADE_BASELINE, madeEstate, madeWorld, passSecond, type World } from "../../test/stories/judge-world.ts";
import { madeClock } from "./made-clock.testing.ts";
import { KEEP_LEARNT_EACH_MS, learntKeeper } from "./learnt-keeper.ts";
import { readLearnt } from "./learnt-schema.ts";
import { startLoneNode } from "./lone-node.testing.ts";
import type { Node } from "./node.ts";
import { summarySchema } from "./summary-schema.ts";
import { summaryOf } from "./summary.testing.ts";

const NAMES = ["a", "b", "c", "d", "e"];
const RESTARTS_AT = 150;
const SLOW = { timeout: 60_000 };

function worldAfter(seconds: number): World {
  const world = madeWorld({ seed: 5, names: NAMES });
  while (world.second < seconds) passSecond(world);
  return world;
}

/** A new process in the place of the old: it knows what was kept, or nothing. */
function restarted(world: World, kept: string | null): JudgeState {
  const at = atOf(world.second);
  const state = judge(initialJudge(), {
    event: "config",
    at,
    location: "a",
    estate: world.estate,
    baseline: MADE_BASELINE,
  }).state;
  if (kept === null) return state;
  const read = readLearnt(kept, { location: "a", at });
  if ("refused" in read) throw new Error(read.refused);
  return judge(state, { event: "learnt", at, learnt: read.learnt }).state;
}

/** Seconds until the location is called failing after a fault that begins at the restart; 60 when it is not. */
function secondsToFailing(world: World, replace: (world: World) => void, fault: { fails?: number; slower?: number }) {
  replace(world);
  world.ails = (location, service) => (location === "a" && service === "edge" ? fault : {});
  for (let second = 1; second < 60; second++) {
    const verdict = passSecond(world).find(({ location }) => location === "a");
    if (verdict?.verdict === "failing") return second;
  }
  return 60;
}

const keptOf = (world: World): string => JSON.stringify(learntOf(world.judges.get("a")!));

describe("a fault right after a restart", () => {
  test.each([
    ["of failures", { fails: 0.05 }],
    ["of slowness", { slower: 60 }],
  ])("%s is judged as if the node had never restarted", SLOW, (_, fault) => {
    const never = secondsToFailing(worldAfter(RESTARTS_AT), () => {}, fault);
    const warm = secondsToFailing(
      worldAfter(RESTARTS_AT),
      (world) => void world.judges.set("a", restarted(world, keptOf(world))),
      fault,
    );
    expect(never).toBeLessThan(20);
    expect(Math.abs(warm - never)).toBeLessThanOrEqual(1);
  });

  test("of slowness is taken for the usual by one that knows nothing", SLOW, () => {
    const cold = secondsToFailing(
      worldAfter(RESTARTS_AT),
      (world) => void world.judges.set("a", restarted(world, null)),
      { slower: 60 },
    );
    expect(cold).toBe(60);
  });
});

test("what is kept, taken up and kept again is the same", SLOW, () => {
  const world = worldAfter(60);
  const kept = keptOf(world);
  expect(JSON.stringify(learntOf(restarted(world, kept)))).toBe(kept);
  // 18 services: a few kilobytes each.
  expect(kept.length / 18).toBeLessThan(6000);
});

const minuteAt = (minute: number): number => atOf(0) + minute * 60_000;

const begun = (minute: number): JudgeState =>
  judge(initialJudge(), {
    event: "config",
    at: minuteAt(minute),
    location: "a",
    estate: madeEstate(["a"]),
    tickMs: 60_000,
  }).state;

describe("where nothing counts requests", () => {
  const NAMES_OF_SERVICES = ["cart", "catalog", "stock"];

  /** Gauges by the minute; from the 120th on cart's processor is hot. A restart comes at the 119th, with what was kept or with nothing. */
  function hotFrom120(replaced: (state: JudgeState) => JudgeState): { minutes: number; state: JudgeState } {
    let state = begun(0);
    for (let minute = 1; minute <= 140; minute++) {
      if (minute === 119) state = replaced(state);
      const at = minuteAt(minute);
      const readings = NAMES_OF_SERVICES.map((service, i): Reading => {
        const usual = 20 + i + Math.sin(minute * 1.3 + i);
        const value = service === "cart" && minute >= 120 ? 95 : usual;
        return { at, location: "a", service, signal: "gauge", name: "cpu_percent", value, worse: "up" };
      });
      judge(state, { event: "readings", at, readings });
      judge(state, { event: "tick", at });
      if (state.view.verdict === "failing") return { minutes: minute - 120, state };
    }
    return { minutes: Number.POSITIVE_INFINITY, state };
  }

  test("a hot processor right after a restart is named as early as if the node had never restarted", () => {
    const never = hotFrom120((state) => state);
    let bytes = 0;
    const warm = hotFrom120((state) => {
      const kept = JSON.stringify(learntOf(state));
      bytes = kept.length;
      const read = readLearnt(kept, { location: "a", at: minuteAt(119) });
      if ("refused" in read) throw new Error(read.refused);
      const next = judge(begun(119), { event: "learnt", at: minuteAt(119), learnt: read.learnt }).state;
      expect(learntOf(next)).toEqual({ ...read.learnt, at: minuteAt(119) });
      return next;
    });
    expect(never.minutes).toBeLessThan(5);
    // The last minutes are not kept, so those of the fault are not mixed with them.
    expect(Math.abs(warm.minutes - never.minutes)).toBeLessThanOrEqual(1);
    expect(warm.state.view.causes[0]?.name).toBe("cart");
    expect(bytes).toBeLessThan(10_000);
    expect(hotFrom120(() => begun(119)).minutes).toBe(Number.POSITIVE_INFINITY);
  });

  test("what thousands of series say does not outgrow its limit, and what was days ago is not taken up", () => {
    const state = begun(0);
    for (let minute = 1; minute <= 30; minute++) {
      const at = minuteAt(minute);
      const readings = Array.from({ length: 2000 }, (_, i): Reading => {
        const [service, name] = [`s${i % 100}`, `g${i}_percent`];
        return { at, location: "a", service, signal: "gauge", name, value: 20 + ((i * minute) % 7), worse: "up" };
      });
      judge(state, { event: "readings", at, readings });
    }
    const learnt = learntOf(state);
    expect(learnt.histories.series).toHaveLength(1000);
    const later = 26 * 60;
    const after = judge(begun(later), { event: "learnt", at: minuteAt(later), learnt }).state;
    expect(after.histories.before.size + after.gauges.size).toBe(0);
  });
});

test("in which unit a latency is told is known over a restart", () => {
  const world = worldAfter(60);
  const before = world.judges.get("a")!.units;
  const after = restarted(world, keptOf(world)).units;
  expect(before.size).toBeGreaterThan(10);
  expect(after).toEqual(before);
});

type Told = { readonly service: string } & (
  | Pick<Extract<Reading, { signal: "requests" }>, "signal" | "good" | "total">
  | Pick<Extract<Reading, { signal: "latency_log" }>, "signal" | "count" | "sum" | "squares" | "slow">
  | Pick<Extract<Reading, { signal: "latency_hist" }>, "signal" | "bounds" | "counts">
  | Pick<Extract<Reading, { signal: "latency_ms" }>, "signal" | "value" | "quantile" | "total">
  | Pick<Extract<Reading, { signal: "gauge" }>, "signal" | "name" | "value" | "worse">
);
type Rate = Summary["own"]["rates"][number];
const LONG = 130;

function sums(logMs: number): Told {
  const [count, squares] = [100, 100 * logMs * logMs];
  return { service: "cart", signal: "latency_log", count, sum: count * logMs, squares, slow: 0 };
}

/** Why the next life refuses what this one learnt of all that, a little of it each second; null: it does not. */
function refusedAfter(told: readonly Told[], rates: readonly Rate[], seconds = LONG): string | null {
  const estate = madeEstate(["a", "b", "c"]);
  let state = judge(initialJudge(), { event: "config", at: atOf(0), location: "a", estate, asksWhere: true }).state;
  for (let second = 1; second <= seconds; second++) {
    const at = atOf(second);
    const some = told.filter((_, i) => (second + i) % 3 > 0);
    judge(state, { event: "readings", at, readings: some.map((each): Reading => ({ ...each, at, location: "a" })) });
    for (const [i, from] of ["b", "c"].entries()) {
      const calm = summaryOf(from, { seq: second, at });
      const said = { ...calm, own: { ...calm.own, rates: rates.filter((_, of) => (second + i + of) % 4 > 0) } };
      const heard = summarySchema.safeParse(said);
      if (heard.success) judge(state, { event: "summary", at, summary: heard.data });
    }
    state = judge(state, { event: "tick", at }).state;
  }
  const read = readLearnt(JSON.stringify(learntOf(state)), { location: "a", at: atOf(seconds) });
  return "refused" in read ? read.refused : null;
}

describe("whatever a judge may be told, what it has learnt of it is taken up again", () => {
  test.each([-60, -40, -30, 0, 60])("latencies of e^%i ms", (logMs) => {
    expect(refusedAfter([sums(logMs)], [])).toBeNull();
  });

  test("the farthest bound, and no time at all", () => {
    const bounds = [1, Math.exp(60) / 2];
    expect(refusedAfter([{ service: "cart", signal: "latency_hist", bounds, counts: [0, 0, 9] }], [])).toBeNull();
    const least = { signal: "latency_ms", value: 5e-324, quantile: 0.5, total: 9 } as const;
    expect(refusedAfter([{ service: "cart", ...least }], [])).toBeNull();
  });

  test.each([-1e300, -40, -30, 40, 60, 1e300])("peers whose latencies are of e^%d ms", (logMs) => {
    const rates = [{ service: "cart", bad: 0, total: 100, logMs }];
    expect(refusedAfter([sums(60)], rates)).toBeNull();
    expect(refusedAfter([sums(-30)], rates)).toBeNull();
  });

  test("gauges from one end to the other", () => {
    const gauge = { service: "cart", signal: "gauge", name: "queue", worse: "up" } as const;
    expect(
      refusedAfter(
        [
          { ...gauge, value: 1e15 },
          { ...gauge, value: -1e15 },
        ],
        [],
      ),
    ).toBeNull();
  });

  test("anything of all that at once", SLOW, () => {
    const of = fc.record({ service: fc.constantFrom("cart", "session", "dynamodb") });
    const count = fc.constantFrom(0, 1, 100, 1e9);
    const logMs = fc.constantFrom(-60, -30, -29, 0, 3, 40, 59, 60);
    const reading = fc.oneof(
      fc.record({ signal: fc.constant("requests"), good: count, total: count }),
      fc.tuple(count, logMs, fc.constantFrom(0, 1, 3600)).map(([n, log, spread]) => ({
        signal: "latency_log",
        count: n,
        sum: n * log,
        squares: n * (log * log + spread),
        slow: n,
      })),
      fc.record({
        signal: fc.constant("latency_hist"),
        bounds: fc.constantFrom([5e-324, 1], [1, 1e25], [1e25, Math.exp(60) / 2], [1, 1e308]),
        counts: fc.tuple(count, count, count),
      }),
      fc.record({
        signal: fc.constant("latency_ms"),
        value: fc.constantFrom(5e-324, 1, 1e9),
        quantile: fc.constantFrom(0.5, 0.99),
        total: count,
      }),
      fc.record({
        signal: fc.constant("gauge"),
        name: fc.constantFrom("queue", "cpu_percent"),
        value: fc.constantFrom(-1e15, 0, 1e15),
        worse: fc.constantFrom("up", "down", "both"),
      }),
    );
    const told = fc.array(
      fc.tuple(of, reading).map(([service, each]) => ({ ...service, ...each }) as Told),
      { maxLength: 6 },
    );
    const big = fc.constantFrom(0, 1, 100, 1e15, 1e308);
    const rate = fc
      .tuple(of, fc.record({ bad: big, total: big, logMs: fc.option(fc.constantFrom(-744, -40, -30, 0, 60, 61)) }))
      .map(([service, each]) => ({ ...service, ...each }));
    fc.assert(
      fc.property(told, fc.array(rate, { maxLength: 3 }), (readings, rates) => {
        expect(refusedAfter(readings, rates)).toBeNull();
      }),
      { numRuns: 15, seed: 2 },
    );
  });
});

describe("what is not taken up is refused by name", () => {
  const at = atOf(60);
  const kept = keptOf(worldAfter(60));
  const changed = (change: (value: ReturnType<typeof learntOf>) => unknown) => JSON.stringify(change(JSON.parse(kept)));
  const refusal = (text: string, of = { location: "a", at }) => {
    const read = readLearnt(text, of);
    return "refused" in read ? read.refused : null;
  };

  test("another version's, another location's, an old one, one of a time to come", () => {
    expect(refusal(kept)).toBeNull();
    expect(refusal(changed((value) => ({ ...value, version: 0 })))).toBe("it has version 0, and this judge takes 2");
    expect(refusal(kept, { location: "b", at })).toBe("it is a's, and this is b");
    expect(refusal(kept, { location: "a", at: at + 20 * 86_400_000 })).toBe("it is 20 days old; 14 at most are of use");
    expect(refusal(kept, { location: "a", at: at - 600_000 })).toBe("it is of a time to come: a clock was or is wrong");
  });

  test("a damaged one, with the place of the damage", () => {
    expect(refusal(kept.slice(0, 1000))).toMatch(/^it is no JSON: /);
    expect(refusal(changed((value) => ({ ...value, past: { ...value.past, peaks: [null] } })))).toMatch(
      /^past.peaks.0: /,
    );
  });

  test("a divisor or a spread that would make evidence of nothing", () => {
    type Kept = ReturnType<typeof learntOf>;
    const withAll = (all: Partial<Kept["all"]["failures"]>) =>
      changed((value) => ({ ...value, all: { ...value.all, failures: { ...value.all.failures, ...all } } }));
    const numbers = (JSON.parse(kept) as Kept).all.failures.numbers;
    expect(refusal(withAll({ numbers: numbers.with(0, 0) }))).toBe("all.failures.numbers: a divisor is below 1");
    expect(refusal(withAll({ numbers: numbers.with(71, -1) }))).toMatch(/^all.failures.numbers.71: /);
    const withUsual = (usual: Partial<Kept["services"][0]["usual"]>) =>
      changed(({ services: [first, ...rest], ...value }) => ({
        ...value,
        services: [{ ...first, usual: { ...first!.usual, ...usual } }, ...rest],
      }));
    const unrest = { between: 0, away: 0, together: 0, looks: 9 };
    expect(refusal(withUsual({ unrest }))).toMatch(/^services.0.usual.unrest.between: /);
    expect(refusal(withUsual({ logMs: 1e9 }))).toMatch(/^services.0.usual.logMs: /);
  });

  test("no damage, wherever it is, breaks the judge that takes it up", SLOW, () => {
    fc.assert(
      fc.property(fc.nat(kept.length - 1), fc.constantFrom("", "0", "-", "9", "null", '"', "e9"), (where, by) => {
        const read = readLearnt(kept.slice(0, where) + by + kept.slice(where + 1), { location: "a", at });
        if ("refused" in read) return;
        const world = worldAfter(1);
        const state = judge(restarted(world, null), { event: "learnt", at, learnt: read.learnt }).state;
        judge(state, { event: "tick", at: at + 1000 });
      }),
      { numRuns: 100, seed: 1 },
    );
  });
});

test("a node keeps what it has learnt when it stops and each few minutes, and takes it up when it starts", async () => {
  const clock = madeClock(atOf(0));
  let file: string | null = null;
  let writes = 0;
  const store = {
    read: () => file,
    write(text: string) {
      file = text;
      writes += 1;
    },
    putAside() {
      file = null;
    },
  };
  const start = (): Node =>
    startLoneNode(clock, { good: 99, total: 100 }, { learnt: { keeper: learntKeeper(store, "east"), of: learntOf } });
  const first = start();
  await clock.pass(KEEP_LEARNT_EACH_MS + 5000);
  expect(writes).toBe(1);
  first.stop();
  expect(writes).toBe(2);
  const second = start();
  expect(second.counters.learnt).toMatchObject({ takenUp: 1, refused: null });
  second.stop();
});

test("a file comes back as it was written; a missing one is nothing, a failing disk is counted and named", () => {
  const folder = mkdtempSync(join(tmpdir(), "learnt-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "learnt.json");
  const world = worldAfter(5);
  const keeper = learntKeeper(learntFile(file), "a");
  expect(keeper.takeUp(atOf(5))).toBeNull();
  keeper.keep(learntOf(world.judges.get("a")!));
  expect(keeper.takeUp(atOf(5))?.services).toHaveLength(18);
  expect(readdirSync(folder)).toEqual(["learnt.json"]);
  writeFileSync(file, "{");
  expect(keeper.takeUp(atOf(5))).toBeNull();
  expect(keeper.counters).toMatchObject({ kept: 1, failures: 0, takenUp: 18 });
  expect(keeper.counters.refused).toMatch(/^it is no JSON/);
  // The next write does not cost people what could not be used.
  keeper.keep(learntOf(world.judges.get("a")!));
  expect(readFileSync(`${file}.refused`, "utf8")).toBe("{");
  // What can't even be read may be well tomorrow: it is kept for people, and said.
  const unreadable = join(folder, "unreadable.json");
  mkdirSync(unreadable);
  const blind = learntKeeper(learntFile(unreadable), "a");
  expect(blind.takeUp(atOf(5))).toBeNull();
  expect(blind.counters).toMatchObject({ failures: 1, refused: expect.stringMatching(/^it can't be read: EISDIR/) });
  blind.keep(learntOf(world.judges.get("a")!));
  expect(blind.counters.kept).toBe(1);
  expect(readdirSync(folder)).toContain("unreadable.json.refused");
  const nowhere = learntKeeper(learntFile(join(folder, "no", "such", "folder")), "a");
  nowhere.keep(learntOf(world.judges.get("a")!));
  expect(nowhere.counters).toMatchObject({ kept: 0, failures: 1 });
  expect(nowhere.counters.lastFailure).toMatch(/ENOENT/);
});

test("what can neither be read nor put aside is not overwritten; once it can be put aside, keeping goes on", () => {
  let isHeld = true;
  const written: string[] = [];
  const keeper = learntKeeper(
    {
      read: () => {
        throw new Error("EIO: i/o error, read");
      },
      write: (text) => void written.push(text),
      putAside: () => {
        if (isHeld) throw new Error("EIO: i/o error, rename");
      },
    },
    "a",
  );
  const learnt = learntOf(worldAfter(1).judges.get("a")!);
  expect(keeper.takeUp(atOf(5))).toBeNull();
  keeper.keep(learnt);
  expect(written).toEqual([]);
  expect(keeper.counters).toMatchObject({
    kept: 0,
    failures: 3,
    refused: "it can't be read: EIO: i/o error, read",
    lastFailure: "EIO: i/o error, rename",
  });
  isHeld = false;
  keeper.keep(learnt);
  expect(written).toHaveLength(1);
});
