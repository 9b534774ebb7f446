import type { ServiceName } from "../estate.ts";
import type { UnixMs } from "../step.ts";
import type { PromiseState } from "../verdict.ts";
import { newSeason, seeSeason, type Season } from "./season.ts";

/** What is usual for each service of one location, from the past or made by hand. */
export type Baseline = {
  /** `none` while it is made, or less than a day old. */
  readonly promise: PromiseState;
  readonly services: Readonly<Record<ServiceName, ServiceBaseline>>;
};

export type ServiceBaseline = {
  /** An upper bound of the share that usually fails. */
  readonly errorRatio: number;
  /** Mean and standard deviation of the natural log of milliseconds, of single requests; null when unknown. */
  readonly logMs: number | null;
  readonly logSd: number | null;
};

/**
 * What this judge has learnt of one service here. Learning is slow, and stops while there is evidence of a
 * fault, so that a fault is learnt out of the usual and not into it.
 */
export type Usual = {
  /** Failures and requests of the last minutes, and of the last day, fading. */
  bad: number;
  total: number;
  dayBad: number;
  dayTotal: number;
  /** The worst share that surely failed for minutes, fading over a day. */
  envelope: number;
  /** The bound that the baseline gives; null without one: then only what was counted is known. */
  readonly errorRatio: number | null;
  /** Mean of log milliseconds, and the variance of single requests around it. */
  logMs: number;
  spread: number;
  /** How whole looks scatter around it, beyond what chance does to single requests. */
  readonly unrest: Unrest;
  /** Looks that latency was learnt from. */
  looks: number;
  /** Share slower than the objective's slowMs. */
  slow: number;
  /** Hours that are usually worse than the rest of the day. */
  readonly season: Season;
  /** So many times as much is usual at the moment, since people know of an event; else 1. */
  widened: number;
  /** What a newcomer takes for usual from the other locations, at most; 1 for who has a past. */
  borrowed: number;
};

/** How a mean wanders by itself: a place's noise, not a fault. */
export type Unrest = {
  between: number;
  /** How the last look lay, and how looks go with the one before: unrest that lasts is no new evidence each second. */
  away: number;
  together: number;
  looks: number;
};

export const newUnrest = (): Unrest => ({ between: BETWEEN_FIRST ** 2, away: 0, together: 0, looks: 0 });

/** Learns from how far a look lay from the usual; `chance` is the variance that single requests explain. */
export function learnUnrest(unrest: Unrest, away: number, chance: number): void {
  unrest.looks += 1;
  // Slowly: a fault's first seconds must not pass for unrest.
  const weight = Math.max(1 / (unrest.looks + 10), 1 / UNREST_LOOKS);
  const most = 9 * unrest.between;
  const beyond = Math.min(most, Math.max(0, away * away - chance));
  const together = Math.max(-most, Math.min(most, away * unrest.away));
  unrest.between = Math.max(betweenLeast(unrest.looks) ** 2, unrest.between + weight * (beyond - unrest.between));
  unrest.together += weight * (together - unrest.together);
  unrest.away = away;
}

/** How calm a place may be thought to be: calmer the longer it was watched, for a minute's calm says little of the next hour. */
const betweenLeast = (looks: number): number =>
  Math.max(BETWEEN_LEAST, BETWEEN_LEAST_SOON * Math.sqrt(SOON_LOOKS / (SOON_LOOKS + looks)));

/** The variance of a look's mean that counts for evidence: unrest that lasts k looks weighs k times as much. */
export function varianceOf(unrest: Unrest, chance: number): number {
  const single = unrest.between + chance;
  const lasts = Math.max(0, Math.min(LASTS_MOST, unrest.together / single));
  return single * ((1 + lasts) / (1 - lasts));
}

export function newUsual(baseline: ServiceBaseline | undefined): Usual {
  return {
    bad: 0,
    total: 0,
    dayBad: 0,
    dayTotal: 0,
    envelope: 0,
    errorRatio: baseline?.errorRatio ?? null,
    logMs: baseline?.logMs ?? 0,
    spread: (baseline?.logSd ?? 0.5) ** 2,
    unrest: newUnrest(),
    looks: 0,
    slow: 0,
    season: newSeason(),
    widened: 1,
    borrowed: 1,
  };
}

/** The upper bound of what usually fails at this hour, and in the event that is going on. */
export const failingUsually = (usual: Usual): number =>
  Math.min(1, Math.min(usual.borrowed, Math.max(failingLately(usual), usual.season.failing)) * usual.widened);

/**
 * Who has no past yet borrows the others' bound, three times as wide: places differ. Without it a newcomer's first requests would teach
 * it that whatever fails is usual. For ten minutes only: a place that is worse by nature then learns its own.
 */
export function borrow(usual: Usual, elsewhere: { readonly failing: number | null } | undefined): void {
  const known = elsewhere?.failing ?? null;
  usual.borrowed = usual.errorRatio !== null || known === null ? 1 : Math.min(1, Math.max(BORROWED_LEAST, known * 3));
}
export const BORROWS_MS = 10 * 60_000;
/** One in a thousand: that nothing failed elsewhere for a minute is no yardstick. */
const BORROWED_LEAST = 0.001;

/**
 * The upper bound of what failed lately: the envelope, not the mean, keeps the promise under drift. Of the last day it is the mean and
 * three standard deviations, what it surely is at the moment, and the worst that it surely was.
 */
function failingLately(usual: Usual): number {
  if (usual.errorRatio === null) return Math.max(upper(usual.dayBad, usual.dayTotal), usual.envelope, surely(usual));
  const mean = (usual.bad + usual.errorRatio * PRIOR_REQUESTS) / (usual.total + PRIOR_REQUESTS);
  if (mean <= usual.errorRatio) return usual.errorRatio;
  return mean + 3 * Math.sqrt(mean / (usual.total + PRIOR_REQUESTS));
}

function upper(bad: number, total: number): number {
  return total <= 0 ? 1 : Math.min(1, (bad + 3 * Math.sqrt(bad + 1)) / total);
}

/** The least that the share which fails now can be: chance makes no envelope, only a rate that wanders. */
function surely({ bad, total }: Usual): number {
  return total <= 0 ? 0 : Math.max(0, bad - 3 * Math.sqrt(bad)) / total;
}

export function learnFailures(usual: Usual, look: { bad: number; total: number; overMs: number }): void {
  const day = Math.min(1, Math.max(LOOK_MS, look.overMs) / DAY_MS);
  usual.bad = usual.bad * (1 - 1 / MEMORY_LOOKS) + look.bad;
  usual.total = usual.total * (1 - 1 / MEMORY_LOOKS) + look.total;
  usual.dayBad = usual.dayBad * (1 - day) + look.bad;
  usual.dayTotal = usual.dayTotal * (1 - day) + look.total;
  // What the hour or an event explains is no drift: the same at another time is unusual.
  const drift = usual.widened === 1 && surely(usual) > usual.season.failing ? surely(usual) : 0;
  usual.envelope = Math.max(drift, usual.envelope * (1 - day));
}

export function learnLatency(usual: Usual, look: { logMs: number; spread: number; count: number; slow: number }): void {
  usual.looks += 1;
  const weight = Math.max(1 / usual.looks, 1 / MEMORY_LOOKS);
  const away = look.logMs - usual.logMs;
  usual.logMs += weight * away;
  if (usual.looks === 1) usual.slow = look.slow;
  usual.slow += weight * (look.slow - usual.slow);
  if (usual.looks < 3) return;
  if (look.count > 1)
    usual.spread += Math.max(weight, 1 / 60) * (Math.max(SPREAD_LEAST ** 2, look.spread) - usual.spread);
  learnUnrest(usual.unrest, away, usual.spread / look.count);
}

/** Takes a look into the season, suspected or not: what comes back at the same hour is usual, what came once is not. */
export function learnSeason(
  { season, dayBad, dayTotal, errorRatio, looks, logMs, spread, widened }: Usual,
  look: { bad: number; total: number; count: number; sum: number },
  now: { readonly at: UnixMs; readonly standing: boolean },
): void {
  // While nothing is known there is nothing to tell a worse hour from.
  const mean = dayTotal > 0 ? dayBad / dayTotal : 1;
  const ordinary = {
    failing: Math.max(mean, errorRatio ?? 0),
    latency: looks >= WARM_LOOKS ? { logMs, spread } : null,
  };
  seeSeason(season, look, { at: now.at, standing: now.standing || widened > 1, ordinary });
}

/** Latencies are judged once this many looks have shown how they scatter here. */
export const WARM_LOOKS = 20;
/** Ten minutes of looks: a fault's first seconds weigh nothing in it. */
const MEMORY_LOOKS = 600;
const LOOK_MS = 1000;
const DAY_MS = 24 * 3600 * 1000;
const UNREST_LOOKS = 200;
/** A baseline counts as much as this many requests. */
const PRIOR_REQUESTS = 5000;
/** Correlation of neighbouring looks: beyond this the fault itself would be explained away. */
const LASTS_MOST = 0.85;
const BETWEEN_FIRST = 0.12;
const BETWEEN_LEAST_SOON = 0.04;
const SOON_LOOKS = 3600;
export const BETWEEN_LEAST = 0.005;
const SPREAD_LEAST = 0.15;
