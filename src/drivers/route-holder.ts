import type { Outcome } from "../core/control-contract.ts";
import type { LocationName } from "../core/estate.ts";
import { noticeProblem } from "../core/route/notice.ts";
import { followedAsLost, initialRoute, routeStep, type RouteEvent, type RouteState } from "../core/route/route.ts";
import type { LossNotice, RouteTable } from "../core/route/table.ts";
import type { Reason } from "../core/step.ts";

/** Holds one process's route state: DNS server and edge read it, tables and notices replace it whole. */
export type RouteHolder = {
  state(): RouteState;
  putTable(table: RouteTable): Outcome;
  /** Those that arrived together, weighed against each other; an outcome for each. */
  putNotices(notices: readonly LossNotice[], at: number): readonly Outcome[];
};

export function createRouteHolder(locations: readonly LocationName[]): RouteHolder {
  let state = initialRoute(locations);
  const step = (event: RouteEvent): readonly Reason[] => {
    const stepped = routeStep(state, event);
    // One assignment: a query is answered from the old state or from the new one, never from half of each.
    state = stepped.state;
    return stepped.reasons;
  };
  return {
    state: () => state,
    putTable(table) {
      const before = state;
      const [reason] = step({ event: "table", at: Date.now(), table });
      // What a server says when it is done people are told: that it answers by the table is no news.
      if (state !== before) return { kind: "done" };
      return { kind: "refused", code: reason?.code ?? "table-refused", says: reason?.says ?? "" };
    },
    putNotices(notices, at) {
      step({ event: "notices", at, notices });
      return notices.map((notice) => noticeOutcome(state, notice, at));
    },
  };
}

/** Done: its loss is being followed, by this notice or by an earlier one of another witness. */
function noticeOutcome(state: RouteState, notice: LossNotice, at: number): Outcome {
  const { table, locations } = state;
  const followed = followedAsLost(state);
  const problem = noticeProblem(notice, { locations, tableVersion: table?.version ?? null, at });
  if (problem !== null) return { kind: "refused", code: problem.code, says: problem.says };
  if (followed.includes(notice.location)) return { kind: "done" };
  if (followed.length === 0)
    return {
      kind: "refused",
      code: "notice-moves-nobody",
      says: "this version of the table has no contingency for it",
    };
  return {
    kind: "refused",
    code: "notice-second",
    says: `${followed.join(", ")} is followed for this version of the table`,
  };
}

/** Nodes find a loss within the same moment; longer would cost the users of a lost location more than it gains. */
const GATHER_MS = 20;
/** More notices than this in one moment are repeats; they are told to come again. */
const GATHER_MAX = 64;

/**
 * Notices that come within GATHER_MS are weighed together, so that every server chooses the same one of two losses (DESIGN
 * decision 7).
 */
export function gatherNotices(route: RouteHolder, now: () => number): (notice: LossNotice) => Promise<Outcome> {
  type Waiting = { readonly notice: LossNotice; readonly settle: (outcome: Outcome) => void };
  let waiting: Waiting[] = [];
  const weigh = (): void => {
    const together = waiting;
    waiting = [];
    const outcomes = route.putNotices(
      together.map(({ notice }) => notice),
      now(),
    );
    together.forEach(({ settle }, i) => settle(outcomes[i]!));
  };
  return (notice) =>
    new Promise((settle) => {
      if (waiting.length >= GATHER_MAX) return settle({ kind: "retry", code: "too-many-notices" });
      waiting.push({ notice, settle });
      if (waiting.length === 1) setTimeout(weigh, GATHER_MS);
    });
}
