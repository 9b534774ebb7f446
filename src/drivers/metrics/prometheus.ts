import { z } from "zod";
import type { LocationName, ServiceName } from "../../core/estate.ts";
import type { UnixMs } from "../../core/step.ts";
import type { Metrics, Refusal, Sample } from "./parse.ts";
import { callPrometheus, matrixIn, troubleWords, vectorIn } from "./prometheus-call.ts";

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

/** Locations of which no request is counted, good or bad: how long they took does not say how many failed. */
export function silentIn(pages: ReadonlyMap<LocationName, Metrics>): readonly LocationName[] {
  return [...pages].flatMap(([name, { samples }]) => (samples.some(({ name: of }) => of === REQUESTS) ? [] : [name]));
}

/** Whether `bad` has any series: none has where nothing ever failed, and where the query is mistyped. */
export function countsFailures(pages: ReadonlyMap<LocationName, Metrics>): boolean {
  return [...pages.values()].some(({ samples }) =>
    samples.some(({ name, labels }) => name === REQUESTS && labels["outcome"] === "bad"),
  );
}

/** What a Prometheus still has of a moment. */
export type PastLook = { readonly at: UnixMs; readonly pages: ReadonlyMap<LocationName, Metrics> };

/** A series with its labels, as it stands at a moment. */
export type Series = { readonly labels: Readonly<Record<string, string>>; readonly value: number };

/** Who is scraped: with what labels its series come, and the address that is asked for them. */
export type Target = { readonly labels: Readonly<Record<string, string>>; readonly address: string };

export type PrometheusDriver = {
  /** One query as it is. Throws an `Error` that says why it can't be had. */
  series(query: string, at: UnixMs, signal: AbortSignal): Promise<readonly Series[]>;
  look(at: UnixMs, signal: AbortSignal): Promise<PrometheusLook>;
  /** What it scrapes, and where. Throws an `Error` where that can't be had: Thanos and Mimir scrape nothing. */
  targets(signal: AbortSignal): Promise<readonly Target[]>;
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
  const { settings, token } = options;
  const address = { url: settings.url, token };
  const queries = [
    { query: settings.good, sampled: requestsAs("good", options.entry) },
    { query: settings.bad, sampled: requestsAs("bad", options.entry) },
    { query: settings.latencySeconds, sampled: bucketsOf },
    { query: settings.readyRps, sampled: readyOf },
  ].flatMap(({ query, sampled }) => (query === undefined ? [] : [{ query, sampled }]));
  const instant = async (query: string, at: UnixMs, signal: AbortSignal) => {
    const form = [
      ["query", query],
      ["time", seconds(at)],
    ] as const;
    return vectorIn(await callPrometheus(address, { path: "query", form, signal }), query);
  };
  return {
    async series(query, at, signal) {
      try {
        const found = await instant(query, at, signal);
        return found.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
      } catch (error) {
        throw new Error(troubleWords(error), { cause: error });
      }
    },

    async look(at, signal) {
      const dealt = dealer(options);
      try {
        const answers = await Promise.all(queries.map(({ query }) => instant(query, at, signal)));
        answers.forEach((series, index) => {
          for (const { metric, value } of series) dealt.deal(metric, Number(value[1]), queries[index]!.sampled);
        });
      } catch (error) {
        return { kind: "failed", says: troubleWords(error) };
      }
      return { kind: "seen", pages: dealt.pages(), strangers: dealt.strangers };
    },

    async targets(signal) {
      try {
        const form = [["state", "active"]] as const;
        const { activeTargets } = targetsShape.parse(await callPrometheus(address, { path: "targets", form, signal }));
        return activeTargets.map(({ labels, scrapeUrl }) => ({ labels, address: scrapeUrl }));
      } catch (error) {
        throw new Error(troubleWords(error), { cause: error });
      }
    },

    async *past({ from, until, stepMs }, signal) {
      for (let begins = from; begins <= until; begins += STEPS_AT_ONCE * stepMs) {
        const ends = Math.min(until, begins + (STEPS_AT_ONCE - 1) * stepMs);
        const answers = await Promise.all(
          queries.map(async ({ query }) => {
            const form = [
              ["query", query],
              ["start", seconds(begins)],
              ["end", seconds(ends)],
              ["step", seconds(stepMs)],
            ] as const;
            const patience = AbortSignal.any([signal, AbortSignal.timeout(RANGE_WITHIN_MS)]);
            const data = await callPrometheus(address, { path: "query_range", form, signal: patience });
            return matrixIn(data, query);
          }),
        ).catch((error: unknown) => {
          throw new Error(troubleWords(error), { cause: error });
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

const targetsShape = z.object({
  activeTargets: z.array(z.object({ labels: z.record(z.string(), z.string()), scrapeUrl: z.string() })).max(100_000),
});

const seconds = (at: UnixMs): string => (at / 1000).toFixed(3);

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

const REQUESTS = "rp_requests_total";

type Sampled = (place: Place, value: number) => Sample[];

const requestsAs =
  (outcome: "good" | "bad", entry: ServiceName): Sampled =>
  ({ service, rest }, value) => {
    // A code or a method is part of the series' name here: each is a counter of its own, and all are added up.
    const samples: Sample[] = [{ name: REQUESTS, labels: { service, outcome, series: rest }, value }];
    if (service === entry)
      samples.push({ name: "rp_edge_requests_total", labels: { outcome, bucket: "all", series: rest }, value });
    return samples;
  };

const bucketsOf: Sampled = ({ service, rest, le }, value) => {
  const bound = le === "+Inf" ? "+Inf" : String(Number(le) * 1000);
  return [{ name: "rp_request_duration_ms_bucket", labels: { service, le: bound, series: rest }, value }];
};

const readyOf: Sampled = (_place, value) => [{ name: "rp_ready_rps", labels: {}, value }];

/** 15 locations with 200 services of ten processes and twelve buckets each are 360,000. */
const SERIES_MAX = 400_000;
const STRANGERS_KEPT = 20;
/** A Prometheus gives at most 11,000 points of a series; a memory is full before. */
const STEPS_AT_ONCE = 240;
/** A Prometheus gives up on a query after two minutes, unless it is told otherwise. */
const RANGE_WITHIN_MS = 150_000;
