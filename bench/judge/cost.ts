import { initialJudge, judge, type JudgeState } from "../../src/core/judge/judge.ts";
import { rowsOf, type Columns } from "../../src/core/columns.ts";
import type { Estate, Service } from "../../src/core/estate.ts";
import type { Reading } from "../../src/core/reading.ts";
import { SIDES } from "../../src/core/judge/evidence.ts";
import { madeEstate } from "../../test/stories/judge-world.ts";
import { round } from "./limit.ts";

const [LOCATIONS, SERVICES] = [15, 200];
const SIGNALS = 2 * SERVICES * LOCATIONS;
/** Every ring is full by then; and histories, kept for who asks where a fault is, are half full of levels. */
const [MINUTES, MINUTES_ASKED] = [10, 90];
const [WARM_TICKS, TICKS] = [120, 120];
/** A time as it is today: small numbers take less room. */
const BEGAN = 1_700_000_000_000;

/**
 * Fifteen locations of 200 services: each second a reading of requests and one of latency for each, in turn as columns and as rows, then
 * a tick. Beside each figure
 * stands a limit of the same run: adding up the same numbers and no more; one exponential for each size of fault, side and
 * signal; a minute of three plain numbers a second.
 */
export function cost() {
  const names = Array.from({ length: LOCATIONS }, (_, i) => `place-${i}`);
  const estate = { ...madeEstate(names), services: shop(), journeys: { all: { needs: ["service-0", "service-1"] } } };
  // What a program takes for its own code is no signal's.
  historyBytes(Object.keys(estate.services), estate);
  const before = heapBytes();
  const states = names.map(
    (location): JudgeState => judge(initialJudge(), { event: "config", at: BEGAN, location, estate }).state,
  );
  const services = Object.keys(estate.services);
  let [rowsMs, columnsMs, tickMs, readings] = [0, 0, 0, 0];
  let [sumMs, ratioMs] = [0, 0];
  const second = (at: number, inColumns: boolean): void => {
    const columns = names.map((location) => columnsOf(location, services, at));
    const rows = inColumns ? [] : columns.map((each) => [...rowsOf(each)]);
    const begun = cpuMs();
    if (inColumns)
      for (const [i, state] of states.entries()) judge(state, { event: "columns", at, columns: columns[i]! });
    else for (const [i, state] of states.entries()) judge(state, { event: "readings", at, readings: rows[i]! });
    const taken = cpuMs();
    const told = states.map((state) => judge(state, { event: "tick", at }).effects);
    tickMs += cpuMs() - taken;
    if (inColumns) columnsMs += taken - begun;
    else rowsMs += taken - begun;
    readings += inColumns ? 0 : SIGNALS;
    const judged = cpuMs();
    for (const each of rows) sumOf(each);
    const summed = cpuMs();
    ratiosOf(SIGNALS * SIDES);
    sumMs += summed - judged;
    ratioMs += cpuMs() - summed;
    for (const { summary } of told.flat()) for (const state of states) judge(state, { event: "summary", at, summary });
  };
  for (let tick = 1; tick <= WARM_TICKS; tick++) second(BEGAN + tick * 1000, tick % 2 === 0);
  [rowsMs, columnsMs, tickMs, readings, sumMs, ratioMs] = [0, 0, 0, 0, 0, 0];
  for (let tick = WARM_TICKS + 1; tick <= WARM_TICKS + TICKS; tick++) second(BEGAN + tick * 1000, tick % 2 === 0);
  const figures = {
    columnsPerSecond: Math.round((readings * 1000) / columnsMs),
    rowsPerSecond: Math.round((readings * 1000) / rowsMs),
    rowsSummedPerSecond: Math.round((readings * 1000) / sumMs),
    tickMsOf15Locations: round(tickMs / TICKS),
    ratiosAloneMs: round(ratioMs / TICKS),
  };
  // Clocks tick a little early or late.
  for (let tick = WARM_TICKS + TICKS + 1; tick < MINUTES * 60; tick++)
    second(BEGAN + tick * 1000 + ((tick * 37) % 61) - 30, true);
  const bytesPerSignal = Math.round((heapBytes() - before) / SIGNALS);
  const bytesPerSignalAsked = bytesPerSignal + historyBytes(services, estate);
  return { ...figures, bytesPerSignal, bytesPerSignalAsked, plainMinuteBytes: 60 * 3 * Float64Array.BYTES_PER_ELEMENT };
}

/** What a judge that is asked where a fault is keeps more of each signal. */
function historyBytes(services: readonly string[], estate: Estate): number {
  const [asked, not] = [true, false].map((asksWhere) => {
    const before = heapBytes();
    const location = "place-0";
    const { state } = judge(initialJudge(), { event: "config", at: 0, location, estate, asksWhere });
    for (let at = BEGAN; at < BEGAN + MINUTES_ASKED * 60_000; at += 10_000) {
      judge(state, { event: "columns", at, columns: columnsOf(location, services, at) });
      judge(state, { event: "tick", at });
    }
    const bytes = heapBytes() - before;
    // Who is still needed is not collected before it was weighed.
    return state.streams.size > 0 ? bytes : 0;
  });
  return Math.round((asked! - not!) / (2 * SERVICES));
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

function columnsOf(location: string, services: readonly string[], at: number): Columns {
  const service = Uint32Array.from(services, (_, i) => i);
  const good = Float64Array.from(services, (_, i) => 100 - ((i + at / 1000) % 3));
  const total = new Float64Array(services.length).fill(102);
  const counts = new Float64Array(services.length * BUCKETS.length);
  for (let i = 0; i < counts.length; i++)
    counts[i] = BUCKETS[i % BUCKETS.length]! + (i % 9 === 3 ? (at / 1000) % 5 : 0);
  return {
    at,
    overMs: 1000,
    location,
    services,
    requests: { service, good, total },
    histograms: { service, bounds: BOUNDS, counts },
  };
}

const BUCKETS = [1, 9, 30, 40, 15, 3, 1, 1, 0];
const BOUNDS = [1, 2, 4, 8, 16, 32, 64, 128];

/** What is needed: an ordinary collection leaves some megabytes that nobody holds, now more and now less. */
function heapBytes(): number {
  globalThis.gc?.({ type: "major", execution: "sync", flavor: "last-resort" });
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Processor time: other work on the machine is no cost of ours. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
