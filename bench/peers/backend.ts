import { appendFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Behaviour } from "./faults.ts";
import { ADMIN_PORT, SERVICE_PORT, type Location } from "./world.ts";

/**
 * One location's service as a process: `GET /health`, `GET /api`, `POST /buy` with an `idempotency-key`, which is written to the ledger each
 * time that it is carried out and never compared with before, and `GET /metrics`. Settings as one JSON argument.
 */
export type BackendSettings = { readonly location: Location; readonly ledger: string };

type Counts = { ok: number; failed: number; overloaded: number; seconds: number; within: number[] };
type Room = { tokens: number; at: number };

const WORK_MS = 2;
const SLOW_MS = 2000;
const GRAY_SHARE = 0.2;
/** Upper ends of the buckets of the latency histogram, in seconds. */
const UP_TO = [0.01, 0.05, 0.25, 1, 5];

const { location, ledger } = JSON.parse(process.argv[2] ?? "{}") as BackendSettings;
const counts = new Map<string, Counts>();
const rooms = new Map<string, Room>();
let behaviour: Behaviour = "well";
let failures = 0;
let share = 0;

const service = createServer((request, response) => {
  response.setHeader("x-location", location.name);
  if (request.url === "/health") return answer(response, behaviour === "errors" ? 500 : 200);
  if (request.url === "/metrics") return void response.end(metrics());
  const began = performance.now();
  const count = countsOf(request);
  request.resume();
  if (!hasRoom(request.headers.host ?? "")) {
    count.overloaded++;
    return done(count, began, response, 503);
  }
  setTimeout(() => serve(request, response, count, began), behaviour === "slow" ? SLOW_MS : WORK_MS);
});
// Proxies keep connections for a while; a close that crosses a request would look like a fault.
service.keepAliveTimeout = 120_000;
service.listen(SERVICE_PORT, location.address);

createServer((request, response) => {
  const [, what, value] = (request.url ?? "").split("/");
  if (what === "behave") behaviour = value as Behaviour;
  response.end(JSON.stringify(Object.fromEntries([...counts].map(([host, { overloaded }]) => [host, overloaded]))));
}).listen(ADMIN_PORT, location.address);

function serve(request: IncomingMessage, response: ServerResponse, count: Counts, began: number): void {
  const fails = behaviour === "errors" || (behaviour === "gray" && isInShare());
  // Of what fails a little, every second was done, and only its answer went wrong.
  const carriedOut = !fails || (behaviour === "gray" && failures++ % 2 === 0);
  const key = request.headers["idempotency-key"];
  if (carriedOut && typeof key === "string") appendFileSync(ledger, `${key}\n`);
  done(count, began, response, fails ? 500 : 200);
}

/** Exactly a fifth, spread evenly: what is measured must not hang on luck. */
function isInShare(): boolean {
  share += GRAY_SHARE;
  if (share < 1) return false;
  share -= 1;
  return true;
}

function done(count: Counts, began: number, response: ServerResponse, status: number): void {
  const seconds = (performance.now() - began) / 1000;
  if (status >= 500) count.failed++;
  else count.ok++;
  count.seconds += seconds;
  UP_TO.forEach((end, index) => (count.within[index] = (count.within[index] ?? 0) + (seconds <= end ? 1 : 0)));
  answer(response, status);
}

function answer(response: ServerResponse, status: number): void {
  response.statusCode = status;
  response.end(status === 200 ? "ok\n" : "failed\n");
}

/** A bucket of one second's worth: what is over it is refused at once, as a server does that protects itself. */
function hasRoom(host: string): boolean {
  const now = performance.now();
  const room = rooms.get(host) ?? { tokens: location.capacityRps, at: now };
  const grown = room.tokens + ((now - room.at) / 1000) * location.capacityRps;
  const tokens = Math.min(location.capacityRps, grown);
  rooms.set(host, { tokens: tokens >= 1 ? tokens - 1 : tokens, at: now });
  return tokens >= 1;
}

function countsOf({ headers }: IncomingMessage): Counts {
  const host = headers.host ?? "";
  const known = counts.get(host) ?? { ok: 0, failed: 0, overloaded: 0, seconds: 0, within: UP_TO.map(() => 0) };
  counts.set(host, known);
  return known;
}

function metrics(): string {
  const lines = [...counts].flatMap(([host, { ok, failed, seconds, within }]) => {
    const labels = `location="${location.name}",service="web",host="${host}"`;
    return [
      `http_requests_total{${labels},code="200"} ${ok}`,
      `http_requests_total{${labels},code="500"} ${failed}`,
      ...UP_TO.map((end, index) => `http_request_duration_seconds_bucket{${labels},le="${end}"} ${within[index]}`),
      `http_request_duration_seconds_bucket{${labels},le="+Inf"} ${ok + failed}`,
      `http_request_duration_seconds_count{${labels}} ${ok + failed}`,
      `http_request_duration_seconds_sum{${labels}} ${seconds}`,
    ];
  });
  return `${lines.join("\n")}\n`;
}
