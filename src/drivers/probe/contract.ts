import type { LocationName } from "../../core/estate.ts";

/** Does what a user does, against one location, from here. */
export type ProbeDriver = {
  /** What it can do; `browse` always. */
  readonly journeys: readonly Journey[];
  /** Never rejects: whatever goes wrong is the answer. Bounded by its own time-out. */
  probe(order: ProbeOrder): Promise<ProbeAnswer>;
  stop(): Promise<void>;
};

export type ProbeOrder = {
  readonly location: LocationName;
  readonly journey: Journey;
  /** The checkout's Idempotency-Key; starts with `probe-`, so that its orders are told from users'. */
  readonly key: string;
};

/** browse reads the product list; buy fills a cart and checks out. */
export type Journey = "browse" | "buy";

export type ProbeAnswer =
  | { readonly ok: true; readonly ms: number }
  | { readonly ok: false; readonly ms: number; readonly why: ProbeFailure; readonly says: string };

/** refused, reset and timeout hint at a location that is gone; status and wrong at one that is ill. */
export type ProbeFailure = "refused" | "reset" | "timeout" | "status" | "wrong";

/** How long a driver waits for a whole answer, and so how long a look across a cut link takes to fail. */
export const PROBE_WITHIN_MS = 1500;
/** Three requests in a row, one of them durable. */
export const BUY_WITHIN_MS = 4000;
