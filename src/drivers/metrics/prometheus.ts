import { request } from "undici";
import { z } from "zod";
import type { LocationName, ServiceName } from "../../core/estate.ts";
import type { UnixMs } from "../../core/step.ts";
import { boundedText } from "../bounded-text.ts";
import type { Metrics, Refusal, Sample } from "./parse.ts";

/**
 * Asks a Prometheus (or whoever answers its HTTP API: Thanos, Mimir, VictoriaMetrics) for instant vectors of counters, and gives
 * each location the page that its own services would have shown (readings.ts). Increments are made from counters by us, and
 * not by `rate()`, which rounds, extrapolates and counts twice where windows overlap.
 *
 * The API is that of https://prometheus.io/docs/prometheus/latest/querying/api/ (instant and range queries).
 */
export type PrometheusSettings = {
  /** `https://prometheus.example.com`, with a path where it has one. */
  readonly url: string;
  /** Answers that were good, as a counter for each location and service. */
  readonly good: string;
  /** Those that failed. */
  readonly bad: string;
  /** Buckets of a classic histogram of the time that answers took, in seconds: cumulative, with `le`. */
  readonly latencySeconds?: string | undefined;
  /** Requests a second that a location can take now; what it has is taken otherwise. */
  readonly readyRps?: string | undefined;
  /** Which labels say where and who. */
  readonly labels: { readonly location: string; readonly service: string };
};

/** What was found, by location; and how it was. */
export type PrometheusLook =
  | {
      readonly kind: "seen";
      readonly pages: ReadonlyMap<LocationName, Metrics>;
      /** Labels that name no location or service of the estate, with how many series have them. */
      readonly strangers: Readonly<Record<string, number>>;
    }
  | { readonly kind: "failed"; readonly says: string };

/** Locations of which nothing is counted. */
export function silentIn(pages: ReadonlyMap<LocationName, Metrics>): readonly LocationName[] {
  return [...pages].flatMap(([name, { samples }]) => (samples.length === 0 ? [name] : []));
}

/** What a Prometheus still has of a moment. */
export type PastLook = { readonly at: UnixMs; readonly pages: ReadonlyMap<LocationName, Metrics> };

export type PrometheusDriver = {
  look(at: UnixMs, signal: AbortSignal): Promise<PrometheusLook>;
  /** Step by step, oldest first, as it would have been seen then. Throws an `Error` that says why it can't be had. */
  past(
    range: { readonly from: UnixMs; readonly until: UnixMs; readonly stepMs: number },
    signal: AbortSignal,
  ): AsyncGenerator<PastLook>;
};

export type PrometheusOptions = {
  readonly settings: PrometheusSettings;
  readonly locations: readonly LocationName[];
  readonly services: readonly ServiceName[];
  /** The service that users meet first: what it counts is what the location carried. */
  readonly entry: ServiceName;
  /** Sent as a bearer token; null: none is needed. */
  readonly token: string | null;
};

export function prometheus(options: PrometheusOptions): PrometheusDriver {
  const { settings } = options;
  const queries = [
    { query: settings.good, sampled: requestsAs("good", options.entry) },
    { query: settings.bad, sampled: requestsAs("bad", options.entry) },
    { query: settings.latencySeconds, sampled: bucketsOf },
    { query: settings.readyRps, sampled: readyOf },
  ].flatMap(({ query, sampled }) => (query === undefined ? [] : [{ query, sampled }]));
  return {
    async look(at, signal) {
      const dealt = dealer(options);
      try {
        const answers = await Promise.all(
          queries.map(({ query }) =>
            ask(options, { path: "query", form: { query, time: seconds(at) }, signal, answer: vectorShape }),
          ),
        );
        answers.forEach((series, index) => {
          for (const { metric, value } of series) dealt.deal(metric, Number(value[1]), queries[index]!.sampled);
        });
      } catch (error) {
        return { kind: "failed", says: wordsOf(error) };
      }
      return { kind: "seen", pages: dealt.pages(), strangers: dealt.strangers };
    },

    async *past({ from, until, stepMs }, signal) {
      for (let begins = from; begins <= until; begins += STEPS_AT_ONCE * stepMs) {
        const ends = Math.min(until, begins + (STEPS_AT_ONCE - 1) * stepMs);
        const answers = await Promise.all(
          queries.map(({ query }) => {
            const form = { query, start: seconds(begins), end: seconds(ends), step: seconds(stepMs) };
            const patience = AbortSignal.any([signal, AbortSignal.timeout(RANGE_WITHIN_MS)]);
            return ask(options, { path: "query_range", form, signal: patience, answer: matrixShape });
          }),
        ).catch((error: unknown) => {
          throw new Error(wordsOf(error), { cause: error });
        });
        const steps = Math.floor((ends - begins) / stepMs) + 1;
        const dealers = Array.from({ length: steps }, () => dealer(options));
        answers.forEach((series, index) => {
          for (const { metric, values } of series)
            for (const [at, value] of values)
              dealers[Math.round((at * 1000 - begins) / stepMs)]?.deal(metric, Number(value), queries[index]!.sampled);
        });
        for (const [step, each] of dealers.entries()) yield { at: begins + step * stepMs, pages: each.pages() };
      }
    },
  };
}

const seconds = (at: UnixMs): string => (at / 1000).toFixed(3);

/** One question; throws what is wrong with the answer. */
async function ask<Found>(
  { settings, token }: PrometheusOptions,
  question: {
    readonly path: "query" | "query_range";
    readonly form: Readonly<Record<string, string>>;
    readonly signal: AbortSignal;
    readonly answer: z.ZodType<Found>;
  },
): Promise<Found> {
  const { statusCode, body } = await request(`${settings.url.replace(/\/+$/, "")}/api/v1/${question.path}`, {
    method: "POST",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    },
    body: new URLSearchParams(question.form).toString(),
    signal: question.signal,
  });
  const answer = answerShape.safeParse(parsed(await boundedText(body, { bytes: ANSWER_BYTES_MAX, tooLong })));
  if (!answer.success) throw new Error(`HTTP ${statusCode}, and no answer of a Prometheus`);
  const { data } = answer;
  if (data.status === "error") throw new Error(`${data.errorType}: ${data.error.slice(0, 300)}`);
  const wanted = question.path === "query" ? "vector" : "matrix";
  if (data.data.resultType !== wanted)
    throw new Error(
      `it gives a ${data.data.resultType}, and a ${wanted} is needed: \`${question.form["query"]?.slice(0, 100)}\``,
    );
  const found = question.answer.safeParse(data.data.result);
  if (!found.success) throw new Error("a series without labels or numbers, and no answer of a Prometheus");
  return found.data;
}

/** Deals out samples to the locations' pages, as many as there may be. */
function dealer(options: PrometheusOptions) {
  const samples = new Map<LocationName, Sample[]>(options.locations.map((name) => [name, []]));
  const strangers: Record<string, number> = {};
  let left = SERIES_MAX;
  let cut = 0;
  return {
    strangers,
    deal(metric: Readonly<Record<string, string>>, value: number, sampled: Sampled): void {
      const place = placeOf(metric, options.settings.labels, options);
      if (typeof place === "string") {
        if (Object.keys(strangers).length < STRANGERS_KEPT || strangers[place] !== undefined)
          strangers[place] = (strangers[place] ?? 0) + 1;
      } else if (left === 0) cut += 1;
      else {
        left -= 1;
        samples.get(place.location)!.push(...sampled(place, value));
      }
    },
    pages(): ReadonlyMap<LocationName, Metrics> {
      const refusals: Refusal[] =
        cut === 0 ? [] : [{ line: 0, why: `more than ${SERIES_MAX} series: ${cut} are left out` }];
      return new Map([...samples].map(([name, of]) => [name, { samples: of, refused: cut, refusals }]));
    },
  };
}

type Place = {
  readonly location: LocationName;
  readonly service: ServiceName;
  readonly le: string | undefined;
  /** What tells this series from the location's others of the same service. */
  readonly rest: string;
};

/** The place, or what is strange about these labels. */
function placeOf(
  metric: Readonly<Record<string, string>>,
  names: PrometheusSettings["labels"],
  known: {
    readonly locations: readonly LocationName[];
    readonly services: readonly ServiceName[];
    readonly entry: string;
  },
): Place | string {
  const location = metric[names.location];
  if (location === undefined) return `no label ${names.location}`;
  if (!known.locations.includes(location)) return `${names.location}="${location.slice(0, 60)}"`;
  const service = metric[names.service] ?? known.entry;
  if (!known.services.includes(service)) return `${names.service}="${service.slice(0, 60)}"`;
  const rest = Object.keys(metric)
    .filter((name) => name !== names.location && name !== names.service && name !== "le")
    .sort()
    .map((name) => `${name}=${metric[name]}`)
    .join(",");
  return { location, service, le: metric["le"], rest };
}

type Sampled = (place: Place, value: number) => Sample[];

const requestsAs =
  (outcome: "good" | "bad", entry: ServiceName): Sampled =>
  ({ service, rest }, value) => {
    // A code or a method is part of the series' name here: each is a counter of its own, and all are added up.
    const samples: Sample[] = [{ name: "rp_requests_total", labels: { service, outcome, series: rest }, value }];
    if (service === entry)
      samples.push({ name: "rp_edge_requests_total", labels: { outcome, bucket: "all", series: rest }, value });
    return samples;
  };

const bucketsOf: Sampled = ({ service, rest, le }, value) => {
  const bound = le === "+Inf" ? "+Inf" : String(Number(le) * 1000);
  return [{ name: "rp_request_duration_ms_bucket", labels: { service, le: bound, series: rest }, value }];
};

const readyOf: Sampled = (_place, value) => [{ name: "rp_ready_rps", labels: {}, value }];

const point = z.tuple([z.number(), z.string()]);
const labels = z.record(z.string(), z.string());
const vectorShape = z.array(z.object({ metric: labels, value: point }));
const matrixShape = z.array(z.object({ metric: labels, values: z.array(point) }));
const answerShape = z.discriminatedUnion("status", [
  z.object({
    status: z.literal("success"),
    data: z.object({ resultType: z.enum(["vector", "matrix", "scalar", "string"]), result: z.unknown() }),
  }),
  z.object({ status: z.literal("error"), errorType: z.string(), error: z.string() }),
]);

const tooLong = (): Error =>
  new Error(`an answer of more than ${ANSWER_BYTES_MAX / 1e6} MB: ask for fewer series (\`sum by\`)`);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError" || error.name === "AbortError") return "no answer in time";
  const { code } = error as NodeJS.ErrnoException;
  return error.message === "" ? (code ?? error.name) : error.message;
}

/** 15 locations with 200 services of ten processes and twelve buckets each are 360,000. */
const SERIES_MAX = 400_000;
const ANSWER_BYTES_MAX = 128 * 1024 * 1024;
const STRANGERS_KEPT = 20;
/** A Prometheus gives at most 11,000 points of a series; a memory is full before. */
const STEPS_AT_ONCE = 240;
/** A Prometheus gives up on a query after two minutes, unless it is told otherwise. */
const RANGE_WITHIN_MS = 150_000;
