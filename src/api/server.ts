import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { CallerError } from "../core/errors.ts";
import { serveConsole } from "./console.ts";
import { hangUp, HTTP_DOOR, limitConnections, type Refusal } from "../runtime/http-door.ts";
import { workFeed } from "../runtime/work-feed.ts";
import type { ApiOptions } from "./api-options.ts";
import { mayOrder, mayRead } from "./guard.ts";
import { isTooMany } from "./lane.ts";
import { houstonMetrics } from "./metrics.ts";
import { isRefusalCode } from "./order-refusal.ts";
import { reporter } from "./report/reporter.ts";
import { serve } from "./routes.ts";
import { liveStream } from "./stream.ts";

/** Endpoints that take more say so. */
const BODY_BYTES_MAX = 16 * 1024;
/** The log of an incident is kept for two hours: there is no hurry. */
const CLOSED_NOTICED_MS = 10_000;
const RETRY_AFTER_SECONDS = 5;
/** Signed, base64 and prefixed ids of requests, orders and keys are shorter. */
const ID_LENGTH_MAX = 256;

/**
 * Houston's HTTP face: for the console, the command, Prometheus and people with curl. Reading is for everybody on this
 * machine; orders want the token. Errors are `{code, says, hint}` in every case.
 */
export async function startApi(options: ApiOptions): Promise<FastifyInstance> {
  const { clock, controller, estate, store, timeline } = options;
  const refusals = refusalCounts();
  const refuse = (reply: FastifyReply, { status, ...body }: Refusal & Record<string, unknown>): FastifyReply => {
    refusals.count(body.code);
    if (isTooMany(body.code)) reply.header("retry-after", RETRY_AFTER_SECONDS);
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
  const work = workFeed({
    controller,
    locations: estate.locations.map(({ name }) => name),
    ...options.keepsWork,
  });
  const noticing = clock.every(CLOSED_NOTICED_MS, () => reports.noticed(controller.view()));
  const unfollow = [timeline.follow((entry) => live.words(entry)), controller.follow(() => live.changed())];

  app.setErrorHandler((error, _request, reply) => refuse(reply, refusalOf(error)));
  app.setNotFoundHandler((request, reply) =>
    refuse(reply, {
      status: 404,
      code: "not-found",
      says: `${request.method} ${request.url} is not served here`,
      hint: "GET /api/openapi.json says what is",
    }),
  );
  app.addHook("onRequest", async (request, reply) => {
    const isRead = request.method === "GET" || request.method === "HEAD";
    const refusal =
      (request.routeOptions.config.token ?? !isRead)
        ? mayOrder(callOf(request), options.token)
        : mayRead(callOf(request));
    if (refusal) await refuse(reply, refusal);
  });
  app.addHook("onClose", async () => {
    live.stop();
    work.stop();
    noticing();
    await reports.stop();
    for (const end of unfollow) end();
  });

  serveConsole(app);
  serve(app, {
    ...options,
    live,
    work,
    reports,
    metrics: houstonMetrics({ ...options, refused: refusals.all }),
    refuse,
    count: refusals.count,
  });
  await app.ready();
  return app;
}

declare module "fastify" {
  interface FastifyContextConfig {
    /** Whether it wants the token: what is no GET does, unless it says otherwise. */
    readonly token?: boolean;
  }
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
      hint: FIXES[code] ?? "send JSON, at most 16 kB (a drill's report 512 kB)",
    };
  return { status: 500, code: "internal", says: message, hint: "this is a fault of ours: please report it" };
}

/** What is wrong with the address itself. */
const FIXES: Readonly<Record<string, string>> = {
  FST_ERR_BAD_URL: "percent-encode what stands in the path",
  FST_ERR_MAX_PARAM_LENGTH: `names and ids have at most ${ID_LENGTH_MAX} characters`,
};

function statusOfCode(code: string): number {
  if (code.startsWith("unknown-")) return 404;
  if (isRefusalCode(code) || code === "no-table-yet") return 409;
  if (isTooMany(code)) return 503;
  return code === "node-silent" || code === "journal-silent" ? 502 : 400;
}
