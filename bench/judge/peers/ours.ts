import type { Estate, LocationName } from "../../../src/core/estate.ts";
import { barNats, marginHurt } from "../../../src/core/judge/bar.ts";
import type { Verdict } from "../../../src/core/verdict.ts";
import { fromPlain, judgedEstate, passTick, plainOf, type JudgedEstate, type PlainEstate } from "../judged-estate.ts";
import type { Tick } from "./recording.ts";

/** Needless moves a year that the estate of fifteen may have. */
const ASKED = [0.01, 1, 100, 10_000];
export const OURS = "Reactive Production";
export const OUR_SETTINGS = ASKED.map((asked) => `${asked} a year asked`);
export const OUR_DOCUMENTED = ASKED.indexOf(1);

/** What the judge says of each location after a tick, and at which budgets it would be left. */
export type Ours = { readonly verdict: Verdict; readonly isCertain: boolean; readonly leaves: readonly boolean[] };

/**
 * The whole judge with all its guards, in every location, as in production: an answer at the bar of one needless move a year is the
 * verdict's own action. For the curve the same evidence is held against the bars of other budgets: only what is learnt depends on
 * the bar as well, and that is left as it is.
 */
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
    const { estate, judges } = this.#judged;
    return passTick(this.#judged, at, readings).map((verdict) => {
      const state = judges.get(verdict.location)!;
      const wantsOut = verdict.action === "leave" || verdict.action === "move-zones";
      // Most vantages saw it lost, which no budget changes.
      const isLost = wantsOut && state.view.verdict !== "failing";
      const { evidenceNats, usersHurt } = state.view;
      const isWorth = usersHurt >= marginHurt(estate);
      return {
        verdict,
        isCertain: isLost || evidenceNats >= state.barNats,
        leaves: ASKED.map((asked) => {
          if (asked === 1) return wantsOut;
          const raisedNats = state.barNats - barNats(estate, state.lookMs);
          const bar = barNats({ ...estate, needlessMovesPerYear: asked }, state.lookMs) + raisedNats;
          return isLost || (isWorth && evidenceNats >= bar);
        }),
      };
    });
  }
}
