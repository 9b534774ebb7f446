import type { LiftedCondition } from "../core/conditions.ts";
import type {
  BadPathView,
  BarView,
  ControlView,
  Forced,
  HeadroomShort,
  Hold,
  LocationState,
  Outcome,
  PinView,
  Weight,
} from "../core/control-contract.ts";
import type { RoomBound } from "../core/control/bound-words.ts";
import type { LocationName, Mode } from "../core/estate.ts";
import { estatePromise, type EstatePromise } from "../core/estate-promise.ts";
import { NO_REQUESTS, type RequestCounts, type Requests, type RequestsHeard } from "../core/requests.ts";
import type { UnixMs } from "../core/step.ts";
import type { SteeringAnswer } from "../runtime/publisher.ts";
import type { Effect } from "./effect.ts";
import type { Tail } from "./tail.ts";
import type { Cause, PromiseState, Proof, VerdictState } from "../core/verdict.ts";

/** `houston status --json`: other programs rely on this shape (DESIGN section 11). */
export type Status = {
  readonly mode: Mode;
  readonly leader: string | null;
  readonly hold: Hold | null;
  readonly routeTableVersion: number;
  /** Who is where a person wants them, in the order in which they were ordered. */
  readonly pins: readonly PinView[];
  /** Who may be given no more of what, because a condition does not hold there. */
  readonly bars: readonly BarView[];
  /** Conditions that bar nobody although they don't hold. */
  readonly liftedConditions: readonly LiftedCondition[];
  readonly locations: readonly LocationStatus[];
  /** Losses that would not fit now, the worst first; empty: all would, or that is not watched. */
  readonly headroom: readonly HeadroomShort[];
  /** What becomes of requests on their way; null: no journal of theirs is known. */
  readonly requests: Requests | null;
  /** The budget of needless moves, and whether the locations' own past bears it out. */
  readonly needlessMoves: EstatePromise;
  /** Whether the newest tables are what users are told, the newest first; empty: nothing was to be proven yet, or nobody asks. */
  readonly effects: readonly Effect[];
  /** Who still comes to locations that users were led away from lately. */
  readonly tails: readonly Tail[];
  /** Who makes users go by the table and has not taken the newest one it was given, or has something to say of it. */
  readonly steering: readonly SteeringWord[];
};

export type SteeringWord = {
  /** As houston.yaml calls it. */
  readonly driver: string;
  readonly version: number;
  /** `done`: taken, as `says` has it. `retry`: it is offered again, as it is where it was `refused`. */
  readonly state: Outcome["kind"];
  /** Null: it is done. */
  readonly code: string | null;
  readonly says: string | null;
};

/** Those that have a word to say, each by its name. */
export function steeringWords(answers: readonly SteeringAnswer[]): readonly SteeringWord[] {
  return answers.flatMap(({ name, version, outcome }) => {
    const says = outcome.says === undefined || outcome.says === "" ? null : outcome.says;
    if (outcome.kind === "done" && says === null) return [];
    return [{ driver: name, version, state: outcome.kind, code: outcome.kind === "done" ? null : outcome.code, says }];
  });
}

export type LocationStatus = {
  readonly name: LocationName;
  /** Without port. */
  readonly address: string | null;
  readonly state: LocationState;
  readonly verdict: VerdictState;
  readonly certainty: number;
  readonly cause: Cause | null;
  readonly promise: PromiseState;
  readonly hold: Hold | null;
  /** What a person says that it is, beside what is measured; null: nobody does. */
  readonly forced: Forced | null;
  /** The share of its own users that a person lets it serve; null: nobody has set one. */
  readonly weight: Weight | null;
  readonly demandRps: number;
  readonly capacityRps: number;
  readonly readyRps: number;
  /** What keeps `readyRps` below what its scaler says is ready; null: nothing does. */
  readonly bound: RoomBound | null;
  /** The most that it carried well in the last 30 days; null: nothing is known yet. */
  readonly proven: { readonly rps: number; readonly at: UnixMs } | null;
  /** Null before a day of its own past. */
  readonly proof: Proof | null;
  /** Of its own past, while there is no proof; null with one, or where what is usual was given. */
  readonly watchedHours: number | null;
  /** Zones whose users are hurt on their way to it, while it and all others of its users are well. */
  readonly badPaths: readonly BadPathView[];
  /** Of those requests the ones that it ran last; null: no journal is known. */
  readonly requests: RequestCounts | null;
};

/** A move has some steps; older ones are on the timeline. */
const EFFECTS_TOLD_MAX = 5;

export function statusOf(
  view: ControlView,
  known: {
    readonly leader: string | null;
    readonly addresses: Readonly<Record<LocationName, string>>;
    readonly needlessMovesPerYear: number;
    readonly requests: RequestsHeard | null;
    readonly effects: readonly Effect[];
    readonly tails: readonly Tail[];
    readonly answers: readonly SteeringAnswer[];
  },
): Status {
  return {
    mode: view.mode,
    leader: known.leader,
    hold: view.hold,
    routeTableVersion: view.routeTableVersion,
    pins: view.pins ?? [],
    bars: view.bars,
    liftedConditions: view.liftedConditions,
    locations: view.locations.map((place) => {
      const { verdict } = place;
      const cause = verdict.causes[0];
      return {
        name: place.name,
        address: known.addresses[place.name] ?? null,
        state: place.state,
        verdict: verdict.verdict,
        certainty: verdict.certainty,
        cause: cause ? { layer: cause.layer, name: cause.name, share: cause.share } : null,
        promise: verdict.promise,
        hold: place.hold,
        forced: place.forced ?? null,
        weight: place.weight ?? null,
        demandRps: place.demandRps,
        capacityRps: place.capacityRps,
        readyRps: place.readyRps,
        bound: place.bound ?? null,
        proven: place.proven ?? null,
        proof: verdict.proof ?? null,
        watchedHours: verdict.watchedHours ?? null,
        badPaths: place.badPaths ?? [],
        requests: known.requests === null ? null : (known.requests.at[place.name] ?? NO_REQUESTS),
      };
    }),
    headroom: view.headroom ?? [],
    requests: known.requests?.all ?? null,
    needlessMoves: estatePromise(
      known.needlessMovesPerYear,
      view.locations.map(({ verdict }) => verdict),
    ),
    effects: known.effects.slice(0, EFFECTS_TOLD_MAX),
    tails: known.tails,
    steering: steeringWords(known.answers),
  };
}
