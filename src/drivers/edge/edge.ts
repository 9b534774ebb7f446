import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { hostToChunk } from "../../core/route/host.ts";
import { answer as routeAnswer, type RouteState } from "../../core/route/route.ts";
import type { Admission } from "./admission.ts";
import type { Caller, CallerOf } from "./caller.ts";
import { mayRepeat, problem, type EdgeAnswer, type EdgeRequest } from "./exchange.ts";
import { HOPS_MAX, passportOf, type EdgePassport } from "./passport.ts";
import type { Relay } from "./relay.ts";
import { ambiguous, looping, relayFailed, RETRY_AFTER_SECONDS } from "./refusals.ts";
import { ambiguity } from "./smuggling.ts";

/**
 * The front door of a location. Each request is served here or passed on, as the route table says:
 *
 *     who calls, from where -> which chunk -> which location -> admission -> the application
 *                                               '-> relay to that location's edge
 *
 * 1. A request that another edge passed on is served here, whatever our own table says: two tables out of step never
 *    make a loop, and the limit on hops cuts what is left.
 * 2. What can't be relayed is served here, if it may be repeated or was never sent.
 * 3. A probe is always served here and never counted as a user.
 * 4. Strangers' word for hops, zone and baggage is dropped.
 * 5. Every answer, refusals and answers to nonsense included, says which location gave it, under which request id and trace.
 */
export type EdgeOptions = {
  readonly address: string;
  readonly port: number;
  readonly location: string;
  readonly route: () => RouteState;
  readonly callerOf: CallerOf;
  /** The zone of those whose address says nothing. */
  readonly zoneOfStrangers: string;
  /** Classes with one writer: what they write goes there. */
  readonly writers: Readonly<Record<string, string>>;
  readonly admission: Admission;
  /** How much of the capacity a request takes; 1 unless something is wrong with it. */
  readonly costOf: (request: EdgeRequest) => number;
  readonly relay: Relay;
  readonly serve: (request: EdgeRequest) => Promise<EdgeAnswer>;
  readonly isCut: (location: string) => boolean;
  /** A probe that is to fail, so that one failed probe can be tried. */
  readonly probeFails: () => boolean;
  readonly seen: EdgeSeen;
};

/** What the edge tells its counters. */
export type EdgeSeen = {
  /** A user's request came in here, before any relaying. */
  entered(request: EdgeRequest): void;
  /** It was answered. */
  ended(request: EdgeRequest, end: EdgeEnd): void;
  /** Nonsense of strangers, by kind. */
  refused(kind: string): void;
};

/** `ms` without the distance; `cost` is what it took of the capacity. */
export type EdgeEnd = {
  readonly how: "served" | "shed" | "relayed" | "relay-failed";
  readonly answer: EdgeAnswer;
  readonly ms: number;
  readonly cost: number;
};

export type Edge = { readonly port: number; stop(): Promise<void> };

const BODY_BYTES_MAX = 16 * 1024;
const HEADER_BYTES_MAX = 8 * 1024;
/** Slow-loris: headers within this, the whole request within the other. */
const HEADERS_WITHIN_MS = 5000;
const REQUEST_WITHIN_MS = 8000;
const CHECK_EVERY_MS = 1000;
/** Users keep connections for minutes while they use them; an unused one goes after this. */
const KEEP_ALIVE_MS = 75_000;
const CONNECTIONS_MAX = 8000;
/** Requests inside at once: with the queue's limit this is never reached unless the application hangs. */
const INSIDE_MAX = 3000;
/** Relaying takes this part of what serving takes. */
const RELAY_COST = 0.03;
/** A probe takes what a request takes, though it asks no leave. */
const PROBE_COST = 1;
const METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "POST"]);

/** `inside`: requests that are being served now. */
type EdgeInside = EdgeOptions & { inside: number };

export function startEdge(options: EdgeOptions): Promise<Edge> {
  const { seen } = options;
  const edge: EdgeInside = { ...options, inside: 0 };
  const server = createServer(
    {
      maxHeaderSize: HEADER_BYTES_MAX,
      headersTimeout: HEADERS_WITHIN_MS,
      requestTimeout: REQUEST_WITHIN_MS,
      connectionsCheckingInterval: CHECK_EVERY_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      noDelay: true,
      // The edge says itself what is missing, under a request id like all it says.
      requireHostHeader: false,
    },
    (request, response) => receive(edge, request, response),
  );
  // An expectation that nobody knows may be ignored (RFC 9110, 10.1.1).
  server.on("checkExpectation", (request, response) => receive(edge, request, response));
  server.maxConnections = CONNECTIONS_MAX;
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    seen.refused(error.code ?? "unknown");
    refuseNonsense(error.code ?? "", socket as Socket, options);
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.address, () => {
      const bound = server.address();
      resolve({
        port: typeof bound === "object" && bound ? bound.port : options.port,
        stop: () =>
          new Promise((done) => {
            server.close(() => done());
            server.closeAllConnections();
          }),
      });
    });
  });
}

function receive(options: EdgeInside, request: IncomingMessage, response: ServerResponse): void {
  const caller = options.callerOf(request.socket.remoteAddress ?? "");
  if (caller.kind === "location" && options.isCut(caller.location)) {
    request.socket.destroy();
    return;
  }
  const fromEdge = caller.kind === "location" && caller.role === "edge";
  const passport = passportOf(request.headers, {
    fromEdge,
    zone: caller.kind === "zone" ? caller.zone : options.zoneOfStrangers,
  });
  const send = (answer: EdgeAnswer): void =>
    afterWay(caller.oneWayMs, () => reply({ location: options.location, passport, request, response }, answer));
  const arrive = (body: Buffer | null): void => {
    afterWay(caller.oneWayMs, () => {
      const read = readRequest(options, request, { caller, passport, fromEdge, body });
      if ("status" in read) {
        if (read.status !== 200) options.seen.refused(`status-${read.status}`);
        send(read);
        return;
      }
      if (read.probe && options.probeFails()) {
        request.socket.destroy();
        return;
      }
      decide(options, read).then(send, (error: unknown) => send(failure(error)));
    });
  };
  const length = request.headers["content-length"];
  if (length === undefined && request.headers["transfer-encoding"] === undefined) {
    arrive(null);
    return;
  }
  if (Number(length ?? 0) > BODY_BYTES_MAX) {
    options.seen.refused("too-large");
    send(tooLarge());
    return;
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  request.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= BODY_BYTES_MAX) chunks.push(chunk);
    else if (bytes - chunk.length <= BODY_BYTES_MAX) {
      options.seen.refused("too-large");
      send(tooLarge());
    }
  });
  request.on("end", () => {
    if (bytes <= BODY_BYTES_MAX) arrive(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
  });
  // A body that breaks off is the end of that connection, and of nothing else.
  request.on("error", () => options.seen.refused("body-broken-off"));
}

/** What came, in the edge's words; or the answer that says what is wrong with it. */
function readRequest(
  options: EdgeOptions,
  request: IncomingMessage,
  came: {
    readonly caller: Caller;
    readonly passport: EdgePassport;
    readonly fromEdge: boolean;
    readonly body: Buffer | null;
  },
): EdgeRequest | EdgeAnswer {
  const { caller, passport, fromEdge, body } = came;
  const target = request.url ?? "/";
  const method = request.method ?? "GET";
  // What a shallow health check sees: the process lives and its edge answers. Gray faults stay green here, as they do everywhere.
  if (target === "/health")
    return { status: 200, headers: JSON_HEADERS, body: JSON.stringify({ ok: true, location: options.location }) };
  if (!METHODS.has(method) || !target.startsWith("/")) {
    return problem({
      status: 405,
      code: "method-unknown",
      title: "Method not allowed",
      detail: `${method} is not served here.`,
      hint: "use GET, HEAD or POST with a path",
      headers: { allow: "GET, HEAD, POST" },
    });
  }
  const twoWays = ambiguity(request);
  if (twoWays !== null) return ambiguous(twoWays);
  const { host } = request.headers;
  if (host === undefined) {
    return problem({
      status: 400,
      code: "host-missing",
      title: "No host",
      detail: "The request names no host, and the host says whose site it is.",
      hint: "send `Host: shop.planet.test`",
    });
  }
  const chunk = hostToChunk(host);
  if (chunk === null) {
    return problem({
      status: 421,
      code: "host-unknown",
      title: "Misdirected request",
      detail: `No site is served under the host ${JSON.stringify(host.slice(0, 80))}.`,
      hint: "send `Host: shop.planet.test`, or b00 to bff of shop, editor or internal .planet.test",
    });
  }
  if (passport.hops.length >= HOPS_MAX) return looping();
  const idempotencyKey = request.headers["idempotency-key"];
  return {
    method,
    target,
    host,
    chunk,
    passport,
    idempotencyKey: typeof idempotencyKey === "string" ? idempotencyKey : undefined,
    rawHeaders: request.rawHeaders,
    body,
    probe: caller.kind === "location" && caller.role === "node" && request.headers["x-probe"] !== undefined,
    fromEdge,
  };
}

async function decide(options: EdgeInside, request: EdgeRequest): Promise<EdgeAnswer> {
  const { seen, location } = options;
  const began = performance.now();
  if (!request.fromEdge && !request.probe) seen.entered(request);
  const target = targetOf(options, request);
  if (target === null)
    return shed(options, request, began, "this part of the traffic is set apart and not served anywhere for now");
  if (target === location) return serveHere(options, request, began);

  options.admission.spend(RELAY_COST, began);
  const relayed = await options.relay.send(target, request);
  if (relayed.kind === "answer") {
    seen.ended(request, { how: "relayed", answer: relayed.answer, ms: performance.now() - began, cost: RELAY_COST });
    return relayed.answer;
  }
  // The target is dead or out of reach: its users have nothing to lose, so we serve them if that can do no harm.
  if ((mayRepeat(request) || !relayed.sent) && mayServeHere(options, request))
    return serveHere(options, request, began);
  const hint =
    request.idempotencyKey === undefined
      ? "try again; with an Idempotency-Key we could have done so for you"
      : "try again with the same key";
  const answer = relayFailed(target, relayed.why, hint);
  seen.ended(request, { how: "relay-failed", answer, ms: performance.now() - began, cost: RELAY_COST });
  return answer;
}

/** Null: shed everywhere. */
function targetOf(options: EdgeOptions, request: EdgeRequest): string | null {
  if (request.probe) return options.location;
  if (!mayServeHere(options, request)) return options.writers[request.chunk.class]!;
  if (request.fromEdge) return options.location;
  return routeAnswer(options.route(), { ...request.chunk, zone: request.passport.zone }, options.location);
}

/** What a class with one writer writes is written there and nowhere else. */
function mayServeHere({ writers, location }: EdgeOptions, { chunk, method }: EdgeRequest): boolean {
  const writer = writers[chunk.class];
  return writer === undefined || writer === location || method === "GET" || method === "HEAD";
}

async function serveHere(options: EdgeInside, request: EdgeRequest, began: number): Promise<EdgeAnswer> {
  const cost = request.probe ? PROBE_COST : options.costOf(request);
  const waitMs = options.inside >= INSIDE_MAX ? null : admitted(options, request, cost);
  if (waitMs === null) return shed(options, request, began, `${options.location} is over its capacity`);
  options.inside += 1;
  try {
    if (waitMs >= 1) await new Promise((resolve) => setTimeout(resolve, waitMs));
    const answer = await options.serve(request).catch(failure);
    options.seen.ended(request, { how: "served", answer, ms: performance.now() - began, cost });
    return answer;
  } finally {
    options.inside -= 1;
  }
}

/** A probe asks whether we live: it neither waits behind users nor takes their place. */
function admitted(options: EdgeOptions, request: EdgeRequest, cost: number): number | null {
  if (request.probe) return 0;
  return options.admission.admit({ class: request.chunk.class, cost }, performance.now());
}

function shed(options: EdgeOptions, request: EdgeRequest, began: number, detail: string): EdgeAnswer {
  const answer = problem({
    status: 503,
    code: "over-capacity",
    title: "Too much traffic",
    detail,
    hint: `try again in ${RETRY_AFTER_SECONDS} s`,
    headers: { "retry-after": String(RETRY_AFTER_SECONDS) },
  });
  options.seen.ended(request, { how: "shed", answer, ms: performance.now() - began, cost: 0 });
  return answer;
}

function failure(error: unknown): EdgeAnswer {
  return problem({
    status: 500,
    code: "internal",
    title: "The location failed to serve this",
    detail: error instanceof Error ? error.message : String(error),
    hint: "try again; the request id in x-request-id finds its trace",
  });
}

type Replying = {
  readonly location: string;
  readonly passport: EdgePassport;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
};

function reply({ location, passport, request, response }: Replying, answer: EdgeAnswer): void {
  if (response.destroyed || response.headersSent) return;
  const { status, headers, body } = answer;
  // A body that we did not read would be taken for the next request.
  const close = status === 413 ? { connection: "close" } : {};
  response.writeHead(status, {
    ...signedBy(location, passport),
    // An answer that was relayed says who really served it.
    ...headers,
    "content-length": Buffer.byteLength(body),
    ...close,
  });
  response.end(request.method === "HEAD" ? undefined : body);
}

function signedBy(location: string, { requestId, traceparent }: EdgePassport): Readonly<Record<string, string>> {
  return { "x-location": location, "x-request-id": requestId, traceparent };
}

function tooLarge(): EdgeAnswer {
  return problem({
    status: 413,
    code: "too-large",
    title: "The body is too large",
    detail: `At most ${BODY_BYTES_MAX} bytes are taken.`,
    hint: "a cart's items are sent one at a time",
  });
}

function refuseNonsense(
  code: string,
  socket: Socket,
  { location, zoneOfStrangers }: Pick<EdgeOptions, "location" | "zoneOfStrangers">,
): void {
  if (!socket.writable || code === "ECONNRESET") {
    socket.destroy();
    return;
  }
  const status =
    code === "HPE_HEADER_OVERFLOW"
      ? "431 Request Header Fields Too Large"
      : code === "ERR_HTTP_REQUEST_TIMEOUT"
        ? "408 Request Timeout"
        : "400 Bad Request";
  // Of nonsense nothing is believed: its request id and trace are new ones.
  const signed = signedBy(location, passportOf({}, { fromEdge: false, zone: zoneOfStrangers }));
  const lines = Object.entries(signed).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status}\r\n${lines.join("")}connection: close\r\ncontent-length: 0\r\n\r\n`, () =>
    socket.destroy(),
  );
}

/** Waits one way, then goes on; at once when there is no way to go. */
function afterWay(oneWayMs: number, go: () => void): void {
  if (oneWayMs < 0.5) go();
  else setTimeout(go, Math.round(oneWayMs));
}

const JSON_HEADERS = { "content-type": "application/json" };
