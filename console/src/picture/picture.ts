import type { Frame } from "../../../src/api/contract.ts";
import type { ControlView, LocationState, LocationView, MovedFlow } from "../../../src/core/control-contract.ts";
import { isHeardNow } from "../../../src/core/control/first-line.ts";
import type { LocationName } from "../../../src/core/estate.ts";
import type { UnixMs } from "../../../src/core/step.ts";
import type { VerdictState } from "../../../src/core/verdict.ts";

/** What map and table draw: a moment of the world, whether it is now or long ago. */
export type Picture = {
  readonly at: UnixMs;
  readonly isHeld: boolean;
  readonly places: readonly Place[];
  readonly flows: readonly MovedFlow[];
  /** For each zone of the estate, an index into `places`; -1: nobody. */
  readonly servedBy: readonly number[];
  readonly incidents: readonly { readonly number: number; readonly brief: string }[];
};

export type Place = {
  readonly name: LocationName;
  readonly state: LocationState;
  readonly verdict: VerdictState;
  readonly cause: string | null;
  readonly isHeld: boolean;
  /** Its node is not heard: its figures are what it said last, or nothing. Null: they are of now, or nobody kept whether they were. */
  readonly silent: Silence | null;
  readonly demandRps: number;
  readonly servedRps: number;
  readonly readyRps: number;
  readonly failedRatio: number;
  readonly movedShare: number;
};

/** Since its last word; null: it has never said one. */
export type Silence = { readonly since: UnixMs | null };

export function pictureOfView(view: ControlView): Picture {
  return {
    at: view.at,
    isHeld: view.hold !== null,
    places: view.locations.map((place) => ({
      name: place.name,
      state: place.state,
      ...heardOf(place, view.at),
      cause: place.verdict.causes[0]?.name ?? null,
      isHeld: place.hold !== null,
      demandRps: place.demandRps,
      servedRps: place.servedRps,
      readyRps: place.readyRps,
      failedRatio: place.failedRatio,
      movedShare: place.movedShare,
    })),
    flows: view.flows,
    servedBy: view.servedBy,
    incidents: view.incidents.filter(({ closedAt }) => closedAt === null),
  };
}

/** Of whom nothing is heard nobody knows that all is well. */
function heardOf(place: LocationView, at: UnixMs): Pick<Place, "verdict" | "silent"> {
  const { verdict } = place.verdict;
  if (isHeardNow(place, at)) return { verdict, silent: null };
  return { verdict: verdict === "healthy" ? "shaky" : verdict, silent: { since: place.summaryAt } };
}

export function pictureOfFrame(frame: Frame): Picture {
  return {
    at: frame.at,
    isHeld: frame.held,
    places: frame.locations.map(({ held, ...place }) => ({ ...place, isHeld: held, silent: null })),
    flows: frame.flows,
    servedBy: frame.servedBy,
    incidents: frame.incidents,
  };
}

/** Served / ready, 0..; null when nothing is ready. */
export function utilisation(place: Pick<Place, "servedRps" | "readyRps">): number | null {
  return place.readyRps > 0 ? place.servedRps / place.readyRps : null;
}

/** Higher is worse: what a tired person must see first. */
export function badness(place: Place): number {
  const verdict = { failing: 4, shaky: 2, healthy: 0 }[place.verdict];
  const state = { draining: 1.5, evacuated: 1.2, restoring: 1, serving: 0 }[place.state];
  return verdict + state + (place.isHeld ? 0.1 : 0);
}

/** In words what its sign shows: `failing, draining, held`. */
export function placeWords(place: Place): string {
  return [
    verdictWord(place),
    ...(place.state === "serving" ? [] : [place.state]),
    ...(place.isHeld ? ["held"] : []),
  ].join(", ");
}

/** A place that others have seen lost is failing; else of whom nothing is heard nothing is known. */
export function verdictWord({ verdict, silent }: Pick<Place, "verdict" | "silent">): string {
  return silent !== null && verdict !== "failing" ? "silent" : verdict;
}
