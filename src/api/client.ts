import { EventSourceParserStream } from "eventsource-parser/stream";
import type { ControlView, Incident } from "../core/control-contract.ts";
import { CallerError } from "../core/errors.ts";
import type { Order } from "../core/order.ts";
import type { UnixMs } from "../core/step.ts";
import type { TimelineEntry } from "../drivers/chat/timeline.ts";
import type {
  DemandAnswer,
  Doubt,
  Doubts,
  DoubtWord,
  DrillReport,
  Drills,
  Frame,
  Frames,
  Incidents,
  KeptDrill,
  LocationDetail,
  OrderAnswer,
  OrderPreview,
  PlanAnswer,
  StreamEvent,
  Trace,
  WeekDemand,
  World,
} from "./contract.ts";
import type { Decided } from "./decided.ts";
import type { Gate } from "./gate.ts";
import type { MarkBody, Scorecard } from "./scorecard/contract.ts";
import type { Status } from "./status.ts";
import type { Why } from "./why.ts";

/**
 * Houston's API for its faces: console, command and chat all ask by this one client. It runs on `fetch` alone, so in a browser as
 * well. Answers are typed; whatever goes wrong is a `CallerError` with the fix.
 */
export type HoustonClient = {
  readonly api: string;
  status(): Promise<Status>;
  view(): Promise<ControlView>;
  world(): Promise<World>;
  location(name: string): Promise<LocationDetail>;
  timeline(range?: Range): Promise<readonly TimelineEntry[]>;
  decisions(range?: Range): Promise<Decided>;
  frames(range: Range): Promise<readonly Frame[]>;
  incidents(): Promise<readonly Incident[]>;
  /** After the fact: what happened, why, and what it would have been without a move. */
  report(incident: number, format: "md" | "html" | "json"): Promise<string>;
  /** What Houston would have moved in the last days, and whether people agree. */
  scorecard(days: number): Promise<Scorecard>;
  /** Wants the token. */
  mark(incident: number, body: MarkBody): Promise<void>;
  drills(): Promise<readonly KeptDrill[]>;
  /** Keeps a report among the drills; wants the token. */
  keepDrill(report: DrillReport): Promise<void>;
  why(location: string, at?: UnixMs): Promise<Why>;
  plan(without?: string): Promise<PlanAnswer>;
  demand(): Promise<DemandAnswer>;
  weekDemand(): Promise<WeekDemand>;
  trace(id: string, at?: number): Promise<Trace>;
  doubts(): Promise<readonly Doubt[]>;
  doubt(id: string): Promise<Doubt>;
  /** Wants the token. */
  settleDoubt(id: string, word: DoubtWord): Promise<void>;
  /** Whether a pipeline may deploy there now. */
  gate(location: string): Promise<Gate>;
  preview(order: Order): Promise<OrderPreview>;
  /** Throws `CallerError` when Houston refuses it. */
  order(by: string, order: Order): Promise<OrderAnswer>;
  /** What Houston decided on; with a location: what its node read. Lines of a recording. */
  recording(question: {
    readonly location?: string;
    readonly since?: UnixMs;
    readonly until?: UnixMs;
  }): Promise<ReadableStream<Uint8Array>>;
  /** The live stream until it breaks or the signal ends it; who follows for long begins again. */
  stream(signal: AbortSignal): AsyncIterable<StreamEvent>;
};

export type Range = { readonly since?: UnixMs; readonly until?: UnixMs; readonly limit?: number };

const ANSWER_WITHIN_MS = 10_000;
/** Houston works it out beside its decisions, and hurries for none of it. */
const REPORT_WITHIN_MS = 120_000;

export function houstonClient(options: {
  /** Without a slash at its end; empty: where the page came from. */
  readonly api: string;
  /** Orders want it; empty: none. */
  readonly token: string;
  readonly fetch?: typeof fetch;
  /** How long an answer is waited for; reports are waited for longer. */
  readonly answerWithinMs?: number;
}): HoustonClient {
  const { api, token, answerWithinMs = ANSWER_WITHIN_MS } = options;
  const here = api === "" ? "this address" : api;
  const send = options.fetch ?? ((...call: Parameters<typeof fetch>) => fetch(...call));

  const call = async (
    path: string,
    init: { body?: unknown; signal?: AbortSignal; withinMs?: number } = {},
  ): Promise<Response> => {
    const { body, signal } = init;
    // How an order went should be known, whatever patience its giver has for looking.
    const patienceMs = body === undefined ? answerWithinMs : Math.max(answerWithinMs, ANSWER_WITHIN_MS);
    const { withinMs = patienceMs } = init;
    let response: Response;
    try {
      response = await send(`${api}${path}`, {
        method: body === undefined ? "GET" : "POST",
        headers: {
          ...(token === "" ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: signal ?? AbortSignal.timeout(withinMs),
      });
    } catch (error) {
      throw unreachable(here, { cause: error, withinMs });
    }
    if (!response.ok) throw refusal(here, { status: response.status, text: await response.text().catch(() => "") });
    return response;
  };
  const ask = async <Answer>(path: string, body?: unknown): Promise<Answer> => {
    const response = await call(path, { body });
    try {
      return (await response.json()) as Answer;
    } catch (error) {
      if (error instanceof SyntaxError) throw stranger(here, "its answer is no JSON");
      throw unreachable(here, { cause: error, withinMs: answerWithinMs });
    }
  };

  return {
    api,
    status: () => ask("/api/status"),
    view: () => ask("/api/view"),
    world: () => ask("/api/world"),
    location: (name) => ask(`/api/locations/${encodeURIComponent(name)}`),
    timeline: async (range = {}) =>
      (await ask<{ entries: readonly TimelineEntry[] }>(`/api/timeline${query(range)}`)).entries,
    decisions: (range = {}) => ask(`/api/decisions${query(range)}`),
    frames: async (range) => (await ask<Frames>(`/api/frames${query(range)}`)).frames,
    incidents: async () => (await ask<Incidents>("/api/incidents")).incidents,
    async report(incident, format) {
      const withinMs = REPORT_WITHIN_MS;
      const response = await call(`/api/incidents/${incident}/report${query({ format })}`, { withinMs });
      return response.text().catch((cause: unknown) => {
        throw unreachable(here, { cause, withinMs });
      });
    },
    scorecard: (days) => ask(`/api/scorecard${query({ days })}`),
    mark: async (incident, body) =>
      void (await call(`/api/incidents/${incident}/mark`, { body, withinMs: REPORT_WITHIN_MS })),
    drills: async () => (await ask<Drills>("/api/drills")).drills,
    keepDrill: async (report) => void (await call("/api/drills", { body: report })),
    why: (location, at) => ask(`/api/why/${encodeURIComponent(location)}${query({ at })}`),
    plan: (without) => ask(`/api/plan${query({ without })}`),
    demand: () => ask("/api/demand"),
    weekDemand: () => ask("/api/demand/week"),
    trace: (id, at) => ask(`/api/trace/${encodeURIComponent(id)}${query({ at })}`),
    doubts: async () => (await ask<Doubts>("/api/doubts")).doubts,
    doubt: (id) => ask(`/api/doubts/${encodeURIComponent(id)}`),
    settleDoubt: async (id, word) => void (await call(`/api/doubts/${encodeURIComponent(id)}/settle`, { body: word })),
    gate: (location) => ask(`/api/gate/deploy/${encodeURIComponent(location)}`),
    preview: (order) => ask("/api/orders/preview", { order }),
    order: (by, order) => ask("/api/orders", { by, order }),
    async recording(question) {
      // It may take minutes; what must not happen is that nothing comes at all.
      const stop = new AbortController();
      const timer = setTimeout(() => stop.abort(new Error("no answer in 10 s")), ANSWER_WITHIN_MS);
      try {
        const { body } = await call(`/api/recording${query(question)}`, { signal: stop.signal });
        return body ?? new Blob([]).stream();
      } finally {
        clearTimeout(timer);
      }
    },
    async *stream(signal) {
      const { body } = await call("/api/stream", { signal });
      if (body === null) return;
      const events = body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream()).getReader();
      try {
        // Read by hand: not every browser walks through a stream in a loop.
        for (let next = await events.read(); !next.done; next = await events.read()) {
          const { event, data } = next.value;
          if (event === "view" || event === "words" || event === "alive") yield { event, data: JSON.parse(data) };
        }
      } finally {
        await events.cancel().catch(() => {});
      }
    },
  };
}

function query(fields: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  if (given.length === 0) return "";
  return `?${given.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join("&")}`;
}

function unreachable(
  here: string,
  { cause, withinMs }: { readonly cause: unknown; readonly withinMs: number },
): CallerError {
  return new CallerError({
    code: "api-unreachable",
    message: `Houston does not answer at ${here}: ${reasonOf(cause, withinMs)}`,
    hint: "is it running? `houston run` starts it, `houston up` the planet in a box; edges and DNS go on without it",
    cause,
  });
}

/** Something answers, and not as Houston does: another address, or something in between. */
function stranger(here: string, why: string): CallerError {
  return new CallerError({
    code: "not-houston",
    message: `what answers at ${here} is not Houston: ${why}`,
    hint: "is the address right (--api, HOUSTON_API), and is what stands in between well?",
  });
}

function refusal(here: string, { status, text }: { readonly status: number; readonly text: string }): CallerError {
  const { code, says, hint } = fieldsOf(text);
  if (code === undefined || says === undefined) return stranger(here, `it says HTTP ${status}`);
  return new CallerError({ code, message: says, hint: hint ?? "see Houston's timeline" });
}

function fieldsOf(text: string): { readonly code?: string; readonly says?: string; readonly hint?: string } {
  try {
    return JSON.parse(text) as { code?: string; says?: string; hint?: string };
  } catch {
    return {};
  }
}

function reasonOf(error: unknown, withinMs: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return `no answer in ${withinMs / 1000} s`;
  const { cause } = error;
  if (cause instanceof Error) return (cause as { code?: string }).code ?? cause.message;
  return error.message;
}
