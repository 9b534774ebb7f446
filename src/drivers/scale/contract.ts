import type { LocationName } from "../../core/estate.ts";
import type { Outcome } from "../../core/control-contract.ts";

/** Asks a location to grow, or lets it shrink. Done means accepted: growth itself shows in `capacity`. */
export type ScaleDriver = {
  readonly name: string;
  scale(order: { readonly location: LocationName; readonly targetRps: number }, signal: AbortSignal): Promise<Outcome>;
};
