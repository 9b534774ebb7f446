import type { ControlView, LocationView, MovedFlow } from "../control-contract.ts";
import type { Estate } from "../estate.ts";
import type { Assignment } from "../route/table.ts";
import { shareOut } from "../shift/move.ts";
import { rowOf } from "../shift/traffic.ts";
import { trafficNow } from "./demand.ts";
import { incidentsOf } from "./incident-book.ts";
import { questionOf } from "./permission.ts";
import { takenBy } from "./receivers.ts";
import type { ControlState } from "./state.ts";
import { openTurn, placesOf } from "./turn.ts";

/** What every face shows. Reads the state, changes nothing. */
export function viewOf(state: ControlState): ControlView {
  return {
    at: state.at,
    mode: state.mode,
    hold: state.hold,
    routeTableVersion: state.table?.version ?? 0,
    stopped: state.stopped === null ? null : { at: state.stopped.at, says: state.stopped.says },
    blind: state.blind,
    locations: state.estate === null ? [] : locationViews(state),
    questions: state.questions.map(questionOf),
    incidents: state.estate === null ? [] : incidentsOf(openTurn(state, state.at)),
    flows: state.estate === null ? [] : flowsOf(state),
    servedBy: state.estate === null ? [] : servedBy(state.estate, state.table?.assignment ?? null),
  };
}

/** Less than this a second is rounding. */
const FLOW_RPS_MIN = 0.05;

function flowsOf(state: ControlState): readonly MovedFlow[] {
  const { home, table } = state;
  if (home === null || table === null || home === table.assignment) return [];
  const turn = openTurn(state, state.at);
  const traffic = trafficNow(turn);
  return placesOf(turn).flatMap(({ name: from }) => {
    const taken = takenBy(turn, { base: home, now: table.assignment, traffic, location: from });
    return placesOf(turn).flatMap(({ name: to }) =>
      taken[to]! >= FLOW_RPS_MIN ? [{ from, to, rps: taken[to]! }] : [],
    );
  });
}

/** Who serves most of each zone's highest class: maps show one place for a zone. */
function servedBy(estate: Estate, assignment: Assignment | null): readonly number[] {
  const highest = [...estate.classes].sort((a, b) => b.priority - a.priority || (a.name < b.name ? -1 : 1))[0];
  if (assignment === null || highest === undefined) return estate.zones.map(() => -1);
  return estate.zones.map(({ name }) => {
    const widths = new Map<number, number>();
    for (const [location, buckets] of rowOf(assignment, highest.name, name))
      widths.set(location, (widths.get(location) ?? 0) + buckets);
    return [...widths].reduce((most, one) => (one[1] > most[1] ? one : most), [-1, 0] as [number, number])[0];
  });
}

function locationViews(state: ControlState): readonly LocationView[] {
  const turn = openTurn(state, state.at);
  const estate = state.estate!;
  const traffic = trafficNow(turn);
  const classes = estate.classes.map(({ name }) => name);
  return placesOf(turn).map((place) => {
    const load = place.summary?.own.load;
    const moved =
      state.home === null || state.table === null
        ? 0
        : shareOut(estate, { traffic, base: state.home, now: state.table.assignment, location: place.name, classes });
    return {
      name: place.name,
      state: place.state,
      hold: place.hold,
      verdict: place.verdict ?? {
        location: place.name,
        verdict: "healthy",
        certainty: 0,
        evidenceNats: 0,
        barNats: 0,
        scope: "unknown",
        action: "none",
        promise: "none",
        impact: { usersHurt: 0 },
        causes: [],
        because: [],
      },
      demandRps: load?.enteredRps ?? 0,
      servedRps: load?.servedRps ?? 0,
      capacityRps: place.capacity?.capacityRps ?? load?.capacityRps ?? 0,
      readyRps: place.capacity?.readyRps ?? load?.readyRps ?? 0,
      failedRatio: load?.failedRatio ?? 0,
      shedRps: load?.shedRps ?? 0,
      movedShare: moved,
      summaryAt: place.summary?.at ?? null,
    };
  });
}
