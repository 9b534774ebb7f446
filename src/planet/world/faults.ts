import { AT_RISK, bursts, leakEffect, NO_EFFECT, poisonLevel, resentMs, type Effect } from "./fault-effects.ts";

/**
 * The faults that a world carries out in itself (docs/faults.md has each ramp in numbers). A fault changes how
 * services and resources behave at their own sockets; nothing else in the world knows that one is on.
 */
export type FaultRoom = {
  /** What is wrong with the order, or null. */
  inject(order: unknown, nowMs: number): { readonly code: string; readonly says: string; readonly hint: string } | null;
  clear(): void;
  names(): readonly string[];
  effect(service: string, nowMs: number): Effect;
  readonly isCut: (location: string) => boolean;
  probeFails(nowMs: number): boolean;
  /** How much of the capacity a request takes; a poisonous one leaves its mark. */
  costOf(request: { readonly class: string; readonly bucket: number; readonly zone: string }, nowMs: number): number;
  /** The share of such requests that fail by themselves. */
  poisons(request: { readonly class: string; readonly bucket: number; readonly zone: string }): number;
  /** Null: the usual lag. */
  replicaLagMs(): number | null;
  /** By which share of its own time each request of the location takes longer. */
  slowerShare(): number;
  /** How much longer a request of such users and its answer are under way, both together: drawn anew for each request. */
  pathDelayMs(zone: string): number;
};

export type FaultHooks = {
  /** The names of this location's services and resources. */
  readonly services: readonly string[];
  /** The store's name here: dynamodb, firestore or cosmosdb. */
  readonly store: string;
  readonly locations: readonly string[];
  readonly zones: readonly string[];
  /** The location that a zone is at home in. */
  readonly homeOf: (zone: string) => string;
  readonly servedRps: (nowMs: number) => number;
  readonly setVersion: (service: string, version: string | null) => void;
  readonly setRefusing: (refusing: boolean) => void;
  readonly chance: () => number;
};

export const WORLD_FAULTS = [
  "provider-brownout",
  "slow",
  "gray",
  "slower",
  "leak",
  "noise",
  "path",
  "bad-deploy",
  "receiver-slow",
  "replica-lag",
  "cannot-grow",
  "poison-tenant",
  "flap",
  "link",
  "cut",
] as const;
type FaultName = (typeof WORLD_FAULTS)[number];

type Fault = {
  readonly name: FaultName;
  readonly since: number;
  readonly services: ReadonlySet<string>;
  /** Whose users feel it, where not all do. */
  readonly zones: ReadonlySet<string>;
  readonly share: number;
  readonly number: (setting: string, otherwise: number) => number;
  readonly home: string;
  /** What the location served when it began. */
  readonly baseRps: number;
};

const SHARE: Readonly<Record<FaultName, number>> = {
  "provider-brownout": 0.1,
  slow: 1,
  gray: 0.2,
  slower: 0.3,
  leak: 0.2,
  noise: 0.1,
  path: 0.5,
  "bad-deploy": 0.18,
  "receiver-slow": 1,
  "replica-lag": 1,
  "cannot-grow": 1,
  "poison-tenant": 0.8,
  flap: 0.05,
  link: 1,
  cut: 1,
};
const BROWNOUT_RAMP_SECONDS = 180;
const BROWNOUT_FACTOR = 10;
const SLOW_MS = 2000;
const LEAK_RAMP_SECONDS = 1800;
const LEAK_MS = 600;
const NOISE_MS = 200;
/** A receiver begins to slow at this much more than it served before, and is slowest at the other. */
const RECEIVER_FROM = 1.1;
const RECEIVER_TO = 1.5;
/** Too little traffic says nothing about growth. */
const RECEIVER_BASE_RPS_MIN = 2;
const REPLICA_LAG_MS = 10_000;
/** A handful of its requests a second must leave a small location the most of its capacity. */
const POISON_COST = 8;
const POISON_BUCKET = 0x2a;
/** Where the poisonous tenant's users live when nobody says. */
const POISON_HOME = "us-east-1";
/** Two single probes never fail within this: a flap is one, not a row. */
const FLAP_PAUSE_MS = 2000;
const BAD_VERSION = "2026.11.23-2";

export function faultRoom(hooks: FaultHooks): FaultRoom {
  let faults: Fault[] = [];
  let cut: ReadonlySet<string> = new Set();
  let flappedAt = 0;
  const poison = poisonLevel();
  const noise = bursts(hooks.chance);

  const active = (name: FaultName): Fault | undefined => faults.find((fault) => fault.name === name);

  const effectOf = (fault: Fault, service: string, nowMs: number): Effect | null => {
    switch (fault.name) {
      case "provider-brownout": {
        if (!fault.services.has(service)) return null;
        const ramp = rampOf(fault, BROWNOUT_RAMP_SECONDS, nowMs);
        return {
          extraMs: 0,
          factor: 1 + ramp * (fault.number("factor", BROWNOUT_FACTOR) - 1),
          failShare: ramp * fault.share,
        };
      }
      case "slow": {
        if (!fault.services.has(service) || hooks.chance() >= fault.share) return null;
        const factor = fault.number("factor", 1);
        return { extraMs: fault.number("extraMs", factor > 1 ? 0 : SLOW_MS), factor, failShare: 0 };
      }
      case "leak":
        return fault.services.has(service)
          ? leakEffect(rampOf(fault, LEAK_RAMP_SECONDS, nowMs), {
              extraMs: fault.number("extraMs", LEAK_MS),
              share: fault.share,
            })
          : null;
      case "noise":
        return fault.services.has(service) && noise.isOn(nowMs)
          ? { extraMs: fault.number("extraMs", NOISE_MS), factor: 1, failShare: fault.share }
          : null;
      case "gray":
      case "bad-deploy":
        return fault.services.has(service) ? { extraMs: 0, factor: 1, failShare: fault.share } : null;
      case "receiver-slow": {
        if (!fault.services.has(service)) return null;
        const grown = hooks.servedRps(nowMs) / fault.baseRps;
        const ramp = Math.min(1, Math.max(0, (grown - RECEIVER_FROM) / (RECEIVER_TO - RECEIVER_FROM)));
        return ramp === 0 ? null : { extraMs: ramp * fault.number("extraMs", SLOW_MS), factor: 1, failShare: 0 };
      }
      case "poison-tenant":
        return fault.services.has(service) ? { extraMs: 0, factor: 1, failShare: poison.at(nowMs) } : null;
      case "replica-lag":
      case "cannot-grow":
      case "flap":
      case "link":
      case "cut":
      case "slower":
      case "path":
        return null;
    }
  };

  const isPoison: (request: Parameters<FaultRoom["poisons"]>[0]) => boolean = ({ class: className, bucket, zone }) => {
    const fault = active("poison-tenant");
    if (fault === undefined || className !== "public" || bucket !== fault.number("bucket", POISON_BUCKET)) return false;
    // A tenant's users live somewhere: its requests are those of the zones that are at home there, wherever they are served.
    return hooks.homeOf(zone) === fault.home;
  };

  return {
    inject(order, nowMs) {
      const read = readOrder(order, hooks, nowMs);
      if ("code" in read) return read;
      const { fault, unreachable } = read;
      faults = [...faults.filter(({ name }) => name !== fault.name), fault];
      if (fault.name === "cut" || fault.name === "link") cut = new Set(unreachable);
      if (fault.name === "cannot-grow") hooks.setRefusing(true);
      if (fault.name === "bad-deploy") for (const service of fault.services) hooks.setVersion(service, BAD_VERSION);
      return null;
    },
    clear() {
      for (const fault of faults)
        if (fault.name === "bad-deploy") for (const service of fault.services) hooks.setVersion(service, null);
      faults = [];
      cut = new Set();
      poison.forget();
      noise.forget();
      hooks.setRefusing(false);
    },
    names: () => faults.map(({ name }) => name),
    effect(service, nowMs) {
      if (faults.length === 0) return NO_EFFECT;
      let [extraMs, factor, works] = [0, 1, 1];
      for (const fault of faults) {
        const effect = effectOf(fault, service, nowMs);
        if (effect === null) continue;
        extraMs += effect.extraMs;
        factor *= effect.factor;
        works *= 1 - effect.failShare;
      }
      return { extraMs, factor, failShare: 1 - works };
    },
    isCut: (location) => cut.has(location),
    probeFails(nowMs) {
      const fault = active("flap");
      if (fault === undefined || nowMs - flappedAt < FLAP_PAUSE_MS || hooks.chance() >= fault.share) return false;
      flappedAt = nowMs;
      return true;
    },
    costOf(request, nowMs) {
      if (!isPoison(request)) return 1;
      poison.add(nowMs);
      return POISON_COST;
    },
    poisons: (request) => (isPoison(request) ? active("poison-tenant")!.share : 0),
    replicaLagMs: () => active("replica-lag")?.number("lagMs", REPLICA_LAG_MS) ?? null,
    slowerShare: () => active("slower")?.share ?? 0,
    pathDelayMs(zone) {
      const fault = active("path");
      if (fault === undefined || !fault.zones.has(zone)) return 0;
      return resentMs(fault.share, hooks.chance) + resentMs(fault.share, hooks.chance);
    },
  };
}

/** How far it has come, from 0 to 1: linear over its time, then steady. */
function rampOf(fault: Fault, usualSeconds: number, nowMs: number): number {
  const rampSeconds = fault.number("rampSeconds", usualSeconds);
  const passedSeconds = (nowMs - fault.since) / 1000;
  return passedSeconds >= rampSeconds ? 1 : passedSeconds / rampSeconds;
}

type Problem = { readonly code: string; readonly says: string; readonly hint: string };

/** Orders come from people by way of the supervisor: each mistake is answered with the fix. */
function readOrder(
  order: unknown,
  hooks: FaultHooks,
  nowMs: number,
): Problem | { readonly fault: Fault; readonly unreachable: readonly string[] } {
  const given = typeof order === "object" && order !== null ? (order as Record<string, unknown>) : {};
  const name = WORLD_FAULTS.find((each) => each === given["name"]);
  if (name === undefined) {
    return {
      code: "unknown-fault",
      says: `a world has no fault ${JSON.stringify(given["name"])}`,
      hint: `one of ${WORLD_FAULTS.join(", ")}`,
    };
  }
  const services = strings(given["services"]) ?? (name === "provider-brownout" ? [hooks.store] : (AT_RISK[name] ?? []));
  const unknown = services.find((service) => !hooks.services.includes(service));
  if (unknown !== undefined) {
    return {
      code: "unknown-service",
      says: `there is no service ${unknown} here`,
      hint: `one of ${hooks.services.join(", ")}`,
    };
  }
  const zones = strings(given["zones"]) ?? [];
  const stranger = zones.find((zone) => !hooks.zones.includes(zone));
  if (stranger !== undefined || (name === "path" && zones.length === 0)) {
    return {
      code: "unknown-zone",
      says: stranger === undefined ? "a path wants zones" : `there is no zone ${stranger}`,
      hint: "`houston planet zones` lists them",
    };
  }
  const share = given["share"] ?? SHARE[name];
  if (typeof share !== "number" || !(share >= 0 && share <= 1)) {
    return {
      code: "bad-share",
      says: `share is ${JSON.stringify(share)}`,
      hint: "a number from 0 to 1, for example 0.2",
    };
  }
  return {
    unreachable: (strings(given["unreachable"]) ?? []).filter((location) => hooks.locations.includes(location)),
    fault: {
      name,
      since: nowMs,
      services: new Set(services),
      zones: new Set(zones),
      share,
      home: [given["home"], given["location"]].find((each) => typeof each === "string") ?? POISON_HOME,
      baseRps: Math.max(RECEIVER_BASE_RPS_MIN, hooks.servedRps(nowMs)),
      number: (setting, otherwise) => {
        // A bucket is written in hex, as in its host name.
        const value =
          setting === "bucket" && typeof given[setting] === "string" ? parseInt(given[setting], 16) : given[setting];
        return typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : otherwise;
      },
    },
  };
}

function strings(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === "string")
    ? value
    : undefined;
}
