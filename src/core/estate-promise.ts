import { HOURS_TO_PROVE, type Promised } from "./verdict.ts";

/** The promise of the estate as a whole: one budget of needless moves, of which each location's own past bears its part out, or does not. */
export type EstatePromise = {
  /** Needless moves a year, all locations together. */
  readonly askedPerYear: number;
  /** What all bars together hold, at 95 % each; null while a location has no day of its own past. */
  readonly holdsPerYear: number | null;
  readonly locations: number;
  /** Whose past bears their part out. */
  readonly certified: number;
  /** Of those without a proof, how much the one has that has least; null: nobody lacks it, or it is not known. */
  readonly watchedHours: number | null;
};

export function estatePromise(askedPerYear: number, places: readonly Promised[]): EstatePromise {
  const proofs = places.flatMap(({ proof }) => (proof === undefined ? [] : [proof]));
  const watched = places.flatMap(({ watchedHours }) => (watchedHours === undefined ? [] : [watchedHours]));
  const holds = proofs.reduce((sum, { holdsPerYear }) => sum + holdsPerYear, 0);
  return {
    askedPerYear,
    holdsPerYear: places.length > 0 && proofs.length === places.length ? Number(holds.toPrecision(2)) : null,
    locations: places.length,
    certified: places.filter(({ promise }) => promise === "certified").length,
    watchedHours: watched.length === 0 ? null : Math.min(...watched),
  };
}

/** `asked 1 a year for all 15 locations, holds 0.6`; `no promise yet at 3 of 15 locations: watched 6 h of a day` */
export function estatePromiseWords(promise: EstatePromise): string {
  const { askedPerYear, holdsPerYear, locations, certified, watchedHours } = promise;
  const lacking = locations - certified;
  if (holdsPerYear !== null) {
    const asked = `asked ${askedPerYear} a year for all ${locations} locations, holds ${holdsPerYear}`;
    return lacking === 0 ? asked : `${asked}; no promise at ${lacking} of them: their past does not bear it out`;
  }
  if (lacking === 0) return `asked ${askedPerYear} a year for all ${locations} locations`;
  const at = `at ${lacking} of ${locations} locations`;
  if (watchedHours === null) return `no promise ${at}: without a day of their own past`;
  return watchedHours < HOURS_TO_PROVE
    ? `no promise yet ${at}: watched ${watchedHours} h of a day`
    : `no promise yet ${at}: too much of their past is left out as faults`;
}
