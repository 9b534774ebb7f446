import type { Visit } from "./users.ts";
import type { Location, UserZone } from "./world.ts";

/** How one system's users fared in one fault. */
export type Figures = {
  /** Of the bad location's users, or of all where everything is bad, from the fault on. */
  readonly requests: number;
  readonly failedPercent: number;
  /** Until each 5 s of the bad location's users are 99 % well, to the end; null: never. */
  readonly wellSeconds: number | null;
  /** Requests of anybody that came where there was no room. */
  readonly overloaded: number;
  /** Of users whose own place is no worse than any other: share sent elsewhere in the last third of the time. */
  readonly movedWronglyPercent: number;
  /** Purchases that were carried out more than once. */
  readonly doubled: number;
  /** In the last third, milliseconds, of the same users as `failedPercent`; null: none of them was well. */
  readonly p99Ms: number | null;
  /** Of all users, before the fault. */
  readonly failedBeforePercent: number;
};

export type Run = {
  readonly visits: readonly Visit[];
  /** Unix milliseconds. */
  readonly faultAt: number;
  readonly until: number;
  /** Name of the bad location; null: all are. */
  readonly bad: string | null;
  readonly zones: readonly UserZone[];
  readonly locations: readonly Location[];
  readonly overloaded: number;
  /** Ids of this system's purchases, once for each time that they were carried out. */
  readonly purchases: readonly string[];
};

const WINDOW_MS = 5000;
const STEP_MS = 100;
const WELL_SHARE = 0.99;

export function figuresOf(run: Run): Figures {
  const { visits, faultAt, until, bad, zones, locations } = run;
  const homeOf = ({ zone }: Visit): string => zones[zone]?.nearest[0] ?? "";
  const during = visits.filter(({ at }) => at >= faultAt && at < until);
  const hit = during.filter((visit) => bad === null || homeOf(visit) === bad);
  const lastThird = until - (until - faultAt) / 3;
  const late = (visit: Visit): boolean => visit.at >= lastThird;
  const spared = during.filter((visit) => late(visit) && (bad === null || homeOf(visit) !== bad));
  const placeOf = ({ served, called }: Visit): string =>
    served === "" ? (locations.find(({ address }) => address === called)?.name ?? "") : served;
  // Whom a proxy itself turned away was sent nowhere.
  const moved = spared.filter((visit) => placeOf(visit) !== "" && placeOf(visit) !== homeOf(visit));
  const wellMs = hit.flatMap((visit) => (late(visit) && visit.good ? [visit.ms] : [])).sort((a, b) => a - b);
  return {
    requests: hit.length,
    failedPercent: percent(hit.filter(({ good }) => !good).length, hit.length),
    wellSeconds: wellSeconds(hit, { faultAt, until }),
    overloaded: run.overloaded,
    movedWronglyPercent: percent(moved.length, spared.length),
    doubled: timesOverOnce(run.purchases),
    p99Ms: wellMs.length === 0 ? null : round(wellMs[Math.min(wellMs.length - 1, Math.floor(0.99 * wellMs.length))]!),
    failedBeforePercent: failedPercentOf(visits.filter(({ at }) => at < faultAt)),
  };
}

/** The end of the last 5 s window that was not well, less the window, looked at ten times a second. */
function wellSeconds(
  visits: readonly Visit[],
  { faultAt, until }: { readonly faultAt: number; readonly until: number },
): number | null {
  const sorted = [...visits].sort((a, b) => a.at - b.at);
  let wellFrom: number | null = null;
  let first = 0;
  for (let from = faultAt; from + WINDOW_MS <= until; from += STEP_MS) {
    while ((sorted[first]?.at ?? Infinity) < from) first++;
    let total = 0;
    let good = 0;
    for (let index = first; (sorted[index]?.at ?? Infinity) < from + WINDOW_MS; index++) {
      total++;
      if (sorted[index]?.good === true) good++;
    }
    if (good < WELL_SHARE * total) wellFrom = null;
    else wellFrom ??= from;
  }
  return wellFrom === null ? null : round((wellFrom - faultAt) / 1000);
}

function timesOverOnce(ids: readonly string[]): number {
  return new Set(ids.filter((id, index) => ids.indexOf(id) !== index)).size;
}

function failedPercentOf(visits: readonly Visit[]): number {
  return percent(visits.filter(({ good }) => !good).length, visits.length);
}

const percent = (part: number, whole: number): number => (whole === 0 ? 0 : round((100 * part) / whole));

const round = (value: number): number => Math.round(value * 10) / 10;
