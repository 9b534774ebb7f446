import { BUCKETS, type LocationName } from "../../core/estate.ts";
import { CallerError } from "../../core/errors.ts";
import { FAULT_LOCATION, FAULTS } from "../drills/fault-names.ts";
import { CELL_LINES, memberName } from "../cells/members.ts";
import { faultServices } from "../drills/fault-services.ts";
import { faultZones } from "../drills/fault-zones.ts";
import { named } from "../drills/suggest.ts";
import type { ProcessGroup } from "./process-group.ts";

/** A fault as `POST /faults` takes it: the name, where, and what the fault itself wants to know. */
export type FaultOrder = {
  readonly name: string;
  readonly location?: LocationName;
  /** The other end of a `link`. */
  readonly to?: LocationName;
  readonly services?: readonly string[];
  /** Whose users' `path` it is. */
  readonly zones?: readonly string[];
  readonly share?: number;
  readonly [setting: string]: unknown;
};

/** How a fault reaches the processes that it makes sick. */
export type FaultTargets = {
  readonly locations: readonly LocationName[];
  readonly processes: Pick<ProcessGroup, "list" | "signal">;
  /** Calls the admin port of a process; rejects when it can't be reached. */
  readonly call: (process: string, method: string, path: string, body?: unknown) => Promise<void>;
};

export type Faults = {
  /** Throws `CallerError` for what nobody can carry out; then nothing is listed, and `clear` mends what was begun. */
  inject(order: FaultOrder): Promise<void>;
  /** Ends all of them, and does all that it can before it throws. What did not end stays listed. */
  clear(): Promise<void>;
  list(): readonly FaultOrder[];
};

const SURGE_FACTOR = 1.4;
const DDOS_FACTOR = 10;
const NORMAL_LOAD = { factor: 1, locationFactor: null, tenant: null };
const POISON_BUCKET = 0x2a;
/** A handful a second is felt by a small place, and is not most of anybody's traffic. */
const POISON_RPS = 5;
const POISON_RPS_MAX = 1000;

export function faultRoom(targets: FaultTargets): Faults {
  let active: readonly FaultOrder[] = [];
  /** Who can't reach whom: a process takes the whole list each time, so that a second cut leaves the first. */
  const unreachable = new Map<string, ReadonlySet<string>>();
  const { locations, processes, call } = targets;

  const known = (what: string, location: unknown): LocationName => {
    if (location === undefined) {
      throw new CallerError({
        code: "unknown-location",
        message: `${what} wants a location`,
        hint: `one of ${locations.join(", ")}`,
      });
    }
    return named(
      locations.map((name) => ({ name })),
      "location",
      typeof location === "string" ? location : JSON.stringify(location),
    ).name;
  };
  const readyProcesses = (): readonly string[] =>
    processes.list().flatMap(({ name, state }) => (state === "ready" ? [name] : []));

  const isThere = (name: string): boolean => processes.list().some((process) => process.name === name);
  /** The location's world, its node, and its cell's member where there is one. */
  const allOf = async (location: LocationName, action: "kill" | "stop" | "cont" | "start"): Promise<void> => {
    const names = [`world-${location}`, `node-${location}`, memberName(location)].filter(isThere);
    await Promise.all(names.map((name) => processes.signal(name, action)));
  };
  const inWorld = (location: LocationName, order: FaultOrder): Promise<void> => {
    faultServices(order.services ?? [], [location]);
    return call(`world-${location}`, "POST", "/faults", order);
  };
  /** A world that is down has nothing to make sick, and is no reason to spare the others. */
  const inWorlds = async (where: readonly LocationName[], order: FaultOrder): Promise<void> => {
    faultServices(order.services ?? [], where);
    const ready = new Set(readyProcesses());
    await Promise.all(where.filter((name) => ready.has(`world-${name}`)).map((name) => inWorld(name, order)));
  };
  const cut = async (process: string, from: readonly string[]): Promise<void> => {
    const all = new Set([...(unreachable.get(process) ?? []), ...from]);
    unreachable.set(process, all);
    await call(process, "POST", "/faults", { name: "cut", unreachable: [...all] });
  };

  const carryOut = async (order: FaultOrder): Promise<void> => {
    const { name } = named(FAULTS, "fault", order.name);
    const here = (): LocationName => known(name, order.location);
    switch (name) {
      case "hard-down":
        return allOf(here(), "kill");
      case "black-hole":
        return allOf(here(), "stop");
      case "surge":
        return call("users", "PUT", "/load", { factor: order["factor"] ?? SURGE_FACTOR });
      case "ddos":
        return call("users", "PUT", "/load", {
          locationFactor: { location: here(), factor: order["factor"] ?? DDOS_FACTOR },
        });
      case "cut-off": {
        const location = here();
        return cut(`node-${location}`, [...locations.filter((other) => other !== location), "houston"]);
      }
      case "link": {
        const [one, other] = [here(), known("the other end of a link", order.to)];
        if (one === other) {
          throw new CallerError({
            code: "link-needs-two",
            message: "a link has two different ends",
            hint: "name the second with --to LOCATION",
          });
        }
        for (const kind of ["world", "node"]) {
          await cut(`${kind}-${one}`, [other]);
          await cut(`${kind}-${other}`, [one]);
        }
        if (isThere(CELL_LINES)) await call(CELL_LINES, "POST", "/cuts", { between: [one, other] });
        return;
      }
      case "provider-brownout":
      case "slow":
      case "gray":
      case "slower":
      case "leak":
      case "receiver-slow":
      case "replica-lag":
      case "flap":
        return inWorld(here(), order);
      case "path":
        return inWorld(here(), { ...order, zones: faultZones(order.zones ?? [], here()) });
      case "bad-deploy": {
        // A deploy that is bad in one place only is `gray`; this one is bad wherever one could move to.
        const { location: _, ...everywhere } = order;
        return inWorlds(locations, everywhere);
      }
      case "cannot-grow":
      case "noise":
        return inWorlds(order.location === undefined ? locations : [here()], order);
      case "poison-tenant": {
        const { location, ...everywhere } = order;
        const home = known(name, order["home"] ?? location ?? FAULT_LOCATION);
        const tenant = { location: home, bucket: bucketOf(order["bucket"]), rps: tenantRps(order["rps"]) };
        // All worlds are told, so that the trouble follows the tenant to whoever serves it.
        await inWorlds(locations, { ...everywhere, home });
        return call("users", "PUT", "/load", { tenant });
      }
    }
  };

  return {
    async inject(order) {
      await carryOut(order);
      active = [...active.filter(({ name, location }) => name !== order.name || location !== order.location), order];
    },

    async clear() {
      const ended = active;
      const stays = new Set<FaultOrder>();
      const errors: unknown[] = [];
      // All at once: a cell's member is not ready before most of its cell are there.
      await Promise.all(
        ended.map(async (order) => {
          try {
            if (order.name === "hard-down") await allOf(known(order.name, order.location), "start");
            if (order.name === "black-hole") await allOf(known(order.name, order.location), "cont");
          } catch (error) {
            errors.push(error);
            stays.add(order);
          }
        }),
      );
      unreachable.clear();
      const calls = readyProcesses().flatMap((name) => {
        if (/^(?:world|node)-/.test(name)) return [call(name, "DELETE", "/faults")];
        if (name === CELL_LINES) return [call(name, "DELETE", "/cuts")];
        return name === "users" ? [call(name, "PUT", "/load", NORMAL_LOAD)] : [];
      });
      for (const result of await Promise.allSettled(calls))
        if (result.status === "rejected") errors.push(result.reason);
      // What was made in the meantime is not ended.
      active = active.filter((order) => !ended.includes(order) || stays.has(order));
      if (errors.length > 0) throw errors[0];
    },

    list: () => active,
  };
}

/** A number, or two hex digits as in its host name. */
function bucketOf(given: unknown): number {
  const bucket = typeof given === "string" && /^[0-9a-f]{1,2}$/i.test(given) ? Number.parseInt(given, 16) : given;
  if (bucket === undefined) return POISON_BUCKET;
  if (typeof bucket === "number" && Number.isInteger(bucket) && bucket >= 0 && bucket < BUCKETS) return bucket;
  throw new CallerError({
    code: "bad-bucket",
    message: `${JSON.stringify(given)} is not a bucket`,
    hint: "two hex digits, for example 2a",
  });
}

function tenantRps(given: unknown): number {
  if (given === undefined) return POISON_RPS;
  if (typeof given === "number" && given >= 0 && given <= POISON_RPS_MAX) return given;
  throw new CallerError({
    code: "bad-rps",
    message: `${JSON.stringify(given)} is no number of requests a second`,
    hint: `from 0 to ${POISON_RPS_MAX}, for example ${POISON_RPS}`,
  });
}
