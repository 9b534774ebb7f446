import type { ControlView } from "../core/control-contract.ts";
import type { ControlState } from "../core/control.ts";
import type { LocationName } from "../core/estate.ts";
import type { Sight } from "../core/summary.ts";
import type { LocationDetail } from "./contract.ts";

/** All that is known of one place: what it says of itself, and how each other that has looked lately sees it. */
export function locationDetail(state: ControlState, view: ControlView, name: LocationName): LocationDetail {
  const others = (state.estate?.locations ?? []).filter((other) => other.name !== name);
  const seenBy = others.flatMap(({ name: other }): (readonly [LocationName, Sight])[] => {
    const sight = state.places[other]?.summary?.sees[name];
    return sight === undefined ? [] : [[other, sight]];
  });
  return {
    view: view.locations.find((place) => place.name === name)!,
    own: state.places[name]?.summary?.own ?? null,
    seenBy: Object.fromEntries(seenBy),
  };
}
