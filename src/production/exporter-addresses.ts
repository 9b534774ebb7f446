import type { ProbesSettings } from "../config/probes-shape.ts";
import type { LocationName } from "../core/estate.ts";
import type { PrometheusDriver } from "../drivers/metrics/prometheus.ts";
import type { Cancel, Clock } from "../runtime/clock.ts";

/**
 * Where each blackbox exporter is asked for a probe of each location, as the Prometheus that scrapes them has it: so nobody has to write it
 * into houston.yaml. Where that can't be told for certain the exporter is not asked, and what was scraped of it counts.
 */
export function exporterAddresses(options: {
  readonly clock: Clock;
  readonly settings: NonNullable<ProbesSettings["blackbox"]>;
  readonly prometheus: Pick<PrometheusDriver, "series" | "targets">;
}): ExporterAddresses {
  const { clock, settings, prometheus } = options;
  let known: ReadonlyMap<string, string> = new Map();
  let isAsking = false;
  const ask = async (): Promise<void> => {
    if (isAsking) return;
    isAsking = true;
    const signal = AbortSignal.timeout(WITHIN_MS);
    try {
      const [series, targets] = await Promise.all([
        prometheus.series(settings.success, clock.now(), signal),
        prometheus.targets(signal),
      ]);
      const found = new Map<string, string>();
      for (const { labels } of series) {
        const { __name__: _, ...own } = labels;
        const its = targets.filter((target) => Object.entries(own).every(([name, is]) => target.labels[name] === is));
        const key = keyOf(own[settings.labels.vantage] ?? "", own[settings.labels.location] ?? "");
        // Two pages of one location, or two exporters in one place: whose word it is can't be told.
        const isAlone = its.length === 1 && !found.has(key) && /^https?:\/\//.test(its[0]!.address);
        found.set(key, isAlone ? its[0]!.address : NOBODY);
      }
      known = found;
    } catch {
      // What was known before is as good as it was; who moved away does not answer, and that is no look.
    }
    isAsking = false;
  };
  let stop: Cancel | null = null;
  const askFrom = (againInMs: number): void => {
    void ask();
    stop = clock.after(againInMs, () => askFrom(Math.min(EVERY_MS, 2 * againInMs)));
  };
  askFrom(AGAIN_FIRST_MS);
  return {
    of: (vantage, location) => known.get(keyOf(vantage, location)) || null,
    stop: () => stop?.(),
  };
}

export type ExporterAddresses = {
  /** Null: not known. */
  of(vantage: LocationName, location: LocationName): string | null;
  stop(): void;
};

const keyOf = (vantage: string, location: string): string => `${vantage}\n${location}`;
const NOBODY = "";
const EVERY_MS = 30_000;
/** One that was started with us has scraped only some of them yet. */
const AGAIN_FIRST_MS = 1000;
const WITHIN_MS = 5000;
