import { control, initialControl, viewOf, type ControlState } from "../core/control.ts";
import type { ControlEffect, ControlEvent, Words } from "../core/control-contract.ts";
import type { Condition } from "../core/conditions.ts";
import type { Estate } from "../core/estate.ts";
import type { LossNotice, RouteTable } from "../core/route/table.ts";
import type { Summary } from "../core/summary.ts";
import type { ChatDriver } from "../drivers/chat/contract.ts";
import type { ConditionDriver } from "../drivers/condition/contract.ts";
import type { LogStore } from "../drivers/store/contract.ts";
import type { SteeringDriver } from "../drivers/steering-contract.ts";
import { startController, type Controller } from "./controller.ts";
import { singleLeader } from "./leadership.ts";
import type { MadeClock } from "./made-clock.testing.ts";
import { summaryOf } from "./summary.testing.ts";
import type { PeerMessage, Receiver, Transport } from "./transport.ts";

/** A small world for tests of the deciding Houston: five places, made servers, a made clock, the real control. */
const NAMES = ["east", "west", "north", "south", "middle"] as const;
export type MadeName = (typeof NAMES)[number];

/** Where they are on a map; nothing is decided by it. */
const PLACES: Readonly<Record<MadeName, readonly [latitude: number, longitude: number]>> = {
  east: [38.9, -77.4],
  west: [45.8, -119.7],
  north: [53.3, -6.3],
  south: [-23.5, -46.6],
  middle: [40, -83],
};

export const madeEstate: Estate = {
  locations: NAMES.map((name) => ({
    name,
    provider: "aws",
    country: "US",
    latitude: PLACES[name][0],
    longitude: PLACES[name][1],
    capacityRps: 1000,
    costPerRps: 1,
  })),
  zones: NAMES.map((name) => ({
    name: `zone-${name}`,
    country: "US",
    latitude: PLACES[name][0],
    longitude: PLACES[name][1],
    latencyMs: Object.fromEntries(NAMES.map((other, index) => [other, other === name ? 10 : 40 + index])),
  })),
  classes: [{ name: "public", priority: 10, latencyWeight: 1, data: { kind: "everywhere" } }],
  services: { web: { layer: "service", dependsOn: ["dynamodb"] }, dynamodb: { layer: "resource", dependsOn: [] } },
  journeys: { browse: { needs: ["web", "dynamodb"] } },
  objective: { errorRatio: 0.001, slowMs: 1000, burnRate: 5 },
  needlessMovesPerYear: 1,
  guards: { maxShareMovedPerMinute: 0.5, minLocationsServing: 2, maxUtilisation: 0.85, peopleOnly: [] },
  mode: "act",
  restore: "person",
  actWithoutPromise: true,
  ttlSeconds: 5,
};

export type MadeServers = {
  readonly steering: readonly SteeringDriver[];
  readonly tables: Map<string, RouteTable>;
  readonly notices: LossNotice[];
  readonly down: Set<string>;
  /** What each place is ready for: growth takes no time here. */
  readonly readyRps: Map<string, number>;
};

/** Servers outlive a Houston: the same ones are given to the next. */
export function madeServers(): MadeServers {
  const tables = new Map<string, RouteTable>();
  const notices: LossNotice[] = [];
  const down = new Set<string>();
  const steering = [...NAMES, "name-server"].map((name): SteeringDriver => ({
    name,
    async apply(table) {
      if (down.has(name)) return { kind: "retry", code: "unreachable" };
      const has = tables.get(name)?.version ?? 0;
      if (table.version < has) return { kind: "refused", code: "table-not-newer" };
      tables.set(name, table);
      return { kind: "done" };
    },
    async notice(notice) {
      notices.push(notice);
      return { kind: "done" };
    },
  }));
  return { steering, tables, notices, down, readyRps: new Map(NAMES.map((name) => [name, 200])) };
}

export type MadeHouston = {
  readonly controller: Controller<ControlState>;
  readonly transport: Transport;
  readonly words: Words[];
  /** Every step's effects, as JSON text: what a replay is compared with. */
  readonly decided: string[];
  /** A second in which every place reports, `ill` as failing by dynamodb. */
  second(ill?: readonly MadeName[]): Promise<void>;
  /** Every place that has reported does so again, as it was: else time alone would make Houston blind. */
  again(): void;
  say(from: string, message: PeerMessage): void;
};

export async function madeHouston(options: {
  readonly clock: MadeClock;
  readonly store: LogStore;
  readonly servers: MadeServers;
  readonly step?: typeof control;
  /** What receivers must be beside having room, and who tells. */
  readonly conditions?: { readonly known: readonly Condition[]; readonly drivers: readonly ConditionDriver[] };
  readonly chats?: readonly ChatDriver[];
}): Promise<MadeHouston> {
  const { clock, store, servers } = options;
  let receiver: Receiver | null = null;
  const transport: Transport = {
    name: "houston",
    peers: NAMES,
    send: async () => null,
    look: async () => {},
    receive: (next) => (receiver = next),
    setUnreachable: () => {},
    counters: { sent: 0, failed: 0, received: 0, refused: {} },
  };
  const words: Words[] = [];
  const decided: string[] = [];
  const step = (state: ControlState, event: ControlEvent) => {
    const stepped = (options.step ?? control)(state, event);
    if (stepped.effects.length > 0) decided.push(JSON.stringify(stepped.effects satisfies readonly ControlEffect[]));
    return stepped;
  };
  const controller = await startController({
    clock,
    estate: { ...madeEstate, ...(options.conditions && { conditions: options.conditions.known }) },
    ...(options.conditions && { conditions: options.conditions.drivers }),
    store,
    leadership: singleLeader("houston"),
    transport,
    steering: servers.steering,
    scale: {
      name: "made",
      withinMs: 1500,
      async scale({ location, targetRps }) {
        servers.readyRps.set(location, targetRps);
        return { kind: "done" };
      },
    },
    chats: [{ name: "made", say: (_id, said) => words.push(said) }, ...(options.chats ?? [])],
    control: { initial: initialControl, step, view: viewOf },
    tickMs: 250,
    version: "test",
  });
  const say = (from: string, message: PeerMessage): void => void receiver?.message(from, message);
  let last: readonly MadeName[] | null = null;
  const report = (ill: readonly MadeName[]): void => {
    last = ill;
    const at = clock.now();
    for (const name of NAMES) {
      const summary = summaryOf(name, { seq: at, at });
      say(name, {
        summaries: [ill.includes(name) ? failing(summary) : summary],
        demand: { from: name, rps: { public: { [`zone-${name}`]: 100 } } },
        capacity: { at, location: name, capacityRps: 1000, readyRps: servers.readyRps.get(name) ?? 0 },
      });
    }
  };
  return {
    controller,
    transport,
    words,
    decided,
    say,
    async second(ill = []) {
      report(ill);
      await clock.pass(1000);
    },
    again() {
      if (last !== null) report(last);
    },
  };
}

/** The same place, a tenth of whose requests fail by dynamodb. */
export function failing(summary: Summary): Summary {
  return {
    ...summary,
    own: {
      ...summary.own,
      verdict: "failing",
      evidenceNats: 40,
      aloneNats: 40,
      usersHurt: 0.1,
      worthMoving: true,
      healthyNats: 0,
      causes: [{ layer: "resource", name: "dynamodb", share: 0.9 }],
      because: [{ service: "dynamodb", signal: "requests", nats: 40, says: "10 % of requests fail; 0.1 % is usual" }],
      load: { ...summary.own.load, failedRatio: 0.1 },
    },
  };
}
