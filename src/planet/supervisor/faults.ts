import type { LocationName } from "../../core/estate.ts";
import { CallerError } from "../../core/errors.ts";
import type { ProcessGroup } from "./process-group.ts";

/** A fault as `POST /faults` takes it: the name, where, and what the fault itself wants to know. */
export type FaultOrder = {
  readonly name: string;
  readonly location?: LocationName;
  /** The other end of a `link`. */
  readonly to?: LocationName;
  readonly services?: readonly string[];
  readonly share?: number;
  readonly [setting: string]: unknown;
};

/** How a fault reaches the processes that it makes sick. */
export type FaultTargets = {
  readonly locations: readonly LocationName[];
  readonly processes: ProcessGroup;
  /** Calls the admin port of a process; rejects when it can't be reached. */
  readonly call: (process: string, method: string, path: string, body?: unknown) => Promise<void>;
};

export type Faults = {
  inject(order: FaultOrder): Promise<void>;
  clear(): Promise<void>;
  list(): readonly FaultOrder[];
};

/** Faults that one world carries out by itself (docs/faults.md). */
const WORLD_FAULTS: ReadonlySet<string> = new Set([
  "provider-brownout",
  "slow",
  "gray",
  "receiver-slow",
  "replica-lag",
  "flap",
]);
/** Faults that every world carries out alike, unless a location is named. */
const EVERYWHERE_FAULTS: ReadonlySet<string> = new Set(["bad-deploy", "cannot-grow", "poison-tenant"]);
const SURGE_FACTOR = 1.4;
const DDOS_FACTOR = 10;

export function faultRoom(targets: FaultTargets): Faults {
  let active: FaultOrder[] = [];
  const { locations, processes, call } = targets;

  const located = (order: FaultOrder): LocationName => {
    const location = order.location;
    if (location === undefined || !locations.includes(location)) {
      throw new CallerError({
        code: "unknown-location",
        message: location === undefined ? `${order.name} wants a location` : `there is no location ${location}`,
        hint: `one of ${locations.join(", ")}`,
      });
    }
    return location;
  };
  const both = async (location: LocationName, action: "kill" | "stop" | "cont" | "start"): Promise<void> => {
    for (const name of [`world-${location}`, `node-${location}`]) {
      if (processes.list().some((process) => process.name === name)) await processes.signal(name, action);
    }
  };
  /** Cuts pairs of locations in user space, at both ends. */
  const cut = async (
    pairs: ReadonlyMap<LocationName, readonly LocationName[]>,
    kinds: readonly ("world" | "node")[],
  ): Promise<void> => {
    for (const [location, unreachable] of pairs) {
      for (const kind of kinds) await call(`${kind}-${location}`, "POST", "/faults", { name: "cut", unreachable });
    }
  };

  const carryOut = async (order: FaultOrder): Promise<void> => {
    switch (order.name) {
      case "hard-down":
        return both(located(order), "kill");
      case "black-hole":
        return both(located(order), "stop");
      case "surge":
        return call("users", "PUT", "/load", { factor: order["factor"] ?? SURGE_FACTOR });
      case "ddos":
        return call("users", "PUT", "/load", {
          locationFactor: { location: located(order), factor: order["factor"] ?? DDOS_FACTOR },
        });
      case "cut-off": {
        const location = located(order);
        return cut(new Map([[location, [...locations.filter((other) => other !== location), "houston"]]]), ["node"]);
      }
      case "link": {
        const [one, other] = [
          located(order),
          located({ ...order, ...(order.to === undefined ? {} : { location: order.to }) }),
        ];
        if (one === other) {
          throw new CallerError({
            code: "link-needs-two",
            message: "a link has two different ends",
            hint: "name the second with --to LOCATION",
          });
        }
        return cut(
          new Map([
            [one, [other]],
            [other, [one]],
          ]),
          ["world", "node"],
        );
      }
      default: {
        if (WORLD_FAULTS.has(order.name)) return call(`world-${located(order)}`, "POST", "/faults", order);
        if (EVERYWHERE_FAULTS.has(order.name)) {
          const where = order.location === undefined ? locations : [located(order)];
          await Promise.all(where.map((location) => call(`world-${location}`, "POST", "/faults", order)));
          return;
        }
        throw new CallerError({
          code: "unknown-fault",
          message: `there is no fault ${order.name}`,
          hint: "`houston fault --help` lists them",
        });
      }
    }
  };

  return {
    async inject(order) {
      await carryOut(order);
      active.push(order);
    },

    async clear() {
      const ended = active;
      active = [];
      for (const order of ended) {
        if (order.location === undefined) continue;
        if (order.name === "hard-down") await both(order.location, "start");
        if (order.name === "black-hole") await both(order.location, "cont");
      }
      const reachable = processes.list().filter(({ state }) => state === "ready");
      await Promise.all(
        reachable
          .filter(({ name }) => /^(?:world|node)-/.test(name))
          .map(({ name }) => call(name, "DELETE", "/faults")),
      );
      if (reachable.some(({ name }) => name === "users"))
        await call("users", "PUT", "/load", { factor: 1, locationFactor: null });
    },

    list: () => active,
  };
}
