import type { ControlEffect, Outcome } from "../control-contract.ts";
import { providersOf, type ClassName, type LocationName, type ProviderName, type ZoneName } from "../estate.ts";
import { contingencies, type ContingencyInput } from "../plan/contingency.ts";
import type { RpsByPool } from "../plan/estate-problem.ts";
import { avoidingPaths } from "../plan/bad-paths.ts";
import { planChunks } from "../plan/plan-chunks.ts";
import { poolSizes, type PoolName } from "../plan/pools.ts";
import { carriedBy } from "../plan/room.ts";
import { withSuspects } from "../plan/suspect-providers.ts";
import type { Assignment, ProviderLoss, RouteTable, Run } from "../route/table.ts";
import { loadOf, type Traffic } from "../shift/traffic.ts";
import { closedNow, isSame } from "./conditions.ts";
import { zoneDemand } from "./demand.ts";
import { isForced } from "./forced.ts";
import { watchedChunks, watchedPlaces } from "./luggage.ts";
import { barredPaths } from "./barred-paths.ts";
import { beyondRules, followedAt, followedClasses, noMoreFollowed, sameFollowed } from "./followed.ts";
import { mayActUnasked } from "./mode-rules.ts";
import { classesFreeNow } from "./movable-classes.ts";
import { isOfSome } from "./rest.ts";
import type { Basis, Flight } from "./state.ts";
import { shortTtls } from "./short-ttls.ts";
import { suspectProviders } from "./suspect-providers.ts";
import { decision, effectId, estateOf, once, placesOf, reason, say, type Turn } from "./turn.ts";
import { listWords } from "./words.ts";
import { leastLimit } from "./usable.ts";
import { isIllItself } from "../verdict.ts";

/**
 * Route tables leave from here, one at a time. A table that nobody confirmed is offered again, later and
 * later; only a loss, a hold or a stop goes out before the table under way is confirmed, for versions grow
 * and an older table never replaces a newer one.
 */

/** Without an answer for so long, the driver is taken to have lost it. */
const FLIGHT_LASTS_MS = 5_000;
const RETRY_FIRST_MS = 500;
const RETRY_MAX_MS = 8_000;
/** At rest contingencies are renewed at most this often. */
const REST_MS = 6_000;
/** A barred place must leave the contingencies soon, but not at every flicker. */
const BARRED_MS = 2_000;
/** Load or readiness that changed by this share of what is ready makes a contingency stale. */
const STALE_SHARE = 0.15;
/** What drifts for a shorter time is scatter. */
const DRIFT_LASTS_MS = 3_000;
/** With no capacity heard from some places, the first table waits this long. */
const START_WAIT_MS = 3_000;

/** Something that is decided in this turn and not yet published. */
export type Draft = {
  assignment: Assignment;
  /** Goes out even while another table is under way. */
  urgent: boolean;
};

export function versionNext(turn: Turn): number {
  return Math.max(turn.now.table?.version ?? 0, turn.now.heldVersion) + 1;
}

/** Whether a step may be taken now: nothing is under way. */
export function isClear(turn: Turn): boolean {
  return turn.now.flight === null;
}

/** Every pool's room: what is ready, and 0 where nothing was ever heard. Own pools are as large as the estate says. */
export function readyRps(turn: Turn): Record<PoolName, number> {
  return {
    ...Object.fromEntries(placesOf(turn).map((place) => [place.name, place.capacity?.readyRps ?? 0])),
    ...poolSizes(estateOf(turn)),
  };
}

/** The first table: every zone at its nearest that fits. */
export function planHome(turn: Turn): Assignment | null {
  const { now } = turn;
  const estate = estateOf(turn);
  const places = placesOf(turn);
  const heard = places.filter((place) => place.capacity !== null).length;
  const waited = now.at - (now.configuredAt ?? now.at);
  if (heard === 0 || (heard < places.length && waited < START_WAIT_MS)) {
    reason(turn, "waiting-for-capacity", `${heard} of ${places.length} locations have said what they can take`);
    return null;
  }
  return homeAssignment(turn, carriedBy(expectedReadyRps(turn), estate.guards.maxUtilisation), null);
}

/** Every zone at its nearest that fits, were these as large as this; who need not have another place keeps its own. */
export function homesAnew(turn: Turn, previous: Assignment, sizesRps: RpsByPool): Assignment {
  const readyRps = { ...expectedReadyRps(turn), ...sizesRps };
  return homeAssignment(turn, carriedBy(readyRps, estateOf(turn).guards.maxUtilisation), previous, 0);
}

export function hasDemand(turn: Turn): boolean {
  const reporting = placesOf(turn).filter((place) => turn.now.demand.entries[place.name] !== undefined).length;
  return reporting * 2 > placesOf(turn).length;
}

export function homeAssignment(
  turn: Turn,
  capacityRps: RpsByPool,
  previous: Assignment | null,
  churnWeight = STAY_COST,
): Assignment {
  // Who needs another home is given none over a bad way while others have room.
  const estate = avoidingPaths(estateOf(turn), barredPaths(turn));
  const demand = flooredDemand(turn);
  const { bucketShares } = turn.now.demand;
  return planChunks({ estate, demand, bucketShares, capacityRps, previous, churnWeight }).assignment;
}

/** A place that has not said yet what it can take is planned with what the estate says: silence at the start is no loss. */
export function expectedReadyRps(turn: Turn): Record<PoolName, number> {
  const known = readyRps(turn);
  const unheard = estateOf(turn).locations.filter(({ name }) => turn.now.places[name]!.capacity === null);
  const allowed = unheard.map((each) => [each.name, Math.min(each.capacityRps, leastLimit(each)?.rps ?? Infinity)]);
  return { ...known, ...Object.fromEntries(allowed) };
}

/** Staying is worth more than any detour: only what does not fit moves. */
const STAY_COST = 1e6;

/** Quiet rows are planned too, so that a row without traffic has a home. */
function flooredDemand(turn: Turn): Record<ClassName, Record<ZoneName, number>> {
  const estate = estateOf(turn);
  const demand = zoneDemand(turn);
  return Object.fromEntries(
    estate.classes.map(({ name: className }) => [
      className,
      Object.fromEntries(estate.zones.map(({ name: zone }) => [zone, Math.max(0.01, demand[className]?.[zone] ?? 0)])),
    ]),
  );
}

/** Places that no plan may give traffic. */
export function barredPlaces(turn: Turn): readonly LocationName[] {
  return placesOf(turn)
    .filter((place) => {
      const involved = turn.now.stopped?.involved.includes(place.name) ?? false;
      const silent = turn.now.heardMajority && !isHeard(turn, place.heardAt);
      // A bad way is no sickness of the place: it bars those whose way it is (paths.ts).
      const sick = isIllItself(place.verdict);
      const isLeft = place.state !== "serving" || (place.leave !== null && !isOfSome(place.leave));
      return (
        isLeft ||
        isForced(place, "down") ||
        place.isUnopened === true ||
        place.hold !== null ||
        place.lostAt !== null ||
        sick ||
        involved ||
        silent
      );
    })
    .map((place) => place.name);
}

/** Evidence that is older is none; a node tells its summary each second. */
const HEARD_MS = 4_000;
export function isHeard(turn: Turn, heardAt: number | null): boolean {
  return heardAt !== null && turn.now.at - heardAt <= HEARD_MS;
}

/** Publishes what this turn decided, or fresh contingencies when the old ones no longer hold. */
export function publish(turn: Turn, draft: Draft, traffic: Traffic): void {
  const { now } = turn;
  const table = now.table;
  // Servers move by themselves whom forbidden hours don't keep.
  if (now.basis !== null && now.basis.free !== classesFreeNow(turn, true).join()) now.republish = true;
  const changed = table === null || draft.assignment !== table.assignment;
  const stale = staleness(turn, draft.assignment, traffic);
  const ttlSeconds = shortTtls(turn);
  const keepsAsBefore = JSON.stringify(table?.ttlSeconds ?? {}) === JSON.stringify(ttlSeconds);
  if (!changed && !now.republish && stale === null && keepsAsBefore) return;
  // A table that nobody took yet is not offered again with contingencies that no longer hold.
  const isPutOff = now.flight !== null && now.flight.againAt !== null;
  const mayReplace = draft.urgent || now.republish || (stale !== null && isPutOff);
  if (!isClear(turn) && !mayReplace) return;
  const losses = lossesNow(turn, draft.assignment, traffic);
  now.basis = basisOf(turn, draft.assignment, traffic);
  now.driftingSince = null;
  if (!changed && !now.republish && keepsAsBefore && sameLosses(turn, losses, table)) return;
  now.republish = false;
  const estate = estateOf(turn);
  const next: RouteTable = {
    version: versionNext(turn),
    at: now.at,
    locations: estate.locations.map(({ name }) => name),
    assignment: draft.assignment,
    ...losses,
    ...(Object.keys(ttlSeconds).length > 0 && { ttlSeconds }),
    apart: now.apart,
  };
  if (!keepsAsBefore) decision(turn, "ttls-changed", ttlWords(ttlSeconds));
  else if (!changed) decision(turn, "contingencies-renewed", stale ?? "what may move by itself has changed");
  now.table = next;
  const effect = effectId(turn, `publish-${next.version}`);
  now.flight = { effect, issuedAt: now.at, tries: 1, againAt: null };
  turn.effects.push({ kind: "publish", id: effect, table: next });
}

function ttlWords(ttlSeconds: Readonly<Record<LocationName, number>>): string {
  const short = Object.keys(ttlSeconds).map((name) => `${name} ${ttlSeconds[name]} s`);
  return short.length === 0
    ? "answers are kept as long as usual"
    : `answers are kept for less long: ${listWords(short)}`;
}

type Losses = Pick<RouteTable, "contingency" | "providerContingency">;

function lossesNow(turn: Turn, assignment: Assignment, traffic: Traffic): Losses {
  const { now } = turn;
  // Servers follow contingencies without us: who may not move by itself has none.
  if (!mayActUnasked(turn) || now.hold !== null) return { contingency: {} };
  const estate = estateOf(turn);
  const input: ContingencyInput = {
    estate: avoidingPaths(withSuspects(estate, suspectProviders(turn)), barredPaths(turn)),
    assignment,
    demand: flooredDemand(turn),
    bucketShares: now.demand.bucketShares,
    readyRps: readyRps(turn),
    loadRps: loadOf(estate, assignment, traffic),
    maxUtilisation: estate.guards.maxUtilisation,
    exclude: barredPlaces(turn),
    closed: closedNow(turn),
    stays: watchedChunks(turn, assignment),
  };
  const mayMove = (name: LocationName): boolean =>
    !now.stopped?.involved.includes(name) && now.places[name]!.hold === null && !isForced(now.places[name]!, "up");
  const { ofLocation, ofProvider } = contingencies(input);
  const contingency: Record<LocationName, Assignment> = {};
  for (const { name } of estate.locations) {
    const rows = mayMove(name) ? rowsOf(ofLocation[name]!, followedClasses(turn, assignment, [name])) : {};
    if (Object.keys(rows).length > 0) contingency[name] = rows;
  }
  const providerContingency: Record<ProviderName, ProviderLoss> = {};
  for (const provider of Object.keys(ofProvider)) {
    const { locations, rows: changed } = ofProvider[provider]!;
    const rows = locations.every(mayMove) ? rowsOf(changed, followedClasses(turn, assignment, locations)) : {};
    if (Object.keys(rows).length > 0) providerContingency[provider] = { locations, rows };
  }
  return Object.keys(providerContingency).length === 0 ? { contingency } : { contingency, providerContingency };
}

function rowsOf(changed: Assignment, classes: readonly ClassName[]): Assignment {
  const rows: Record<ClassName, Readonly<Record<ZoneName, readonly Run[]>>> = {};
  for (const className of classes) {
    const zones = changed[className];
    if (zones !== undefined) rows[className] = zones;
  }
  return rows;
}

function basisOf(turn: Turn, assignment: Assignment, traffic: Traffic): Basis {
  return {
    at: turn.now.at,
    loadRps: loadOf(estateOf(turn), assignment, traffic),
    readyRps: readyRps(turn),
    barred: barredPlaces(turn),
    bars: turn.now.bars,
    suspects: suspectProviders(turn),
    badPaths: pathKeys(turn),
    watched: watchedPlaces(turn).map(({ name }) => name),
    free: classesFreeNow(turn, true).join(),
    followed: followedAt(turn, assignment),
    beyondRules: beyondRules(turn, assignment),
  };
}

/** `at-lyon eu-west-1`: over which nobody is sent while others have room. */
export const pathKeys = (turn: Turn): readonly string[] =>
  barredPaths(turn).map(({ zone, location }) => `${zone} ${location}`);

/** Why the contingencies no longer hold, or null. */
function staleness(turn: Turn, assignment: Assignment, traffic: Traffic): string | null {
  const { now } = turn;
  if (now.table === null || now.basis === null || !mayActUnasked(turn) || now.hold !== null) return null;
  const age = now.at - now.basis.at;
  if (age < BARRED_MS) return null;
  const barred = barredPlaces(turn);
  if (barred.join() !== now.basis.barred.join()) return "who may receive has changed";
  if (!isSame(now.bars, now.basis.bars)) return "which conditions hold has changed";
  if (suspectProviders(turn).join() !== now.basis.suspects.join()) return "which provider is the suspect has changed";
  if (pathKeys(turn).join() !== now.basis.badPaths.join()) return "which ways are bad has changed";
  const watched = watchedPlaces(turn).map(({ name }) => name);
  const ended = now.basis.watched.filter((name) => !watched.includes(name));
  if (ended.length > 0) return `what left ${listWords(ended)} is watched no more`;
  const followed = followedAt(turn, assignment);
  // Servers would move more than a rule lets them: that does not wait.
  const beyond = noMoreFollowed(now.basis.followed ?? {}, followed);
  if (beyond.length > 0) return `a rule lets no more move so much unasked at the loss of ${listWords(beyond)}`;
  const says =
    drift(turn, now.basis, loadOf(estateOf(turn), assignment, traffic)) ??
    (sameFollowed(now.basis.followed, followed) ? null : "what may move unasked has changed");
  if (says === null) {
    now.driftingSince = null;
    return null;
  }
  now.driftingSince ??= now.at;
  return age >= REST_MS && now.at - now.driftingSince >= DRIFT_LASTS_MS ? says : null;
}

/** What has changed by more than chance since the contingencies were computed, or null. */
function drift(turn: Turn, basis: Basis, load: Readonly<Record<LocationName, number>>): string | null {
  for (const { name } of estateOf(turn).locations) {
    const ready = turn.now.places[name]!.capacity?.readyRps ?? 0;
    const readyThen = basis.readyRps[name] ?? 0;
    const slack = STALE_SHARE * Math.max(1, readyThen);
    if (Math.abs(ready - readyThen) > slack) {
      return `${name} is ready for ${Math.round(ready)} rps, not ${Math.round(readyThen)}`;
    }
    const loadThen = basis.loadRps[name] ?? 0;
    // Counting n requests scatters by the root of n.
    const chance = 2 * Math.sqrt(loadThen);
    if (Math.abs(load[name]! - loadThen) > Math.max(slack, chance)) {
      return `${name} has ${Math.round(load[name]!)} rps, not ${Math.round(loadThen)}`;
    }
  }
  return null;
}

function sameLosses(turn: Turn, a: Losses, b: Losses): boolean {
  const estate = estateOf(turn);
  const rowsAt = (losses: Losses, provider: ProviderName): Assignment =>
    losses.providerContingency?.[provider]?.rows ?? {};
  return (
    estate.locations.every(({ name }) => sameAssignment(turn, a.contingency[name] ?? {}, b.contingency[name] ?? {})) &&
    [...providersOf(estate).keys()].every((name) => sameAssignment(turn, rowsAt(a, name), rowsAt(b, name)))
  );
}

export function sameAssignment(turn: Turn, a: Assignment, b: Assignment): boolean {
  if (a === b) return true;
  const estate = estateOf(turn);
  return estate.classes.every(({ name: className }) =>
    estate.zones.every(({ name: zone }) => {
      const left = a[className]?.[zone];
      const right = b[className]?.[zone];
      if (left === right) return true;
      if (left === undefined || right === undefined || left.length !== right.length) return false;
      return left.every(([location, count], index) => location === right[index]![0] && count === right[index]![1]);
    }),
  );
}

/** What the world answered to a publication. */
export function takePublishOutcome(turn: Turn, effect: string, outcome: Outcome): void {
  const { now } = turn;
  const flight = now.flight;
  // An older table's answer: a newer one is under way, and only that one counts.
  if (flight === null || flight.effect !== effect) return;
  switch (outcome.kind) {
    case "done":
      now.flight = null;
      return;
    case "retry":
      now.flight = { ...flight, againAt: now.at + backoffMs(flight.tries) };
      return reason(
        turn,
        "publish-retry",
        `table ${now.table?.version} was not taken (${codeWords(outcome)}); again in ${backoffMs(flight.tries)} ms`,
      );
    case "refused":
      return takeRefusal(turn, flight, outcome);
  }
}

function takeRefusal(turn: Turn, flight: Flight, outcome: Extract<Outcome, { readonly kind: "refused" }>): void {
  const { now } = turn;
  const isOfAnother = OF_ANOTHER.has(outcome.code);
  // Of two Houstons neither fights. Else nobody was moved by it, so it is not confirmed: it is offered again, and nothing follows it.
  now.flight = isOfAnother ? null : { ...flight, againAt: now.at + backoffMs(flight.tries) };
  if (
    !isOfAnother &&
    !once(turn, `table refused ${outcome.code} ${(outcome.took ?? []).join()}`, REFUSED_SAID_EVERY_MS)
  )
    return;
  decision(turn, "publish-refused", `table ${now.table?.version} was refused: ${codeWords(outcome)}`);
  const { took = [] } = outcome;
  say(turn, {
    level: "urgent",
    what:
      took.length === 0
        ? `servers refused table ${now.table?.version} (${outcome.code}): traffic stays as it is`
        : `table ${now.table?.version} is not done: ${listWords(took)} took it, and not all did (${outcome.code})`,
    ...(took.length > 0 && { users: "those whom the others steer stay where they are, and nothing more moves" }),
    ...(outcome.says !== undefined && { why: outcome.says }),
    youNeedTo: isOfAnother
      ? "look whether another Houston publishes"
      : "mend what it is refused for; it is offered again until it is taken",
  });
}

/** What a person has to mend takes them minutes. */
const REFUSED_SAID_EVERY_MS = 600_000;

/** Refusals of a table that is behind, or not the only one of its version. */
const OF_ANOTHER: ReadonlySet<string> = new Set(["table-not-newer", "another-writer"]);

/** `foreign-records: these records are not Houston's: ...`: a code alone tells nobody what to mend. */
const codeWords = ({ code, says }: Exclude<Outcome, { readonly kind: "done" }>): string =>
  says === undefined ? code : `${code}: ${says}`;

/** Offers the table under way again when it is time. */
export function retryFlight(turn: Turn): void {
  const { now } = turn;
  const { flight, table } = now;
  if (flight === null || table === null) return;
  const lost = flight.againAt === null && now.at - flight.issuedAt > FLIGHT_LASTS_MS;
  if (!lost && (flight.againAt === null || now.at < flight.againAt)) return;
  const effect: ControlEffect = { kind: "publish", id: effectId(turn, `publish-${table.version}`), table };
  turn.effects.push(effect);
  now.flight = { effect: effect.id, issuedAt: now.at, tries: flight.tries + 1, againAt: null };
}

const backoffMs = (tries: number): number => Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** Math.min(tries - 1, 10));
