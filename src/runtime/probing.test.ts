import { expect, test } from "vitest";
import { look, sightsAt, WITNESS_NATS, type Sights } from "../core/judge/sight.ts";
import type { ProbeReading } from "../core/reading.ts";
import { PROBE_WITHIN_MS, type ProbeAnswer, type ProbeOrder } from "../drivers/probe/contract.ts";
import { madeClock, type MadeClock } from "./made-clock.testing.ts";
import { BROWSE_EVERY_MS, startProbing } from "./probing.ts";

const STARTS = 1_700_000_000_000;
const LEAST_MS = 250;
type Answers = (order: ProbeOrder, clock: MadeClock) => Promise<ProbeAnswer | null>;

const after = (clock: MadeClock, ms: number): Promise<void> =>
  new Promise((resolve) => void clock.after(ms, () => resolve()));
const well =
  (ms: number): Answers =>
  async (_order, clock) => {
    await after(clock, ms);
    return { ok: true, ms };
  };
const silent: Answers = async ({ withinMs = PROBE_WITHIN_MS }, clock) => {
  await after(clock, withinMs);
  return { ok: false, ms: withinMs, why: "timeout", says: "silent" };
};
const says =
  (why: "refused" | "error" | "status"): Answers =>
  async () => ({ ok: false, ms: 1, why, says: why });

/** Two vantages that look at `a`, each where the other's bell is heard. */
function watchmen(how: { answers: Readonly<Record<"b" | "c", Answers>>; leastPatienceMs?: number }) {
  const clock = madeClock(STARTS);
  const asked: (ProbeOrder & { readonly from: string; readonly at: number })[] = [];
  const seen: ProbeReading[] = [];
  const rung: string[] = [];
  const all = (["b", "c"] as const).map((from) =>
    startProbing({
      clock,
      location: from,
      locations: ["a", "b", "c"],
      roundTripMs: {},
      driver: {
        journeys: ["browse"],
        async probe(order) {
          if (order.location !== "a") return { ok: true, ms: 1 };
          asked.push({ ...order, from, at: clock.now() });
          return how.answers[from](order, clock);
        },
        stop: async () => {},
      },
      result: (reading) => void (reading.location === "a" && seen.push(reading)),
      ring: (location) => {
        rung.push(from);
        for (const other of all) if (other !== all[from === "b" ? 0 : 1]) other.asked(location);
      },
      ...(how.leastPatienceMs !== undefined && { leastPatienceMs: how.leastPatienceMs }),
    }),
  );
  return { clock, asked, seen, rung, stop: () => all.forEach((each) => each.stop()) };
}

const bothAre = (answers: Answers): Readonly<Record<"b" | "c", Answers>> => ({ b: answers, c: answers });
/** As the judge of that vantage weighs it. */
function lossNats(seen: readonly ProbeReading[], from: string): number {
  const sights: Sights = new Map();
  for (const each of seen) if (each.vantage === from) look(sights, each);
  return sightsAt(sights, seen.at(-1)!.at)["a"]!.lossNats;
}

const failedBy = (seen: readonly ProbeReading[], from: string) =>
  seen.filter(({ ok, vantage }) => !ok && vantage === from);

test("what takes ten times as long as usual has failed: two vantages witness that it is lost after a silence of hardly more than a second", async () => {
  const how = { answers: bothAre(well(3)), leastPatienceMs: LEAST_MS };
  const night = watchmen(how);
  await night.clock.pass(30_000);
  expect(night.rung).toEqual([]);
  expect(night.asked.at(-1)).toMatchObject({ withinMs: LEAST_MS });
  const rest = night.asked.length;
  how.answers = bothAre(silent);
  await night.clock.pass(BROWSE_EVERY_MS + 1100);
  expect(night.rung.length).toBeGreaterThan(0);
  for (const from of ["b", "c"]) expect(lossNats(night.seen, from)).toBeGreaterThanOrEqual(WITNESS_NATS);
  expect(night.asked.length - rest).toBeLessThan(16);
  night.stop();
});

test("who is far, or always slow, is given ten times of that, and never more than the driver has", async () => {
  for (const [usualMs, withinMs] of [
    [60, 600],
    [400, PROBE_WITHIN_MS],
  ] as const) {
    const night = watchmen({ answers: bothAre(well(usualMs)), leastPatienceMs: LEAST_MS });
    await night.clock.pass(60_000);
    expect(night.asked.at(-1)?.withinMs).toBeCloseTo(withinMs);
    night.stop();
  }
});

test("a hiccup now and then, and a slow beginning, leave what is usual as it is", async () => {
  let looks = 0;
  const hiccups: Answers = (order, clock) => well(looks++ < 3 || looks % 12 === 0 ? 200 : 3)(order, clock);
  const night = watchmen({ answers: bothAre(hiccups), leastPatienceMs: LEAST_MS });
  await night.clock.pass(20_000);
  expect(night.asked.at(-1)).toMatchObject({ withinMs: LEAST_MS });
  night.stop();
});

test("who was bad for long gets all the time there is, and what it then takes is its usual", async () => {
  const how = { answers: bothAre(well(3)), leastPatienceMs: LEAST_MS };
  const night = watchmen(how);
  await night.clock.pass(30_000);
  how.answers = bothAre(async (order, clock) =>
    ((order.withinMs ?? PROBE_WITHIN_MS) < 400 ? silent : well(400))(order, clock),
  );
  await night.clock.pass(60_000);
  expect(night.seen.slice(-10).every(({ ok }) => ok)).toBe(true);
  night.stop();
});

test("where what is usual is not asked for, the driver gives up when it does", async () => {
  const night = watchmen({ answers: bothAre(well(3)) });
  await night.clock.pass(30_000);
  expect(night.asked.at(-1)).not.toHaveProperty("withinMs");
  night.stop();
});

test("one that is refused or told of an error calls the other, and each has looked twice within a second; who is told that it is full calls nobody", async () => {
  for (const why of ["refused", "error"] as const) {
    const how = { answers: bothAre(well(3)), leastPatienceMs: LEAST_MS };
    const night = watchmen(how);
    await night.clock.pass(30_000);
    how.answers = bothAre(says(why));
    await night.clock.pass(1000);
    for (const from of ["b", "c"]) expect(lossNats(night.seen, from)).toBeGreaterThanOrEqual(WITNESS_NATS);
    night.stop();
  }
  const night = watchmen({ answers: bothAre(says("status")), leastPatienceMs: LEAST_MS });
  await night.clock.pass(5000);
  expect(night.seen.every(({ ok }) => !ok)).toBe(true);
  expect(night.rung).toEqual([]);
  night.stop();
});

test("who could not be asked has seen nothing, neither good nor bad", async () => {
  const how = { answers: { b: well(3), c: (async () => null) as Answers }, leastPatienceMs: LEAST_MS };
  const night = watchmen(how);
  await night.clock.pass(30_000);
  expect(night.seen.every(({ vantage }) => vantage === "b")).toBe(true);
  how.answers = { ...how.answers, b: says("refused") };
  await night.clock.pass(5000);
  expect(failedBy(night.seen, "b").length).toBeGreaterThan(3);
  expect(failedBy(night.seen, "c")).toEqual([]);
  night.stop();
});
