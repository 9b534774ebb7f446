import { timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import type { Reading } from "../core/reading.ts";
import type { LocationName } from "../core/estate.ts";
import { guardDoor, HTTP_DOOR, type Refusal } from "../runtime/http-door.ts";
import type { Node } from "../runtime/node.ts";
import type { ReadingRecorder } from "../runtime/reading-recorder.ts";
import type { TransportCounters } from "../runtime/transport.ts";
import type { HostPort } from "./settings.ts";

/**
 * A node's plain port: browsers' beacons (no token: users have none; checked, bounded and counted), its own metrics,
 * and with the planet's token what it has recorded and the faults that cut it off.
 */
const BODY_BYTES_MAX = 256 * 1024;
const READINGS_MAX = 1000;

const beacon = z.object({
  at: z.number().optional(),
  service: z.string().max(64).default("edge"),
  signal: z.literal("requests").default("requests"),
  good: z.number().int().nonnegative().max(1e9),
  total: z.number().int().nonnegative().max(1e9),
  vantage: z.string().max(128).startsWith("users:"),
  overMs: z.number().positive().max(60_000).optional(),
});
const zoneGroup = z.object({
  zone: z.string().max(120),
  good: z.number().int().nonnegative().max(1e9),
  total: z.number().int().nonnegative().max(1e9),
});
const beaconsShape = z.union([
  z.object({ at: z.number().optional(), readings: z.array(beacon).max(READINGS_MAX) }),
  z.object({ at: z.number().optional(), zoneGroups: z.array(zoneGroup).max(READINGS_MAX) }),
  z.array(beacon).max(READINGS_MAX),
]);
/** Unix milliseconds; left out: all that is kept. */
const moment = z.coerce.number().nonnegative().max(Number.MAX_SAFE_INTEGER);
const rangeShape = z.object({ since: moment.default(0), until: moment.default(Number.MAX_SAFE_INTEGER) });
const faultShape = z.object({ unreachable: z.array(z.string().max(128)).max(256).default([]) });

type Answer = { readonly status: number; readonly text?: string; readonly lines?: AsyncIterable<string> } | Refusal;

const NOT_BEACONS: Refusal = {
  status: 400,
  code: "not-beacons",
  says: "these are no beacons",
  hint: 'send {"readings": [{"good": 9, "total": 10, "vantage": "users:ZONE"}]}',
};
const TOKEN_MISSING: Refusal = {
  status: 401,
  code: "token-missing",
  says: "this call wants the planet's token",
  hint: "send it as a bearer token",
};
const NOT_READABLE: Refusal = {
  status: 400,
  code: "not-readable",
  says: "the body broke off or is too large",
  hint: `send it whole, at most ${BODY_BYTES_MAX} bytes`,
};
const READINGS_CLOSED: Refusal = {
  status: 503,
  code: "readings-closed",
  says: "the readings' file is not open: the node has just started, or its disk failed",
  hint: "ask again in 10 s; if it stays so, houston_node_recorder_failures_total counts, and the disk wants a look",
};

export function startNodeAdmin(options: {
  readonly node: Node;
  readonly recorder: ReadingRecorder;
  readonly location: LocationName;
  readonly listen: HostPort;
  readonly token: string;
  readonly now: () => number;
  readonly transport: TransportCounters;
}): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const { node, location } = options;
  const refused = new Map<string, number>();
  const refuse = (code: string): void => void refused.set(code, (refused.get(code) ?? 0) + 1);

  const handle = async (request: IncomingMessage): Promise<Answer> => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://node");
    const call = `${request.method} ${pathname}`;
    if (call === "GET /health")
      return { status: node.counters.broken === null ? 200 : 503, text: node.counters.broken ?? "ok" };
    if (call === "GET /metrics") {
      const counted = {
        refused: Object.fromEntries(refused),
        transport: options.transport,
        recorder: options.recorder,
      };
      return { status: 200, text: page(node, counted) };
    }
    if (call === "POST /beacons") {
      const readings = readBeacons(await bodyOf(request), { location, at: options.now() });
      if (readings === null) return NOT_BEACONS;
      node.beacons(readings);
      return { status: 204 };
    }
    if (!isToken(request, options.token)) return TOKEN_MISSING;
    if (call === "POST /faults") {
      const fault = faultShape.safeParse(await bodyOf(request));
      if (!fault.success)
        return {
          status: 400,
          code: "bad-fault",
          says: z.prettifyError(fault.error),
          hint: "send {unreachable: [name]}",
        };
      node.setUnreachable(fault.data.unreachable.filter((peer) => peer !== location));
      return { status: 204 };
    }
    if (call === "DELETE /faults") {
      node.setUnreachable([]);
      return { status: 204 };
    }
    if (call === "GET /recording") {
      const range = rangeShape.safeParse(Object.fromEntries(searchParams));
      if (!range.success)
        return {
          status: 400,
          code: "bad-range",
          says: z.prettifyError(range.error),
          hint: "since and until are Unix milliseconds",
        };
      const lines = options.recorder.recording(range.data);
      return lines === null ? READINGS_CLOSED : { status: 200, lines };
    }
    if (call === "GET /summary") return { status: 200, text: JSON.stringify(node.summary()) };
    return { status: 404, code: "unknown-call", says: `no ${call}`, hint: "docs/architecture.md lists the calls" };
  };

  const server = createServer(HTTP_DOOR, (request, response) => {
    const reply = (answered: Answer): void => {
      if ("code" in answered) refuse(answered.code);
      answer(response, answered);
    };
    handle(request).then(reply, () => reply(NOT_READABLE));
  });
  guardDoor(server, refuse);
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.listen.port, options.listen.host, () => {
      const bound = server.address();
      resolve({
        port: typeof bound === "object" && bound ? bound.port : options.listen.port,
        stop: () =>
          new Promise((done) => {
            server.close(() => done());
            server.closeAllConnections();
          }),
      });
    });
  });
}

/** Null: not beacons. */
export function readBeacons(
  body: unknown,
  own: { readonly location: LocationName; readonly at: number },
): Reading[] | null {
  const parsed = beaconsShape.safeParse(body);
  if (!parsed.success) return null;
  const { data } = parsed;
  const rows = Array.isArray(data)
    ? data
    : "readings" in data
      ? data.readings
      : data.zoneGroups.map(({ zone, good, total }) => ({ good, total, service: "edge", vantage: `users:${zone}` }));
  // Ours is the clock and the place: browsers' clocks are wrong, and what they say of elsewhere is not ours to take.
  return rows.map(({ good, total, vantage, service }) => ({
    at: own.at,
    location: own.location,
    service,
    signal: "requests",
    good: Math.min(good, total),
    total,
    vantage,
  }));
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) throw new Error("too large");
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    return undefined;
  }
}

function isToken(request: IncomingMessage, token: string): boolean {
  const given = Buffer.from(request.headers.authorization ?? "");
  const expected = Buffer.from(`Bearer ${token}`);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function answer(response: ServerResponse, answered: Answer): void {
  if ("code" in answered) {
    const { status, ...body } = answered;
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    return;
  }
  const { status, text, lines } = answered;
  if (lines !== undefined) {
    response.writeHead(status, { "content-type": "application/x-ndjson" });
    // Who hangs up, or a disk that fails in the middle, ends the answer short: the reader sees that it is not whole.
    void pipeline(Readable.from(lines), response).catch(() => response.destroy());
    return;
  }
  response.writeHead(status, text === undefined ? {} : { "content-type": "text/plain; charset=utf-8" }).end(text);
}

function page(
  node: Node,
  more: {
    readonly refused: Readonly<Record<string, number>>;
    readonly transport: TransportCounters;
    readonly recorder: ReadingRecorder;
  },
): string {
  const { probing, exchange, ...own } = node.counters;
  const lines = [
    ...Object.entries(probing).flatMap(([name, value]) =>
      typeof value === "number" ? [`houston_node_probing_total{what="${name}"} ${value}`] : [],
    ),
    ...Object.entries(probing.failures).map(
      ([how, count]) => `houston_node_probe_failures_total{how="${how}"} ${count}`,
    ),
    ...Object.entries(exchange).flatMap(([name, value]) =>
      typeof value === "number" ? [`houston_node_summaries_total{what="${name}"} ${value}`] : [],
    ),
    ...Object.entries(exchange.skewMs).map(([from, ms]) => `houston_node_clock_skew_ms{from="${from}"} ${ms}`),
    ...(["sent", "failed", "received"] as const).map(
      (what) => `houston_node_messages_total{what="${what}"} ${more.transport[what]}`,
    ),
    ...Object.entries(more.transport.refused).map(
      ([code, count]) => `houston_node_refused_total{code="${code}"} ${count}`,
    ),
    `houston_node_notices_made_total ${own.noticesMade}`,
    `houston_node_notices_taken_total ${own.noticesTaken}`,
    `houston_node_world_silent_total ${own.worldSilent}`,
    `houston_node_beacons_dropped_total ${own.beaconsDropped}`,
    ...Object.entries(more.refused).map(([code, count]) => `houston_node_calls_refused_total{code="${code}"} ${count}`),
    ...(["kept", "lost"] as const).map(
      (what) => `houston_node_readings_total{what="${what}"} ${more.recorder.counters[what]}`,
    ),
    `houston_node_recorder_unreadable_total ${more.recorder.counters.unreadable}`,
    `houston_node_recorder_failures_total ${more.recorder.counters.failures}`,
    ...(own.learnt
      ? [
          `houston_node_learnt_taken_up ${own.learnt.takenUp}`,
          `houston_node_learnt_refused ${own.learnt.refused === null ? 0 : 1}`,
          `houston_node_learnt_kept_total ${own.learnt.kept}`,
          `houston_node_learnt_failures_total ${own.learnt.failures}`,
        ]
      : []),
    `houston_node_broken ${own.broken === null ? 0 : 1}`,
  ];
  return `${lines.join("\n")}\n`;
}
