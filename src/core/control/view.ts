import type { ControlView, LocationView } from "../control-contract.ts";
import { shareOut } from "../shift/move.ts";
import { trafficNow } from "./demand.ts";
import { questionOf } from "./permission.ts";
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
  };
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
      movedShare: moved,
      summaryAt: place.summary?.at ?? null,
    };
  });
}
