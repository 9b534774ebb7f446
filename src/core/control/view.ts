import type { BadPathView, ControlView, LocationView, MovedFlow } from "../control-contract.ts";
import type { Estate } from "../estate.ts";
import { areNow } from "../forbidden-hours.ts";
import type { Assignment } from "../route/table.ts";
import { byName } from "../route/by-name.ts";
import { rowToBuckets } from "../route/rows.ts";
import { rowOf, rpsOf } from "../shift/traffic.ts";
import { barViews } from "./conditions.ts";
import { trafficNow } from "./demand.ts";
import { incidentsOf } from "./incident-book.ts";
import { questionOf } from "./permission.ts";
import { ruleWords } from "./mode-rules.ts";
import { pinViews } from "./pins.ts";
import { weightOf } from "./weight.ts";
import { takenBy } from "./receivers.ts";
import { furtherMs } from "./paths.ts";
import type { ControlState, Place } from "./state.ts";
import { openTurn } from "./turn.ts";

/** What every face shows. Reads the state, changes nothing. */
export function viewOf(state: ControlState): ControlView {
  const away = state.estate === null ? NOTHING_AWAY : awayFromHome(state, state.estate);
  return {
    at: state.at,
    mode: state.mode,
    ...(state.modeThen !== undefined && state.modeThen !== null && { modeThen: state.modeThen }),
    ...guardsOf(state),
    hold: state.hold,
    routeTableVersion: state.table?.version ?? 0,
    stopped: state.stopped === null ? null : { at: state.stopped.at, says: state.stopped.says },
    blind: state.blind,
    ...pinsOf(state),
    bars: barViews(state.bars),
    liftedConditions: state.liftedConditions,
    locations: state.estate === null ? [] : locationViews(state, state.estate, away),
    questions: state.questions.map(questionOf),
    incidents: state.estate === null ? [] : incidentsOf(openTurn(state, state.at)),
    flows: away.flows,
    ...headroomOf(state),
    servedBy: state.estate === null ? [] : servedBy(state.estate, state.table?.assignment ?? null),
  };
}

function guardsOf({
  estate,
  mode,
  at,
  basis,
}: ControlState): Pick<ControlView, "modeRules" | "beyondRules" | "forbiddenNow"> {
  const rules = mode === "observe" ? [] : (estate?.modeRules ?? []);
  const hours = (estate?.guards.forbidden ?? []).filter((each) => areNow(each, at));
  return {
    ...(rules.length > 0 && { modeRules: rules.map(ruleWords) }),
    ...(rules.length > 0 && (basis?.beyondRules ?? []).length > 0 && { beyondRules: basis!.beyondRules! }),
    ...(hours.length > 0 && { forbiddenNow: hours.map(({ says }) => says) }),
  };
}

function pinsOf(state: ControlState): Pick<ControlView, "pins"> {
  if ((state.pins ?? []).length === 0) return {};
  const turn = openTurn(state, state.at);
  return { pins: pinViews(turn, state.table?.assignment ?? null, trafficNow(turn)) };
}

function headroomOf({ headroom }: ControlState): Pick<ControlView, "headroom"> {
  const short = Object.keys(headroom.short)
    .sort(byName)
    .flatMap((without) => {
      const { isSaid, share, what, youNeedTo } = headroom.short[without]!;
      return isSaid ? [{ without, share, what, youNeedTo }] : [];
    })
    .sort((a, b) => b.share - a.share);
  return short.length === 0 ? {} : { headroom: short };
}

/** Less than this a second is rounding. */
const FLOW_RPS_MIN = 0.05;

type Away = {
  readonly flows: readonly MovedFlow[];
  /** By the estate's order of locations: the share of what belongs there that is elsewhere. */
  readonly shares: readonly number[];
};

const NOTHING_AWAY: Away = { flows: [], shares: [] };

/** In one pass over all rows, for views are made often: with 50 locations and 2,000 zones a pass for each location takes 200 ms. */
function awayFromHome(state: ControlState, estate: Estate): Away {
  const { home, table } = state;
  const names = estate.locations.map(({ name }) => name);
  if (home === null || table === null) return { flows: [], shares: names.map(() => 0) };
  const traffic = trafficNow(openTurn(state, state.at));
  const homeRps = names.map(() => 0);
  const awayRps = names.map(() => names.map(() => 0));
  for (const { name: className } of estate.classes) {
    for (const { name: zone } of estate.zones) {
      const [homeRuns, nowRuns] = [rowOf(home, className, zone), rowOf(table.assignment, className, zone)];
      let next = 0;
      for (const [location, count] of homeRuns) {
        homeRps[location] = homeRps[location]! + rpsOf(traffic, className, zone, next, next + count);
        next += count;
      }
      if (homeRuns === nowRuns) continue;
      const [before, now] = [rowToBuckets(homeRuns), rowToBuckets(nowRuns)];
      for (let bucket = 0; bucket < before.length; bucket++) {
        if (before[bucket] === now[bucket]) continue;
        const row = awayRps[before[bucket]!]!;
        row[now[bucket]!] = row[now[bucket]!]! + rpsOf(traffic, className, zone, bucket, bucket + 1);
      }
    }
  }
  return {
    flows: names.flatMap((from, index) =>
      names.flatMap((to, other) => {
        const rps = awayRps[index]![other]!;
        return rps >= FLOW_RPS_MIN ? [{ from, to, rps }] : [];
      }),
    ),
    shares: homeRps.map((rps, index) => shareOf(awayRps[index]!, rps)),
  };
}

/** Sums of one thing in two orders differ in the last digit: all of it is all of it. */
function shareOf(partsRps: readonly number[], wholeRps: number): number {
  const share = wholeRps > 0 ? partsRps.reduce((sum, rps) => sum + rps, 0) / wholeRps : 0;
  return share > 1 - 1e-9 ? 1 : share;
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

function pathViews(state: ControlState, place: Place): readonly BadPathView[] {
  const turn = openTurn(state, state.at);
  const { leave } = place;
  const traffic = trafficNow(turn);
  return place.badPaths.map(({ zone, since, hurt }) => {
    const told = { zone, since, hurt, movedTo: [], furtherMs: null };
    if (leave === null || state.table === null) return told;
    const { assignment } = state.table;
    const taken = takenBy(turn, { base: leave.from, now: assignment, traffic, location: place.name, zones: [zone] });
    const names = Object.keys(taken).filter((name) => taken[name]! > 0);
    const movedTo = names.toSorted((a, b) => taken[b]! - taken[a]! || byName(a, b));
    if (movedTo.length === 0) return told;
    const plan = movedTo.map((to) => ({ to, share: taken[to]! }));
    const further = furtherMs(turn, place.name, { zones: [zone], classes: leave.classes, plan }, traffic);
    return { ...told, movedTo, furtherMs: Math.round(further * 10) / 10 };
  });
}

function locationViews(state: ControlState, estate: Estate, away: Away): readonly LocationView[] {
  return estate.locations.map(({ name }, index) => {
    const place = state.places[name]!;
    const load = place.summary?.own.load;
    const weight = weightOf(place);
    return {
      name: place.name,
      state: place.state,
      hold: place.hold,
      ...(weight !== null && { weight }),
      ...(place.forced !== undefined && place.forced !== null && { forced: place.forced }),
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
      ...(place.bound !== null && { bound: { declaredRps: place.declared!.readyRps, by: place.bound } }),
      ...(place.proven !== null && { proven: { rps: place.proven.rps, at: place.proven.at } }),
      failedRatio: load?.failedRatio ?? 0,
      shedRps: load?.shedRps ?? 0,
      movedShare: away.shares[index] ?? 0,
      summaryAt: place.summary?.at ?? null,
      ...(place.badPaths.length > 0 && { badPaths: pathViews(state, place) }),
    };
  });
}
