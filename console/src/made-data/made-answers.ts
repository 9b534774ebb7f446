import type { HoustonClient } from "../../../src/api/client.ts";
import type { ControlView } from "../../../src/core/control-contract.ts";
import { CallerError } from "../../../src/core/errors.ts";
import type { Estate, LocationName } from "../../../src/core/estate.ts";
import type { ServiceRate } from "../../../src/core/summary.ts";
import { madeDrills } from "./drills.ts";
import { chanceOf } from "./made-estate.ts";
import { madePlan } from "./plan.ts";
import { madeDetail, madeWhy } from "./stack.ts";
import { madeTrace } from "./trace.ts";

/** What the made Houston answers to questions about one place, a loss, a request and drills. */
export function madeAnswers(
  estate: Estate,
  viewNow: () => ControlView,
): Pick<HoustonClient, "location" | "why" | "plan" | "trace" | "drills"> {
  const placeOf = (name: LocationName) => {
    const view = viewNow();
    const place = view.locations.find((each) => each.name === name);
    if (place === undefined)
      throw new CallerError({ code: "unknown-location", message: `there is no location ${name}`, hint: "us-east-1?" });
    return { at: view.at, place };
  };
  return {
    async location(name) {
      const { at, place } = placeOf(name);
      const { verdict } = place;
      const { verdict: state, evidenceNats, barNats, causes, because } = verdict;
      const own = { ...madeDetail.own!, verdict: state, evidenceNats, barNats, causes, because };
      const others = estate.locations.filter((other) => other.name !== name);
      return {
        view: place,
        own: { ...own, rates: ratesOf(estate, at, state === "healthy" ? 0 : place.failedRatio), deploys: [] },
        seenBy: Object.fromEntries(
          others.map(({ name: other }) => [
            other,
            { lookedAt: at - 600, failedLooks: 0, looks: 10, failures: 0, lossNats: 0, grayNats: 0 },
          ]),
        ),
      };
    },
    async why(name, at) {
      const { place } = placeOf(name);
      const told =
        place.verdict.causes.length === 0 ? { bars: [], tail: null, byHand: null, decisions: [], words: [] } : madeWhy;
      return { ...told, location: name, at: at ?? null, state: place.state, verdict: place.verdict };
    },
    async plan(without) {
      if (without === undefined)
        return { ...madePlan, without: null, lost: [], moves: [], unserved: [], grow: [], addedMs: NOBODY_MOVES };
      placeOf(without);
      const moves = madePlan.moves.map((move) => ({ ...move, from: without })).filter(({ to }) => to !== without);
      // Only its users have rules that leave too few places.
      return {
        ...madePlan,
        without,
        lost: [without],
        moves,
        unserved: without === "us-east-1" ? madePlan.unserved : [],
      };
    },
    trace: async (id) =>
      id === "nobody" ? { id, journal: null, hops: [], silent: [], kept: [] } : { ...madeTrace, id },
    drills: async () => madeDrills,
  };
}

const NOBODY_MOVES = { p50: 0, p95: 0, worstZone: null };

/** As many as a summary has room for; what has dynamodb among its needs fails. */
function ratesOf(estate: Estate, at: number, failedRatio: number): readonly ServiceRate[] {
  return Object.entries(estate.services)
    .slice(0, 16)
    .map(([service, { dependsOn }], index) => {
      const total = Math.round(40 + 300 * chanceOf(Math.floor(at / 1000) * 17 + index));
      const isIll = service === "dynamodb" || dependsOn.includes("dynamodb");
      return { service, total, bad: isIll ? Math.round(total * failedRatio) : 0, logMs: Math.log(2 + 4 * index) };
    });
}
