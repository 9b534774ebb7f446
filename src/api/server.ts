import { Readable } from "node:stream";
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { Words } from "../core/control-contract.ts";
import { CallerError } from "../core/errors.ts";
import type { Estate, LocationName } from "../core/estate.ts";
import type { UnixMs } from "../core/step.ts";
import type { Timeline } from "../drivers/chat/timeline.ts";
import type { LogStore } from "../drivers/store/contract.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Controller } from "../runtime/controller.ts";
import type { Leadership } from "../runtime/leadership.ts";
import type { Transport } from "../runtime/transport.ts";
import { decidedSince } from "./decided.ts";
import { hangUp, HTTP_DOOR, limitConnections, type Refusal } from "../runtime/http-door.ts";
import { mayOrder, mayRead } from "./guard.ts";
import { indexPage } from "./index-page.ts";
import { houstonMetrics } from "./metrics.ts";
import { mustKnow, readOrder } from "./order-schema.ts";
import { recordingLines } from "../runtime/recording-lines.ts";
import { statusOf } from "./status.ts";
import { liveStream } from "./stream.ts";
import { whyOf } from "./why.ts";

/**
 * Houston's HTTP face: for the console, the command, Prometheus and people with curl. Reading is for everybody on this
 * machine; orders want the token. Errors are `{code, says, hint}` in every case.
 */
export type ApiOptions = {
  readonly clock: Clock;
  readonly token: string;
  readonly estate: Estate;
  readonly addresses: Readonly<Record<LocationName, string>>;
  readonly controller: Controller;
  readonly leadership: Leadership;
  readonly store: LogStore;
  readonly timeline: Timeline;
  readonly transport: Transport;
  readonly version: string;
  readonly tickMs: number;
  /** What a person would see if this location went; null: as things are. */
  readonly plan: (without: LocationName | null) => unknown;
  readonly trace: (id: string) => Promise<unknown>;
  /** A location's readings as a recording, out of its node's store. */
  readonly readings: (question: {
    readonly location: LocationName;
    readonly since?: UnixMs;
    readonly until?: UnixMs;
  }) => Promise<Readable>;
};

const BODY_BYTES_MAX = 16 * 1024;
const ENTRIES_MAX = 1000;
/** Signed, base64 and prefixed ids of requests, orders and keys are shorter. */
const ID_LENGTH_MAX = 256;

export async function startApi(options: ApiOptions): Promise<FastifyInstance> {
  const { clock, controller, estate, store, timeline } = options;
  const locations = estate.locations.map((each) => each.name);
  const refusals = refusalCounts();
  const refuse = (reply: FastifyReply, { status, ...body }: Refusal & Record<string, unknown>): FastifyReply => {
    refusals.count(body.code);
    return reply.code(status).send(body);
  };
  const app = fastify({
    bodyLimit: BODY_BYTES_MAX,
    logger: false,
    forceCloseConnections: true,
    requestTimeout: HTTP_DOOR.requestTimeout,
    routerOptions: { maxParamLength: ID_LENGTH_MAX },
    http: HTTP_DOOR,
    frameworkErrors: (error, _request, reply) => void refuse(reply, refusalOf(error)),
    clientErrorHandler: (error, socket) => hangUp(error, socket, refusals.count),
  });
  limitConnections(app.server, refusals.count);
  const live = liveStream({ clock, view: () => controller.view() });
  const unfollow = [timeline.follow((entry) => live.words(entry)), controller.follow(() => live.changed())];
  const registry = houstonMetrics({ ...options, refused: refusals.all });

  app.setErrorHandler((error, _request, reply) => refuse(reply, refusalOf(error)));
  app.setNotFoundHandler((request, reply) =>
    refuse(reply, {
      status: 404,
      code: "not-found",
      says: `${request.method} ${request.url} is not served here`,
      hint: "see GET /",
    }),
  );
  app.addHook("onRequest", async (request, reply) => {
    const refusal =
      request.method === "GET" || request.method === "HEAD"
        ? mayRead(callOf(request))
        : mayOrder(callOf(request), options.token);
    if (refusal) await refuse(reply, refusal);
  });
  app.addHook("onClose", async () => {
    live.stop();
    for (const end of unfollow) end();
  });

  app.get("/", (_request, reply) => reply.type("text/html; charset=utf-8").send(indexPage()));
  app.get("/health", (_request, reply) => {
    const broken = controller.broken();
    const { blind } = controller.view();
    return reply
      .code(broken || blind ? 503 : 200)
      .send({ deciding: broken === null, blind, broken, behind: controller.behind() });
  });
  app.get("/metrics", async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()));
  app.get("/api/status", () =>
    statusOf(controller.view(), {
      leader: options.leadership.leads() ? options.leadership.name : null,
      addresses: options.addresses,
    }),
  );
  app.get("/api/view", () => controller.view());
  app.get<{ Querystring: Query }>("/api/timeline", async (request) => {
    const records = await store.records({ kind: "words", ...rangeOf(request.query) });
    const entries = records.map((record) => ({ id: record.id, ...(record.body as Words) }));
    return { entries: entries.toReversed() };
  });
  app.get<{ Querystring: Query }>("/api/decisions", (request) => decidedSince(store, rangeOf(request.query)));
  app.get<{ Params: { location: string }; Querystring: Query }>("/api/why/:location", async (request) => {
    const { location } = request.params;
    mustKnow("location", location, locations);
    const at = request.query["at"] === undefined ? null : numberOf(request.query, "at", 0);
    return whyOf({ location, at, view: controller.view(), store });
  });
  app.get<{ Querystring: Query }>("/api/plan", (request) => {
    const { without } = request.query;
    if (without !== undefined && typeof without !== "string") throw givenTwice("without");
    if (without !== undefined) mustKnow("location", without, locations);
    return options.plan(without ?? null);
  });
  app.get<{ Params: { id: string } }>("/api/trace/:id", (request) => options.trace(request.params.id));
  app.get<{ Querystring: Query }>("/api/recording", async ({ query }, reply) => {
    const { location } = query;
    const range = {
      ...(query["since"] === undefined ? {} : { since: numberOf(query, "since", 0) }),
      ...(query["until"] === undefined ? {} : { until: numberOf(query, "until", 0) }),
    };
    if (location === undefined) {
      if (Object.keys(range).length > 0) throw wholeLogOnly();
      const lines = recordingLines({ store, estate, version: options.version, tickMs: options.tickMs });
      return reply.type("application/x-ndjson").send(Readable.from(lines));
    }
    if (typeof location !== "string") throw givenTwice("location");
    mustKnow("location", location, locations);
    return reply.type("application/x-ndjson").send(await options.readings({ location, ...range }));
  });
  app.get("/api/stream", (_request, reply) => {
    reply.hijack();
    if (live.add(reply.raw)) return;
    refusals.count(TOO_MANY_READERS.code);
    reply.raw
      .writeHead(503, { "retry-after": "5", "content-type": "application/json" })
      .end(JSON.stringify(TOO_MANY_READERS));
  });
  app.post("/api/orders", async (request, reply) => {
    const { by, order } = readOrder(request.body, { estate, view: controller.view() });
    const { words, reasons } = await controller.order(by, order);
    const refused = reasons.find((reason) => REFUSED.test(reason.code));
    if (refused) {
      return refuse(reply, {
        status: 409,
        code: refused.code,
        says: refused.says,
        hint: words[0]?.youNeedTo ?? "see `houston status`",
        words,
        reasons,
      });
    }
    return { accepted: true, words, reasons };
  });
  await app.ready();
  return app;
}

/** Reasons by which an order is not carried out. */
const REFUSED = /^(?:refused-|order-too-early|stopped-deciding|not-leading|stopping)/;

const TOO_MANY_READERS = {
  code: "too-many-readers",
  says: "too many read the live stream already",
  hint: "close some consoles, or read /api/timeline",
};

type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

function rangeOf(query: Query): { readonly since: number; readonly limit: number } {
  return {
    since: numberOf(query, "since", 0),
    limit: Math.min(ENTRIES_MAX, Math.max(1, numberOf(query, "limit", ENTRIES_MAX))),
  };
}

function numberOf(query: Query, name: string, absent: number): number {
  const text = query[name];
  if (text === undefined) return absent;
  const value = typeof text === "string" && text.trim() !== "" ? Number(text) : Number.NaN;
  if (!Number.isFinite(value) || value < 0) {
    throw new CallerError({
      code: "bad-query",
      message: `${name} is not a number: ${String(text)}`,
      hint: "times are Unix milliseconds",
    });
  }
  return value;
}

function givenTwice(name: string): CallerError {
  return new CallerError({ code: "bad-query", message: `${name} is given twice`, hint: "give one location" });
}

function wholeLogOnly(): CallerError {
  return new CallerError({
    code: "bad-query",
    message: "since and until are for a location's readings",
    hint: "add location=NAME; what Houston decided on is replayed from where its log begins, so it is given whole",
  });
}

function callOf(request: FastifyRequest) {
  const { host, origin, authorization } = request.headers;
  return { remoteAddress: request.socket.remoteAddress, host, origin, authorization };
}

/** How often each code was refused; the codes are the code's own, so they are few. */
function refusalCounts() {
  const counts = new Map<string, number>();
  return {
    count: (code: string): void => void counts.set(code, (counts.get(code) ?? 0) + 1),
    all: (): Readonly<Record<string, number>> => Object.fromEntries(counts),
  };
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof CallerError) {
    const status = error.code.startsWith("unknown-") ? 404 : error.code === "node-silent" ? 502 : 400;
    return { status, code: error.code, says: error.message, hint: error.hint };
  }
  const {
    statusCode = 500,
    code = "internal",
    message = String(error),
  } = error as { statusCode?: number; code?: string; message?: string };
  // Fastify's own words for what it could not read: too large, not JSON, wrong type.
  if (statusCode < 500)
    return {
      status: statusCode,
      code: code.toLowerCase().replaceAll("_", "-"),
      says: message,
      hint: "send JSON, at most 16 kB",
    };
  return { status: 500, code: "internal", says: message, hint: "this is a fault of ours: please report it" };
}
