import { z } from "zod";
import type { Params } from "./query.ts";
import {
  demand,
  doubt,
  doubts,
  doubtWord,
  gate,
  health,
  keptAt,
  plan,
  trace,
  weekDemand,
  work,
} from "./schema/asked.ts";
import { drillReport } from "./schema/drill-report.ts";
import { orderAnswer, orderBody, orderPreview, orderRefused } from "./schema/orders.ts";
import { decided, drills, frames, incidents, timeline, why } from "./schema/past.ts";
import { incidentReport } from "./schema/report.ts";
import { markBody, scorecard } from "./schema/scorecard.ts";
import { status, view } from "./schema/view.ts";
import { locationDetail, world } from "./schema/world.ts";

/**
 * What Houston's API serves, told once: the server registers exactly these, and the OpenAPI document is made of them.
 */
export type Endpoint = {
  readonly method: "GET" | "POST";
  /** As in OpenAPI: `/api/why/{location}`. */
  readonly path: string;
  readonly tag: "now" | "past" | "orders" | "operation";
  readonly says: string;
  readonly more?: string;
  /** What stands in the path. */
  readonly params?: Readonly<Record<string, { readonly says: string; readonly whole?: true }>>;
  /** Absent: what stands behind the question mark is ignored. Anything else than these is refused. */
  readonly query?: Params;
  readonly body?: { readonly schema: z.ZodType; readonly bytesMax: number };
  /** Whether it wants the token: what changes nothing does not. */
  readonly token: boolean;
  readonly answers: Readonly<Record<number, { readonly says: string; readonly content: Content }>>;
  /** Refusals of its own, by status; all have the body `ApiError` unless an answer says otherwise. */
  readonly refusals?: Readonly<Record<number, string>>;
};

/** By media type; null: text. */
type Content = Readonly<Record<string, z.ZodType | null>>;

const json = (schema: z.ZodType): Content => ({ "application/json": schema });
const ok = (says: string, schema: z.ZodType): Endpoint["answers"] => ({ 200: { says, content: json(schema) } });

const ENTRIES_MAX = 1000;
/** A scrubber has no more steps than that; 50 locations and 2,000 zones make 7 MB of it. */
const FRAMES_MAX = 500;
const INCIDENTS_MAX = 200;
const DRILLS_MAX = 50;
/** Records are kept for so long. */
const SCORECARD_DAYS_MAX = 30;
const DOUBTS_MAX = 1000;
/** A step's result, which is what the journal keeps of one: 64 kB of JSON, escaped at worst. */
const DOUBT_BYTES_MAX = 512 * 1024;
const BODY_BYTES_MAX = 16 * 1024;
/** A drill that was watched for a day has a line a minute. */
const DRILL_BYTES_MAX = 512 * 1024;

const since = { kind: "moment", says: "from this moment on; Unix milliseconds" } as const;
const until = { kind: "moment", says: "up to and including this moment; Unix milliseconds" } as const;
const limit = <Most extends number>(most: Most) =>
  ({ kind: "limit", most, says: `the newest so many; ${most} at most, and without it` }) as const;
const location = { location: { says: "its name" } } as const;
const TOO_MANY = "too many ask for such work already; `retry-after` says how many seconds to wait";
const NO_JOURNAL = "the journal does not answer";
const NO_DOUBT = "no such request waits for a person; someone else may have settled it";
const NO_LOCATION = "there is no such location; the hint names the nearest";

export const endpoints = {
  status: {
    method: "GET",
    path: "/api/status",
    tag: "now",
    says: "What `houston status --json` prints",
    query: {},
    token: false,
    answers: ok("how everything is", status),
  },
  view: {
    method: "GET",
    path: "/api/view",
    tag: "now",
    says: "What every face shows: places, incidents, questions, flows",
    query: {},
    token: false,
    answers: ok("the view of this moment", view),
  },
  world: {
    method: "GET",
    path: "/api/world",
    tag: "now",
    says: "What does not change while Houston runs",
    query: {},
    token: false,
    answers: ok("the estate, and where its edges are", world),
  },
  location: {
    method: "GET",
    path: "/api/locations/{location}",
    tag: "now",
    says: "All that is known of one place",
    params: location,
    query: {},
    token: false,
    answers: ok("its view, its own node's word, and how the others see it", locationDetail),
    refusals: { 404: NO_LOCATION },
  },
  stream: {
    method: "GET",
    path: "/api/stream",
    tag: "now",
    says: "Server-sent events: a `view` at once and as it changes, `words` as they are said, `alive` each 2 s",
    more:
      "`view` comes at most twice a second, and its data is a ControlView; the data of `words` is a TimelineEntry, of `alive` `{at}`. The id of an event is its moment: whoever was away " +
      "asks /api/timeline from there on. A reader that does not keep up is let go.",
    query: {},
    token: false,
    answers: { 200: { says: "events until one side ends it", content: { "text/event-stream": null } } },
    refusals: { 503: "too many read it already" },
  },
  plan: {
    method: "GET",
    path: "/api/plan",
    tag: "now",
    says: "Who would go where if a location went",
    query: {
      without: {
        kind: "name",
        says: "the location, or the provider with all of its locations; without it: whether a better plan exists",
      },
    },
    token: false,
    answers: ok("the plan, with today's demand and capacities", plan),
    refusals: { 404: NO_LOCATION, 409: "there is no route table yet", 503: TOO_MANY },
  },
  demand: {
    method: "GET",
    path: "/api/demand",
    tag: "now",
    says: "What users want, by class and zone, wherever they come in",
    query: {},
    token: false,
    answers: ok("requests a second of this moment", demand),
  },
  weekDemand: {
    method: "GET",
    path: "/api/demand/week",
    tag: "now",
    says: "The most that users will want in each hour of the coming week, as sure as has been learnt (95 %)",
    query: {},
    token: false,
    answers: ok("the hours from now on; none before a week is known", weekDemand),
  },
  why: {
    method: "GET",
    path: "/api/why/{location}",
    tag: "past",
    says: "What is thought of a location, from what evidence, and what was decided about it",
    params: location,
    query: { at: { kind: "moment", says: "as it was then; Unix milliseconds" } },
    token: false,
    answers: ok("verdict, decisions and words, newest first", why),
    refusals: { 404: NO_LOCATION },
  },
  timeline: {
    method: "GET",
    path: "/api/timeline",
    tag: "past",
    says: "What Houston said",
    query: { since, until, limit: limit(ENTRIES_MAX) },
    token: false,
    answers: ok("oldest first", timeline),
  },
  decisions: {
    method: "GET",
    path: "/api/decisions",
    tag: "past",
    says: "What Houston decided, and what it thought, for programs: by codes",
    query: { since, until, limit: limit(ENTRIES_MAX) },
    token: false,
    answers: ok("oldest first; as many of each", decided),
  },
  frames: {
    method: "GET",
    path: "/api/frames",
    tag: "past",
    says: "The world as it was: each 5 s for two hours, then a minute apart for 30 days",
    query: {
      since,
      until,
      limit: {
        kind: "limit",
        most: FRAMES_MAX,
        says: `at most so many, evenly apart where there are more; ${FRAMES_MAX} at most, and without it`,
      },
    },
    token: false,
    answers: ok("oldest first", frames),
    refusals: { 503: TOO_MANY },
  },
  incidents: {
    method: "GET",
    path: "/api/incidents",
    tag: "past",
    says: "Incidents, open ones and those of the last 30 days",
    query: { limit: limit(INCIDENTS_MAX) },
    token: false,
    answers: ok("newest first", incidents),
  },
  report: {
    method: "GET",
    path: "/api/incidents/{number}/report",
    tag: "past",
    says: "What is left to read after an incident",
    params: { number: { says: "the incident's number", whole: true } },
    query: { format: { kind: "choice", of: ["json", "md", "html"], says: "how it is written; json without it" } },
    token: false,
    answers: {
      200: {
        says: "the report",
        content: { "application/json": incidentReport, "text/markdown": null, "text/html": null },
      },
    },
    refusals: { 404: "there is no such incident", 503: TOO_MANY },
  },
  scorecard: {
    method: "GET",
    path: "/api/scorecard",
    tag: "past",
    says: "The moves that Houston wanted, whether people agree, and what that means for letting it act",
    query: {
      days: {
        kind: "limit",
        most: SCORECARD_DAYS_MAX,
        says: `so many days back; ${SCORECARD_DAYS_MAX} at most, and without it`,
      },
    },
    token: false,
    answers: ok("the card", scorecard),
    refusals: { 503: TOO_MANY },
  },
  mark: {
    method: "POST",
    path: "/api/incidents/{number}/mark",
    tag: "past",
    says: "A person's word on whether a move that was wanted was right; each is kept, and the newest counts",
    params: { number: { says: "the incident's number", whole: true } },
    query: {},
    body: { schema: markBody, bytesMax: BODY_BYTES_MAX },
    token: true,
    answers: ok("it is kept", keptAt),
    refusals: { 404: "there is no such incident" },
  },
  drills: {
    method: "GET",
    path: "/api/drills",
    tag: "past",
    says: "Drills that were run on this Houston",
    query: { limit: limit(DRILLS_MAX) },
    token: false,
    answers: ok("newest first", drills),
    refusals: { 503: TOO_MANY },
  },
  keepDrill: {
    method: "POST",
    path: "/api/drills",
    tag: "past",
    says: "Keeps a drill's report, as `houston drill NAME --json` prints it",
    query: {},
    body: { schema: drillReport, bytesMax: DRILL_BYTES_MAX },
    token: true,
    answers: { 201: { says: "kept; the same drill twice is one", content: json(keptAt) } },
  },
  trace: {
    method: "GET",
    path: "/api/trace/{id}",
    tag: "past",
    says: "A request's way: what its journal says, every hop that locations have kept, and how much they kept at all",
    params: { id: { says: "an x-request-id, a W3C trace id, an order or an Idempotency-Key" } },
    query: { at: { kind: "moment", says: "how much was kept of this minute, not of all; Unix milliseconds" } },
    token: false,
    answers: ok("what is remembered of it, which may be nothing", trace),
  },
  doubts: {
    method: "GET",
    path: "/api/doubts",
    tag: "now",
    says: "Requests whose journal waits for a person",
    query: { limit: limit(DOUBTS_MAX) },
    token: false,
    answers: ok("the one that waits longest first", doubts),
    refusals: { 502: NO_JOURNAL },
  },
  doubt: {
    method: "GET",
    path: "/api/doubts/{id}",
    tag: "now",
    says: "One of them",
    params: { id: { says: "the request's id, as the list tells it" } },
    query: {},
    token: false,
    answers: ok("it waits", doubt),
    refusals: { 404: NO_DOUBT, 502: NO_JOURNAL },
  },
  settleDoubt: {
    method: "POST",
    path: "/api/doubts/{id}/settle",
    tag: "orders",
    says: "A person's word on what became of the step in question: the request goes on by it",
    params: { id: { says: "the request's id, as the list tells it" } },
    query: {},
    body: { schema: doubtWord, bytesMax: DOUBT_BYTES_MAX },
    token: true,
    answers: ok("it is written down", keptAt),
    refusals: { 404: NO_DOUBT, 502: NO_JOURNAL },
  },
  recording: {
    method: "GET",
    path: "/api/recording",
    tag: "past",
    says: "A recording: what Houston decided on, or with a location what its node read",
    query: {
      location: { kind: "name", says: "whose readings; without it: what Houston decided on, whole" },
      since,
      until,
    },
    token: false,
    answers: { 200: { says: "newline-delimited JSON", content: { "application/x-ndjson": null } } },
    refusals: { 404: NO_LOCATION, 502: "the node there does not hand them out", 503: TOO_MANY },
  },
  order: {
    method: "POST",
    path: "/api/orders",
    tag: "orders",
    says: "A person's order",
    query: {},
    body: { schema: orderBody, bytesMax: BODY_BYTES_MAX },
    token: true,
    answers: {
      ...ok("it is carried out; this is what Houston said to it", orderAnswer),
      409: { says: "it is not carried out, and why", content: json(orderRefused) },
    },
    refusals: { 404: "it names a location, class, question or choice that does not exist" },
  },
  preview: {
    method: "POST",
    path: "/api/orders/preview",
    tag: "orders",
    says: "What an order would do, as things are",
    more: "It changes nothing, so it wants no token. What would be refused is refused here with the same code and fix.",
    query: {},
    body: { schema: orderBody, bytesMax: BODY_BYTES_MAX },
    token: false,
    answers: ok("what it would do", orderPreview),
    refusals: {
      404: "it names a location, class, question or choice that does not exist",
      409: "it would not be carried out, and why",
      503: TOO_MANY,
    },
  },
  gate: {
    method: "GET",
    path: "/api/gate/deploy/{location}",
    tag: "now",
    says: "Whether a pipeline may deploy there now",
    params: location,
    query: {},
    token: false,
    answers: ok("yes or no, and one line why", gate),
    refusals: { 404: NO_LOCATION },
  },
  work: {
    method: "GET",
    path: "/v1/work/{location}",
    tag: "now",
    says: "May I work here? For consumers, batches and cron",
    more: "It fails static: while Houston can't tell, what it said last stays; `confirmedAt` says since when.",
    params: location,
    query: {},
    token: false,
    answers: ok("yes or no, since when, and why", work),
    refusals: { 404: NO_LOCATION },
  },
  openApi: {
    method: "GET",
    path: "/api/openapi.json",
    tag: "operation",
    says: "This document",
    query: {},
    token: false,
    answers: ok("OpenAPI 3.1", z.record(z.string(), z.unknown())),
  },
  health: {
    method: "GET",
    path: "/health",
    tag: "operation",
    says: "Whether Houston decides and sees",
    token: false,
    answers: {
      ...ok("it does", health),
      503: { says: "it does not", content: json(health) },
    },
  },
  metrics: {
    method: "GET",
    path: "/metrics",
    tag: "operation",
    says: "For Prometheus",
    token: false,
    answers: { 200: { says: "its text format", content: { "text/plain": null } } },
  },
} as const satisfies Readonly<Record<string, Endpoint>>;

export type EndpointName = keyof typeof endpoints;
