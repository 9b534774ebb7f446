import type { IncomingHttpHeaders } from "node:http";
import { buildConnector, Pool, type Dispatcher } from "undici";
import type { UnixMs } from "../../core/step.ts";
import type { Wheel } from "./wheel.ts";

/**
 * Carries requests from a zone's client addresses to a location, on kept connections, as cheaply as undici goes.
 * A new connection costs one round trip of the distance; the rest of the distance is felt at the other end.
 */
export type Caller = {
  /** `then` is called exactly once; `abort` makes it a time-out. */
  call(request: OutgoingCall, then: (result: CallResult) => void): { abort(): void };
  /** Closes connections that nobody used for a while. */
  sweep(now: UnixMs): void;
  readonly openPools: number;
  stop(): Promise<void>;
};

export type OutgoingCall = {
  /** The address of ours that it leaves from, and that of the edge. */
  readonly from: string;
  readonly to: string;
  /** Of the distance between them. */
  readonly roundTripMs: number;
  /** Kept open for minutes: such users never look for another address. */
  readonly pinned: boolean;
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly host: string;
  readonly idempotencyKey?: string;
  readonly body?: string;
  /** Whether the answer's body is wanted; else it is only read to its end. */
  readonly wanted: boolean;
};

export type CallResult =
  | { readonly kind: "answer"; readonly status: number; readonly location: string; readonly body: string }
  | {
      readonly kind: "failed";
      readonly why: "refused" | "reset" | "timeout";
      /** Whether anything of the request may have reached the other end, and whether an answer had begun. */
      readonly sent: boolean;
      readonly answering: boolean;
    };

/** A browser keeps an idle connection for some time; ordinary users here for so long, pinned ones for minutes. */
const IDLE_MS = 5000;
const PINNED_IDLE_MS = 300_000;
const CONNECT_TIMEOUT_MS = 3000;
/** A black hole holds each request for 3 s: 100 requests/s of one zone there would want 300. */
const CONNECTIONS_MAX = 512;
const POOL_UNUSED_MS = 60_000;
/** Answers of the shop are a few kB; what is longer is cut for the caller, though read. */
const BODY_CHARS_MAX = 256 * 1024;

type Route = { readonly pool: Pool; usedAt: UnixMs; inFlight: number };

export function startCaller(options: { readonly port: number; readonly wheel: Wheel }): Caller {
  const { port, wheel } = options;
  const routes = new Map<string, Route>();

  const routeOf = (request: OutgoingCall): Route => {
    const key = `${request.from} ${request.to} ${request.pinned ? "pinned" : ""}`;
    const known = routes.get(key);
    if (known) return known;
    const idleMs = request.pinned ? PINNED_IDLE_MS : IDLE_MS;
    const pool = new Pool(`http://${request.to}:${port}`, {
      connections: CONNECTIONS_MAX,
      pipelining: 1,
      localAddress: request.from,
      keepAliveTimeout: idleMs,
      keepAliveMaxTimeout: idleMs,
      // The wheel ends what takes too long; undici's own timers would be one more each.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: distantConnector(request, wheel),
    });
    const route = { pool, usedAt: wheel.now(), inFlight: 0 };
    routes.set(key, route);
    return route;
  };

  return {
    call(request, then) {
      const route = routeOf(request);
      route.usedAt = wheel.now();
      route.inFlight++;
      const handler = new CallHandler(request.wanted, (result) => {
        route.inFlight--;
        then(result);
      });
      const headers: Record<string, string> = { host: request.host };
      if (request.idempotencyKey !== undefined) headers["idempotency-key"] = request.idempotencyKey;
      if (request.body !== undefined) headers["content-type"] = "application/json";
      route.pool.dispatch({ method: request.method, path: request.path, headers, body: request.body ?? null }, handler);
      return handler;
    },
    sweep(now) {
      for (const [key, route] of routes) {
        if (route.inFlight > 0 || now - route.usedAt < POOL_UNUSED_MS) continue;
        if (key.endsWith("pinned") && now - route.usedAt < PINNED_IDLE_MS) continue;
        routes.delete(key);
        void route.pool.destroy();
      }
    },
    get openPools() {
      return routes.size;
    },
    async stop() {
      await Promise.all([...routes.values()].map(({ pool }) => pool.destroy()));
    },
  };
}

function distantConnector(request: OutgoingCall, wheel: Wheel): buildConnector.connector {
  const connect = buildConnector({ timeout: CONNECT_TIMEOUT_MS, allowH2: false });
  return (options, callback) =>
    connect(options, (error, socket) => {
      if (error) return callback(error, null);
      if (request.roundTripMs <= 0) return callback(null, socket);
      let lost: Error | null = null;
      const onError = (cause: Error): void => void (lost = cause);
      socket.on("error", onError);
      wheel.at(wheel.exact() + request.roundTripMs, () => {
        socket.off("error", onError);
        if (lost ?? socket.destroyed) callback(lost ?? new Error("reset while connecting"), null);
        else callback(null, socket);
      });
    });
}

/** A class, unlike elsewhere: a thousand of these a second, and undici calls its methods by name. */
class CallHandler implements Dispatcher.DispatchHandler {
  readonly #wanted: boolean;
  readonly #then: (result: CallResult) => void;
  #controller: Dispatcher.DispatchController | null = null;
  #over = false;
  #status = 0;
  #location = "";
  #body = "";

  constructor(wanted: boolean, then: (result: CallResult) => void) {
    this.#wanted = wanted;
    this.#then = then;
  }

  abort(): void {
    if (this.#over) return;
    this.#finish({ kind: "failed", why: "timeout", sent: this.#controller !== null, answering: this.#status > 0 });
    this.#controller?.abort(GAVE_UP);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // Its user went away while it waited for a connection.
    if (this.#over) controller.abort(GAVE_UP);
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    this.#status = status;
    const location = headers["x-location"];
    if (typeof location === "string") this.#location = location;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#wanted && this.#body.length < BODY_CHARS_MAX) this.#body += chunk.toString("utf8");
  }

  onResponseEnd(): void {
    this.#finish({ kind: "answer", status: this.#status, location: this.#location, body: this.#body });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#finish({ kind: "failed", why: whyOf(error), sent: this.#controller !== null, answering: this.#status > 0 });
  }

  #finish(result: CallResult): void {
    if (this.#over) return;
    this.#over = true;
    this.#then(result);
  }
}

const GAVE_UP = new Error("the user gave up");

const REFUSED_CODES: ReadonlySet<string> = new Set(["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "EADDRNOTAVAIL"]);
const TIMEOUT_CODES: ReadonlySet<string> = new Set(["UND_ERR_CONNECT_TIMEOUT", "ETIMEDOUT"]);

function whyOf(error: Error): "refused" | "reset" | "timeout" {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  if (REFUSED_CODES.has(code)) return "refused";
  return TIMEOUT_CODES.has(code) ? "timeout" : "reset";
}
