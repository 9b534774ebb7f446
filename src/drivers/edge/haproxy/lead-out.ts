import { setTimeout as sleep } from "node:timers/promises";
import { ALL_BUCKETS, type LocationName, type ZoneName } from "../../../core/estate.ts";
import { bucketOfNetwork } from "../../../core/route/host.ts";
import { answer, type RouteState } from "../../../core/route/route.ts";
import { addressBytes, zoneLookupOf, zoneOfAddress } from "../../dns/zone-lookup.ts";
import type { SteeringContext } from "../../steering-context.ts";
import { type Ask, SocketProblem } from "./runtime-socket.ts";

/**
 * Leads users of long connections (WebSockets, event streams) out of a location that they no longer belong to. Like the lights that go on in a
 * museum at closing time: a few rooms at a time, the empty ones first.
 *
 * 1. Only connections of the backend `rp-long` are ended: never a page, never a checkout.
 * 2. Only of users who belong elsewhere in every class, for a connection does not say whose host it asked for.
 * 3. A share of them at a time, the longest idle first; none after the last that is to leave.
 * 4. Who comes right back asked no DNS, or was told by an answer that is still kept: he is left alone until such answers have run out, and each
 *    time that he is back after that, for twice as long.
 */
export type LeadOut = {
  /** By what is answered now: begins, or goes on, until nobody is left. */
  follow(state: RouteState): void;
  stop(): Promise<void>;
};

export const LONG_BACKEND = "rp-long";
/** So that a lull between two rounds is not filled by those who come back. */
const EVERY_MS = 1000;
const AFTER_PROBLEM_MS = 15_000;
const WITHIN_MS = 2000;
/** HAProxy is asked one thing at a time, and tables are not to wait long for their turn. */
const ENDED_AT_ONCE_MAX = 100;
/** While all that are left have come back: a new table is to be heard of soon. */
const RESTING_MS = 5000;

export function leadOut(options: {
  readonly ask: Ask;
  readonly here: LocationName;
  readonly steered: Pick<SteeringContext, "estate" | "hosts" | "subnets" | "otherwise">;
  /** Of those who are to leave, each second. */
  readonly share: number;
}): LeadOut {
  const { ask, here, steered, share } = options;
  // Made once, for there may be a hundred thousand subnets.
  const of = { here, hosts: steered.hosts, zoneOf: zoneFinder(steered) };
  const back = comingBack(steered.estate.ttlSeconds);
  const stopped = new AbortController();
  let isToLeave: IsToLeave | null = null;
  let going: Promise<void> | null = null;
  /** How long to wait for the next round; null: nobody is left. */
  const round = async (now: IsToLeave): Promise<number | null> => {
    const within = AbortSignal.any([stopped.signal, AbortSignal.timeout(WITHIN_MS)]);
    try {
      const leavers = leaversIn(await ask("show sess", within), now);
      const leaving = leavers.filter((each) => !back.rests(each, performance.now()));
      const count = Math.min(Math.ceil(leaving.length * share), ENDED_AT_ONCE_MAX);
      for (const { id } of leaving.slice(0, count)) await ask(`shutdown session ${id}`, within);
      back.ended(leaving.slice(0, count), leaving.slice(count), performance.now());
      if (count < leaving.length) return EVERY_MS;
      return leaving.length < leavers.length ? RESTING_MS : null;
    } catch (error) {
      if (!(error instanceof SocketProblem)) throw error;
      return AFTER_PROBLEM_MS;
    }
  };
  const go = async (): Promise<void> => {
    while (isToLeave !== null && !stopped.signal.aborted) {
      const now: IsToLeave = isToLeave;
      const waitMs = await round(now);
      if (waitMs === null) {
        if (isToLeave === now) isToLeave = null;
        continue;
      }
      await sleep(waitMs, undefined, { signal: stopped.signal, ref: false }).catch(() => undefined);
    }
    going = null;
  };
  return {
    follow(next) {
      if (share === 0) return;
      isToLeave = belongsElsewhere(next, of);
      going ??= go();
    },
    stop: async () => {
      stopped.abort();
      await going;
    },
  };
}

/** Whether all that a user of this address may have asked for belongs elsewhere. */
type IsToLeave = (address: string) => boolean;

export type LongSession = { readonly id: string; readonly address: string };

/** Who was ended and is there again, by address. */
export type ComingBack = {
  /** It came after an earlier one of its address was ended, and such an answer as brought it may still be kept. */
  rests(session: LongSession, now: number): boolean;
  /** `others` were there too, and are still to be ended. */
  ended(sessions: readonly LongSession[], others: readonly LongSession[], now: number): void;
};

/** Whose turn it was longest ago is forgotten first, and ended once too often. */
const REMEMBERED_MAX = 100_000;
/** Of TTLs: who is pinned for good is ended about three times a day, at 60 s. */
const RESTS_TTLS_MAX = 512;

export function comingBack(ttlSeconds: number): ComingBack {
  const byAddress = new Map<string, { at: number; ttls: number; older: ReadonlySet<string> }>();
  const restsUntil = ({ at, ttls }: { readonly at: number; readonly ttls: number }): number =>
    at + ttls * ttlSeconds * 1000;
  return {
    rests({ id, address }, now) {
      const last = byAddress.get(address);
      return last !== undefined && !last.older.has(id) && now < restsUntil(last);
    },
    ended(sessions, others, now) {
      const left = Map.groupBy(others, ({ address }) => address);
      for (const address of new Set(sessions.map((each) => each.address))) {
        const last = byAddress.get(address);
        const isBack = last !== undefined && now >= restsUntil(last);
        const ttls = last === undefined ? 1 : Math.min(last.ttls * (isBack ? 2 : 1), RESTS_TTLS_MAX);
        byAddress.delete(address);
        byAddress.set(address, { at: now, ttls, older: new Set((left.get(address) ?? []).map(({ id }) => id)) });
        if (byAddress.size > REMEMBERED_MAX) byAddress.delete(byAddress.keys().next().value!);
      }
    },
  };
}

/** Of what `show sess` says, the longest idle first: HAProxy tells how long it would still wait for each side's next words (`rx`). */
export function leaversIn(sessions: string, isToLeave: IsToLeave): readonly LongSession[] {
  return sessions
    .split("\n")
    .flatMap((line) => {
      const [, id, address, backend] = /^(0x[0-9a-f]+): proto=\S+ src=(\S+):\d+ fe=\S+ be=(\S+) /.exec(line) ?? [];
      if (id === undefined || address === undefined || backend !== LONG_BACKEND) return [];
      const waits = Math.max(...[...line.matchAll(/,rx=([^,]*),/g)].map(([, rx]) => secondsOf(rx!)));
      return [{ id, address, waits }];
    })
    .filter(({ address }) => isToLeave(address))
    .toSorted((one, other) => one.waits - other.waits || (one.id < other.id ? -1 : 1))
    .map(({ id, address }) => ({ id, address }));
}

const SECONDS: Readonly<Record<string, number>> = { d: 86_400, h: 3600, m: 60, s: 1 };

/** `59m58s`; a side from which nothing is awaited says nothing. */
function secondsOf(text: string): number {
  return [...text.matchAll(/(\d+)([dhms])/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * SECONDS[unit!]!,
    0,
  );
}

function zoneFinder({
  subnets,
  otherwise,
}: Pick<SteeringContext, "subnets" | "otherwise">): (address: string) => ZoneName {
  const lookup = zoneLookupOf(subnets);
  return (address) => zoneOfAddress(lookup, address) ?? otherwise;
}

function belongsElsewhere(
  state: RouteState,
  of: {
    readonly here: LocationName;
    readonly hosts: SteeringContext["hosts"];
    readonly zoneOf: (address: string) => ZoneName;
  },
): IsToLeave {
  const { here, hosts, zoneOf } = of;
  const isElsewhere = (className: string, zone: string, bucket: number): boolean => {
    const place = answer(state, { class: className, zone, bucket }, here);
    return place !== null && place !== here;
  };
  // A state's rows do not change, and thousands of connections ask for the same few of them.
  const wholeRows = new Map<string, boolean>();
  const isRowElsewhere = (className: string, zone: string): boolean => {
    const key = `${className}/${zone}`;
    const known = wholeRows.get(key) ?? ALL_BUCKETS.every((bucket) => isElsewhere(className, zone, bucket));
    wholeRows.set(key, known);
    return known;
  };
  return (address) => {
    const bytes = addressBytes(address);
    if (bytes === null) return false;
    const zone = zoneOf(address);
    return hosts.every((host) =>
      host.bucketBy === "network"
        ? isElsewhere(host.class, zone, bucketOfNetwork(bytes))
        : isRowElsewhere(host.class, zone),
    );
  };
}
