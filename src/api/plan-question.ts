import type { DemandAnswer, PlanAnswer } from "./contract.ts";
import { CallerError } from "../core/errors.ts";
import { zoneDemand } from "../core/control/demand.ts";
import { barredPaths } from "../core/control/barred-paths.ts";
import { suspectProviders } from "../core/control/suspect-providers.ts";
import type { ControlState } from "../core/control/state.ts";
import { openTurn } from "../core/control/turn.ts";
import { readyRps } from "../core/control/publish.ts";
import { closedBy } from "../core/plan/closed.ts";
import { poolSizes } from "../core/plan/pools.ts";
import { planWithout, type LocationOrProvider } from "../core/plan/what-if.ts";

/** `houston plan --without NAME`, a location or a whole provider, on what control knows now: today's demand, tables and capacities. Changes nothing. */
export function planQuestion(state: ControlState, without: LocationOrProvider | null): PlanAnswer {
  const { estate, table } = state;
  if (estate === null || table === null) {
    throw new CallerError({
      code: "no-table-yet",
      message: "there is no route table yet, so there is nothing to plan from",
      hint: "wait until the locations' nodes have reported (`houston status`)",
    });
  }
  const places = estate.locations.flatMap(({ name }) => state.places[name] ?? []);
  const answer = planWithout({
    estate,
    demand: zoneDemand(openTurn(state, state.at)),
    bucketShares: state.demand.bucketShares,
    assignment: table.assignment,
    capacityRps: {
      ...Object.fromEntries(places.map((place) => [place.name, place.capacity?.capacityRps ?? 0])),
      ...poolSizes(estate),
    },
    readyRps: readyRps(openTurn(state, state.at)),
    maxUtilisation: estate.guards.maxUtilisation,
    without,
    closed: closedBy(state.bars),
    suspects: suspectProviders(openTurn(state, state.at)),
    badPaths: barredPaths(openTurn(state, state.at)),
    exclude: places
      .filter(
        (place) =>
          place.state !== "serving" ||
          place.hold !== null ||
          (place.verdict?.verdict === "failing" && place.verdict.action !== "move-zones"),
      )
      .map((place) => place.name),
  });
  const bounds = places.flatMap(({ name, capacity, declared, bound }) =>
    capacity === null || declared === null || bound === null
      ? []
      : [{ location: name, readyRps: capacity.readyRps, declaredRps: declared.readyRps, by: bound }],
  );
  return bounds.length === 0 ? answer : { ...answer, bounds };
}

/** What users want now, as plans take it: nobody is forgotten because a location fell silent. */
export function demandNow(state: ControlState): DemandAnswer {
  return { at: state.at, demandRps: state.estate === null ? {} : zoneDemand(openTurn(state, state.at)) };
}
