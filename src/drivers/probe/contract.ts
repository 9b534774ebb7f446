import type { LocationName } from "../../core/estate.ts";

/** Does what a user does, against one location, from here. */
export type ProbeDriver = {
  /** What it can do; `browse` always. */
  readonly journeys: readonly Journey[];
  /** Never rejects: whatever goes wrong is the answer. Bounded by its own time-out. Null: who should have looked could not be asked, and nobody looked. */
  probe(order: ProbeOrder): Promise<ProbeAnswer | null>;
  stop(): Promise<void>;
};

export type ProbeOrder = {
  readonly location: LocationName;
  readonly journey: Journey;
  /** The checkout's Idempotency-Key; starts with `probe-`, so that its orders are told from users'. */
  readonly key: string;
  /** Gives up after so long; absent: after the driver's own. */
  readonly withinMs?: number;
};

/** browse reads the product list; buy fills a cart and checks out. */
export type Journey = "browse" | "buy";

export type ProbeAnswer =
  | { readonly ok: true; readonly ms: number }
  | { readonly ok: false; readonly ms: number; readonly why: ProbeFailure; readonly says: string };

/**
 * refused, reset and timeout hint at a location that is gone, error at one that can do nothing for anybody; status and wrong at one that is
 * ill, or full.
 */
export type ProbeFailure = "refused" | "reset" | "timeout" | "error" | "status" | "wrong";

/** How long a driver waits for a whole answer, and so how long a look across a cut link takes to fail. */
export const PROBE_WITHIN_MS = 1500;
/** Three requests in a row, one of them durable. */
export const BUY_WITHIN_MS = 4000;
