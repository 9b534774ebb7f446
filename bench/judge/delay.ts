import { parseArgs } from "node:util";
import {
  FAILURE_CAP_NATS,
  failureIncrements,
  grow,
  natsOf,
  newStatistic,
  SIZES,
} from "../../src/core/judge/evidence.ts";
import { initialJudge, judge } from "../../src/core/judge/judge.ts";
import type { Reading } from "../../src/core/reading.ts";
import { binomial, madeEstate, NAMES, poisson, seeded, SERVICES } from "../../test/stories/judge-world.ts";

/**
 * How late is the judge, measured against the physical limit? Lorden's bound, log(ARL) / KL(fault || usual), is the
 * least mean delay of any detector with that many looks between false alarms. One signal, 50 requests a second, 0.1 %
 * usual, one needless move a year of this location: 17.3 nats. `capped` has the guard against bursts on.
 *
 *   node --conditions=reactive-production:source bench/judge/delay.ts [--runs 300] [--json]
 */
const { values } = parseArgs({ options: { json: { type: "boolean" }, runs: { type: "string", default: "300" } } });
const RUNS = Number(values.runs);
const [RPS, USUAL, BAR] = [50, 0.001, Math.log(365 * 24 * 3600)];

const random = seeded(1);
const rows = [0.01, 0.05, 0.2].map((fault) => {
  const divergence = fault * Math.log(fault / USUAL) + (1 - fault) * Math.log((1 - fault) / (1 - USUAL));
  const boundSeconds = BAR / (divergence * RPS);
  const seconds = delay(fault, Number.POSITIVE_INFINITY);
  const capped = delay(fault, FAILURE_CAP_NATS);
  return {
    fault,
    boundSeconds: round(boundSeconds),
    seconds: round(seconds),
    ofBound: round(seconds / boundSeconds),
    cappedSeconds: round(capped),
    cappedOfBound: round(capped / boundSeconds),
  };
});
const speed = readingsPerSecond();
const report = { rows, ...speed };
console.log(values.json === true ? JSON.stringify(report) : table());

function delay(fault: number, capNats: number): number {
  const increments = new Float64Array(SIZES);
  let looks = 0;
  for (let run = 0; run < RUNS; run++) {
    const statistic = newStatistic();
    do {
      const total = poisson(random, RPS);
      failureIncrements(increments, { bad: binomial(random, total, fault), total, usual: USUAL });
      grow(statistic, increments, { capNats, ceilingNats: 1000 });
      looks += 1;
    } while (natsOf(statistic) < BAR);
  }
  return looks / RUNS;
}

/** One location with the shop's services: a reading of requests and one of latency for each, then a tick. */
function readingsPerSecond(): { readingsPerSecond: number; tickMs: number } {
  const estate = madeEstate();
  const state = judge(initialJudge(), { event: "config", at: 0, location: NAMES[0], estate }).state;
  let [readingsTaken, readingMs, tickMs] = [0, 0, 0];
  for (let second = 1; second <= 1000; second++) {
    const at = second * 1000;
    const readings = Object.keys(SERVICES).flatMap((service): Reading[] => [
      { at, location: NAMES[0], service, signal: "requests", good: 99, total: 100, overMs: 1000 },
      {
        at,
        location: NAMES[0],
        service,
        signal: "latency_hist",
        bounds: [1, 2, 4, 8, 16, 32, 64, 128],
        counts: [1, 9, 30, 40, 15, 3, 1, 1, 0],
        overMs: 1000,
      },
    ]);
    const begun = cpuMs();
    judge(state, { event: "readings", at, readings });
    const taken = cpuMs();
    judge(state, { event: "tick", at });
    readingsTaken += readings.length;
    readingMs += taken - begun;
    tickMs += cpuMs() - taken;
  }
  return { readingsPerSecond: Math.round((readingsTaken / (readingMs + tickMs)) * 1000), tickMs: round(tickMs / 1000) };
}

/** Processor time: other work on the machine is no cost of ours. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function table(): string {
  const lines = ["fault   bound s   delay s   of bound   capped s   of bound"];
  for (const row of rows) {
    const cells = [row.boundSeconds, row.seconds, row.ofBound, row.cappedSeconds, row.cappedOfBound].map((cell) =>
      String(cell).padStart(9),
    );
    lines.push(`${String(row.fault).padEnd(6)}${cells.join(" ")}`);
  }
  return [
    ...lines,
    `${speed.readingsPerSecond} readings/s, a tick of one location with ${Object.keys(SERVICES).length} services takes ${speed.tickMs} ms`,
  ].join("\n");
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
