import { startCaller } from "../../src/planet/users/caller.ts";
import { seededChance } from "../../src/planet/users/chance.ts";
import { startResolver, type Resolver } from "../../src/planet/users/resolver.ts";
import { startWheel } from "../../src/planet/users/wheel.ts";
import type { Entry } from "./systems/system.ts";
import { callerAddress, NETWORKS_IN_A_ZONE, SERVICE_PORT, zones } from "./world.ts";

/**
 * The users, the same for every system: they come by themselves (open loop), by the same chance, a fifth of them to buy. Each network has a
 * resolver that keeps an answer for its TTL, begun at another moment than the next one's. Whose connection is refused connects to the next address
 * of the answer, as browsers do (RFC 8305); nobody tries again otherwise: what is carried out twice was doubled by the system.
 */
export type Users = {
  readonly visits: ReadonlyMap<string, readonly Visit[]>;
  /** How late this process ran at worst since the last call, in milliseconds: users' figures are no better than that. */
  worstLateMs(): number;
  /** Nobody new comes. */
  close(): void;
  stop(): Promise<void>;
};

export type Visit = {
  /** Unix milliseconds. */
  readonly at: number;
  /** Index in `zones`. */
  readonly zone: number;
  /** The address called; null: not resolved. */
  readonly called: string | null;
  /** The location that answered, "" when none did. */
  readonly served: string;
  readonly good: boolean;
  readonly ms: number;
};

export type Crowd = { readonly system: string; readonly host: string; readonly entry: Entry };

/** Whoever has no whole answer by then has gone. */
export const PATIENCE_MS = 1000;
const BUYS = 0.2;
const ARRIVALS_A_TICK_MAX = 500;
const SWEEP_MS = 10_000;

export async function startUsers(options: {
  readonly crowds: readonly Crowd[];
  readonly rpsPerZone: number;
  readonly seed: number;
}): Promise<Users> {
  const { crowds, rpsPerZone, seed } = options;
  const wheel = startWheel();
  const caller = startCaller({ port: SERVICE_PORT, wheel });
  const visits = new Map<string, Visit[]>();
  const callers = zones.map((_, zone) =>
    Array.from({ length: NETWORKS_IN_A_ZONE }, (_network, network) => callerAddress(zone, network)),
  );
  const resolvers: Resolver[] = [];
  let open = true;
  for (const { system, host, entry } of crowds) {
    const mine: Visit[] = [];
    visits.set(system, mine);
    const lookups = entry.kind === "address" ? null : await networksOf(entry, { wheel, seed });
    resolvers.push(...(lookups ?? []).flat());
    const chance = seededChance(seed);
    let gap = chance.exponential();
    let count = 0;
    let before = wheel.now();
    const visit = (now: number): void => {
      const zone = chance.below(zones.length);
      const network = chance.below(NETWORKS_IN_A_ZONE);
      const buys = chance.next() < BUYS;
      const id = `${system}-${count++}`;
      let over = false;
      let current: { abort(): void } | null = null;
      const end = (called: string | null, served: string, good: boolean): void => {
        if (over) return;
        over = true;
        mine.push({ at: now, zone, called, served, good, ms: wheel.exact() - now });
      };
      wheel.at(now + PATIENCE_MS, () => {
        if (current === null) end(null, "", false);
        else current.abort();
      });
      const call = (to: string | null, next: string | null): void => {
        if (over) return;
        if (to === null) return end(null, "", false);
        const request = {
          from: callers[zone]?.[network] ?? "",
          to,
          roundTripMs: 0,
          pinned: false,
          host,
          wanted: false,
          ...(buys
            ? { method: "POST" as const, path: "/buy", idempotencyKey: id, body: "{}" }
            : { method: "GET" as const, path: "/api" }),
        };
        current = caller.call(request, (result) => {
          if (result.kind === "answer") return end(to, result.location, result.status >= 200 && result.status < 400);
          if (next !== null && result.why === "refused" && !result.sent) return call(next, null);
          end(to, "", false);
        });
      };
      if (entry.kind === "address") call(entry.byZone[zone] ?? null, null);
      else lookups?.[zone]?.[network]?.resolve(host, "obeys", (address, _fresh, next) => call(address, next));
    };
    wheel.onTick((now) => {
      if (!open) return;
      gap -= (rpsPerZone * zones.length * (now - before)) / 1000;
      before = now;
      for (let came = 0; gap <= 0 && came < ARRIVALS_A_TICK_MAX; came++) {
        gap += chance.exponential();
        visit(now);
      }
    });
  }
  const sweep = (): void => {
    caller.sweep(wheel.now());
    wheel.at(wheel.now() + SWEEP_MS, sweep);
  };
  sweep();
  return {
    visits,
    worstLateMs: () => wheel.worstLateMs(),
    close: () => void (open = false),
    async stop() {
      wheel.stop();
      for (const resolver of resolvers) resolver.stop();
      await caller.stop();
    },
  };
}

/** By zone and network. */
async function networksOf(
  entry: Entry & { kind: "dns" },
  { wheel, seed }: { readonly wheel: ReturnType<typeof startWheel>; readonly seed: number },
): Promise<readonly (readonly Resolver[])[]> {
  return Promise.all(
    zones.map((zone, index) =>
      Promise.all(
        Array.from({ length: NETWORKS_IN_A_ZONE }, (_, network) =>
          startResolver({
            zone: {
              name: `${zone.name}-${network}`,
              subnet: `10.${index + 1}.${network}.0/24`,
              resolver: `127.62.${index + 1}.${network + 1}`,
              clients: [],
              botClient: "",
              nameServers: entry.nameServers.map((server) => ({ ...server, roundTripMs: 0 })),
              roundTripMs: [],
            },
            port: 0,
            wheel,
            chance: seededChance(seed + 100 * index + network),
          }),
        ),
      ),
    ),
  );
}
