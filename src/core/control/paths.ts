import type { Estate, LocationName, ZoneName } from "../estate.ts";
import type { NetworkRate } from "../summary.ts";
import type { Traffic } from "../shift/traffic.ts";
import { partOf } from "./part-of.ts";
import { isHeard } from "./publish.ts";
import type { BadPath, Leave } from "./state.ts";
import { decision, estateOf, placesOf, type DraftPlace, type Turn } from "./turn.ts";
import { listWords, percent } from "./words.ts";

/**
 * A street that is closed for some: the shop is well, and so are all who come another way. What is known of such ways is kept here,
 * apart from who was moved for it: an evacuation may take over meanwhile, and when it ends the way may still be bad.
 */

/** The users of one network are 0.7 of the trouble or they would not be named: a way is no worse than this share says. */
const HURT_UNKNOWN = 0.5;
const HURT_COUNTED_FROM = 20;
/** Users of a way that is well fail no more than this beside what always fails: lost beacons, closed pages. */
const WELL_RATIO = 0.005;
/** A way on which this share of what was hurt is hurt is still bad. */
const STILL_BAD = 0.5;
/** As sure as proof of health is asked to be: chance tells it once in 150 looks at one way. */
const SURE_NATS = 5;
/** Those who are still there are well for so long, without a break. */
const PROOF_MS = 10_000;
/** Of a way that nobody is on any more, and for which nobody was moved, nothing will be heard. */
const FORGOTTEN_MS = 60_000;

/** The zones that a network of the beacons means: the one of its name, else all of the country of its name. */
export function zonesOfNetwork(estate: Estate, network: string): readonly ZoneName[] {
  const name = network.slice(network.indexOf(":") + 1);
  const named = estate.zones.filter((zone) => zone.name === name);
  const zones = named.length > 0 ? named : estate.zones.filter(({ country }) => country.toLowerCase() === name);
  return zones.map((zone) => zone.name);
}

/** What the verdicts say of ways, and what users say who are still on them. */
export function keepBadPaths(turn: Turn): void {
  for (const place of placesOf(turn)) {
    noteVerdict(turn, place);
    if (place.badPaths.length === 0) continue;
    const kept = place.badPaths.flatMap((path) => keep(turn, place, path));
    if (kept.length !== place.badPaths.length || kept.some((path, index) => path !== place.badPaths[index]))
      place.badPaths = kept;
  }
}

function noteVerdict(turn: Turn, place: DraftPlace): void {
  const { verdict } = place;
  if (verdict?.action !== "move-zones" || verdict.verdict !== "failing") return;
  const network = verdict.causes[0]?.name;
  if (network === undefined) return;
  const rate = rateOf(place, network);
  const hurt = rate === undefined || rate.total < HURT_COUNTED_FROM ? HURT_UNKNOWN : rate.bad / rate.total;
  for (const zone of zonesOfNetwork(estateOf(turn), network)) {
    const known = place.badPaths.find((path) => path.zone === zone);
    if (known !== undefined) {
      // What is counted at first is half of before the trouble.
      if (hurt > known.hurt && rate !== undefined)
        place.badPaths = place.badPaths.map((path) => (path === known ? { ...path, hurt } : path));
      continue;
    }
    place.badPaths = [
      ...place.badPaths,
      { zone, network, since: turn.now.at, hurt, wellSince: null, isTried: false, leftUntil: 0 },
    ];
  }
}

/** Itself, changed, or nothing of it. */
function keep(turn: Turn, place: DraftPlace, path: BadPath): readonly BadPath[] {
  const { now } = turn;
  if (path.isTried || place.lostAt !== null) return [path];
  const isLeft = place.leave?.why === "path" && place.leave.zones!.includes(path.zone);
  if (howIs(turn, place, path) === "well") {
    if (path.wellSince === null) return [{ ...path, wellSince: now.at }];
    // Who was moved for it is brought back first (back-paths.ts): that they are well then as well is the last proof.
    if (isLeft || !isProven(turn, path)) return [path];
    decision(turn, "path-well", `users of ${path.zone} are well on their way to ${place.name} again`, place.name);
    return [];
  }
  const isForgotten =
    !isLeft &&
    place.healthySince !== null &&
    now.at - place.healthySince >= FORGOTTEN_MS &&
    (rateOf(place, path.network)?.bad ?? 0) === 0;
  if (isForgotten) return [];
  return [path.wellSince === null ? path : { ...path, wellSince: null }];
}

/** Those of its users who are still there have been well for long enough. */
export function isProven(turn: Turn, { wellSince }: BadPath): boolean {
  return wellSince !== null && turn.now.at - wellSince >= PROOF_MS;
}

function rateOf(place: DraftPlace, network: string): NetworkRate | undefined {
  return place.summary?.own.networks?.find(({ name }) => name === network);
}

/**
 * How users of a zone fare on the way to a place, by their beacons there: is it nearer to how it was on the bad way, or to well? A
 * test of one rate against another (Wald, 1945): the sum of log likelihood ratios, and no answer between the two bounds.
 */
export function howIs(
  turn: Turn,
  place: DraftPlace,
  path: Pick<BadPath, "network" | "hurt">,
  wellFromNats = SURE_NATS,
): "ill" | "well" | "unknown" {
  const rate = rateOf(place, path.network);
  if (rate === undefined || !isHeard(turn, place.heardAt)) return "unknown";
  const ill = Math.min(0.99, Math.max(2 * WELL_RATIO, STILL_BAD * path.hurt));
  const good = Math.max(0, rate.total - rate.bad);
  const nats = rate.bad * Math.log(ill / WELL_RATIO) + good * Math.log((1 - ill) / (1 - WELL_RATIO));
  if (nats >= SURE_NATS) return "ill";
  return nats <= -wellFromNats ? "well" : "unknown";
}

/** How much further than at their place those who left it are, by the places that have or get them, milliseconds. */
export function furtherMs(
  turn: Turn,
  place: LocationName,
  leave: Pick<Leave, "zones" | "classes" | "plan">,
  traffic: Traffic,
): number {
  const { zones } = partOf(estateOf(turn), leave);
  let [rps, ms] = [0, 0];
  for (const { name, latencyMs } of zones) {
    const zoneRps = leave.classes.reduce((sum, each) => sum + traffic.rowRps(each, name), 0);
    const then = leave.plan.reduce((sum, { to, share }) => sum + share * (latencyMs[to] ?? 0), 0);
    const all = leave.plan.reduce((sum, { share }) => sum + share, 0);
    rps += zoneRps;
    if (all > 0) ms += zoneRps * (then / all - (latencyMs[place] ?? 0));
  }
  return rps === 0 ? 0 : ms / rps;
}

/** `users of at-lyon and at-nice` */
export const zoneUsersWords = (zones: readonly ZoneName[]): string => `users of ${listWords(zones)}`;

/** `60 % of their requests fail on the way` */
export const pathWords = ({ hurt }: BadPath): string => `${percent(hurt)} of their requests fail on the way`;
