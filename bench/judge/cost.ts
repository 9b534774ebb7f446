import { initialJudge, judge, type JudgeState } from "../../src/core/judge/judge.ts";
import type { Reading } from "../../src/core/reading.ts";
import { madeEstate } from "../../test/stories/judge-world.ts";
import { round } from "./limit.ts";

const SERVICES = 200;
const TICKS = 60;

/** One location of 200 services: a reading of requests and one of latency for each, then a tick. A planet has 15 such. */
export function cost() {
  const services = Object.fromEntries(
    Array.from({ length: SERVICES }, (_, i) => [
      `service-${i}`,
      { layer: "service" as const, dependsOn: i > 0 ? [`service-${i - 1}`] : [] },
    ]),
  );
  const estate = { ...madeEstate(["here"]), services, journeys: { all: { needs: ["service-199"] } } };
  const before = heapBytes();
  const state: JudgeState = judge(initialJudge(), { event: "config", at: 0, location: "here", estate }).state;
  let [readingMs, tickMs] = [0, 0];
  for (let tick = 1; tick <= 3 * TICKS; tick++) {
    const at = tick * 1000;
    const readings = Object.keys(services).flatMap((service): Reading[] => [
      { at, location: "here", service, signal: "requests", good: 99, total: 100, overMs: 1000 },
      {
        at,
        location: "here",
        service,
        signal: "latency_hist",
        bounds: BOUNDS,
        counts: [1, 9, 30, 40, 15, 3, 1, 1, 0],
        overMs: 1000,
      },
    ]);
    const begun = cpuMs();
    judge(state, { event: "readings", at, readings });
    const taken = cpuMs();
    judge(state, { event: "tick", at });
    if (tick <= TICKS) continue;
    readingMs += taken - begun;
    tickMs += cpuMs() - taken;
  }
  const signals = 2 * SERVICES;
  return {
    readingsPerSecond: Math.round((signals * 2 * TICKS * 1000) / (readingMs + tickMs)),
    tickMsOf15Locations: round((15 * tickMs) / (2 * TICKS)),
    bytesPerSignal: Math.round((heapBytes() - before) / signals),
  };
}

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
