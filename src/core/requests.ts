import type { LocationName } from "./estate.ts";

/** Requests whose journals are kept, counted: of one location those that it ran last, of all of them the sums. */
export type RequestCounts = {
  /** Begun and not finished: at work, or waiting for their caller's next try or the sweeper. */
  readonly inFlight: number;
  /** Begun in another location and gone on with here, since the process that counts them began. */
  readonly resumedElsewhere: number;
  /** They wait for a person. */
  readonly parked: number;
  /** Of the parked, those of which nobody knows whether their last step happened. */
  readonly inDoubt: number;
};

export type Requests = RequestCounts & {
  /** Journals that do not answer: what they hold is counted as they last said. */
  readonly silent: readonly string[];
};

/** Of all, and of each location that has or had any. */
export type RequestsHeard = {
  readonly all: Requests;
  readonly at: Readonly<Record<LocationName, RequestCounts>>;
};

export const NO_REQUESTS: RequestCounts = { inFlight: 0, resumedElsewhere: 0, parked: 0, inDoubt: 0 };

export function sumOfRequests(counts: readonly RequestCounts[]): RequestCounts {
  return counts.reduce(
    (sum, one) => ({
      inFlight: sum.inFlight + one.inFlight,
      resumedElsewhere: sum.resumedElsewhere + one.resumedElsewhere,
      parked: sum.parked + one.parked,
      inDoubt: sum.inDoubt + one.inDoubt,
    }),
    NO_REQUESTS,
  );
}

/** Longer lists nobody reads; each location's figures are in `houston status --json`. */
const PLACES_NAMED_MAX = 2;

/**
 * `12 in flight, 40 resumed elsewhere (us-east-2 31, ca-central-1 9), 2 parked (us-east-1 2), 1 of them in doubt`; null when
 * there is nothing to tell.
 */
export function requestsWords(
  all: Requests,
  locations: readonly { readonly name: LocationName; readonly requests: RequestCounts | null }[],
): string | null {
  const { inFlight, resumedElsewhere, parked, inDoubt, silent } = all;
  const places = (of: (counts: RequestCounts) => number): string => {
    const known = locations
      .map(({ name, requests }) => ({ name, count: requests === null ? 0 : of(requests) }))
      .filter(({ count }) => count > 0)
      .toSorted((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
    const more = known.length - PLACES_NAMED_MAX;
    const named = known.slice(0, PLACES_NAMED_MAX).map(({ name, count }) => `${name} ${count}`);
    if (named.length === 0) return "";
    return ` (${[...named, ...(more > 0 ? [`${more} more`] : [])].join(", ")})`;
  };
  const parts = [
    ...(inFlight > 0 ? [`${inFlight} in flight`] : []),
    ...(resumedElsewhere > 0
      ? [`${resumedElsewhere} resumed elsewhere${places((counts) => counts.resumedElsewhere)}`]
      : []),
    ...(parked > 0 ? [`${parked} parked${places((counts) => counts.parked)}`] : []),
    ...(inDoubt > 0 ? [`${inDoubt} of them in doubt`] : []),
    ...(silent.length > 0 ? [`not heard: ${silent.join(", ")}`] : []),
  ];
  return parts.length === 0 ? null : parts.join(", ");
}
