import { buildConnector, Pool } from "undici";
import { breaker, type Breaker } from "./breaker.ts";
import type { EdgeAnswer, EdgeRequest } from "./exchange.ts";
import { HOP_BY_HOP, passedOn } from "./hop-headers.ts";

/** Passes a request to another location's edge, over connections that are kept. */
export type Relay = {
  send(target: string, request: EdgeRequest): Promise<Relayed>;
  stop(): Promise<void>;
};

export type Relayed =
  | { readonly kind: "answer"; readonly answer: EdgeAnswer }
  /** `sent`: it may have been carried out there. */
  | {
      readonly kind: "failed";
      readonly why: "refused" | "reset" | "timeout" | "open" | "unsendable";
      readonly sent: boolean;
    };

export type RelayTarget = { readonly host: string; readonly port: number; readonly roundTripMs: number };

const CONNECTIONS_MAX = 64;
/** Longer than the pause between two users of a small location, shorter than the other edge keeps it. */
const KEEP_ALIVE_MS = 30_000;
/** A browser waits 3 s (a checkout 10 s): what is left after this is enough to serve here instead. */
const WITHIN_MS = { safe: 1200, keyed: 4000, other: 2000 } as const;

export function relay(options: {
  readonly location: string;
  /** Requests leave from our own edge's address: by it the other edge knows that we are an edge. */
  readonly localAddress: string;
  readonly targets: ReadonlyMap<string, RelayTarget>;
  readonly isCut?: (location: string) => boolean;
}): Relay {
  const lines = new Map<string, Line>();

  const lineTo = (name: string, target: RelayTarget): Line => {
    let line = lines.get(name);
    if (line === undefined) {
      line = { pool: poolTo(target, options.localAddress), breaker: breaker() };
      lines.set(name, line);
    }
    return line;
  };

  return {
    async send(name, request) {
      const target = options.targets.get(name);
      if (target === undefined || options.isCut?.(name) === true)
        return { kind: "failed", why: "refused", sent: false };
      const line = lineTo(name, target);
      if (!line.breaker.mayTry(performance.now())) return { kind: "failed", why: "open", sent: false };
      const relayed = await pass(line.pool, target, request, options.location);
      const isAnswer = relayed.kind === "answer";
      if (isAnswer || relayed.why !== "unsendable") line.breaker.ended(isAnswer, performance.now());
      return relayed;
    },
    async stop() {
      await Promise.all([...lines.values()].map(({ pool }) => pool.destroy()));
    },
  };
}

type Line = { readonly pool: Pool; readonly breaker: Breaker };

function poolTo(target: RelayTarget, localAddress: string): Pool {
  const connect = buildConnector({ timeout: WITHIN_MS.safe });
  const dial: buildConnector.connector = (where, done) => connect({ ...where, localAddress }, done);
  return new Pool(`http://${target.host}:${target.port}`, {
    connections: CONNECTIONS_MAX,
    pipelining: 1,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connect: (where, done) => {
      // A new connection costs a round trip before the first byte.
      if (target.roundTripMs < 1) dial(where, done);
      else setTimeout(() => dial(where, done), target.roundTripMs);
    },
  });
}

async function pass(pool: Pool, target: RelayTarget, request: EdgeRequest, from: string): Promise<Relayed> {
  const withinMs = 2 * target.roundTripMs + patience(request);
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), withinMs);
  try {
    const response = await pool.request({
      method: request.method,
      path: request.target,
      headers: forwarded(request, from),
      body: request.body,
      signal: abort.signal,
    });
    const body = Buffer.from(await response.body.arrayBuffer());
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(response.headers)) {
      if (value !== undefined && !HOP_BY_HOP.has(name) && name !== "content-length")
        headers[name] = Array.isArray(value) ? value.join(", ") : value;
    }
    return { kind: "answer", answer: { status: response.statusCode, headers, body } };
  } catch (error) {
    if (abort.signal.aborted) return { kind: "failed", why: "timeout", sent: true };
    const code = codeOf(error);
    // A header that our own client won't write says nothing about the target: strangers must not be able to close it.
    if (code === "UND_ERR_INVALID_ARG") return { kind: "failed", why: "unsendable", sent: false };
    return NOT_SENT.has(code)
      ? { kind: "failed", why: "refused", sent: false }
      : { kind: "failed", why: "reset", sent: true };
  } finally {
    clearTimeout(timer);
  }
}

function patience(request: EdgeRequest): number {
  if (request.idempotencyKey !== undefined) return WITHIN_MS.keyed;
  return request.method === "GET" || request.method === "HEAD" ? WITHIN_MS.safe : WITHIN_MS.other;
}

/** Ours to write: what a stranger put there is gone. */
const OURS: ReadonlySet<string> = new Set([
  "x-hops",
  "x-zone",
  "x-probe",
  "baggage",
  "x-request-id",
  "traceparent",
  "host",
  // The body is whole here, and its length is known.
  "content-length",
]);
const NOT_SENT: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EADDRNOTAVAIL",
  "UND_ERR_CONNECT_TIMEOUT",
]);

function forwarded(request: EdgeRequest, from: string): string[] {
  const { passport, rawHeaders } = request;
  const headers = passedOn(rawHeaders, OURS);
  headers.push("host", request.host, "x-hops", [...passport.hops, from].join(","), "x-zone", passport.zone);
  headers.push("x-request-id", passport.requestId, "traceparent", passport.traceparent);
  return headers;
}

function codeOf(error: unknown): string {
  return typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
}
