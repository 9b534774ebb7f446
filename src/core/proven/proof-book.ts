import type { ControlView } from "../control-contract.ts";
import type { Proven } from "../control/usable.ts";
import type { Estate, LocationName } from "../estate.ts";
import { byName } from "../route/by-name.ts";
import type { UnixMs } from "../step.ts";

/**
 * The most that each location carried well in the last thirty days. Carried is what it served in every look of a whole minute; well is a minute
 * in which each look found it healthy, shedding nothing to speak of, and failing for no more of its users than is put up with before one leaves.
 * Fed with looks at the view; bounded: a best minute for each of thirty days, whatever the past.
 */
export type ProofBook = { readonly places: Map<LocationName, PlaceProof> };

type PlaceProof = {
  minute: Minute;
  /** The best minute of each day, the oldest first. */
  days: readonly CarriedDay[];
};

type Minute = {
  readonly number: number;
  readonly looks: number;
  /** The least that was served in it; 0 once a look was not well. */
  readonly leastRps: number;
};

export type CarriedDay = { readonly day: number; readonly rps: number; readonly at: UnixMs };

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
export const PROVEN_DAYS = 30;
/** A minute of fewer looks was not watched. */
const LOOKS_LEAST = 6;
/** Less than this is shed by chance. */
const SHED_SHARE_MOST = 0.001;

export function newProofBook(): ProofBook {
  return { places: new Map() };
}

/** Takes in what every location serves now. Places that are gone from the view keep their past until it is too old. */
export function observeCarried(
  book: ProofBook,
  { at, view, objective }: { readonly at: UnixMs; readonly view: ControlView; readonly objective: Estate["objective"] },
): void {
  const number = Math.floor(at / MINUTE_MS);
  for (const place of view.locations) {
    const proof = book.places.get(place.name) ?? { minute: { number, looks: 0, leastRps: Infinity }, days: [] };
    book.places.set(place.name, proof);
    if (proof.minute.number !== number) {
      closeMinute(proof);
      proof.minute = { number, looks: 0, leastRps: Infinity };
    }
    const isFresh = place.summaryAt !== null && Math.abs(at - place.summaryAt) <= STALE_MS;
    const isWell =
      isFresh &&
      place.verdict.verdict === "healthy" &&
      place.shedRps <= SHED_SHARE_MOST * place.servedRps &&
      place.failedRatio <= objective.errorRatio * objective.burnRate;
    const { looks, leastRps } = proof.minute;
    proof.minute = { number, looks: looks + 1, leastRps: isWell ? Math.min(leastRps, place.servedRps) : 0 };
  }
}

const STALE_MS = 4_000;

/** By name; who has carried nothing that is known is left out. */
export function provenOf(book: ProofBook, at: UnixMs): readonly Proven[] {
  const since = dayOf(at) - PROVEN_DAYS;
  return [...book.places.keys()].sort(byName).flatMap((location) => {
    const best = book.places
      .get(location)!
      .days.filter(({ day }) => day > since)
      .reduce<CarriedDay | null>((most, each) => (most === null || each.rps >= most.rps ? each : most), null);
    return best === null ? [] : [{ location, rps: best.rps, at: best.at }];
  });
}

/** What a proof book has learnt, as plain JSON, so that a restart costs no month. */
export type ProvenLearnt = {
  readonly version: typeof PROVEN_LEARNT_VERSION;
  readonly at: UnixMs;
  readonly places: readonly { readonly location: LocationName; readonly days: readonly CarriedDay[] }[];
};

export const PROVEN_LEARNT_VERSION = 1;

export function provenLearntOf(book: ProofBook, at: UnixMs): ProvenLearnt {
  return {
    version: PROVEN_LEARNT_VERSION,
    at,
    places: [...book.places.keys()].sort(byName).flatMap((location) => {
      const { days } = book.places.get(location)!;
      return days.length === 0 ? [] : [{ location, days }];
    }),
  };
}

/** Takes up what an earlier life has learnt; what this one has seen already stays. */
export function takeUpProven(book: ProofBook, { places }: ProvenLearnt): void {
  for (const { location, days } of places) {
    const known = book.places.get(location);
    if (known === undefined) book.places.set(location, { minute: { number: 0, looks: 0, leastRps: Infinity }, days });
    else known.days = days.reduce(withDay, known.days);
  }
}

function closeMinute(proof: PlaceProof): void {
  const { number, looks, leastRps } = proof.minute;
  if (looks < LOOKS_LEAST || leastRps <= 0) return;
  const at = number * MINUTE_MS;
  // Four digits: figures of traffic are no better, and each new best is told.
  proof.days = withDay(proof.days, { day: dayOf(at), rps: Number(leastRps.toPrecision(4)), at });
}

function withDay(days: readonly CarriedDay[], carried: CarriedDay): readonly CarriedDay[] {
  const same = days.find(({ day }) => day === carried.day);
  if (same !== undefined && same.rps >= carried.rps) return days;
  return [...days.filter(({ day }) => day !== carried.day), carried].sort((a, b) => a.day - b.day).slice(-PROVEN_DAYS);
}

const dayOf = (at: UnixMs): number => Math.floor(at / DAY_MS);
