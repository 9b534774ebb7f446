import { byName } from "../route/by-name.ts";
import type { LocationName, ServiceName } from "../estate.ts";
import type { UnixMs } from "../step.ts";
import { RATES_OVER_MS, type Summary } from "../summary.ts";
import { isCutOff, isFresh } from "./loss.ts";

/**
 * What the other locations' summaries say of each service at this moment: the strongest guard against crying wolf.
 * What is bad everywhere, or drifts everywhere, is no evidence against one place.
 */
export type Elsewhere = {
  /** At most this share fails elsewhere now (pooled and three standard deviations); null when nobody tells. */
  readonly failing: number | null;
  /** What was counted elsewhere in about the last minute. */
  readonly bad: number;
  readonly total: number;
  /** Mean log milliseconds of each other location now. */
  readonly latencies: Latencies;
};

/** Two columns: who told, and what. They are kept for many looks, and who told is mostly the same. */
export type Latencies = { readonly from: readonly LocationName[]; readonly logMs: readonly number[] };

/** The last minute of what each other location told, fading: by location and service. */
export type Heard = Map<LocationName, Map<ServiceName, HeardRate>>;

type HeardRate = { bad: number; total: number; at: UnixMs };

/** Adds what another location tells of its last two seconds to its last minute. */
export function hearRates(heard: Heard, { from, at, own }: Summary): void {
  let known = heard.get(from);
  if (known === undefined) heard.set(from, (known = new Map()));
  // They were mostly heard together before.
  let [fadedMs, fades] = [0, 1];
  for (const rate of own.rates) {
    const before = known.get(rate.service);
    if (before === undefined) {
      if (known.size >= HEARD_MOST) forgetUnheard(known, at);
      if (known.size < HEARD_MOST) known.set(rate.service, { bad: rate.bad, total: rate.total, at });
      continue;
    }
    const sinceMs = Math.max(0, at - before.at);
    if (sinceMs !== fadedMs) [fadedMs, fades] = [sinceMs, Math.exp(-sinceMs / MINUTE_MS)];
    // Summaries come more often than their two seconds end: of each, only what is new counts.
    const fresh = Math.min(1, sinceMs / RATES_OVER_MS);
    before.bad = before.bad * fades + rate.bad * fresh;
    before.total = before.total * fades + rate.total * fresh;
    before.at = at;
  }
}

function forgetUnheard(known: Map<ServiceName, HeardRate>, now: UnixMs): void {
  for (const [service, { at }] of known) if (now - at > UNHEARD_MS) known.delete(service);
}

export function elsewhereNow(
  others: ReadonlyMap<LocationName, Summary>,
  heard: Heard,
  at: UnixMs,
): ReadonlyMap<ServiceName, Elsewhere> {
  const fresh = [...others.values()].filter((summary) => isFresh(summary, at) && !isCutOff(summary));
  fresh.sort((a, b) => byName(a.from, b.from));
  // A location that is known to be sick is no yardstick, unless most are.
  const well = fresh.filter((summary) => summary.own.verdict !== "failing");
  const sums = new Map<ServiceName, Sum>();
  for (const summary of well.length * 2 > fresh.length ? well : fresh) {
    const known = heard.get(summary.from);
    for (const rate of summary.own.rates) {
      let sum = sums.get(rate.service);
      if (sum === undefined)
        sums.set(rate.service, (sum = { bad: 0, total: 0, badNow: 0, totalNow: 0, from: [], logMs: [] }));
      const minute = known?.get(rate.service);
      sum.bad += minute?.bad ?? 0;
      sum.total += minute?.total ?? 0;
      sum.badNow += rate.bad;
      sum.totalNow += rate.total;
      if (rate.logMs === null) continue;
      sum.from.push(summary.from);
      sum.logMs.push(rate.logMs);
    }
  }
  const elsewhere = new Map<ServiceName, Elsewhere>();
  let from: readonly LocationName[] = [];
  for (const [service, { bad, total, badNow, totalNow, ...told }] of sums) {
    const now = totalNow > 0 ? (badNow / totalNow) * NOW_SLACK : 0;
    const failing = total > 0 ? Math.max((bad + 3 * Math.sqrt(bad)) / total, now) : null;
    if (!isSame(from, told.from)) from = told.from;
    // Kept for many looks, so without room for more.
    elsewhere.set(service, { failing, bad, total, latencies: { from, logMs: told.logMs.slice() } });
  }
  return elsewhere;
}

/** Services that another location suspects: telling how they are here is what the others need most. */
export function askedFor(others: ReadonlyMap<LocationName, Summary>, at: UnixMs): ReadonlySet<ServiceName> {
  const asked = new Set<ServiceName>();
  for (const summary of others.values()) {
    if (!isFresh(summary, at)) continue;
    for (const because of summary.own.because) asked.add(because.service);
    for (const cause of summary.own.causes) asked.add(cause.name);
  }
  return asked;
}

type Sum = {
  bad: number;
  total: number;
  badNow: number;
  totalNow: number;
  from: LocationName[];
  logMs: number[];
};

const isSame = (some: readonly LocationName[], others: readonly LocationName[]): boolean =>
  some.length === others.length && some.every((name, i) => name === others[i]);

const MINUTE_MS = 60_000;
/** What fails everywhere fails here a little more or less: not evidence until a quarter above. */
const NOW_SLACK = 1.25;
/** Of each location: 16 services, which change. */
const HEARD_MOST = 64;
/** Faded to less than a hundredth. */
const UNHEARD_MS = 5 * MINUTE_MS;
