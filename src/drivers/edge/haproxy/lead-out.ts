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

export function leadOut(options: {
  readonly ask: Ask;
  readonly here: LocationName;
  readonly steered: Pick<SteeringContext, "hosts" | "subnets" | "otherwise">;
  /** Of those who are to leave, each second. */
  readonly share: number;
}): LeadOut {
  const { ask, here, steered, share } = options;
  // Made once, for there may be a hundred thousand subnets.
  const of = { here, hosts: steered.hosts, zoneOf: zoneFinder(steered) };
  const stopped = new AbortController();
  let state: RouteState | null = null;
  let going: Promise<void> | null = null;
  /** How long to wait for the next round; null: nobody is left. */
  const round = async (now: RouteState): Promise<number | null> => {
    const within = AbortSignal.any([stopped.signal, AbortSignal.timeout(WITHIN_MS)]);
    try {
      const leaving = leaversIn(await ask("show sess", within), belongsElsewhere(now, of));
      const count = Math.min(Math.ceil(leaving.length * share), ENDED_AT_ONCE_MAX);
      for (const { id } of leaving.slice(0, count)) await ask(`shutdown session ${id}`, within);
      return count < leaving.length ? EVERY_MS : null;
    } catch (error) {
      if (!(error instanceof SocketProblem)) throw error;
      return AFTER_PROBLEM_MS;
    }
  };
  const go = async (): Promise<void> => {
    while (state !== null && !stopped.signal.aborted) {
      const now = state;
      const waitMs = await round(now);
      if (waitMs === null) {
        if (state === now) state = null;
        continue;
      }
      await sleep(waitMs, undefined, { signal: stopped.signal, ref: false }).catch(() => undefined);
    }
    going = null;
  };
  return {
    follow(next) {
      if (share === 0) return;
      state = next;
      going ??= go();
    },
    stop: async () => {
      stopped.abort();
      await going;
    },
  };
}

export type LongSession = { readonly id: string; readonly address: string };

/** Of what `show sess` says, the longest idle first: HAProxy tells how long it would still wait for each side's next words (`rx`). */
export function leaversIn(sessions: string, isToLeave: (address: string) => boolean): readonly LongSession[] {
  return sessions
    .split("\n")
    .flatMap((line) => {
      const [, id, address, backend] = /^(0x[0-9a-f]+): proto=\S+ src=(\S+):\d+ fe=\S+ be=(\S+) /.exec(line) ?? [];
      if (id === undefined || address === undefined || backend !== LONG_BACKEND) return [];
      return [{ id, address, waits: Math.max(...[...line.matchAll(/,rx=([^,]*),/g)].map(([, rx]) => secondsOf(rx!))) }];
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
): (address: string) => boolean {
  const { here, hosts, zoneOf } = of;
  const isElsewhere = (className: string, zone: string, bucket: number): boolean => {
    const place = answer(state, { class: className, zone, bucket }, here);
    return place !== null && place !== here;
  };
  return (address) => {
    const bytes = addressBytes(address);
    if (bytes === null) return false;
    const zone = zoneOf(address);
    return hosts.every((host) =>
      host.bucketBy === "network"
        ? isElsewhere(host.class, zone, bucketOfNetwork(bytes))
        : ALL_BUCKETS.every((bucket) => isElsewhere(host.class, zone, bucket)),
    );
  };
}
