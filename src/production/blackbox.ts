import type { LocationName } from "../core/estate.ts";
import type { ProbeReading } from "../core/reading.ts";
import type { UnixMs } from "../core/step.ts";
import type { ProbesSettings } from "../config/probes-shape.ts";
import type { PrometheusDriver, Series } from "../drivers/metrics/prometheus.ts";
import { exporterSays } from "../drivers/probe/exporter-says.ts";

/**
 * What blackbox exporters see, as the Prometheus that scrapes them tells it: each of their looks once. Who stands in a location says nothing
 * of that one.
 */
export type Blackbox = {
  /** The looks since the last call, by vantage; throws an `Error` that says why they can't be had. */
  look(at: UnixMs, signal: AbortSignal): Promise<readonly ProbeReading[]>;
};

export function blackbox(options: {
  readonly settings: NonNullable<ProbesSettings["blackbox"]>;
  readonly prometheus: Pick<PrometheusDriver, "series">;
  readonly locations: readonly LocationName[];
}): Blackbox {
  const { settings, prometheus, locations } = options;
  const { labels, success, status, durationSeconds } = settings;
  /** When each was scraped last, in seconds. */
  const seen = new Map<string, number>();

  return {
    async look(at, signal) {
      const [looks, scraped, statuses, durations] = await Promise.all(
        [success, `timestamp(${success})`, status, durationSeconds].map(async (query) =>
          keyed(await prometheus.series(query, at, signal)),
        ),
      );
      const readings: ProbeReading[] = [];
      for (const [key, { labels: of, value }] of looks!) {
        const vantage = of[labels.vantage] ?? "";
        const location = of[labels.location] ?? "";
        if (!settings.vantages.includes(vantage) || !locations.includes(location) || vantage === location) continue;
        const when = scraped!.get(key)?.value ?? 0;
        if (when <= (seen.get(key) ?? 0)) continue;
        seen.set(key, when);
        const answer = exporterSays({
          success: value === 1,
          status: statuses!.get(key)?.value ?? 0,
          durationSeconds: durations!.get(key)?.value ?? 0,
        });
        readings.push({
          at,
          signal: "probe",
          location,
          vantage,
          journey: "browse",
          ok: answer.ok,
          ms: answer.ms,
          ...(answer.ok ? {} : { why: answer.why }),
        });
      }
      return readings;
    },
  };
}

function keyed(series: readonly Series[]): ReadonlyMap<string, Series> {
  return new Map(series.map((each) => [keyOf(each), each]));
}

/** A series' labels without its own name: alike for all that one look of an exporter says. */
function keyOf({ labels }: Series): string {
  return Object.keys(labels)
    .filter((name) => name !== "__name__")
    .sort()
    .map((name) => `${name}=${labels[name]}`)
    .join(",");
}
