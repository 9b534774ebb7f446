import type { Estate, KnownEvent, LocationName } from "../estate.ts";
import type { UnixMs } from "../step.ts";

/** The event that is going on at a location: of several the one that allows most; null: nothing out of the ordinary. */
export function eventAt(
  { events }: Pick<Estate, "events">,
  { location, at }: { readonly location: LocationName; readonly at: UnixMs },
): KnownEvent | null {
  let widest: KnownEvent | null = null;
  for (const event of events ?? []) {
    if (at < event.from || at >= event.until || event.locations?.includes(location) === false) continue;
    if (widest === null || event.factor > widest.factor) widest = event;
  }
  return widest;
}
