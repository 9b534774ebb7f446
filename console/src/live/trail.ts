import type { ControlView } from "../../../src/core/control-contract.ts";
import { isHeardNow } from "../../../src/core/control/first-line.ts";
import type { LocationName } from "../../../src/core/estate.ts";
import type { UnixMs } from "../../../src/core/step.ts";

/** The last minutes of each location, as the small charts draw them. */

/** A frame of the past is one, and of a view what was heard. */
export type Sample = {
  readonly at: UnixMs;
  readonly locations: readonly {
    readonly name: LocationName;
    readonly servedRps: number;
    readonly failedRatio: number;
  }[];
};

export type Trail = {
  readonly at: readonly UnixMs[];
  /** Each as long as `at`; null: nothing is known of that moment. */
  readonly places: Readonly<Record<LocationName, Columns>>;
};

export type Columns = {
  readonly servedRps: readonly (number | null)[];
  readonly failedRps: readonly (number | null)[];
};

/** What fits a chart of a table's width; longer is the timeline's. */
export const TRAIL_MS = 10 * 60_000;
/** Two points on a pixel show nothing more than one. */
export const SAMPLE_EVERY_MS = 2000;

/** What a silent node said last is not drawn on as if it still said so. */
export function sampleOf(view: ControlView): Sample {
  return { at: view.at, locations: view.locations.filter((place) => isHeardNow(place, view.at)) };
}

/** Live ones and those fetched afterwards, in order of time, thinned out, the last TRAIL_MS of them. */
export function joined(known: readonly Sample[], more: readonly Sample[]): readonly Sample[] {
  const all = [...known, ...more].sort((a, b) => a.at - b.at);
  const oldest = (all.at(-1)?.at ?? 0) - TRAIL_MS;
  const kept: Sample[] = [];
  for (const sample of all) {
    if (sample.at < oldest || sample.at < (kept.at(-1)?.at ?? -Infinity) + SAMPLE_EVERY_MS) continue;
    kept.push(sample);
  }
  return kept;
}

export function trailOf(samples: readonly Sample[]): Trail {
  const at = samples.map((sample) => sample.at);
  const places: Record<LocationName, { servedRps: (number | null)[]; failedRps: (number | null)[] }> = {};
  samples.forEach((sample, index) => {
    for (const { name, servedRps, failedRatio } of sample.locations) {
      // A place that is not heard for a while has gaps, not zeros.
      const columns = (places[name] ??= { servedRps: at.map(() => null), failedRps: at.map(() => null) });
      columns.servedRps[index] = servedRps;
      columns.failedRps[index] = servedRps * failedRatio;
    }
  });
  return { at, places };
}
