import type { UnixMs } from "../step.ts";
import type { Usable } from "./usable.ts";
import { percent, rps, secondsWords } from "./words.ts";

/** What is said of a location whose scaler says more than plans count on. */
export type RoomBound = { readonly declaredRps: number; readonly by: NonNullable<Usable["bound"]> };

/** `ready 400 of 500 rps: proven 2026-11-12 at 19:40`; `when` says a moment as the reader's clock does. */
export function boundWords(
  { readyRps, declaredRps, by }: RoomBound & { readonly readyRps: number },
  { now, when }: { readonly now: UnixMs; readonly when: (at: UnixMs) => string },
): string {
  const ready = `ready ${rps(readyRps)} of ${rps(declaredRps)} rps`;
  switch (by.kind) {
    case "limit":
      return `${ready}: limited by ${by.name}`;
    case "proven":
      return `${ready}: proven ${when(by.at)}`;
    case "unproven":
      return `${ready}: ${percent(by.share)} count until it has carried more`;
    case "warming":
      return `${ready}: the rest warms up for ${secondsWords(Math.max(0, by.until - now))}`;
  }
}
