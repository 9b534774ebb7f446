import type { Estate, LocationName } from "../../core/estate.ts";
import type { WatchSettings } from "../../config/watch-shape.ts";
import { countsFailures, silentIn } from "../../drivers/metrics/prometheus.ts";
import { metricsReader } from "../../drivers/metrics/reader.ts";
import { watchedPrometheus } from "../watched-config.ts";

/** What the Prometheus of `watch` says now. */
export type ReachedWatch = {
  readonly reached: boolean;
  /** Null: reached. */
  readonly says: string | null;
  /** Locations that no request is counted of. */
  readonly silent: readonly LocationName[];
  /** Whether `bad` finds any series. */
  readonly countsFailures: boolean;
  /** Labels that are of no location or service, with their number of series. */
  readonly strangers: Readonly<Record<string, number>>;
  /** What could not be used, in words. */
  readonly refused: readonly string[];
};

/** Asks once, with the very queries and token that `houston run` asks with. */
export async function reachWatch(config: {
  readonly estate: Estate;
  readonly watch: WatchSettings;
}): Promise<ReachedWatch> {
  const at = Date.now();
  const look = await watchedPrometheus(config).look(at, AbortSignal.timeout(LOOK_WITHIN_MS));
  if (look.kind === "failed")
    return { reached: false, says: look.says, silent: [], countsFailures: false, strangers: {}, refused: [] };
  return {
    reached: true,
    says: null,
    silent: silentIn(look.pages),
    countsFailures: countsFailures(look.pages),
    strangers: look.strangers,
    refused: [...look.pages].flatMap(([name, metrics]) =>
      metricsReader(name)
        .take({ metrics, at })
        .readings.flatMap((reading) =>
          reading.signal === "set-aside"
            ? [`${name}, ${reading.service}: ${reading.kind}${reading.says === undefined ? "" : ` (${reading.says})`}`]
            : [],
        ),
    ),
  };
}

export function isWellWatched({ reached, silent, refused }: ReachedWatch): boolean {
  return reached && silent.length === 0 && refused.length === 0;
}

export function watchedLines(watch: ReachedWatch): string[] {
  if (!watch.reached) return [`the Prometheus can't be asked: ${watch.says}`];
  const strangers = Object.entries(watch.strangers).map(([label, series]) => `${label} (${series} series)`);
  return [
    watch.silent.length === 0
      ? "the Prometheus answers, and has numbers of every location"
      : `the Prometheus answers, and counts no requests of ${watch.silent.join(", ")}: look at \`good\` and \`bad\` of watch.prometheus`,
    ...(watch.countsFailures
      ? []
      : ["`bad` of watch.prometheus finds nothing: right where no request has failed yet, else it is mistyped"]),
    ...(strangers.length === 0 ? [] : [`of no location or service here: ${strangers.join(", ")}`]),
    ...watch.refused,
  ];
}

/** Far more than a Prometheus needs, and people wait for it. */
const LOOK_WITHIN_MS = 10_000;
