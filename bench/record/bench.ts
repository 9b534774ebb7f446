// What a node's memory of its readings costs: node bench/record/bench.ts [SECONDS]
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Reading } from "../../src/core/reading.ts";
import { sqliteReadings } from "../../src/drivers/store/sqlite-readings.ts";
import { shopServices } from "../../src/planet/world/shop/graph.ts";
import { planetCapacities, planetEstate } from "../../src/planet/geography.ts";
import { readingRecorder } from "../../src/runtime/reading-recorder.ts";

const SECONDS = Number(process.argv[2] ?? 7200);
const START = 1_795_000_020_000;
const BOUNDS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096];
const location = "us-east-1";
const services = Object.keys(shopServices);

// Noise that repeats, so that two runs compress alike.
let state = 7;
const below = (limit: number): number => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((state / 2 ** 32) * limit);
};

/** A second of a node that serves some 200 requests: counters, histograms, gauges, deploys, beacons, looks. */
function second(at: number): Reading[] {
  return [
    ...services.flatMap((service): Reading[] => [
      { at, location, service, signal: "requests", good: 150 + below(90), total: 240 + below(3), overMs: 1000 },
      {
        at,
        location,
        service,
        signal: "latency_hist",
        bounds: BOUNDS,
        counts: [...BOUNDS, 0].map(() => below(40)),
        overMs: 1000,
      },
      { at, location, service, signal: "gauge", name: "saturation-queue", value: below(1e6) / 1e6, worse: "up" },
      { at, location, service, signal: "deploy", version: "2026.11.23-4" },
    ]),
    ...Array.from({ length: 12 }, (_, zone): Reading => {
      return {
        at,
        location,
        service: "edge",
        signal: "requests",
        good: 5 + below(9),
        total: 14,
        vantage: `users:zone-${zone}`,
      };
    }),
    {
      at: at + 300,
      signal: "probe",
      location: "us-east-2",
      vantage: location,
      journey: "browse",
      ok: true,
      ms: 20 + below(40),
    },
    {
      at: at + 700,
      signal: "probe",
      location: "eu-west-1",
      vantage: location,
      journey: "browse",
      ok: true,
      ms: 90 + below(40),
    },
  ];
}

const folder = mkdtempSync(join(tmpdir(), "bench-record-"));
const file = join(folder, "readings.sqlite");
let now = START;
let everySecond = (): void => {};
const recorder = readingRecorder({
  clock: { now: () => now, after: () => () => {}, every: (_ms, run) => ((everySecond = run), () => {}) },
  estate: planetEstate({
    services: shopServices,
    journeys: {},
    capacities: planetCapacities({ totalRps: 1000, utcHour: 12 }),
  }),
  open: () => sqliteReadings(file),
});
const took: number[] = [];
let readings = 0;
const cpu = process.cpuUsage();
let makingUs = 0;
for (let count = 0; count < SECONDS; count += 1) {
  const before = process.cpuUsage();
  const made = second(now);
  readings += made.length;
  const { user, system } = process.cpuUsage(before);
  makingUs += user + system;
  const began = performance.now();
  recorder.take(made);
  now += 1000;
  everySecond();
  took.push(performance.now() - began);
}
const used = process.cpuUsage(cpu);
took.sort((a, b) => a - b);
const ms = (share: number): string => (took[Math.floor(share * (took.length - 1))] ?? 0).toFixed(2);
console.log(`${SECONDS} s of ${Math.round(readings / SECONDS)} readings a second`);
console.log(`cpu ${((used.user + used.system - makingUs) / 1000 / SECONDS).toFixed(2)} ms a second`);
console.log(`a write takes ${ms(0.5)} ms (median), ${ms(0.98)} ms (98 %), ${ms(1)} ms (most)`);
console.log(`file ${(statSync(file).size / 1e6).toFixed(1)} MB; ${JSON.stringify(recorder.counters)}`);
const began = performance.now();
let bytes = 0;
const recording = recorder.recording({ since: 0, until: Number.MAX_SAFE_INTEGER });
if (recording === null) throw new Error(`${file} could not be opened`);
for await (const lines of recording) bytes += lines.length;
console.log(`read back ${(bytes / 1e6).toFixed(0)} MB of lines in ${Math.round(performance.now() - began)} ms`);
recorder.stop();
rmSync(folder, { recursive: true });
