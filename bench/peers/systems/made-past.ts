import { closeSync, openSync, writeSync } from "node:fs";
import { seededChance, type Chance } from "../../../src/planet/users/chance.ts";
import type { Location } from "../world.ts";

/**
 * What a Prometheus would have of this service's last hours, as OpenMetrics with timestamps: requests come by chance at the users' rate, one
 * in ten thousand fails, and nearly all are quick.
 */
export function writePast(options: {
  readonly file: string;
  readonly hours: number;
  readonly host: string;
  readonly locations: readonly Location[];
  /** Requests a second at each location. */
  readonly rps: number;
}): void {
  const { hours, host, locations, rps } = options;
  const until = Math.floor(Date.now() / 1000 / STEP_SECONDS) * STEP_SECONDS - STEP_SECONDS;
  const from = until - hours * 3600;
  const requests: string[] = [];
  const latencies: string[] = [];
  for (const [index, { name }] of locations.entries()) {
    const labels = `location="${name}",service="web",host="${host}"`;
    const chance = seededChance(index + 1);
    const sums = { ok: 0, failed: 0, within: UP_TO.map(() => 0) };
    const rows = { ok: [] as string[], failed: [] as string[], within: UP_TO.map(() => [] as string[]) };
    for (let at = from; at <= until; at += STEP_SECONDS) {
      const came = Math.max(0, Math.round(rps * STEP_SECONDS + Math.sqrt(rps * STEP_SECONDS) * normal(chance)));
      for (let each = 0; each < came; each++) {
        if (chance.next() < FAILS) sums.failed++;
        else sums.ok++;
        const seconds = USUAL_SECONDS * chance.lognormal(0.8);
        UP_TO.forEach(([, end], bucket) => (sums.within[bucket] = sums.within[bucket]! + (seconds <= end ? 1 : 0)));
      }
      rows.ok.push(`http_requests_total{${labels},code="200"} ${sums.ok} ${at}\n`);
      rows.failed.push(`http_requests_total{${labels},code="500"} ${sums.failed} ${at}\n`);
      UP_TO.forEach(([le], bucket) =>
        rows.within[bucket]!.push(
          `http_request_duration_seconds_bucket{${labels},le="${le}"} ${sums.within[bucket]} ${at}\n`,
        ),
      );
    }
    requests.push(...rows.ok, ...rows.failed);
    latencies.push(...rows.within.flat());
  }
  const out = openSync(options.file, "w");
  writeSync(out, requests.join(""));
  writeSync(out, latencies.join(""));
  writeSync(out, "# EOF\n");
  closeSync(out);
}

function normal(chance: Chance): number {
  return Math.log(chance.lognormal(1));
}

const STEP_SECONDS = 15;
const FAILS = 0.0001;
const USUAL_SECONDS = 0.004;
/** As the service has them: by their label, with what they hold. */
const UP_TO: readonly (readonly [le: string, seconds: number])[] = [
  ["0.01", 0.01],
  ["0.05", 0.05],
  ["0.25", 0.25],
  ["1", 1],
  ["5", 5],
  ["+Inf", Infinity],
];
