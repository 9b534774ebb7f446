import { providersOf, type Estate, type LocationName } from "../estate.ts";
import { mayServe } from "../may-serve.ts";
import type { Demand } from "../plan/estate-problem.ts";
import { planWithout, type LocationOrProvider, type WhatIf } from "../plan/what-if.ts";
import { zoneDemand } from "./demand.ts";
import { closedNow } from "./conditions.ts";
import { expectedNow } from "./expected.ts";
import { limitsInTheWay } from "./limits-in-the-way.ts";
import { barredPaths } from "./barred-paths.ts";
import { barredPlaces, readyRps } from "./publish.ts";
import { isAtRest } from "./rest.ts";
import type { Shortfall } from "./state.ts";
import { decision, estateOf, placesOf, say, type DraftPlace, type Turn } from "./turn.ts";
import { listWords, percent, rps } from "./words.ts";

/**
 * At rest each loss is tried out, one after the other: would its users find a place in what the others have ready? When they would not,
 * that is said before anything is wrong, and the scalers are asked for what is missing.
 */

/** Each loss is looked at this often; where there are more rows than `ROWS_A_ROUND`, in proportion less often, for a look is work. */
const ROUND_MS = 60_000;
const ROWS_A_ROUND = 1_000;
/** Fewer of a location's users are rounding and scatter. */
const SHARE_LEAST = 0.01;
/** What did not fit at two looks is no scatter. */
const LASTS_MS = ROUND_MS / 2;
/** What was asked for stays for so long: tomorrow's peak will want it again, and scalers need no seesaw. */
const FLOOR_KEPT_SECONDS = 86_400;
/** What is asked for ahead can wait: who refused is asked again for it after this. */
const REFUSED_AHEAD_FOR_MS = 1_800_000;

export function watchHeadroom(turn: Turn): void {
  const { now } = turn;
  if (now.at < now.headroom.nextAt) return;
  const losses = lossesOf(estateOf(turn));
  if (losses.length === 0) return;
  const places = placesOf(turn);
  // While something moves its own plan counts; a loss on top of it is the contingency's.
  const atRest = places.every((place) => isAtRest(place) && place.lostAt === null);
  if (!atRest || now.table === null || places.some(({ capacity }) => capacity === null)) return;
  const keptMs = 1000 * (estateOf(turn).headroomKeptSeconds ?? FLOOR_KEPT_SECONDS);
  const lost = losses[now.headroom.next % losses.length]!;
  now.headroom = {
    ...now.headroom,
    nextAt: now.at + roundMs(turn) / losses.length,
    next: (now.headroom.next + 1) % losses.length,
    short: Object.fromEntries(Object.entries(now.headroom.short).filter(([lost]) => losses.includes(lost))),
    floors: Object.fromEntries(Object.entries(now.headroom.floors).filter(([, floor]) => now.at - floor.at <= keptMs)),
  };
  look(turn, lost);
}

/** A provider with one location is that location; when it has them all, there is nowhere to go. */
function lossesOf(estate: Estate): readonly LocationOrProvider[] {
  const { headroom = "none", locations } = estate;
  if (headroom === "none") return [];
  const each = locations.map(({ name }) => name);
  if (headroom === "location") return each;
  const together = [...providersOf(estate)].filter(([name, all]) => all.length > 1 && !each.includes(name));
  return [...each, ...together.filter(([, all]) => all.length < each.length).map(([name]) => name)];
}

function roundMs(turn: Turn): number {
  const { zones, classes } = estateOf(turn);
  return ROUND_MS * Math.max(1, (zones.length * classes.length) / ROWS_A_ROUND);
}

/** What a location is to have ready so that every loss fits; 0: nothing was asked for. */
export function headroomFloorRps(turn: Turn, name: LocationName): number {
  return turn.now.headroom.floors[name]?.rps ?? 0;
}

/** Whether a scaler is asked for what nobody needs yet. */
export function mayAskAhead(turn: Turn, place: DraftPlace): boolean {
  return place.growthRefusedAt === null || turn.now.at - place.growthRefusedAt > REFUSED_AHEAD_FOR_MS;
}

function look(turn: Turn, lost: LocationOrProvider): void {
  const { now } = turn;
  const demand = expectedNow(turn, zoneDemand(turn));
  const ready = readyRps(turn);
  const share = shareShort(turn, lossOf(turn, { lost, demand, capacityRps: ready }));
  const before = now.headroom.short[lost];
  if (share < SHARE_LEAST) return fitsAgain(turn, lost, before);
  const most = placesOf(turn).map(
    ({ name, capacity }) => [name, Math.max(capacity!.capacityRps, ready[name]!)] as const,
  );
  const grown = lossOf(turn, { lost, demand, capacityRps: { ...ready, ...Object.fromEntries(most) } });
  const since = before?.since ?? now.at;
  const isTold = before?.isSaid === true;
  const words = shortWords(turn, { share, grown, left: shareShort(turn, grown) });
  const shortfall: Shortfall = { since, share, isSaid: isTold || now.at - since >= LASTS_MS, ...words };
  const floors = { ...now.headroom.floors };
  if (shortfall.isSaid) {
    for (const { location, toRps } of grown.grow)
      floors[location] = { rps: Math.max(toRps, floors[location]?.rps ?? 0), at: now.at };
  }
  now.headroom = { ...now.headroom, short: { ...now.headroom.short, [lost]: shortfall }, floors };
  if (!shortfall.isSaid || isTold) return;
  const { what, youNeedTo } = words;
  const where = locationNamed(turn, lost);
  decision(turn, "headroom-short", what, where.location);
  say(turn, { level: "change", ...where, what, ...(youNeedTo !== null && { youNeedTo }) });
}

function lossOf(
  turn: Turn,
  loss: {
    readonly lost: LocationOrProvider;
    readonly demand: Demand;
    readonly capacityRps: Readonly<Record<LocationName, number>>;
  },
): WhatIf {
  const { now } = turn;
  const estate = estateOf(turn);
  return planWithout({
    estate,
    demand: loss.demand,
    bucketShares: now.demand.bucketShares,
    assignment: now.table!.assignment,
    capacityRps: loss.capacityRps,
    readyRps: readyRps(turn),
    maxUtilisation: estate.guards.maxUtilisation,
    without: loss.lost,
    exclude: barredPlaces(turn),
    closed: closedNow(turn),
    badPaths: barredPaths(turn),
  });
}

/** Which share of their users would find no place although places that may serve them, and are fit to, are left: growing helps no others. */
function shareShort(turn: Turn, { lost, unserved, moves }: WhatIf): number {
  const { locations, zones, classes } = estateOf(turn);
  const zoneOf = new Map(zones.map((zone) => [zone.name, zone]));
  const classOf = new Map(classes.map((each) => [each.name, each]));
  const shortRps = unserved
    .filter(
      ({ class: className, zone, why }) =>
        why !== "condition" &&
        locations.some(
          ({ name }) => !lost.includes(name) && mayServe(classOf.get(className)!, zoneOf.get(zone)!, name),
        ),
    )
    .reduce((sum, part) => sum + part.rps, 0);
  const leavesRps = moves.filter(({ from }) => lost.includes(from)).reduce((sum, part) => sum + part.rps, 0);
  return shortRps <= 0 ? 0 : shortRps / (leavesRps + shortRps);
}

function shortWords(
  turn: Turn,
  short: {
    readonly share: number;
    readonly grown: WhatIf;
    /** Who would have no place with all grown. */
    readonly left: number;
  },
): Pick<Shortfall, "what" | "youNeedTo"> {
  const { now } = turn;
  const { share, grown, left } = short;
  const ready = readyRps(turn);
  const grow = grown.grow.map(({ location, toRps }) => `${location} by ${rps(toRps - ready[location]!)} rps`);
  // As scaleAtRest does: who only observes, is held, or was refused lately, tells people what it would ask for.
  const asks =
    now.mode !== "observe" &&
    now.hold === null &&
    grown.grow.every(({ location }) => mayAskAhead(turn, now.places[location]!));
  const whose = grown.lost.length > 1 ? "their" : "its";
  const without = `if ${lossWords(grown)} went now, ${percent(share)} of ${whose} users would have no place`;
  const then = grow.length === 0 ? "" : asks ? `; I grow ${listWords(grow)}` : `; grow ${listWords(grow)}`;
  const limits = limitsInTheWay(turn, grown.lost);
  const named = limits.length === 0 ? "" : ` (${limits.join(", ")})`;
  const most = left < SHARE_LEAST ? null : `with all grown ${percent(left)} would still have no place`;
  return {
    what: `${without}${then}`,
    youNeedTo: most === null ? null : `raise what the others may grow to${named}: ${most}`,
  };
}

/** `us-east-1`, or `aws with its 9 locations` */
function lossWords({ without, lost }: Pick<WhatIf, "without" | "lost">): string {
  return lost.length > 1 ? `${without} with its ${lost.length} locations` : String(without);
}

/** A provider is no location. */
function locationNamed(turn: Turn, name: LocationOrProvider): { readonly location?: LocationName } {
  return turn.now.places[name] === undefined ? {} : { location: name };
}

function fitsAgain(turn: Turn, lost: LocationOrProvider, before: Shortfall | undefined): void {
  if (before === undefined) return;
  const { [lost]: _over, ...others } = turn.now.headroom.short;
  turn.now.headroom = { ...turn.now.headroom, short: others };
  if (!before.isSaid) return;
  const where = locationNamed(turn, lost);
  const all = where.location === undefined ? `all users of ${lost}` : "all of its users";
  const what = `if ${lost} went now, ${all} would have a place again`;
  decision(turn, "headroom-again", what, where.location);
  say(turn, { level: "info", ...where, what });
}
