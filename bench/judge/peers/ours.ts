import type { Estate, LocationName } from "../../../src/core/estate.ts";
import type { Verdict } from "../../../src/core/verdict.ts";
import { fromPlain, judgedEstate, passTick, plainOf, type JudgedEstate, type PlainEstate } from "../judged-estate.ts";
import type { Tick } from "./recording.ts";

export const OURS = "Reactive Production";
/** Needless moves that the estate of fifteen may have: the bar as in production, whose promise is the point. */
export const OUR_SETTINGS = ["1 a year asked"];
export const OUR_DOCUMENTED = 0;

/** What the judge says of each location after a tick, and whether it would be left. */
export type Ours = { readonly verdict: Verdict; readonly isCertain: boolean; readonly leaves: readonly boolean[] };

/** The whole judge with all its guards, in every location, as in production: what counts is the verdict's own action. */
export class OurJudges {
  readonly #judged: JudgedEstate;

  constructor(estate: Estate, tickSeconds: number, from?: PlainEstate) {
    this.#judged = from === undefined ? judgedEstate(estate, tickSeconds) : fromPlain(from);
  }

  get plain(): PlainEstate {
    return plainOf(this.#judged);
  }

  /** Someone saw it fail: everyone looks. */
  readonly isSuspected = (location: LocationName): boolean =>
    [...this.#judged.summaries.values()].some(({ sees }) => (sees[location]?.failedLooks ?? 0) > 0);

  pass({ at, readings }: Tick): readonly Ours[] {
    const { judges } = this.#judged;
    return passTick(this.#judged, at, readings).map((verdict) => {
      const state = judges.get(verdict.location)!;
      const wantsOut = verdict.action === "leave" || verdict.action === "move-zones";
      return { verdict, isCertain: wantsOut || state.view.evidenceNats >= state.barNats, leaves: [wantsOut] };
    });
  }
}
