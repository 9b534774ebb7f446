import type { Chance } from "./chance.ts";
import type { Kind } from "./records.ts";
import type { SessionHabits } from "./settings.ts";

/** What a user will do and when: made up before anything is asked, so that a slow answer never makes users ask less. */
export type SessionPlan = readonly PlannedStep[];

/** `afterMs`: from the step before; the first is 0. */
export type PlannedStep = { readonly kind: Kind; readonly afterMs: number };

/** Short thinking: a session then lasts some 10 to 20 s, and many are under way at any moment. */
const THINK_MS = { from: 500, to: 3000 };
const CART_SHARE = 0.55;
/** High for a shop, so that a fault catches enough checkouts in the middle to count. */
const CHECKOUT_SHARE = 0.2;
const READ_BACK_SHARE = 0.5;

export function sessionPlan(chance: Chance, habits: SessionHabits = {}): SessionPlan {
  const { checkoutShare = CHECKOUT_SHARE, thinkMs = THINK_MS } = habits;
  const kinds: Kind[] = ["page", "products"];
  const wanders = 1 + chance.below(4);
  for (let wander = 0; wander < wanders; wander++) kinds.push(chance.next() < 0.5 ? "page" : "products");
  const checksOut = chance.next() < checkoutShare;
  if (checksOut || chance.next() < (CART_SHARE - checkoutShare) / (1 - checkoutShare)) {
    kinds.push("cart");
    const items = 1 + chance.below(3);
    for (let item = 0; item < items; item++) kinds.push("item");
    if (checksOut) {
      kinds.push("checkout");
      if (chance.next() < READ_BACK_SHARE) kinds.push("order");
    }
  }
  return kinds.map((kind, index) => ({ kind, afterMs: index === 0 ? 0 : chance.between(thinkMs.from, thinkMs.to) }));
}

/** How many requests a session makes on average: arrivals of sessions are the wanted requests a second over this. */
export function requestsPerSession(chance: Chance, habits?: SessionHabits): number {
  // Within half a percent, and no stall at the start.
  const samples = 4000;
  let requests = 0;
  for (let sample = 0; sample < samples; sample++) requests += sessionPlan(chance, habits).length;
  return requests / samples;
}

/** Lognormal, as tenants of a shop are, with no bucket above the largest that moves in one piece. */
const BUCKET_SIGMA = 0.7;
const BUCKET_SHARE_MAX = 0.02;

export function bucketWeights(chance: Chance, buckets: number): readonly number[] {
  const weights = Array.from({ length: buckets }, () => chance.lognormal(BUCKET_SIGMA));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  // Cutting the few that are above makes the others' shares a little larger: the cut is a little lower for that.
  return weights.map((weight) => Math.min(weight / total, BUCKET_SHARE_MAX * 0.95));
}
