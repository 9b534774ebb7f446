import { expect, test } from "vitest";
import { readConfig } from "../config/config-file.ts";
import { initialJudge, judge } from "../core/judge/judge.ts";
import type { Metrics } from "../drivers/metrics/parse.ts";
import type { PrometheusDriver } from "../drivers/metrics/prometheus.ts";
import { readLearnt } from "../runtime/learnt-schema.ts";
import type { LearntStore } from "../drivers/store/learnt-file.ts";
import { backfill, learnPast } from "./backfill.ts";

const read = readConfig(`
locations:
  - { name: east, provider: aws, country: US, latitude: 38.9, longitude: -77.4, capacityRps: 400 }
  - { name: west, provider: aws, country: US, latitude: 45.8, longitude: -119.7, capacityRps: 400 }
  - { name: north, provider: google, country: FI, latitude: 60.6, longitude: 27.2, capacityRps: 400 }
zones: [{ name: us-east, country: US, latitude: 40, longitude: -75 }]
services: { web: {} }
journeys: { browse: { needs: [web] } }
`);
if ("problems" in read) throw new Error(JSON.stringify(read.problems));
const { estate } = read;
const FROM = Date.UTC(2026, 9, 1);
const STEP_MS = 60_000;
const HOUR_MS = 3_600_000;

/** 100 requests a second everywhere, 0.2 % of which fail; more of them at one place, for a while. */
const counting = (failing: (location: string, at: number) => number): Pick<PrometheusDriver, "past"> => ({
  async *past({ from, until, stepMs }) {
    const counts = new Map(estate.locations.map(({ name }) => [name, { good: 0, bad: 0 }]));
    for (let at = from, step = 0; at <= until; at += stepMs, step++) {
      const pages = new Map<string, Metrics>();
      for (const [name, count] of counts) {
        const total = stepMs / 10;
        // Twelve of 6,000, and one more or less from step to step.
        const bad = Math.round(total * failing(name, at)) + ((step + name.length) % 3) - 1;
        count.good += total - bad;
        count.bad += bad;
        const samples = (["good", "bad"] as const).map((outcome) => ({
          name: "rp_requests_total",
          labels: { service: "web", outcome, series: "" },
          value: count[outcome],
        }));
        pages.set(name, { samples, refused: 0, refusals: [] });
      }
      yield { at, pages };
    }
  },
});

/** A judge that begins now with what was learnt of the past, and what it says after its first look. */
async function begun(prometheus: Pick<PrometheusDriver, "past">, hours: number) {
  const until = FROM + hours * HOUR_MS;
  const signal = new AbortController().signal;
  const { learnt } = await learnPast({ estate, prometheus, from: FROM, until, stepMs: STEP_MS, signal });
  // Over a file, as after a restart.
  const kept = readLearnt(JSON.stringify(learnt.get("east")), { location: "east", at: until });
  if ("refused" in kept) throw new Error(kept.refused);
  const { state } = judge(initialJudge(), { event: "config", at: until, location: "east", estate });
  judge(state, { event: "learnt", at: until, learnt: kept.learnt });
  const { effects } = judge(state, { event: "tick", at: until + 1000 });
  return effects[0]!.summary.own;
}

test("with more than a day of past the promise holds from the first look on", async () => {
  expect(
    await begun(
      counting(() => 0.002),
      30,
    ),
  ).toMatchObject({ promise: "certified", verdict: "healthy" });
});

test("with half a day there is none yet, and it is said how much was watched", async () => {
  expect(
    await begun(
      counting(() => 0.002),
      12,
    ),
  ).toMatchObject({ promise: "none", watchedHours: 12 });
});

/** In memory, as the file does it. */
function madeStore(text: string | null) {
  const store: LearntStore & { text: string | null } = {
    text,
    read: () => store.text,
    write: (next) => void (store.text = next),
    putAside: () => void (store.text = null),
  };
  return store;
}

test("only where nothing was learnt before is anything written", async () => {
  const stores = new Map(estate.locations.map(({ name }) => [name, madeStore(name === "west" ? "before" : null)]));
  const said: string[] = [];
  const signal = new AbortController().signal;
  const past = { estate, prometheus: counting(() => 0), from: FROM, until: FROM + HOUR_MS, stepMs: STEP_MS, signal };
  await backfill(past, { stores, say: (what) => void said.push(what) });
  expect(stores.get("west")!.text).toBe("before");
  expect(readLearnt(stores.get("east")!.text!, { location: "east", at: FROM + HOUR_MS })).toHaveProperty("learnt");
  await backfill(past, { stores, say: (what) => void said.push(what) });
  expect(said.at(-1)).toBe("what is usual was learnt before: the past is not asked");
});

test("a Prometheus that is younger than what was asked for: it is said how much it had", async () => {
  const stores = new Map([["east", madeStore(null)]]);
  const said: string[] = [];
  const whole = counting(() => 0.002);
  const prometheus: Pick<PrometheusDriver, "past"> = {
    async *past(range, signal) {
      for await (const { at, pages } of whole.past(range, signal))
        yield { at, pages: at - FROM < 12 * HOUR_MS ? new Map() : pages };
    },
  };
  const signal = new AbortController().signal;
  const past = { estate, prometheus, from: FROM, until: FROM + 24 * HOUR_MS, stepMs: 600_000, signal };
  await backfill(past, { stores, say: (what) => void said.push(what) });
  expect(said.at(-1)).toBe("what is usual is learnt: the Prometheus had numbers of 0.5 of these 1.0 days");
});

test("a past that can't be had is said, and costs nothing else; whoever ends it is obeyed", async () => {
  const stores = new Map([["east", madeStore(null)]]);
  const said: string[] = [];
  const end = new AbortController();
  const prometheus: Pick<PrometheusDriver, "past"> = {
    // eslint-disable-next-line require-yield
    async *past() {
      throw new Error("execution: query timed out");
    },
  };
  const past = { estate, prometheus, from: FROM, until: FROM + HOUR_MS, stepMs: STEP_MS, signal: end.signal };
  await backfill(past, { stores, say: (what) => void said.push(what) });
  expect(said.at(-1)).toContain("execution: query timed out; what is usual is learnt from now on");
  expect(stores.get("east")!.text).toBeNull();
  end.abort();
  await expect(backfill(past, { stores, say: () => undefined })).rejects.toThrow("aborted");
});

test("how far it is is told while it goes on", async () => {
  const told: number[] = [];
  const prometheus = counting(() => 0.002);
  const signal = new AbortController().signal;
  const past = { estate, prometheus, from: FROM, until: FROM + 13 * HOUR_MS, stepMs: STEP_MS, signal };
  await learnPast(past, (at) => void told.push((at - FROM) / HOUR_MS));
  expect(told).toEqual([6, 12]);
});
