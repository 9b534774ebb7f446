import { z } from "zod";
import {
  callPrometheus,
  troubleWords,
  vectorIn,
  type PrometheusAddress,
} from "../../drivers/metrics/prometheus-call.ts";
import { CallerError } from "../../core/errors.ts";
import { CONVENTIONS, LOCATION_LABELS, SERVICE_LABELS, type Convention } from "./conventions.ts";
import { regionIn } from "./known-regions.ts";

/** What a Prometheus counts that `watch:` can be made of. */
export type FoundMetrics = {
  readonly convention: Convention;
  /** Null: none of the known ones says where. */
  readonly locationLabel: string | null;
  /** Null: nothing says who, so all is one service. */
  readonly serviceLabel: string | null;
  /** Null: no label says how requests were answered. */
  readonly status: { readonly label: string; readonly failed: string } | null;
  readonly hasSeconds: boolean;
  readonly locations: readonly { readonly name: string; /** Null: not known. */ readonly peakRps: number | null }[];
  /** The busiest first. */
  readonly services: readonly { readonly name: string; readonly rps: number }[];
  /** Of locations and services: houston.yaml can't name them, for names there are small letters, digits and hyphens. */
  readonly unnameable: readonly string[];
  /** Other counters that are there as well. */
  readonly others: readonly string[];
};

export type FoundPrometheus = {
  /** Null: it counts requests in no way that is known here. */
  readonly metrics: FoundMetrics | null;
  /** How often most targets are scraped; null: it doesn't say. */
  readonly everySeconds: number | null;
};

/** Asks and changes nothing. Throws `CallerError` when it can't be asked. */
export async function findMetrics(address: PrometheusAddress): Promise<FoundPrometheus> {
  const ask = asker(address);
  const names = await ask.metrics(CONVENTIONS.flatMap(({ counter, seconds }) => [counter, seconds ?? counter]));
  const everySeconds = await ask.everySeconds();
  const found = await Promise.all(
    CONVENTIONS.filter(({ counter }) => names.has(counter)).map(async (convention) => {
      const only = convention.only === null ? "" : `{${convention.only}}`;
      const labels = [...new Set([...LOCATION_LABELS, ...convention.service, ...SERVICE_LABELS, ...convention.status])];
      const series = await ask.vector(`count by (${labels.join(", ")}) (${convention.counter}${only})`);
      return {
        convention,
        ...labelsOf(
          convention,
          series.map(({ metric }) => metric),
        ),
      };
    }),
  );
  const best = found.toSorted((a, b) => worth(b) - worth(a))[0];
  if (best === undefined) return { metrics: null, everySeconds };
  const { convention, locationLabel, serviceLabel } = best;
  const only = convention.only === null ? "" : `{${convention.only}}`;
  const rates = (label: string, window: string) => `sum by (${label}) (rate(${convention.counter}${only}[${window}]))`;
  const services =
    serviceLabel === null ? [] : byLabel(await ask.vector(rates(serviceLabel, "10m")), serviceLabel, best.services);
  const peaks =
    locationLabel === null
      ? new Map<string, number>()
      : byLabel(
          await ask.vector(`max_over_time(${rates(locationLabel, "10m")}[7d:10m])`).catch(() => []),
          locationLabel,
          best.locations,
        );
  const [places, busy] = [nameable(best.locations), nameable(best.services)];
  const rpsOf = new Map(services);
  return {
    everySeconds,
    metrics: {
      convention,
      locationLabel,
      serviceLabel,
      status: best.status,
      hasSeconds: convention.seconds !== null && names.has(convention.seconds),
      locations: places.good.map((name) => ({ name, peakRps: new Map(peaks).get(name) ?? null })),
      services: busy.good
        .map((name) => ({ name, rps: rpsOf.get(name) ?? 0 }))
        .sort((a, b) => b.rps - a.rps || byText(a.name, b.name)),
      unnameable: [...places.bad, ...busy.bad],
      others: found.filter((each) => each !== best).map((each) => each.convention.counter),
    },
  };
}

type Labels = Readonly<Record<string, string>>;

type Labelled = {
  readonly locationLabel: string | null;
  readonly locations: readonly string[];
  readonly serviceLabel: string | null;
  readonly services: readonly string[];
  readonly status: FoundMetrics["status"];
};

/** Which labels say where, who, and how it went. */
export function labelsOf(convention: Convention, series: readonly Labels[]): Labelled {
  const valuesOf = (label: string): readonly string[] =>
    [...new Set(series.flatMap((each) => (each[label] ? [each[label]] : [])))].sort(byText);
  const where = LOCATION_LABELS.map((label, order) => ({ label, order, values: valuesOf(label) }))
    .filter(({ values }) => values.length > 0 && values.length <= LOCATIONS_MAX)
    .filter(({ values }) => nameable(values).good.length * 2 > values.length)
    .toSorted((a, b) => placeWorth(b.values) - placeWorth(a.values) || a.order - b.order)[0];
  const who = [...convention.service, ...SERVICE_LABELS]
    .filter((label) => label !== where?.label)
    .map((label) => ({ label, values: valuesOf(label) }))
    .find(({ values }) => values.length > 0 && values.length <= SERVICES_MAX && nameable(values).good.length > 0);
  return {
    locationLabel: where?.label ?? null,
    locations: where?.values ?? [],
    serviceLabel: who?.label ?? null,
    services: who?.values ?? [],
    status: convention.status.map((label) => statusOf(label, valuesOf(label))).find((each) => each !== null) ?? null,
  };
}

/** Regions that a provider has are places beyond doubt; of anything else as many as an estate may have. */
function placeWorth(values: readonly string[]): number {
  const known = values.filter((value) => regionIn(value) !== null).length * 2 >= values.length;
  return (known ? 2 : 0) + (values.length >= LOCATIONS_LEAST ? 1 : 0);
}

/** `503` and `5xx` are both `5..`; Envoy's class is the digit alone. */
function statusOf(label: string, values: readonly string[]): FoundMetrics["status"] {
  if (values.some((value) => /^[1-5](?:\d\d|xx)$/.test(value))) return { label, failed: "5.." };
  return values.some((value) => /^[1-5]$/.test(value)) ? { label, failed: "5" } : null;
}

/** A counter is worth more the more of where, how and who it tells; then the table's order decides. */
function worth({ locations, status, services }: Labelled): number {
  const places = locations.length >= LOCATIONS_LEAST ? 2 : locations.length > 0 ? 1 : 0;
  return places * 100 + (status === null ? 0 : 50) + Math.min(40, services.length);
}

/** As houston.yaml may name them (config-shape.ts). */
function isNameable(value: string): boolean {
  return value.length <= 63 && /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(value);
}

function nameable(values: readonly string[]): { readonly good: readonly string[]; readonly bad: readonly string[] } {
  return { good: values.filter(isNameable), bad: values.filter((value) => !isNameable(value)) };
}

function byLabel(
  series: ReturnType<typeof vectorIn>,
  label: string,
  known: readonly string[],
): ReadonlyMap<string, number> {
  return new Map(
    series.flatMap(({ metric, value }) => {
      const name = metric[label];
      const found = Number(value[1]);
      return name !== undefined && known.includes(name) && Number.isFinite(found) ? [[name, found] as const] : [];
    }),
  );
}

function asker(address: PrometheusAddress) {
  const call = async (path: string, form: readonly (readonly [string, string])[]): Promise<unknown> => {
    try {
      return await callPrometheus(address, { path, form, signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    } catch (error) {
      throw new CallerError({
        code: "prometheus-unreachable",
        message: `the Prometheus at ${new URL(address.url).host} can't be asked: ${troubleWords(error)}`,
        hint: "name it with --prometheus or PROMETHEUS_URL; a token comes from PROMETHEUS_TOKEN or PROMETHEUS_TOKEN_FILE",
        cause: error,
      });
    }
  };
  return {
    async metrics(wanted: readonly string[]): Promise<ReadonlySet<string>> {
      const match = `{__name__=~"${[...new Set(wanted)].join("|")}"}`;
      const names = z.array(z.string()).safeParse(await call("label/__name__/values", [["match[]", match]]));
      return new Set(names.success ? names.data : []);
    },
    async vector(query: string) {
      return vectorIn(await call("query", [["query", query]]), query);
    },
    /** Thanos and Mimir scrape nothing, and know no targets. */
    async everySeconds(): Promise<number | null> {
      const data = await call("targets", [["state", "active"]]).catch(() => null);
      const targets = targetsShape.safeParse(data);
      if (!targets.success) return null;
      const counts = new Map<number, number>();
      for (const { scrapeInterval } of targets.data.activeTargets) {
        const seconds = secondsIn(scrapeInterval ?? "");
        if (seconds !== null) counts.set(seconds, (counts.get(seconds) ?? 0) + 1);
      }
      return [...counts].toSorted((a, b) => b[1] - a[1] || a[0] - b[0])[0]?.[0] ?? null;
    },
  };
}

const targetsShape = z.object({ activeTargets: z.array(z.object({ scrapeInterval: z.string().optional() })) });

/** `15s` or `1m`, within what `watch` takes (watch-shape.ts). */
function secondsIn(text: string): number | null {
  const [, minutes, seconds] = /^(?:(\d+)m)?(?:(\d+)s)?$/.exec(text) ?? [];
  const total = Number(minutes ?? 0) * 60 + Number(seconds ?? 0);
  return total >= 1 && total <= 60 ? total : null;
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const LOCATIONS_LEAST = 3;
const LOCATIONS_MAX = 50;
const SERVICES_MAX = 500;
/** A week of a large estate's requests takes a Prometheus some seconds. */
const ANSWER_WITHIN_MS = 20_000;
