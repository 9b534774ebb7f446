import { Readable } from "node:stream";
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { ControlState } from "../core/control.ts";
import { CallerError } from "../core/errors.ts";
import type { Estate, LocationName } from "../core/estate.ts";
import type { UnixMs } from "../core/step.ts";
import type { Timeline } from "../drivers/chat/timeline.ts";
import type { LogStore } from "../drivers/store/contract.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Controller } from "../runtime/controller.ts";
import type { Leadership } from "../runtime/leadership.ts";
import type { Transport } from "../runtime/transport.ts";
import type { World } from "./contract.ts";
import { serveConsole } from "./console.ts";
import { decidedIn } from "./decided.ts";
import { hangUp, HTTP_DOOR, limitConnections, type Refusal } from "../runtime/http-door.ts";
import { mayOrder, mayRead } from "./guard.ts";
import { houstonMetrics } from "./metrics.ts";
import { locationDetail } from "./location-detail.ts";
import { previewOf } from "./order-preview.ts";
import { isRefusalCode, refusalIn } from "./order-refusal.ts";
import { mustKnow, readOrder } from "./order-schema.ts";
import { drillsOf, framesOf, incidentsOf, timelineOf } from "./past.ts";
import { planQuestion } from "./plan-question.ts";
import { limitOf, numberOf, rangeOf, textOf, type Query } from "./query.ts";
import { readDrillReport } from "./read-drill-report.ts";
import { REPORT_FORMATS, REPORT_TYPES, reporter, written } from "./report/reporter.ts";
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
  readonly controller: Controller<ControlState>;
  readonly leadership: Leadership;
  readonly store: LogStore;
  readonly timeline: Timeline;
  readonly transport: Transport;
  readonly version: string;
  readonly tickMs: number;
  readonly trace: (id: string) => Promise<unknown>;
  /** A location's readings as a recording, out of its node's store. */
  readonly readings: (question: {
    readonly location: LocationName;
    readonly since?: UnixMs;
    readonly until?: UnixMs;
  }) => Promise<Readable>;
};

const BODY_BYTES_MAX = 16 * 1024;
/** A drill that was watched for a day has a line a minute. */
const DRILL_BYTES_MAX = 512 * 1024;
const ENTRIES_MAX = 1000;
/** A scrubber has no more steps than that; 50 locations and 2,000 zones make 7 MB of it. */
const FRAMES_MAX = 500;
const INCIDENTS_MAX = 200;
const DRILLS_MAX = 50;
/** The log of an incident is kept for two hours: there is no hurry. */
const CLOSED_NOTICED_MS = 10_000;
/** A report has text from everywhere. It is escaped; were it not, a browser would still run and fetch nothing. */
const REPORT_HEADERS = {
  "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
  "x-content-type-options": "nosniff",
} as const;
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
  const reports = reporter({
    store,
    estate,
    version: options.version,
    view: () => controller.view(),
    now: () => clock.now(),
    readings: options.readings,
  });
  const noticing = clock.every(CLOSED_NOTICED_MS, () => reports.noticed(controller.view()));
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
      request.method === "GET" || request.method === "HEAD" || request.routeOptions.config.readsOnly
        ? mayRead(callOf(request))
        : mayOrder(callOf(request), options.token);
    if (refusal) await refuse(reply, refusal);
  });
  app.addHook("onClose", async () => {
    live.stop();
    noticing();
    await reports.stop();
    for (const end of unfollow) end();
  });

  serveConsole(app);
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
  app.get("/api/world", (): World => ({ version: options.version, estate, addresses: options.addresses }));
  app.get<{ Params: { location: string } }>("/api/locations/:location", ({ params: { location } }) => {
    mustKnow("location", location, locations);
    return locationDetail(controller.state(), controller.view(), location);
  });
  app.get<{ Querystring: Query }>("/api/timeline", async ({ query }) => ({
    entries: await timelineOf(store, rangeOf(query, ENTRIES_MAX)),
  }));
  app.get<{ Querystring: Query }>("/api/decisions", ({ query }) => decidedIn(store, rangeOf(query, ENTRIES_MAX)));
  app.get<{ Querystring: Query }>("/api/frames", async ({ query }) => ({
    frames: await framesOf(store, rangeOf(query, FRAMES_MAX)),
  }));
  app.get<{ Querystring: Query }>("/api/incidents", async ({ query }) => ({
    incidents: await incidentsOf(store, { view: controller.view(), limit: limitOf(query, INCIDENTS_MAX) }),
  }));
  app.get<{ Params: { number: string }; Querystring: Query }>(
    "/api/incidents/:number/report",
    async ({ params, query }, reply) => {
      const number = Number(params.number);
      if (!Number.isSafeInteger(number)) throw noNumber(params.number);
      const asked = textOf(query, "format") ?? "json";
      const format = REPORT_FORMATS.find((each) => each === asked);
      if (format === undefined) throw noFormat(asked);
      const text = written(await reports.report(number), format);
      return reply.headers(REPORT_HEADERS).type(REPORT_TYPES[format]).send(text);
    },
  );
  app.get<{ Querystring: Query }>("/api/drills", async ({ query }) => ({
    drills: await drillsOf(store, limitOf(query, DRILLS_MAX)),
  }));
  app.post("/api/drills", { bodyLimit: DRILL_BYTES_MAX }, async (request, reply) => {
    const report = readDrillReport(request.body);
    const at = clock.now();
    await store.record({
      kind: "drill",
      id: `${report.drill}-${report.faultAt}`,
      at,
      location: report.location,
      body: report,
    });
    return reply.code(201).send({ at });
  });
  app.get<{ Params: { location: string }; Querystring: Query }>("/api/why/:location", async (request) => {
    const { location } = request.params;
    mustKnow("location", location, locations);
    const at = numberOf(request.query, "at");
    return whyOf({ location, at, view: controller.view(), store });
  });
  app.get<{ Querystring: Query }>("/api/plan", (request) => {
    const without = textOf(request.query, "without");
    if (without !== null) mustKnow("location", without, locations);
    return planQuestion(controller.state(), without);
  });
  app.get<{ Params: { id: string } }>("/api/trace/:id", (request) => options.trace(request.params.id));
  app.get<{ Querystring: Query }>("/api/recording", async ({ query }, reply) => {
    const location = textOf(query, "location");
    const [since, until] = [numberOf(query, "since"), numberOf(query, "until")];
    if (location === null) {
      if (since !== null || until !== null) throw wholeLogOnly();
      const lines = recordingLines({ store, estate, version: options.version, tickMs: options.tickMs });
      return reply.type("application/x-ndjson").send(Readable.from(lines));
    }
    mustKnow("location", location, locations);
    const range = { ...(since === null ? {} : { since }), ...(until === null ? {} : { until }) };
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
    const refused = refusalIn({ words, reasons });
    if (refused) return refuse(reply, { status: 409, ...refused, words, reasons });
    return { accepted: true, words, reasons };
  });
  // It only says what would be: whoever may read may ask.
  app.post("/api/orders/preview", { config: { readsOnly: true } }, (request) => {
    const { order } = readOrder(request.body, { estate, view: controller.view() });
    const broken = controller.broken();
    if (broken !== null) throw stoppedDeciding(broken.says);
    return previewOf(controller.state(), order);
  });
  await app.ready();
  return app;
}

const TOO_MANY_READERS = {
  code: "too-many-readers",
  says: "too many read the live stream already",
  hint: "close some consoles, or read /api/timeline",
};

declare module "fastify" {
  interface FastifyContextConfig {
    /** It changes nothing, though it is no GET. */
    readonly readsOnly?: boolean;
  }
}

function stoppedDeciding(says: string): CallerError {
  return new CallerError({
    code: "stopped-deciding",
    message: `Houston has stopped deciding: ${says}`,
    hint: "orders are not carried out; see its timeline",
  });
}

function noNumber(given: string): CallerError {
  return new CallerError({
    code: "unknown-incident",
    message: `${given} is no incident's number`,
    hint: "GET /api/incidents lists them",
  });
}

function noFormat(given: string): CallerError {
  return new CallerError({
    code: "bad-query",
    message: `format is ${given}`,
    hint: `one of ${REPORT_FORMATS.join(", ")}`,
  });
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
    return { status: statusOfCode(error.code), code: error.code, says: error.message, hint: error.hint };
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
      hint: "send JSON, at most 16 kB (a drill's report 512 kB)",
    };
  return { status: 500, code: "internal", says: message, hint: "this is a fault of ours: please report it" };
}

function statusOfCode(code: string): number {
  if (code.startsWith("unknown-")) return 404;
  if (isRefusalCode(code) || code === "no-table-yet") return 409;
  if (code === "too-many-reports") return 503;
  return code === "node-silent" ? 502 : 400;
}
