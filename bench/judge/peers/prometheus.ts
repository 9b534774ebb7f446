import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";
import { SCRAPE_SECONDS, type Scrapes } from "./counters.ts";

/** Seconds, by place, at which the expression had a value. */
export type RangeQuery = (question: {
  readonly query: string;
  readonly from: number;
  readonly to: number;
  readonly stepSeconds: number;
}) => Promise<ReadonlyMap<string, readonly number[]>>;

/**
 * Runs a Prometheus of its own over what was scraped of each place (requests_total, failed_total and slow_total, with the label `place`) and
 * ends it. Nothing is installed: where Debian's package is missing, the error names it.
 */
export async function withPrometheus<Answer>(
  places: ReadonlyMap<string, Scrapes>,
  work: (ask: RangeQuery) => Promise<Answer>,
): Promise<Answer> {
  const folder = mkdtempSync(join(tmpdir(), "judge-peers-"));
  try {
    writeOpenMetrics(join(folder, "scrapes.om"), places);
    const backfill = ["tsdb", "create-blocks-from", "openmetrics", "--quiet", join(folder, "scrapes.om"), folder];
    await promisify(execFile)("promtool", backfill).catch(sayWhatToInstall);
    writeFileSync(join(folder, "nothing-to-scrape.yml"), "scrape_configs: []\n");
    const port = await freePort();
    const server = spawn(
      "prometheus",
      [
        `--config.file=${join(folder, "nothing-to-scrape.yml")}`,
        `--storage.tsdb.path=${folder}`,
        "--storage.tsdb.retention.time=100y",
        `--web.listen-address=127.0.0.1:${port}`,
        `--query.max-samples=${SAMPLES_MOST}`,
        "--query.timeout=10m",
        "--log.level=error",
      ],
      { stdio: ["ignore", "ignore", "inherit"] },
    );
    try {
      await untilReady(port, () => server.exitCode);
      return await work((question) => ask(port, question));
    } finally {
      const ended = server.exitCode === null ? once(server, "exit") : null;
      server.kill("SIGTERM");
      await ended;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Counters only grow, and say after each scrape how far they are. */
export function writeOpenMetrics(file: string, places: ReadonlyMap<string, Scrapes>): void {
  const out = openSync(file, "w");
  COUNTERS.forEach((counter, which) => {
    for (const [place, scrapes] of places) {
      let sum = 0;
      const lines = scrapes.map((scrape, i) => {
        sum += scrape[which]!;
        return `${counter}{place="${place}"} ${sum} ${EPOCH_SECONDS + (i + 1) * SCRAPE_SECONDS}\n`;
      });
      writeSync(out, lines.join(""));
    }
  });
  writeSync(out, "# EOF\n");
  closeSync(out);
}

async function ask(port: number, question: Parameters<RangeQuery>[0]): Promise<ReadonlyMap<string, readonly number[]>> {
  const { query, from, to, stepSeconds } = question;
  const seconds = new Map<string, number[]>();
  for (let start = from; start <= to; start += POINTS_MOST * stepSeconds) {
    const end = Math.min(to, start + (POINTS_MOST - 1) * stepSeconds);
    const body = new URLSearchParams({
      query,
      start: String(EPOCH_SECONDS + start),
      end: String(EPOCH_SECONDS + end),
      step: String(stepSeconds),
    });
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/query_range`, { method: "POST", body });
    const answer = (await response.json()) as RangeAnswer;
    if (answer.status !== "success") throw new Error(`Prometheus refused ${query}: ${answer.error}`);
    for (const { metric, values } of answer.data.result) {
      const known = seconds.get(metric.place) ?? [];
      seconds.set(metric.place, known);
      for (const [at] of values) known.push(at - EPOCH_SECONDS);
    }
  }
  return seconds;
}

type RangeAnswer =
  | { readonly status: "error"; readonly error: string }
  | {
      readonly status: "success";
      readonly data: {
        readonly result: readonly {
          readonly metric: { readonly place: string };
          readonly values: readonly (readonly [at: number, value: string])[];
        }[];
      };
    };

async function untilReady(port: number, exitCode: () => number | null): Promise<void> {
  for (let tries = 0; tries < READY_TRIES; tries++) {
    if (exitCode() !== null) throw new Error(`prometheus ended with ${exitCode()}; its words are above`);
    const isReady = await fetch(`http://127.0.0.1:${port}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return;
    await wait(100);
  }
  throw new Error(`prometheus was not ready after ${READY_TRIES / 10} s`);
}

function sayWhatToInstall(error: NodeJS.ErrnoException): never {
  if (error.code !== "ENOENT") throw error;
  throw new Error("burn rates are evaluated by a real Prometheus, which is missing; fix: apt-get install prometheus", {
    cause: error,
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

const COUNTERS = ["requests_total", "failed_total", "slow_total"];
/** The recording's second 0, in step with the scrapes. */
const EPOCH_SECONDS = 1_700_000_010;
/** Of one answer; Prometheus refuses 11,000. */
const POINTS_MOST = 10_000;
const SAMPLES_MOST = 500_000_000;
/** A minute, on a machine with other work. */
const READY_TRIES = 600;
