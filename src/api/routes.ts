import { Readable } from "node:stream";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { CallerError } from "../core/errors.ts";
import { providersOf } from "../core/estate.ts";
import type { Moment } from "../core/size/question.ts";
import type { WorkFeed } from "../runtime/work-feed.ts";
import { recordingLines } from "../runtime/recording-lines.ts";
import type { Refusal } from "../runtime/http-door.ts";
import type { ApiOptions } from "./api-options.ts";
import { decidedIn } from "./decided.ts";
import { readDoubtWord } from "./doubt-word.ts";
import { endpoints, type Endpoint, type EndpointName } from "./endpoints.ts";
import { byTurns } from "./gently.ts";
import { lane, tooMany } from "./lane.ts";
import { locationDetail } from "./location-detail.ts";
import { openApi } from "./openapi.ts";
import { previewOf } from "./order-preview.ts";
import { refusalIn } from "./order-refusal.ts";
import { mustBeListed, mustKnow, readOrder } from "./order-schema.ts";
import { drillsOf, framesOf, incidentsOf, timelineOf } from "./past.ts";
import { gateOf } from "./gate.ts";
import { demandNow, planQuestion } from "./plan-question.ts";
import { rangeOf, readQuery, type Params, type QueryOf } from "./query.ts";
import { readDrillReport } from "./read-drill-report.ts";
import { incidentNumber } from "./report/make-report.ts";
import { REPORT_TYPES, written, type Reporter } from "./report/reporter.ts";
import { keepMark, readMark } from "./scorecard/mark.ts";
import { makeScorecard } from "./scorecard/make-scorecard.ts";
import { statusOf } from "./status.ts";
import type { LiveStream } from "./stream.ts";
import { whyOf } from "./why.ts";

/** What the handlers need besides what the API was started with. */
export type Served = ApiOptions & {
  readonly live: LiveStream;
  readonly work: WorkFeed;
  readonly reports: Reporter;
  readonly metrics: { readonly contentType: string; metrics(): Promise<string> };
  readonly refuse: (reply: FastifyReply, refusal: Refusal & Record<string, unknown>) => FastifyReply;
  /** Counts what is refused past `refuse`. */
  readonly count: (code: string) => void;
};

/** One for each endpoint, which the compiler holds: what is described is served, and nothing else. */
type Handlers = { readonly [Name in EndpointName]: (call: CallOf<(typeof endpoints)[Name]>) => unknown };

type CallOf<Described> = {
  readonly params: Described extends { readonly params: infer Named }
    ? { readonly [Name in keyof Named]: string }
    : object;
  readonly query: Described extends { readonly query: infer Asked extends Params } ? QueryOf<Asked> : object;
  readonly body: unknown;
  readonly reply: FastifyReply;
};

/** A report has text from everywhere. It is escaped; were it not, a browser would still run and fetch nothing. */
const REPORT_HEADERS = {
  "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
  "x-content-type-options": "nosniff",
} as const;

export function serve(app: FastifyInstance, served: Served): void {
  const handlers = handlersOf(served);
  for (const [name, endpoint] of Object.entries<Endpoint>(endpoints)) {
    const handler: (call: CallOf<Endpoint>) => unknown = handlers[name as EndpointName];
    app.route({
      method: endpoint.method,
      url: endpoint.path.replaceAll(/\{(\w+)\}/g, ":$1"),
      // For the head alone all of a stream would be made, or a reader's place be taken.
      exposeHeadRoute: !STREAMED.has(name),
      ...(endpoint.body === undefined ? {} : { bodyLimit: endpoint.body.bytesMax }),
      config: { token: endpoint.token },
      handler: async (request: FastifyRequest, reply) =>
        handler({
          params: request.params as CallOf<Endpoint>["params"],
          query:
            endpoint.query === undefined ? {} : readQuery(endpoint.query, request.query as Record<string, unknown>),
          body: request.body,
          reply,
        }),
    });
  }
}

function handlersOf(served: Served): Handlers {
  const { clock, controller, estate, store, live, reports, version } = served;
  const locations = estate.locations.map((each) => each.name);
  const providers = [...providersOf(estate).keys()];
  const planned = lane({ code: "too-many-plans", what: "plans and previews", waitingMax: WAITING_MAX });
  const looked = lane({ code: "too-many-looks-back", what: "looks into the past", waitingMax: WAITING_MAX });
  const recordings = streams(RECORDINGS_MAX);
  let document: unknown = null;
  return {
    status: () =>
      statusOf(controller.view(), {
        leader: served.leadership.leads() ? served.leadership.name : null,
        addresses: served.addresses,
        needlessMovesPerYear: estate.needlessMovesPerYear,
        requests: served.journal.requests(),
        effects: served.effects?.() ?? [],
        tails: served.tails?.() ?? [],
        answers: controller.answers(),
      }),
    view: () => controller.view(),
    world: () => ({ version, estate, addresses: served.addresses }),
    location({ params: { location } }) {
      mustKnow("location", location, locations);
      return locationDetail(controller.state(), controller.view(), location);
    },
    stream({ reply }) {
      reply.hijack();
      if (live.add(reply.raw)) return;
      served.count(TOO_MANY_READERS.code);
      reply.raw
        .writeHead(503, { "retry-after": "5", "content-type": "application/json" })
        .end(JSON.stringify(TOO_MANY_READERS));
    },
    plan({ query: { without } }) {
      if (without !== null) mustKnow("location", without, [...locations, ...providers]);
      return planned.take(() => planQuestion(controller.state(), without));
    },
    demand: () => demandNow(controller.state()),
    async weekDemand({ reply }) {
      const hours = hoursText((await served.weekAhead?.()) ?? NO_HOURS);
      return reply.type("application/json; charset=utf-8").send(`{"at":${clock.now()},"hours":${hours}}`);
    },
    why({ params: { location }, query: { at } }) {
      mustKnow("location", location, locations);
      return whyOf({ location, at, view: controller.view(), store, tails: served.tails?.() ?? [] });
    },
    timeline: async ({ query }) => ({ entries: await timelineOf(store, rangeOf(query)) }),
    decisions: ({ query }) => decidedIn(store, rangeOf(query)),
    frames: async ({ query }) => ({ frames: await looked.take(() => framesOf(store, rangeOf(query))) }),
    incidents: async ({ query: { limit } }) => ({
      incidents: await incidentsOf(store, { view: controller.view(), limit }),
    }),
    async report({ params, query: { format }, reply }) {
      const text = written(await reports.report(wholeNumber(params.number)), format);
      return reply.headers(REPORT_HEADERS).type(REPORT_TYPES[format]).send(text);
    },
    scorecard: ({ query: { days } }) =>
      looked.take(() => makeScorecard({ store, estate, view: controller.view(), now: clock.now() }, days)),
    async mark({ params, body }) {
      const word = readMark(body);
      const incident = await incidentNumber({ store, view: () => controller.view() }, wholeNumber(params.number));
      const at = clock.now();
      const postedAt = word.postedAt === undefined ? await postedIn(reports, incident.number) : null;
      await keepMark(store, { incident, body: word, postedAt, at });
      return { at };
    },
    drills: async ({ query: { limit } }) => ({ drills: await looked.take(() => drillsOf(store, limit)) }),
    async keepDrill({ body, reply }) {
      const report = readDrillReport(body);
      const at = clock.now();
      const id = `${report.drill}-${report.faultAt}`;
      await store.record({ kind: "drill", id, at, location: report.location, body: report });
      return reply.code(201).send({ at });
    },
    trace: ({ params: { id }, query: { at } }) => served.trace(id, at ?? undefined),
    doubts: async ({ query: { limit } }) => ({ doubts: await served.journal.doubts(limit) }),
    doubt: ({ params: { id } }) => served.journal.doubt(id),
    async settleDoubt({ params: { id }, body }) {
      const word = readDoubtWord(body);
      mustBeListed(word.by, served.people ?? []);
      await served.journal.settle(id, word);
      return { at: clock.now() };
    },
    async recording({ query: { location, since, until }, reply }) {
      reply.type("application/x-ndjson");
      if (location === null) {
        if (since !== null || until !== null) throw wholeLogOnly();
        const lines = recordingLines({ store, estate, version, tickMs: served.tickMs });
        return reply.send(await recordings.open(async () => Readable.from(byTurns(lines))));
      }
      mustKnow("location", location, locations);
      const range = { ...(since === null ? {} : { since }), ...(until === null ? {} : { until }) };
      return reply.send(await recordings.open(() => served.readings({ location, ...range })));
    },
    async order({ body, reply }) {
      const { by, order } = readOrder(body, { estate, view: controller.view() });
      mustBeListed(by, served.people ?? []);
      const { words, reasons } = await controller.order(by, order);
      const refused = refusalIn({ words, reasons });
      if (refused) return served.refuse(reply, { status: 409, ...refused, words, reasons });
      return { accepted: true, words, reasons };
    },
    preview({ body }) {
      const { order } = readOrder(body, { estate, view: controller.view() });
      const broken = controller.broken();
      if (broken !== null) throw stoppedDeciding(broken.says);
      return planned.take(() => previewOf(controller.state(), order));
    },
    gate({ params: { location } }) {
      mustKnow("location", location, locations);
      return gateOf(location, {
        view: controller.view(),
        isBroken: controller.broken() !== null || !served.leadership.leads(),
        now: clock.now(),
      });
    },
    work({ params: { location } }) {
      mustKnow("location", location, locations);
      return served.work.of(location);
    },
    openApi: () => (document ??= openApi(version)),
    health({ reply }) {
      const broken = controller.broken();
      const { blind } = controller.view();
      return reply
        .code(broken || blind ? 503 : 200)
        .send({ deciding: broken === null, blind, broken, behind: controller.behind() });
    },
    metrics: async ({ reply }) => reply.type(served.metrics.contentType).send(await served.metrics.metrics()),
  };
}

/** What the provider's status page was seen to say first. A report that can't be made costs a mark nothing. */
async function postedIn(reports: Reporter, incident: number): Promise<number | null> {
  const report = await reports.report(incident).catch(() => null);
  return report?.statusPage.watched === true ? report.statusPage.postedAt : null;
}

function wholeNumber(given: string): number {
  const number = Number(given);
  if (Number.isSafeInteger(number)) return number;
  throw noNumber(given);
}

const STREAMED: ReadonlySet<string> = new Set<EndpointName>(["stream", "recording"]);
/** Each is some milliseconds of work, of a large estate some hundred; more consoles than that do not ask at once. */
const WAITING_MAX = 16;
/** Two hours of a log are a minute of work. */
const RECORDINGS_MAX = 4;

const NO_HOURS: readonly Moment[] = [];
/** Some megabytes for thousands of rows: written once for all who ask within the hour. */
const hoursWritten = new WeakMap<readonly Moment[], string>();

function hoursText(hours: readonly Moment[]): string {
  const text = hoursWritten.get(hours) ?? JSON.stringify(hours);
  hoursWritten.set(hours, text);
  return text;
}

/** So many streams at once. */
function streams(most: number): { open(begin: () => Promise<Readable>): Promise<Readable> } {
  let open = 0;
  return {
    async open(begin) {
      if (open >= most) throw tooMany({ code: "too-many-recordings", what: "recordings", count: open });
      open += 1;
      try {
        return (await begin()).once("close", () => (open -= 1));
      } catch (error) {
        open -= 1;
        throw error;
      }
    },
  };
}

const TOO_MANY_READERS = {
  code: "too-many-readers",
  says: "too many read the live stream already",
  hint: "close some consoles, or read /api/timeline",
};

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

function wholeLogOnly(): CallerError {
  return new CallerError({
    code: "bad-query",
    message: "since and until are for a location's readings",
    hint: "add location=NAME; what Houston decided on is replayed from where its log begins, so it is given whole",
  });
}
