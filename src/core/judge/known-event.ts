import type { Estate, KnownEvent, LocationName } from "../estate.ts";
import type { UnixMs } from "../step.ts";

/** The event that is going on at a location: of several the one that allows most; null: nothing out of the ordinary. */
export function eventAt(
  { events }: Pick<Estate, "events">,
  { location, at }: { readonly location: LocationName; readonly at: UnixMs },
): KnownEvent | null {
  let widest: KnownEvent | null = null;
  for (const event of events ?? []) {
    if (at < event.from || at >= event.until || event.was !== undefined || !isAt(event, location)) continue;
    if (widest === null || event.factor > widest.factor) widest = event;
  }
  return widest;
}

/** A time that is over, and what evidence in it was. */
export type Mark = Required<Pick<KnownEvent, "from" | "until" | "was">>;

/** What people say of a location's past. */
export function marksAt({ events }: Pick<Estate, "events">, location: LocationName): Mark[] {
  return (events ?? []).flatMap((event) => {
    const { from, until, was } = event;
    return was === undefined || !isAt(event, location) ? [] : [{ from, until, was }];
  });
}

const isAt = ({ locations }: KnownEvent, location: LocationName): boolean => locations?.includes(location) !== false;
