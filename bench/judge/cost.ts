import { initialJudge, judge, type JudgeState } from "../../src/core/judge/judge.ts";
import type { Service } from "../../src/core/estate.ts";
import type { Reading } from "../../src/core/reading.ts";
import { SIDES } from "../../src/core/judge/evidence.ts";
import { madeEstate } from "../../test/stories/judge-world.ts";
import { round } from "./limit.ts";

const [LOCATIONS, SERVICES] = [15, 200];
const SIGNALS = 2 * SERVICES * LOCATIONS;
/** Histories are half full of levels by then, and every ring is full. */
const MINUTES = 90;
const [WARM_TICKS, TICKS] = [120, 120];

/**
 * Fifteen locations of 200 services: each second a reading of requests and one of latency for each, then a tick. Beside each figure
 * stands a limit of the same run: adding up the same numbers and no more; one exponential for each size of fault, side and
 * signal; a minute of three plain numbers a second.
 */
export function cost() {
  const names = Array.from({ length: LOCATIONS }, (_, i) => `place-${i}`);
  const estate = { ...madeEstate(names), services: shop(), journeys: { all: { needs: ["service-0", "service-1"] } } };
  const before = heapBytes();
  const states = names.map(
    (location): JudgeState => judge(initialJudge(), { event: "config", at: 0, location, estate }).state,
  );
  let [readingMs, tickMs, readings] = [0, 0, 0];
  let [sumMs, ratioMs] = [0, 0];
  const second = (at: number): void => {
    const rows = names.map((location) => rowsOf(location, Object.keys(estate.services), at));
    const begun = cpuMs();
    for (const [i, state] of states.entries()) judge(state, { event: "readings", at, readings: rows[i]! });
    const taken = cpuMs();
    const told = states.map((state) => judge(state, { event: "tick", at }).effects);
    tickMs += cpuMs() - taken;
    readingMs += taken - begun;
    readings += rows.flat().length;
    const judged = cpuMs();
    for (const each of rows) sumOf(each);
    const summed = cpuMs();
    ratiosOf(SIGNALS * SIDES);
    sumMs += summed - judged;
    ratioMs += cpuMs() - summed;
    for (const { summary } of told.flat()) for (const state of states) judge(state, { event: "summary", at, summary });
  };
  for (let tick = 1; tick <= WARM_TICKS; tick++) second(tick * 1000);
  [readingMs, tickMs, readings, sumMs, ratioMs] = [0, 0, 0, 0, 0];
  for (let tick = WARM_TICKS + 1; tick <= WARM_TICKS + TICKS; tick++) second(tick * 1000);
  const figures = {
    rowsPerSecond: Math.round((readings * 1000) / readingMs),
    rowsSummedPerSecond: Math.round((readings * 1000) / sumMs),
    tickMsOf15Locations: round(tickMs / TICKS),
    ratiosAloneMs: round(ratioMs / TICKS),
  };
  for (let at = (WARM_TICKS + TICKS) * 1000; at < MINUTES * 60_000; at += 10_000) second(at);
  const bytesPerSignal = Math.round((heapBytes() - before) / SIGNALS);
  return { ...figures, bytesPerSignal, plainMinuteBytes: 60 * 3 * Float64Array.BYTES_PER_ELEMENT };
}

function sumOf(rows: readonly Reading[]): void {
  for (const row of rows) {
    if (row.signal === "requests") sink += row.good + row.total;
    else if (row.signal === "latency_hist") for (const count of row.counts) sink += count;
  }
}

function ratiosOf(many: number): void {
  for (let i = 0; i < many; i++) sink += Math.exp(-1 - (i % 32));
}

/** What nobody reads is not worked out. */
let sink = 0;

/** Five layers of services, each of which calls three of the layer below, and twenty resources that the lowest share. */
function shop(): Record<string, Service> {
  const services: Record<string, Service> = {};
  for (let i = 0; i < SERVICES; i++) {
    const layer = Math.floor(i / 36);
    const dependsOn = [0, 1, 2].map((k) =>
      layer < 4 ? `service-${(layer + 1) * 36 + ((i * 7 + k * 11) % 36)}` : `service-${180 + ((i + k * 7) % 20)}`,
    );
    services[`service-${i}`] = i < 180 ? { layer: "service", dependsOn } : { layer: "resource", dependsOn: [] };
  }
  return services;
}

const rowsOf = (location: string, services: readonly string[], at: number): Reading[] =>
  services.flatMap((service, i): Reading[] => [
    { at, location, service, signal: "requests", good: 100 - ((i + at / 1000) % 3), total: 102, overMs: 1000 },
    {
      at,
      location,
      service,
      signal: "latency_hist",
      bounds: BOUNDS,
      counts: [1, 9, 30, 40 + ((at / 1000) % 5), 15, 3, 1, 1, 0],
      overMs: 1000,
    },
  ]);

const BOUNDS = [1, 2, 4, 8, 16, 32, 64, 128];

function heapBytes(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Processor time: other work on the machine is no cost of ours. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
