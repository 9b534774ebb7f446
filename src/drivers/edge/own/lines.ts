import type { IncomingHttpHeaders } from "node:http";
import type { Duplex } from "node:stream";
import { checkServerIdentity, type PeerCertificate } from "node:tls";
import { type Dispatcher, Pool } from "undici";
import { breaker, type Breaker } from "../breaker.ts";
import type { KeptBody } from "./kept-body.ts";
import type { PeerCertificates } from "./peer-certificates.ts";
import { locationOf } from "./peer-certificates.ts";
import { retryBudget } from "./retry-budget.ts";

/**
 * Connections to the other locations' edges, kept and shared; what goes over them streams both ways, as fast as whoever reads it.
 *
 * 1. A request is sent a second time only when it never left, or may be repeated, nothing of an answer has come, and the budget allows it.
 * 2. With certificates the other side must be the location that it is taken for, by its certificate.
 * 3. A location that fails again and again is left alone for a second at a time; what who asked did (he left, or broke off) is no failure of its.
 * 4. Nobody waits long for a connection: where all are taken by streams that stay, the next ones are not sent.
 */
export type Lines = {
  send(to: string, call: Call, answer: Answering): Promise<Sent>;
  /** For WebSocket and other upgrades: null when the other side did not switch; its answer has gone to `answer` then. */
  upgrade(to: string, call: Call, answer: Answering): Promise<Upgraded>;
  stop(): Promise<void>;
};

export type Call = {
  readonly method: string;
  readonly path: string;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body: KeptBody | null;
  /** Sending it again can do no harm. */
  readonly mayRepeat: boolean;
  /** Whoever asked has gone. */
  readonly gone: AbortSignal;
};

/** Where an answer goes, as it comes. */
export type Answering = {
  head(status: number, headers: IncomingHttpHeaders, flow: Flow): void;
  /** False: no more until `flow.resume()`. */
  data(chunk: Buffer): boolean;
  end(trailers: IncomingHttpHeaders): void;
  /** It breaks off after its head. */
  broken(): void;
};

export type Flow = { resume(): void; abort(reason: Error): void };

/** `answered`: to its end, or until who asked had enough of it. */
export type Sent = { readonly kind: "answered" } | Failed | { readonly kind: "broken-off" };

export type Failed = {
  readonly kind: "failed";
  readonly why: "unknown" | "open" | "refused" | "identity" | "reset" | "timeout" | "busy" | "unsendable" | "gone";
  /** It may have been carried out there. */
  readonly sent: boolean;
};

export type Upgraded =
  | { readonly kind: "switched"; readonly socket: Duplex; readonly headers: IncomingHttpHeaders }
  | Exclude<Sent, { kind: "broken-off" }>
  | { readonly kind: "broken-off" };

export type LinesOptions = {
  /** Where each other location's edge is reached. */
  readonly peers: (location: string) => { readonly host: string; readonly port: number } | null;
  readonly certificates: PeerCertificates | null;
  readonly connectMs: number;
  /** Until an answer begins. */
  readonly answerMs: number;
  /** Between two pieces of it. */
  readonly idleMs: number;
  /** To each location. */
  readonly connectionsMax: number;
  readonly counted: (what: "retried" | "identity-refused") => void;
};

/** Shorter than Node's servers keep a connection at their usual setting, 5 s: who is first to close it loses no request. */
const KEEP_ALIVE_MS = 4000;
const ATTEMPTS_MAX = 2;
/** For a connection, and beyond the time that making one may take. */
const WAITING_MAX = 1000;
const WAITS_MS = 1000;

type Line = { readonly pool: Pool; readonly breaker: Breaker; readonly at: string; waiting: number };

export function lines(options: LinesOptions): Lines {
  const all = new Map<string, Line>();
  const budget = retryBudget();
  const letGo = (line: Line): void => void line.pool.close().catch(() => undefined);
  // A new certificate is for new connections: those that are there end with what runs on them.
  options.certificates?.onChange(() => {
    for (const line of all.values()) letGo(line);
    all.clear();
  });
  const lineTo = (to: string): Line | null => {
    const peer = options.peers(to);
    if (peer === null) return null;
    const at = `${peer.host} ${peer.port}`;
    const known = all.get(to);
    if (known?.at === at) return known;
    if (known !== undefined) letGo(known);
    const line = { pool: poolTo(to, peer, options), breaker: breaker(), at, waiting: 0 };
    all.set(to, line);
    return line;
  };
  const attempt = async <Ended extends Sent | Upgraded>(
    to: string,
    call: Call,
    tryOnce: (line: Line) => Promise<Ended>,
  ): Promise<Ended | Failed> => {
    budget.asked();
    for (let tries = 1; ; tries += 1) {
      const line = lineTo(to);
      if (line === null) return { kind: "failed", why: "unknown", sent: false };
      if (!line.breaker.mayTry(performance.now())) return { kind: "failed", why: "open", sent: false };
      const ended = await tryOnce(line);
      if (ended.kind !== "failed") {
        line.breaker.ended(ended.kind !== "broken-off", performance.now());
        return ended;
      }
      if (ended.why === "identity") options.counted("identity-refused");
      // What our own client won't write, who asked gave up, or found no connection free, says nothing about the other side.
      if (ended.why === "unsendable" || ended.why === "gone" || ended.why === "busy") return ended;
      line.breaker.ended(false, performance.now());
      if (tries === ATTEMPTS_MAX || !mayTryAgain(ended, call) || !budget.take()) return ended;
      options.counted("retried");
    }
  };
  const waitMs = options.connectMs + WAITS_MS;
  return {
    send: (to, call, answer) => attempt(to, call, (line) => once({ line, to, call, answer, waitMs })),
    upgrade: (to, call, answer) => attempt(to, call, (line) => upgradeOnce({ line, to, call, answer, waitMs })),
    async stop() {
      await Promise.all([...all.values()].map(({ pool }) => pool.destroy()));
      all.clear();
    },
  };
}

/** Who was silent for all the time that there is is not asked for it once more. */
function mayTryAgain({ why, sent }: Failed, { mayRepeat, body }: Call): boolean {
  return (why === "refused" || why === "reset") && (!sent || (mayRepeat && body?.isWhole !== false));
}

function poolTo(
  location: string,
  { host, port }: { readonly host: string; readonly port: number },
  { certificates, connectMs, answerMs, idleMs, connectionsMax }: LinesOptions,
): Pool {
  const at = host.includes(":") ? `[${host}]` : host;
  const settings = {
    connections: connectionsMax,
    pipelining: 1,
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: answerMs,
    bodyTimeout: idleMs,
    allowH2: false,
  };
  if (certificates === null) return new Pool(`http://${at}:${port}`, { ...settings, connect: { timeout: connectMs } });
  return new Pool(`https://${at}:${port}`, {
    ...settings,
    connect: {
      ...certificates.read(),
      timeout: connectMs,
      servername: location,
      rejectUnauthorized: true,
      minVersion: "TLSv1.3",
      checkServerIdentity: (_: string, certificate: PeerCertificate) =>
        locationOf(certificate, [location]) === null ? notTheOne(location, certificate) : undefined,
    },
  });
}

function notTheOne(location: string, certificate: PeerCertificate): Error {
  const usual = checkServerIdentity(location, certificate);
  return Object.assign(new Error(usual?.message ?? `its certificate does not name ${location}`), {
    code: "ERR_TLS_CERT_ALTNAME_INVALID",
  });
}

type Try = {
  readonly line: Line;
  readonly to: string;
  readonly call: Call;
  readonly answer: Answering;
  readonly waitMs: number;
};

const BUSY: Failed = { kind: "failed", why: "busy", sent: false };

/** Undici's own types know neither its `servername` (else the Host that a user sent would be it) nor bodies that are iterated. */
function dispatched({ to, call: { method, path, headers, body } }: Try): Dispatcher.DispatchOptions {
  const options = { method, path, headers: headers as string[], servername: to, body: body?.chunks() ?? null };
  return options as unknown as Dispatcher.DispatchOptions;
}

function once(trial: Try): Promise<Sent> {
  if (trial.line.waiting >= WAITING_MAX) return Promise.resolve(BUSY);
  return new Promise((resolve) => {
    const watch = watched<Sent>(trial, resolve);
    try {
      trial.line.pool.dispatch(dispatched(trial), watch.handler);
    } catch (error) {
      watch.failed(error);
    }
  });
}

function upgradeOnce(trial: Try): Promise<Upgraded> {
  if (trial.line.waiting >= WAITING_MAX) return Promise.resolve(BUSY);
  return new Promise((resolve) => {
    const watch = watched<Upgraded>(trial, resolve);
    const handler: Dispatcher.DispatchHandler = {
      ...watch.handler,
      onRequestUpgrade(_, status, headers, socket) {
        if (status === 101) watch.end({ kind: "switched", socket, headers });
        else socket.destroy();
      },
    };
    try {
      trial.line.pool.dispatch({ ...dispatched(trial), upgrade: "websocket", body: null }, handler);
    } catch (error) {
      watch.failed(error);
    }
  });
}

/** One try: how it ends is told once, and nothing is left behind it. */
function watched<Ended extends Sent | Upgraded>(
  { line, call, answer, waitMs }: Try,
  ended: (how: Ended | Sent) => void,
) {
  let controller: Dispatcher.DispatchController | null = null;
  let isBegun = false;
  let isOver = false;
  let isWaiting = true;
  line.waiting += 1;
  // Who gave up stays in the pool's queue until a connection is free, and is counted as long.
  const waited = (): void => {
    if (isWaiting) line.waiting -= 1;
    isWaiting = false;
    clearTimeout(timer);
  };
  const end = (how: Ended | Sent): void => {
    if (isOver) return;
    isOver = true;
    call.gone.removeEventListener("abort", leave);
    ended(how);
  };
  const leave = (): void => {
    controller?.abort(left());
    end(isBegun ? { kind: "answered" } : { kind: "failed", why: "gone", sent: controller !== null });
  };
  const timer = setTimeout(() => end(BUSY), waitMs);
  const failed = (error: unknown): void => {
    waited();
    if (isOver) return;
    const isTheirs = codeOf(error) !== LEFT && call.body?.isBroken !== true;
    if (isBegun) {
      answer.broken();
      return end({ kind: isTheirs ? "broken-off" : "answered" });
    }
    const why = isTheirs ? whyOf(error) : "gone";
    // A connection that was there can end in `refused` as well, after the request has left.
    end({ kind: "failed", why, sent: controller !== null && why !== "identity" });
  };
  const handler: Dispatcher.DispatchHandler = {
    onRequestStart(its) {
      waited();
      controller = its;
      if (isOver) its.abort(left());
    },
    onResponseStart(its, status, headers) {
      // 1xx: more is to come, and who asked does without.
      if (status < 200) return;
      isBegun = true;
      answer.head(status, headers, its);
    },
    onResponseData(its, chunk) {
      if (!answer.data(chunk)) its.pause();
    },
    onResponseEnd(_, trailers) {
      answer.end(trailers);
      end({ kind: "answered" });
    },
    onResponseError: (_, error) => failed(error),
  };
  call.gone.addEventListener("abort", leave, { once: true });
  if (call.gone.aborted) leave();
  return { handler, failed, end };
}

function whyOf(error: unknown): Failed["why"] {
  const code = codeOf(error);
  if (REFUSED.has(code)) return "refused";
  if (code === "UND_ERR_HEADERS_TIMEOUT" || code === "UND_ERR_BODY_TIMEOUT") return "timeout";
  if (code === "UND_ERR_INVALID_ARG" || code === "UND_ERR_NOT_SUPPORTED") return "unsendable";
  return IDENTITY.test(code) ? "identity" : "reset";
}

const codeOf = (error: unknown): string =>
  typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";

const LEFT = "USER_LEFT";

/** Why a flow is given up by whom it was for: no fault of the other side. */
export const left = (): Error => Object.assign(new Error("whoever asked has left"), { code: LEFT });

const REFUSED: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EADDRNOTAVAIL",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** What Node's TLS and OpenSSL say of a certificate that is not the one wanted, on either side. */
const IDENTITY =
  /^(?:ERR_TLS_CERT_ALTNAME_INVALID|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_SSL_.*(?:CERTIFICATE|UNKNOWN_CA))/;
