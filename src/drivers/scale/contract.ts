import type { Outcome } from "../../core/control-contract.ts";
import type { Capacity, LocationName } from "../../core/estate.ts";

/** Asks a location to grow, or lets it shrink. Done means accepted: growth itself shows in `capacity`. */
export type ScaleDriver = {
  readonly name: string;
  /** Who asks waits so long for an answer; control asks again after five seconds, so it is less than that. */
  readonly withinMs: number;
  /** Sets a floor, kept until the next order. The same order again changes nothing. */
  scale(order: ScaleOrder, signal: AbortSignal): Promise<Outcome>;
};

export type ScaleOrder = { readonly location: LocationName; readonly targetRps: number };

/** A scaler that also says what is there, by looking: readiness is read back, and never taken from what was promised. */
export type LookingScaleDriver = ScaleDriver & {
  look(location: LocationName, signal: AbortSignal): Promise<ScaleLook>;
};

export type ScaleLook =
  | { readonly kind: "seen"; readonly capacity: Capacity; readonly says: string }
  | Exclude<Outcome, { readonly kind: "done" }>;

/** Codes of `refused`: this will not grow, and the plan goes round it. */
export type ScaleRefusal =
  /** The provider, the group's own maximum or a quota gives no more. */
  | "quota"
  /** Our credentials are missing, wrong, or lack the right. */
  | "forbidden"
  /** The deployment, group or autoscaler that the config names is not there. */
  | "unknown-target"
  /** The config has no scaler for this location. */
  | "unknown-location"
  /** The provider took the request for a wrong one. */
  | "refused"
  /** It would cost more an hour than the config allows. */
  | "cost"
  /** Nobody is asked for anything; what would have been asked is said. */
  | "dry-run";

/** Codes of `retry`: not now, or not known; it is asked again. */
export type ScaleRetry =
  /** The provider asks for patience. */
  | "throttled"
  | "timeout"
  | "unreachable"
  /** Somebody else is changing the same thing. */
  | "conflict"
  /** The provider has a fault of its own. */
  | "provider-fault"
  /** What it answered can't be read. */
  | "bad-answer"
  /** It was granted, and has not come within the time that the config gives it. */
  | "late"
  /** Our own limit of asks a minute. */
  | "too-soon"
  /** A newer order for the same location came while this one waited. */
  | "superseded";
