import { expect, test } from "vitest";
import type { Sample } from "../drivers/metrics/parse.ts";
import type { PrometheusLook } from "../drivers/metrics/prometheus.ts";
import { madeClock } from "../runtime/made-clock.testing.ts";
import { readConfig } from "../config/config-file.ts";
import { watchedWorlds } from "./watched-worlds.ts";

const read = readConfig(`
locations:
  - { name: east, provider: aws, country: US, latitude: 38.9, longitude: -77.4, capacityRps: 400 }
  - { name: west, provider: aws, country: US, latitude: 45.8, longitude: -119.7, capacityRps: 400 }
  - { name: north, provider: google, country: FI, latitude: 60.6, longitude: 27.2, capacityRps: 400 }
zones:
  - { name: boston, country: US, latitude: 42, longitude: -71 }
  - { name: atlanta, country: US, latitude: 34, longitude: -84 }
  - { name: oregon, country: US, latitude: 44, longitude: -120 }
services: { web: {} }
journeys: { browse: { needs: [web] } }
`);
if ("problems" in read) throw new Error(JSON.stringify(read.problems));
const { estate } = read;

const counted = (good: number, bad: number): Sample[] => [
  { name: "rp_requests_total", labels: { service: "web", outcome: "good", series: "" }, value: good },
  { name: "rp_requests_total", labels: { service: "web", outcome: "bad", series: "" }, value: bad },
  { name: "rp_edge_requests_total", labels: { outcome: "good", bucket: "all", series: "" }, value: good },
  { name: "rp_edge_requests_total", labels: { outcome: "bad", bucket: "all", series: "" }, value: bad },
];
const seen = (pages: Readonly<Record<string, Sample[]>>): PrometheusLook => ({
  kind: "seen",
  strangers: {},
  pages: new Map(estate.locations.map(({ name }) => [name, { samples: pages[name] ?? [], refused: 0, refusals: [] }])),
});

function watching(looks: PrometheusLook[]) {
  const clock = madeClock(1_700_000_000_000);
  const told: string[] = [];
  const worlds = watchedWorlds({
    clock,
    estate,
    everyMs: 15_000,
    steered: {
      zones: estate.zones.map(({ name }) => name),
      classes: ["public"],
      table: () => null,
      version: () => null,
      demandRps: () => ({}),
    },
    prometheus: { look: async () => looks.shift() ?? seen({}) },
    scaled: (location) => (location === "west" ? { at: 0, location, capacityRps: 300, readyRps: 200 } : null),
    changed: ({ trouble, silent }) => void told.push(trouble ?? `silent: ${silent.join(" ")}`),
  });
  const next = async (): Promise<void> => {
    await clock.pass(15_000);
  };
  return { worlds, told, next, clock };
}

test("each look's increments are told once, with the load, and its demand is that of the zones nearest to it", async () => {
  const { worlds, next, clock } = watching([seen({ east: counted(1000, 0) }), seen({ east: counted(2470, 30) })]);
  await clock.pass(1);
  await worlds.of("east").read(clock.now());
  await next();
  const news = await worlds.of("east").read(clock.now());
  expect(news?.readings).toMatchObject([{ service: "web", signal: "requests", good: 1470, total: 1500 }]);
  expect(news?.load).toMatchObject({ servedRps: 100, failedRatio: 0.02, readyRps: 400, utilisation: 0.25 });
  expect(news?.demand).toEqual({ from: "east", rps: { public: { boston: 50, atlanta: 50 } } });
  // What is wanted lasts for longer than the look that told it, what was read does not.
  const later = await worlds.of("east").read(clock.now() + 30_000);
  expect(later).toMatchObject({ readings: [], load: null, demand: news?.demand });
  expect(await worlds.of("east").read(clock.now() + 40_000)).toMatchObject({ demand: null });
});

test("what is ready is what the scaler sees, where nothing counts it; without a scaler all of it", async () => {
  const { worlds, clock } = watching([seen({ east: counted(1, 0), west: counted(1, 0) })]);
  await clock.pass(1);
  expect((await worlds.of("west").read(clock.now()))?.capacity).toMatchObject({ capacityRps: 300, readyRps: 200 });
  expect((await worlds.of("east").read(clock.now()))?.capacity).toMatchObject({ capacityRps: 400, readyRps: 400 });
});

test("a place of which nothing is said has no load of nought", async () => {
  const { worlds, told, next, clock } = watching([
    seen({ east: counted(1, 0), west: counted(1, 0), north: counted(1, 0) }),
    seen({ east: counted(2, 0), west: counted(2, 0) }),
  ]);
  await clock.pass(1);
  await next();
  expect(await worlds.of("north").read(clock.now())).toMatchObject({ readings: [], load: null });
  expect(told).toEqual(["silent: ", "silent: north"]);
});

test("a look that failed is no news of anybody, and is said once", async () => {
  const failed: PrometheusLook = { kind: "failed", says: "no answer in time" };
  const { worlds, told, next, clock } = watching([failed, failed, seen({ east: counted(1, 0) })]);
  await clock.pass(1);
  expect(await worlds.of("east").read(clock.now())).toBeNull();
  await next();
  expect(told).toEqual(["no answer in time"]);
  await next();
  expect(await worlds.of("east").read(clock.now())).not.toBeNull();
  expect(worlds.counters).toMatchObject({ looks: 3, failed: 2, trouble: null });
});
