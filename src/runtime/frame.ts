import type { ControlView, LocationState, MovedFlow } from "../core/control-contract.ts";
import type { LocationName } from "../core/estate.ts";
import type { UnixMs } from "../core/step.ts";
import type { VerdictState } from "../core/verdict.ts";

/** The world at one past moment, as a map shows it: what a scrubber goes through. */
export type Frame = {
  readonly at: UnixMs;
  readonly routeTableVersion: number;
  /** Everything was held by a person. */
  readonly held: boolean;
  readonly locations: readonly FrameLocation[];
  readonly flows: readonly MovedFlow[];
  /** As in the view. */
  readonly servedBy: readonly number[];
  /** Those that were open. */
  readonly incidents: readonly { readonly number: number; readonly brief: string }[];
};

export type FrameLocation = {
  readonly name: LocationName;
  readonly state: LocationState;
  /** It was held by a person. */
  readonly held: boolean;
  readonly verdict: VerdictState;
  readonly cause: string | null;
  readonly demandRps: number;
  readonly servedRps: number;
  readonly readyRps: number;
  readonly failedRatio: number;
  /** Share of its users' requests hurt beyond what is usual. */
  readonly usersHurt: number;
  readonly movedShare: number;
};

/** What of a view is worth keeping for a month. Figures are rounded to what a person can see: they pack better. */
export function frameOf(view: ControlView): Frame {
  return {
    at: view.at,
    routeTableVersion: view.routeTableVersion,
    held: view.hold !== null,
    locations: view.locations.map((place) => ({
      name: place.name,
      state: place.state,
      held: place.hold !== null,
      verdict: place.verdict.verdict,
      cause: place.verdict.verdict === "healthy" ? null : (place.verdict.causes[0]?.name ?? null),
      demandRps: rounded(place.demandRps, 1),
      servedRps: rounded(place.servedRps, 1),
      readyRps: rounded(place.readyRps, 1),
      failedRatio: rounded(place.failedRatio, 5),
      usersHurt: rounded(place.verdict.impact.usersHurt, 5),
      movedShare: rounded(place.movedShare, 4),
    })),
    flows: view.flows.map(({ from, to, rps }) => ({ from, to, rps: rounded(rps, 1) })),
    servedBy: view.servedBy,
    incidents: view.incidents
      .filter(({ closedAt }) => closedAt === null)
      .map(({ number, brief }) => ({ number, brief })),
  };
}

function rounded(value: number, digits: number): number {
  const scale = 10 ** digits;
  return Math.round(value * scale) / scale;
}
