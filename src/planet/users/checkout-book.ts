import type { UnixMs } from "../../core/step.ts";

/** A user's wish to buy, from the first click to an order or to giving up. */
export type UserCheckout = {
  readonly key: string;
  readonly startedAt: UnixMs;
  readonly zone: string;
  /** The location first called. */
  called: string | null;
  completedAt: UnixMs | null;
  gaveUpAt: UnixMs | null;
  order: string | null;
  /** Where its steps were done, as the answer said. */
  stepLocations: readonly string[];
};

export type CheckoutBook = {
  begin(checkout: { key: string; at: UnixMs; zone: string }): UserCheckout;
  since(range: { since: UnixMs; until: UnixMs }): readonly UserCheckout[];
  /** How many were dropped for space, all of them completed. */
  readonly dropped: number;
};

/** An hour at 25 a second; what ended well is dropped first, for nobody can miss it. */
const CHECKOUTS_MAX = 100_000;

export function checkoutBook(): CheckoutBook {
  let checkouts: UserCheckout[] = [];
  let dropped = 0;
  return {
    begin({ key, at, zone }) {
      if (checkouts.length >= CHECKOUTS_MAX) {
        const half = Math.floor(CHECKOUTS_MAX / 2);
        const kept = checkouts.filter((checkout, index) => index >= half || checkout.completedAt === null);
        dropped += checkouts.length - kept.length;
        checkouts = kept;
      }
      const checkout: UserCheckout = {
        key,
        startedAt: at,
        zone,
        called: null,
        completedAt: null,
        gaveUpAt: null,
        order: null,
        stepLocations: [],
      };
      checkouts.push(checkout);
      return checkout;
    },
    since: ({ since, until }) => checkouts.filter(({ startedAt }) => startedAt >= since && startedAt < until),
    get dropped() {
      return dropped;
    },
  };
}
