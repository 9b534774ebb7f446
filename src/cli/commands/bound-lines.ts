import { boundWords, type RoomBound } from "../../core/control/bound-words.ts";
import type { LocationName } from "../../core/estate.ts";
import type { UnixMs } from "../../core/step.ts";
import { dayAndTime } from "../amounts.ts";

/** A location whose scaler says more than plans count on. */
export type BoundLocation = { readonly location: LocationName; readonly readyRps: number } & RoomBound;

/** More than these nobody reads; `houston why LOCATION` has each. */
const SHOWN_MAX = 5;

/** `us-east-1: ready 400 of 500 rps: proven 2026-11-12 at 19:40`, a line for each. */
export function boundLines(bounds: readonly BoundLocation[], now: UnixMs): string[] {
  const rest = bounds.length - SHOWN_MAX;
  return [
    ...bounds.slice(0, SHOWN_MAX).map((each) => `${each.location}: ${boundWords(each, { now, when: dayAndTime })}`),
    ...(rest > 0 ? [`and ${rest} more: \`houston why LOCATION\` says what bounds each`] : []),
  ];
}
