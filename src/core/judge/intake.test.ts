import * as fc from "fast-check";
import { expect, test } from "vitest";
import { madeEstate, madeWorld, passSecond, SERVICES, type World } from "../../../test/stories/judge-world.ts";
import type { Reading } from "../reading.ts";
import { initialJudge, judge, type JudgeState } from "./judge.ts";
import { judgeEstate } from "./scope.ts";
import { countAside } from "./set-aside.ts";

const AT = 1_700_000_000_000;
const NAMES = ["us-east-1", "us-east-2", "us-west-2"] as const;
const [HERE] = NAMES;

/** Four of each. */
const NAMES_A_SECOND = Number(process.env["NAMES_A_SECOND"] ?? 1250);

const judgeOf = (world: World): JudgeState => world.judges.get(HERE)!;
const becauseOf = (world: World): string =>
  world.summaries
    .get(HERE)!
    .own.because.map(({ says }) => says)
    .join("\n");
const pass = (world: World, seconds: number): void => {
  for (let i = 0; i < seconds; i++) passSecond(world);
};

/** Whatever other people's programs may send: wrong numbers, wrong types, wrong times, wrong names. */
const number = fc.oneof(
  fc.constantFrom(Number.NaN, Infinity, -Infinity, -1, -0, 0, 1e308, -1e308, 5e-324, 2 ** 53, 1e9 + 1),
  fc.constantFrom<unknown>(undefined, null, "12", {}, [], true) as fc.Arbitrary<number>,
);
const name = fc.oneof(
  fc.constantFrom(...Object.keys(SERVICES)),
  fc.constantFrom("", "__proto__", "constructor", "x".repeat(300), "\ud800", "cart\ncart"),
  fc.constantFrom<unknown>(undefined, null, 7, {}) as fc.Arbitrary<string>,
);
const time = fc.oneof(
  fc.constant(AT),
  fc.constantFrom(AT + 3_600_000, AT - 3_600_000, AT + 200_000_000_000, 0, -1, Number.NaN, Infinity),
);
const broken = fc.oneof(number, fc.constant(3));
const garbage: fc.Arbitrary<Reading> = fc
  .oneof(
    fc.record({ signal: fc.constant("requests"), good: broken, total: number, overMs: broken }),
    fc.record({ signal: fc.constant("latency_ms"), value: number, quantile: broken, total: broken }),
    fc.record({
      signal: fc.constant("latency_hist"),
      bounds: fc.array(broken, { maxLength: 3 }),
      counts: fc.array(number, { maxLength: 4 }),
    }),
    fc.record({ signal: fc.constant("latency_hist"), bounds: number, counts: number }),
    fc.record({
      signal: fc.constant("latency_exp"),
      scale: broken,
      offset: broken,
      counts: fc.oneof(number, fc.array(broken, { maxLength: 4 })),
      zeroCount: broken,
      unitMs: broken,
    }),
    fc.record({ signal: fc.constant("latency_log"), count: broken, sum: broken, squares: broken, slow: broken }),
    fc.record({ signal: fc.constant("gauge"), name, value: number, worse: name }),
    fc.record({ signal: fc.constant("logs"), severity: name, count: number }),
    fc.record({ signal: fc.constant("deploy"), version: name }),
    fc.record({ signal: fc.constant("set-aside"), kind: name, count: number, by: number, says: name }),
    fc.record({ signal: fc.constant("probe"), journey: name, ok: fc.constantFrom(true, false), ms: number, why: name }),
  )
  .chain((fields) =>
    fc
      .record({
        at: time,
        location: fc.constantFrom(HERE, "nowhere"),
        service: name,
        vantage: fc.constantFrom<unknown>(undefined, "users:de", 3, HERE),
      })
      .map((common) => ({ ...common, ...fields }) as unknown as Reading),
  );

test("J5: 100,000 garbage readings never stop a judge, spoil no sum, and make nobody anything but healthy", () => {
  const world = madeWorld({ seed: 4, names: NAMES, rps: 40 });
  pass(world, 70);
  const readings = fc.sample(garbage, 1000);
  let sent = 0;
  for (let second = 0; second < 50; second++) {
    const at = AT + 71_000 + second * 1000;
    for (let again = 0; again < 2; again++) {
      const moved = readings.map((reading) => ({ ...reading, at: reading.at + 71_000 + second * 1000 }));
      judge(judgeOf(world), { event: "readings", at, readings: moved });
      sent += moved.length;
    }
    for (const verdict of passSecond(world))
      expect([verdict.location, verdict.verdict]).toEqual([verdict.location, "healthy"]);
  }
  expect(sent).toBe(100_000);
  const state = judgeOf(world);
  expect(countAside(state.setAside)).toBeGreaterThan(50_000);
  const sums = [...state.streams.values()].flatMap(({ pending, usual, failures, latency }) => [
    ...Object.values(pending),
    usual.logMs,
    usual.spread,
    usual.unrest.between,
    failures.relativeNats,
    latency.relativeNats,
  ]);
  expect(sums.filter((sum) => !Number.isFinite(sum))).toEqual([]);
  expect(becauseOf(world)).toContain("set aside: ");
});

test("a histogram with a bound beyond all measure is set aside, in columns too, and spoils nothing", () => {
  const state = judge(initialJudge(), { event: "config", at: AT, location: HERE, estate: madeEstate(NAMES) }).state;
  for (let second = 1; second <= 5; second++) {
    const at = AT + second * 1000;
    for (const far of [10, 1e308, Number.MAX_VALUE]) {
      const [bounds, counts] = [
        [1, far],
        [4, 4, 0],
      ];
      const reading = { at, location: HERE, service: "cart", signal: "latency_hist", bounds, counts } as const;
      judge(state, { event: "readings", at, readings: [reading] });
      const columns = { at, location: HERE, services: ["cart"], histograms: { service: [0], bounds, counts } };
      judge(state, { event: "columns", at, columns });
    }
    judge(state, { event: "tick", at });
  }
  const { usual } = state.streams.get("cart")!;
  expect(usual.looks).toBe(5);
  expect(usual.logMs).toBeCloseTo((Math.log(0.5) + Math.log(10)) / 4, 3);
  expect(countAside(state.setAside)).toBe(5 * 4);
});

test("100,000 made-up names leave the memory as it was; what journeys need is never left out, and it is said once", () => {
  const estate = madeEstate(NAMES);
  const state = judge(initialJudge(), { event: "config", at: AT, location: HERE, estate, asksWhere: true }).state;
  const made = { at: AT, location: HERE, vantage: "users:de" };
  for (let second = 1; second <= 20; second++) {
    const at = AT + second * 1000;
    const readings: Reading[] = [];
    for (let i = 0; i < NAMES_A_SECOND; i++) {
      const service = `${second}-${i}`;
      readings.push(
        { at, location: HERE, service, signal: "requests", good: 9, total: 9 },
        { ...made, at, service: "edge", vantage: `users:${service}`, signal: "requests", good: 9, total: 9 },
        { at, location: HERE, service: "cart", signal: "gauge", name: service, value: i, worse: "up" },
        { at, location: service, signal: "probe", journey: "buy", ok: false, ms: 1, why: "refused" },
      );
    }
    judge(state, { event: "readings", at, readings });
    judge(state, { event: "tick", at });
  }
  expect(state.streams.size).toBeLessThanOrEqual(400);
  expect(state.gauges.size).toBeLessThanOrEqual(512);
  expect(state.zones.size).toBeLessThanOrEqual(256);
  expect(state.sights.size).toBe(0);
  for (const { waiting } of Object.values(state.doors)) expect(waiting.size).toBeLessThanOrEqual(1000);
  expect(says(state)).toContain("more gauges than the 512 that are kept: those used least are left out");
  expect(
    [...state.setAside.lines.values()].map(({ kind, who }) => `${kind} ${who}`).sort((a, b) => (a < b ? -1 : 1)),
  ).toEqual(["too-many gauges", "too-many histories", "too-many networks", "too-many services", "unknown-place "]);
  const at = AT + 21_000;
  const services = Object.keys(SERVICES);
  judge(state, {
    event: "readings",
    at,
    readings: services.map((service) => ({ at, location: HERE, service, signal: "requests", good: 9, total: 10 })),
  });
  for (const needed of ["edge", "web", "cart", "checkout", "dynamodb"])
    expect([...state.streams.keys()]).toContain(needed);
});

test("who is unlike themselves is kept until a request is counted, and from then on only for who asks", () => {
  for (const asksWhere of [false, true]) {
    const estate = madeEstate(NAMES);
    const state = judge(initialJudge(), { event: "config", at: AT, location: HERE, estate, asksWhere }).state;
    const seen = { at: AT, location: HERE, service: "cart" };
    judge(state, {
      event: "readings",
      at: AT,
      readings: [{ ...seen, signal: "gauge", name: "queue_ms", value: 5, worse: "up" }],
    });
    expect(state.histories.count).toBe(1);
    // A counter at nought counts nothing, in columns neither: a stream of it is known, and gauges still make the case.
    const requests = { service: [0], good: [0], total: [0] };
    for (let again = 0; again < 2; again++) {
      judge(state, { event: "readings", at: AT, readings: [{ ...seen, signal: "requests", good: 0, total: 0 }] });
      judge(state, { event: "columns", at: AT, columns: { at: AT, location: HERE, services: ["cart"], requests } });
    }
    expect([state.countsRequests, state.histories.count]).toEqual([false, 1]);
    judge(state, { event: "readings", at: AT, readings: [{ ...seen, signal: "requests", good: 9, total: 10 }] });
    expect(state.histories.count).toBe(asksWhere ? 2 : 0);
  }
});

test("a name that comes again and again is let in when others have not been used for five minutes", () => {
  const estate = { ...madeEstate(NAMES), journeys: {} };
  const state = judge(initialJudge(), { event: "config", at: AT, location: HERE, estate }).state;
  const told = (at: number, service: string): void => {
    judge(state, {
      event: "readings",
      at,
      readings: [{ at, location: HERE, service, signal: "requests", good: 1, total: 1 }],
    });
  };
  for (const moment of [0, 1000]) for (let i = 0; i < 400; i++) told(AT + moment, `old-${i}`);
  expect(state.streams.size).toBe(400);
  for (let second = 2; second < 400; second++) {
    const at = AT + second * 1000;
    told(at, "old-1");
    told(at, "new");
    judge(state, { event: "tick", at });
    if (second === 100) {
      expect(state.streams.has("new")).toBe(false);
      expect(state.view.because.at(-1)?.says).toBe(
        "set aside: more services than the 400 that are kept: those used least are left out",
      );
    }
  }
  expect([...state.streams.keys()].sort((a, b) => (a < b ? -1 : 1))).toEqual(["new", "old-1"]);
});

/** A place whose edge calls one thing, `factor` times slower by its own account from the 61st second on; one look a second. */
function playUnits(factor: number, edge: { before: number; after: number }, seconds: number): JudgeState {
  const estate = {
    ...madeEstate(NAMES),
    services: {
      edge: { layer: "edge", dependsOn: ["catalog"] },
      catalog: { layer: "service", dependsOn: [] },
    } as const,
    journeys: { browse: { needs: ["edge"] } },
  };
  const state = judge(initialJudge(), { event: "config", at: AT, location: HERE, estate }).state;
  for (let second = 1; second <= seconds; second++) {
    const at = AT + second * 1000;
    const told = (service: string, ms: number): Reading[] => [
      { at, location: HERE, service, signal: "requests", good: 90, total: 90 },
      {
        at,
        location: HERE,
        service,
        signal: "latency_hist",
        bounds: [ms / 2, ms, ms * 2, ms * 4],
        counts: [10, 30 + (second % 7), 35 - (second % 5), 12, 3],
      },
    ];
    const later = second > 60;
    const readings = [...told("edge", later ? edge.after : edge.before), ...told("catalog", later ? 8 * factor : 8)];
    judge(state, { event: "readings", at, readings });
    judge(state, { event: "tick", at });
  }
  return state;
}

const CALM = { before: 20, after: 20 };
const says = ({ view }: JudgeState): string => view.because.map((each) => each.says).join("\n");
const latencyNats = (state: JudgeState): number => state.streams.get("catalog")!.latency.aloneNats;

test("a latency told in another unit is set aside while no caller feels it, and is the usual after ten minutes", () => {
  for (const [factor, named] of [
    [1000, "x1,000"],
    [1024, "x1,000"],
    [60, "x60"],
    [1 / 1000, "x1/1,000"],
  ] as const) {
    const told = playUnits(factor, CALM, 120);
    expect(says(told)).toContain(`catalog's latency is ${named} from one look to the next`);
    expect(latencyNats(told)).toBeLessThan(6);
    const accepted = playUnits(factor, CALM, 800);
    expect(says(accepted)).not.toContain("another unit");
    expect(Math.exp(accepted.streams.get("catalog")!.usual.logMs)).toBeGreaterThan(5 * factor);
    expect(latencyNats(accepted)).toBeLessThan(8);
  }
});

test("what is felt by a caller, or is no factor of units, or would not be felt, counts", () => {
  for (const [factor, edge] of [
    [1000, { before: 20, after: 2000 }],
    [30, CALM],
    [8, { before: 400, after: 400 }],
  ] as const) {
    const told = playUnits(factor, edge, 75);
    expect([factor, latencyNats(told) > 20]).toEqual([factor, true]);
    expect(says(told)).not.toContain("another unit");
  }
});

test("a thing that really turned a thousand times slower is felt by who calls it, and left", () => {
  const world = madeWorld({ seed: 6, names: NAMES, rps: 60 });
  pass(world, 70);
  world.ails = (place, service) => {
    if (place !== HERE) return {};
    if (service === "catalog") return { slower: 1000 };
    return service === "web" || service === "edge" ? { slower: 60 } : {};
  };
  const actions = Array.from({ length: 12 }, () => passSecond(world)[0]?.action);
  expect(actions.at(-1)).toBe("leave");
});

test("an old page handed out again and again is no news, however bad it is", () => {
  const world = madeWorld({ seed: 8, names: NAMES, rps: 60 });
  pass(world, 70);
  let kept: Reading[] | null = null;
  world.ails = (place, service, second) =>
    place === HERE && service === "cart" && second === 71 ? { fails: 0.9 } : {};
  world.tells = (place, readings) => {
    if (place !== HERE) return readings;
    kept ??= readings;
    return kept;
  };
  for (let i = 0; i < 30; i++) expect(passSecond(world)[0]?.action).toBe("none");
  expect(becauseOf(world)).toMatch(/set aside: .* readings are \d+ s old: no new stamp/);
});

test("a node whose clock is an hour ahead is named; when it is put right it is heard at once, and finds what ails", () => {
  const world = madeWorld({ seed: 12, names: NAMES, rps: 60 });
  pass(world, 70);
  const state = judgeOf(world);
  const ahead = AT + 71_000 + 3_600_000;
  const [effect] = judge(state, { event: "tick", at: ahead }).effects;
  const summaries = [...world.summaries.values()].map((each) => (each.from === HERE ? effect!.summary : each));
  const verdict = judgeEstate({ estate: world.estate, summaries, moved: [], at: AT + 71_000 })[0];
  expect(verdict?.because[0]?.says).toBe("its node's clock is 3600 s ahead; others' probes do not see it lost");
  expect(verdict?.action).toBe("none");
  pass(world, 1);
  expect(world.summaries.get(HERE)?.at).toBe(AT + 71_000);
  world.ails = (place) => (place === HERE ? { fails: 0.3 } : {});
  const actions = Array.from({ length: 12 }, () => passSecond(world)[0]?.action);
  expect(actions.at(-1)).toBe("leave");
});
