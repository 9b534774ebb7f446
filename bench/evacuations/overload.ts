import type { LocationName } from "../../src/core/estate.ts";
import { problemOf } from "../../src/core/plan/estate-problem.ts";
import { carriesRps } from "../../src/core/plan/room.ts";
import { isLocationFault } from "../../src/simulation/faults.ts";
import type { MadePlanet } from "../../src/simulation/made-planet.ts";
import type { Seen } from "../../src/simulation/run.ts";
import type { MadeScaler } from "../../src/simulation/scaler.ts";
import { STEP_MS, type World } from "../../src/simulation/world.ts";
import type { Oracle } from "../plan/highs-oracle.ts";

/**
 * Counts the seconds in which a receiver is sent more than it can take, and of them those that a feasible plan could have avoided.
 *
 * A location is an overloaded receiver while it answers, has users of others (over 5 % of what it is ready for), and is offered more than it
 * is really ready for (1 % and one request a second of rounding aside).
 *
 * Such a moment is avoidable when, with what was known `REACTS_MS` before it, a plan without an overload existed:
 *
 * - Nothing was news: all demand was there then (within 2 %), and at no moment since was the overloaded one known to be ready for more than
 *   it is. A location is known to be ready for what it says, until it has been overloaded below that: from then on for what it really takes. Who
 *   was full while it told the truth is not known to lie.
 * - A plan existed: HiGHS finds a place for everybody in what all locations that answered since then, and are not sick themselves, were known to
 *   be ready for and really are: who lives there may fill it, who comes finds what the guards let be filled (`maxUtilisation`; a plan beyond is
 *   refused). Who was lost or sick takes more than it has only as its way back allows: nobody before ten seconds of health have proved it, then a
 *   canary, and when that was looked at for five seconds twice as much with each look. Where there is no such plan somebody has to be shed; then it
 *   still was avoidable when the others had such room left over for what was too much here.
 *
 * `REACTS_MS` is what any loop needs at best: requests are counted over a second, told within the next, a table is everywhere within a third, and
 * users follow within the TTL of 5 s.
 */
export type Overload = {
  look(seen: SeenOverload): void;
  result(): OverloadResult;
};

export type SeenOverload = Pick<Seen, "at" | "active" | "planet"> & {
  readonly world: Pick<World, "places" | "users"> & {
    scaler(location: LocationName): Pick<MadeScaler, "capacity">;
  };
};

export type OverloadResult = {
  /** Summed over locations. */
  readonly overloadedSeconds: number;
  readonly avoidableSeconds: number;
  /** Of the others: nobody could have known in time; and there was no room for everybody. */
  readonly newsSeconds: number;
  readonly noRoomSeconds: number;
  readonly episodes: readonly Episode[];
};

export type Episode = {
  readonly location: LocationName;
  readonly fromSecond: number;
  readonly untilSecond: number;
  readonly avoidableSeconds: number;
  /** Offered / ready. */
  readonly worstUtilisation: number;
};

export const REACTS_MS = 8_000;
/** What is asked of a place before anybody goes back, and how it is looked at then where users wait for it: docs/concepts/moving.md. */
const PROOF_MS = 10_000;
const CANARY_SHARE = 0.05;
const CANARY_LOOK_MS = 5_000;
const LOOK_MS = 1_500;
/** More than this is all: the rest comes along. */
const NEARLY_ALL = 0.85;
const GUEST_SHARE = 0.05;
const OVER_SHARE = 0.01;
const OVER_RPS = 1;
const NEWS_SHARE = 0.02;
/** HiGHS works to 1e-7 of each row. */
const NOTHING_RPS = 1e-3;

type PlaceThen = {
  readonly offeredRps: number;
  readonly realRps: number;
  readonly knownRps: number;
  readonly open: boolean;
  /** Of its own users it may be given so many by now. */
  readonly backShare: number;
};
type Moment = {
  readonly at: number;
  readonly demandRps: number;
  readonly places: ReadonlyMap<LocationName, PlaceThen>;
};

export function overloadWatch(oracle: Oracle, startedAt: number): Overload {
  const past: Moment[] = [];
  const knownToLie = new Set<LocationName>();
  /** Who was lost or sick, and since when it no longer is; null: it still is. */
  const wellSince = new Map<LocationName, number | null>();
  const episodes: { -readonly [K in keyof Episode]: Episode[K] }[] = [];
  const open = new Map<LocationName, (typeof episodes)[number]>();
  const secondsOf = { avoidable: 0, news: 0, "no-room": 0 };
  const second = (at: number): number => (at - startedAt) / 1000;
  return {
    look({ at, active, planet, world }) {
      const sick = new Set(active.filter(isLocationFault).map(({ location }) => location!));
      for (const { name, silent } of world.places.values()) {
        if (silent || sick.has(name)) wellSince.set(name, null);
        else if (wellSince.get(name) === null) wellSince.set(name, at);
      }
      const saysRps = (name: LocationName): number => world.scaler(name).capacity(at).readyRps;
      const now: Moment = {
        at,
        demandRps: world.users.demandRps,
        places: new Map(
          [...world.places.values()].map(({ name, offeredRps, readyRps }) => [
            name,
            {
              offeredRps,
              realRps: readyRps,
              knownRps: knownToLie.has(name) ? readyRps : saysRps(name),
              open: wellSince.get(name) !== null,
              backShare: wellSince.has(name) ? backShareAfter(at - (wellSince.get(name) ?? at)) : 1,
            },
          ]),
        ),
      };
      past.push(now);
      while (past.length > 1 && past[1]!.at <= at - REACTS_MS) past.shift();
      for (const place of world.places.values()) {
        const { name, offeredRps, readyRps } = place;
        const isOver =
          !place.silent &&
          place.guestRps > GUEST_SHARE * readyRps &&
          offeredRps > readyRps * (1 + OVER_SHARE) + OVER_RPS;
        if (!isOver) {
          open.delete(name);
          continue;
        }
        if (readyRps < saysRps(name) * (1 - NEWS_SHARE)) knownToLie.add(name);
        let episode = open.get(name);
        if (episode === undefined) {
          episode = {
            location: name,
            fromSecond: second(at),
            untilSecond: 0,
            avoidableSeconds: 0,
            worstUtilisation: 0,
          };
          open.set(name, episode);
          episodes.push(episode);
        }
        episode.untilSecond = second(at + STEP_MS);
        episode.worstUtilisation = Math.max(episode.worstUtilisation, offeredRps / readyRps);
        const blame = blameOf(oracle, { planet, past, location: name });
        secondsOf[blame] += STEP_MS / 1000;
        if (blame === "avoidable") episode.avoidableSeconds += STEP_MS / 1000;
      }
    },
    result: () => ({
      overloadedSeconds: episodes.reduce((sum, { fromSecond, untilSecond }) => sum + untilSecond - fromSecond, 0),
      avoidableSeconds: secondsOf.avoidable,
      newsSeconds: secondsOf.news,
      noRoomSeconds: secondsOf["no-room"],
      episodes,
    }),
  };
}

type Blame = "avoidable" | "news" | "no-room";

function blameOf(
  oracle: Oracle,
  of: { readonly planet: MadePlanet; readonly past: readonly Moment[]; readonly location: LocationName },
): Blame {
  const { planet, past, location } = of;
  const now = past.at(-1)!;
  const then = past[0]!;
  if (then.at > now.at - REACTS_MS) return "news";
  if (now.demandRps > then.demandRps * (1 + NEWS_SHARE)) return "news";
  const { realRps } = now.places.get(location)!;
  if (past.some(({ places }) => realRps < places.get(location)!.knownRps * (1 - NEWS_SHARE))) return "news";
  const { estate, names } = planet;
  const shut = names.filter((name) => past.some(({ places }) => !places.get(name)!.open));
  const capacityRps = Object.fromEntries(
    names.map((name) => [name, Math.min(now.places.get(name)!.realRps, then.places.get(name)!.knownRps)]),
  );
  const { maxUtilisation } = estate.guards;
  const total = Object.values(planet.demandRps).flatMap((zones) => Object.values(zones));
  const times = now.demandRps / total.reduce((sum, rps) => sum + rps, 0);
  const lives = livesAt(planet);
  /** No more than its way back allows, or it has. */
  const allowedRps = (name: LocationName): number => {
    const { backShare } = then.places.get(name)!;
    return backShare >= 1 ? Infinity : Math.max(backShare * times * lives.get(name)!, now.places.get(name)!.offeredRps);
  };
  const takesGuestsRps = (name: LocationName): number =>
    Math.min(carriesRps(capacityRps[name]!, maxUtilisation), allowedRps(name));
  const spareRps = names
    .filter((name) => name !== location && !shut.includes(name))
    .reduce((sum, name) => {
      return sum + Math.max(0, takesGuestsRps(name) - now.places.get(name)!.offeredRps);
    }, 0);
  if (spareRps >= now.places.get(location)!.offeredRps - realRps) return "avoidable";
  const mayFill = Object.fromEntries(
    names.map((name) => [
      name,
      Math.max(takesGuestsRps(name), Math.min(capacityRps[name]!, times * lives.get(name)!, allowedRps(name))),
    ]),
  );
  // Who may only be served where nobody answers has no place whatever is planned.
  const asked = estate.classes.filter(({ data }) => data.kind !== "one-writer" || !shut.includes(data.location));
  const demand = Object.fromEntries(
    asked.map(({ name }) => [
      name,
      Object.fromEntries(Object.entries(planet.demandRps[name]!).map(([zone, rps]) => [zone, rps * times])),
    ]),
  );
  const { unservedRps } = oracle.solve(problemOf({ estate, demand, capacityRps: mayFill, without: shut }));
  return unservedRps.every(({ rps }) => rps < NOTHING_RPS) ? "avoidable" : "no-room";
}

/** What share of its own users a place may be given so long after it is well again, at best. */
function backShareAfter(wellMs: number): number {
  if (wellMs < PROOF_MS) return 0;
  const lookedMs = wellMs - PROOF_MS - CANARY_LOOK_MS;
  if (lookedMs < 0) return CANARY_SHARE;
  const share = CANARY_SHARE * 2 ** Math.floor(1 + lookedMs / LOOK_MS);
  return share > NEARLY_ALL ? 1 : share;
}

/** Requests a second of those who have it nearest, or whose data is there. */
function livesAt({ estate, names, demandRps }: MadePlanet): ReadonlyMap<LocationName, number> {
  const lives = new Map(names.map((name) => [name, 0]));
  for (const { name: className, data } of estate.classes) {
    for (const { name: zone, latencyMs } of estate.zones) {
      const nearest = names.reduce((best, each) => (latencyMs[each]! < latencyMs[best]! ? each : best));
      const at = data.kind === "one-writer" ? data.location : nearest;
      lives.set(at, lives.get(at)! + demandRps[className]![zone]!);
    }
  }
  return lives;
}
