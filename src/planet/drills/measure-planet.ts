import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { PlanetClient } from "./planet-client.ts";

/** What the planet itself needs and carries when nothing is wrong. */
export type PlanetFigures = {
  readonly startMs: number;
  /** Proportional set size of the supervisor and all its processes, at the end of the minute. */
  readonly pssMib: number;
  readonly seconds: number;
  readonly total: number;
  readonly failed: number;
  readonly p99OverDistanceMs: number | null;
};

/** Arrivals are random: a little more than 1,000, so that a minute has at least as many. */
export const THROUGHPUT_RPS = 1020;
const SECONDS = 60;
/** A request is in the records once it is over: 10 s after the last began, all are. */
const LAST_END_MS = 11_000;

/** Of a planet of our own that was started for so many users and is warm. */
export async function measurePlanet(options: {
  readonly planet: PlanetClient;
  readonly startMs: number;
  readonly tell: (line: string) => void;
  readonly signal: AbortSignal;
}): Promise<PlanetFigures> {
  const { planet, startMs, tell, signal } = options;
  const since = Date.now();
  await planet.mark(since);
  tell(`counting ${SECONDS} s of users`);
  await sleep(SECONDS * 1000, undefined, { signal });
  const pssMib = pssOf([process.pid, ...(await planet.processes()).flatMap(({ pid }) => (pid === null ? [] : [pid]))]);
  await sleep(LAST_END_MS, undefined, { signal });
  const until = since + SECONDS * 1000;
  const { tally } = await planet.report({
    since,
    until,
    checkoutsSince: since,
    locations: [],
    tenant: null,
    zones: [],
  });
  const { total, failed, p99OverDistanceMs } = tally.everyone;
  return { startMs, pssMib, seconds: SECONDS, total, failed, p99OverDistanceMs };
}

/** In MiB: a page that several processes share is counted once, in parts. */
export function pssOf(pids: readonly number[]): number {
  const kib = pids.reduce((total, pid) => total + pssKib(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8")), 0);
  return Math.round(kib / 1024);
}

function pssKib(rollup: string): number {
  return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? Number.NaN);
}
