import type { LocationName, Preparation } from "../estate.ts";
import { planWithout } from "../plan/what-if.ts";
import { poolSizes } from "../plan/pools.ts";
import type { Scope } from "../verdict.ts";
import { barredPaths } from "./barred-paths.ts";
import { closedNow } from "./conditions.ts";
import { zoneDemand } from "./demand.ts";
import { barredPlaces, isHeard, readyRps } from "./publish.ts";
import { isAtRest } from "./rest.ts";
import { decision, estateOf, once, placesOf, say, type DraftPlace, type Turn } from "./turn.ts";
import { suspectProviders } from "./suspect-providers.ts";
import { floorFor } from "./usable.ts";
import { listWords, rps } from "./words.ts";

/**
 * Half certain is too little to move a single user, and enough to lay the table: who would take them grows, and answers that
 * name the place are kept for less long, so that a leave begins with receivers ready and is soon followed. Both are cheap and taken back
 * when the evidence is gone, like chains that are put on at the first snow.
 *
 * P1 Nothing moves for it, and nothing is prepared while a person holds or only watches.
 * P2 What all preparations add is within a budget of their own; what is beyond it is not asked for.
 * P3 It begins at half the bar and ends below a quarter of it for a minute: no signal that swings in between makes anybody grow and shrink.
 */
const BEGINS_SHARE = 0.5;
const ENDS_SHARE = 0.25;
/** Evidence of one look is no doubt yet. */
const LASTS_MS = 1_000;
const CALM_MS = 60_000;
/** The same place's ups and downs are told once in so long. */
const SAID_EVERY_MS = 900_000;

export function prepare(turn: Turn): void {
  const { now } = turn;
  const { prepare: rules } = estateOf(turn);
  if (rules === undefined || now.table === null || now.mode === "observe" || now.hold !== null) return;
  for (const place of placesOf(turn)) {
    const share = doubtShare(turn, place);
    if (place.prepared !== null) ease(turn, place, share);
    else if (share < BEGINS_SHARE || place.leave !== null || place.lostAt !== null) place.doubtSince = null;
    else {
      place.doubtSince ??= now.at;
      if (now.at - place.doubtSince >= LASTS_MS) begin(turn, place, rules);
    }
  }
}

/** What a location is to have ready for those who may have to leave another; 0: nothing was prepared. */
export function preparedFloor(turn: Turn, name: LocationName): { readonly rps: number; readonly for: LocationName } {
  return placesOf(turn).reduce(
    (most, { name: from, prepared }) => {
      const floorRps = prepared?.floors[name] ?? 0;
      return floorRps > most.rps ? { rps: floorRps, for: from } : most;
    },
    { rps: 0, for: "" },
  );
}

/** How much of the evidence that it takes to leave a place there is; 0: moving would not be the cure, or nobody hears it. */
function doubtShare(turn: Turn, { summary, heardAt, hold, verdict }: DraftPlace): number {
  if (summary === null || !isHeard(turn, heardAt) || hold !== null) return 0;
  const { evidenceNats, barNats } = summary.own;
  const isElsewhere = verdict !== null && verdict.verdict !== "healthy" && NO_CURE.has(verdict.scope);
  return isElsewhere || barNats <= 0 ? 0 : evidenceNats / barNats;
}

const NO_CURE: ReadonlySet<Scope> = new Set([
  "everywhere",
  "deploy",
  "dependency",
  "watcher",
  "overload",
  "follows-the-traffic",
]);

function begin(turn: Turn, place: DraftPlace, rules: Preparation): void {
  const { now } = turn;
  const estate = estateOf(turn);
  const ready = readyRps(turn);
  const most = placesOf(turn).map(
    ({ name, capacity }) => [name, Math.max(capacity?.capacityRps ?? 0, ready[name]!)] as const,
  );
  const { grow } = planWithout({
    estate,
    demand: zoneDemand(turn),
    bucketShares: now.demand.bucketShares,
    assignment: now.table!.assignment,
    capacityRps: { ...Object.fromEntries(most), ...poolSizes(estate) },
    readyRps: ready,
    maxUtilisation: estate.guards.maxUtilisation,
    without: place.name,
    exclude: barredPlaces(turn),
    suspects: suspectProviders(turn),
    closed: closedNow(turn),
    badPaths: barredPaths(turn),
  });
  const added = grow.map(({ location, toRps }) => ({ location, rps: toRps - ready[location]! }));
  const wantedCost = grow.reduce((sum, { location, toRps }) => sum + addedCost(turn, location, toRps), 0);
  const leftCost = budgetLeft(turn, rules.maxAddedCostShare);
  const affordable = wantedCost <= leftCost ? 1 : leftCost / wantedCost;
  const floors = Object.fromEntries(
    added.map(({ location, rps: more }) => [location, Math.floor(ready[location]! + affordable * more)]),
  );
  place.prepared = { calmSince: null, floors, addedCost: affordable * wantedCost };
  const growing = added.flatMap(({ location, rps: more }) =>
    affordable * more >= 1 ? [`${location} by ${rps(affordable * more)} rps`] : [],
  );
  const doing = [
    ...(growing.length === 0 ? [] : [`I grow ${listWords(growing)}${affordable < 1 ? ", as the budget allows" : ""}`]),
    ...(rules.ttlSeconds < estate.ttlSeconds ? [`answers that name it are kept for ${rules.ttlSeconds} s`] : []),
  ];
  if (doing.length === 0) return;
  const { evidenceNats, barNats } = place.summary!.own;
  const what = `${place.name} may have to be left (${evidenceNats.toFixed(1)} nats of ${barNats.toFixed(1)}), and nobody moves yet: ${doing.join(", ")}`;
  decision(turn, "prepared", what, place.name);
  if (once(turn, saidKey(place), SAID_EVERY_MS)) say(turn, { level: "info", location: place.name, what });
}

const saidKey = ({ name }: DraftPlace): string => `prepared ${name}`;

/** In cost units: of what its scaler has to add so that so much counts. */
function addedCost(turn: Turn, name: LocationName, toRps: number): number {
  const { declared, proven, warming } = turn.now.places[name]!;
  if (declared === null) return 0;
  const moreRps = floorFor(estateOf(turn), { declared, proven, warming }, toRps) - declared.readyRps;
  return Math.max(0, moreRps) * costPerRps(turn, name);
}

/** What of the budget is left beside what is prepared for other places. */
function budgetLeft(turn: Turn, maxAddedCostShare: number): number {
  const places = placesOf(turn);
  const readyCost = places.reduce(
    (sum, { name, declared }) => sum + (declared?.readyRps ?? 0) * costPerRps(turn, name),
    0,
  );
  const spent = places.reduce((sum, { prepared }) => sum + (prepared?.addedCost ?? 0), 0);
  return Math.max(0, maxAddedCostShare * readyCost - spent);
}

function costPerRps(turn: Turn, name: LocationName): number {
  return estateOf(turn).locations.find((location) => location.name === name)!.costPerRps;
}

/** While it is being left all stays prepared; then until the evidence has been gone for a while. */
function ease(turn: Turn, place: DraftPlace, share: number): void {
  const { now } = turn;
  const prepared = place.prepared!;
  const isCalm = share < ENDS_SHARE && isAtRest(place) && place.lostAt === null;
  if (!isCalm) {
    if (prepared.calmSince !== null) place.prepared = { ...prepared, calmSince: null };
    return;
  }
  const calmSince = prepared.calmSince ?? now.at;
  if (now.at - calmSince < CALM_MS) {
    if (prepared.calmSince === null) place.prepared = { ...prepared, calmSince };
    return;
  }
  place.prepared = null;
  place.doubtSince = null;
  decision(
    turn,
    "prepared-no-more",
    `${place.name}: the evidence is gone, what was prepared is given back`,
    place.name,
  );
}
