import type { LocationName } from "../../core/estate.ts";
import type { Reading } from "../../core/reading.ts";
import type { UnixMs } from "../../core/step.ts";
import type { Load } from "../../core/summary.ts";
import type { Suspect } from "../../core/suspects.ts";
import { edgeLoad } from "./edge-load.ts";
import { parse, type Metrics, type Refusal } from "./parse.ts";
import { metricsToReadings, type Scrape } from "./readings.ts";
import { steadyCounters, type Refused } from "./steady-counters.ts";
import { suspectBuckets } from "./suspect-buckets.ts";

/** Follows one location's metrics page: give it each page as it comes, and get what happened since the last. */
export function metricsReader(location: LocationName): MetricsReader {
  let scrapes: Scrape[] = [];
  const counters = steadyCounters();
  return {
    take(page) {
      const last = scrapes.at(-1) ?? null;
      const parsed = page.metrics ?? parse(page.text);
      const { metrics, resets, setAside } = counters.take(parsed, page.at);
      const now = { at: page.at, metrics };
      const readings = metricsToReadings({ previous: last, now: metrics, location, at: page.at });
      for (const refused of [...setAside, ...unreadable(parsed)])
        readings.push({ at: page.at, location, signal: "set-aside", ...refused });
      const load = edgeLoad({
        previous: last,
        now,
        ...(page.enteredRps === undefined ? {} : { enteredRps: page.enteredRps }),
      });
      // Failures before a restart are no failures of now: the window starts again.
      scrapes =
        resets.length > 0 ? [now] : [...scrapes.filter((scrape) => page.at - scrape.at <= SUSPECTS_OVER_MS), now];
      return {
        readings,
        load,
        suspects: suspectBuckets(scrapes.map(({ metrics: each }) => each)),
        resets,
        refused: metrics.refused,
        refusals: metrics.refusals,
      };
    },
  };
}

/** The judge is told, so that people are: a page of which half can't be read is half blind. */
function unreadable({ refused, refusals }: Metrics): Refused[] {
  const [first] = refusals;
  if (first === undefined) return [];
  return [{ service: "edge", kind: "unreadable", count: refused, says: `line ${first.line}: ${first.why}` }];
}

export type MetricsReader = {
  take(page: Page): Taken;
};

/** As text, or as who asked a Prometheus found it; the names and labels are the same. */
type Page = {
  readonly at: UnixMs;
  /** What its own users asked for (the world's `demand`), so that relayed traffic is not taken for its own. */
  readonly enteredRps?: number;
} & ({ readonly text: string; readonly metrics?: never } | { readonly metrics: Metrics });

export type Taken = {
  readonly readings: Reading[];
  readonly load: Load;
  readonly suspects: readonly Suspect[];
  /** Services whose counters were reset since the last page. */
  readonly resets: readonly string[];
  readonly refused: number;
  readonly refusals: readonly Refusal[];
};

/** Ten seconds hold enough failures to single out a bucket, and are soon over. */
const SUSPECTS_OVER_MS = 10_000;
