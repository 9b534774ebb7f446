import { control, initialControl, viewOf, type ControlState } from "../../src/core/control.ts";
import type { ControlEffect, ControlEvent, EntryDemand, Outcome } from "../../src/core/control-contract.ts";
import type { Condition, ConditionFinding } from "../../src/core/conditions.ts";
import type { Estate, Limit, LocationName, Zone, ZoneName } from "../../src/core/estate.ts";
import type { Order } from "../../src/core/order.ts";
import { rowToBuckets } from "../../src/core/route/rows.ts";
import type { RouteTable } from "../../src/core/route/table.ts";
import type { Reason } from "../../src/core/step.ts";
import type { Sight, Summary } from "../../src/core/summary.ts";

/**
 * A small world around control, for stories and properties: made summaries each second, scalers that grow in
 * a few seconds, servers that take tables at once, and a clock that only the story turns.
 */
export type MadeLocation = {
  readonly name: LocationName;
  /** Where it lies on a line; a zone of the same name lies there too. A step is a millisecond. */
  readonly position: number;
  readonly demandRps: number;
  readonly readyRps: number;
  readonly capacityRps: number;
  /** All are of one provider unless the story says others. */
  readonly provider?: string;
  readonly limits?: readonly Limit[];
  /** Its name comes into houston.yaml later. */
  readonly isLater?: boolean;
};

/** Five along a line with the same users and the same room: what differs in a test is what the test says. */
export const FIVE_ALIKE: readonly MadeLocation[] = ["a", "b", "c", "d", "e"].map((name, index) => ({
  name,
  position: index * 10,
  demandRps: 100,
  readyRps: 300,
  capacityRps: 600,
}));

/** Users who live away from any location. */
export type MadeZone = { readonly name: ZoneName; readonly position: number; readonly demandRps: number };

/** What a location's node says of it, in place of "healthy". */
export type Health = {
  readonly verdict: "healthy" | "shaky" | "failing";
  readonly nats: number;
  readonly aloneNats: number;
  readonly cause: string;
  readonly layer: "resource" | "network";
  readonly hurt: number;
  readonly queueMs: number;
  readonly failedRatio: number;
  readonly shedRps: number;
  readonly enteredRps: number | null;
  readonly suspects: Summary["own"]["suspects"];
  readonly deploy: string | null;
  readonly cutOff: boolean;
  /** Since when it has had the same now and then, in seconds of the story; null: it is new. */
  readonly habit: number | null;
};

export const WELL: Health = {
  verdict: "healthy",
  nats: 0,
  aloneNats: 0,
  cause: "unknown",
  layer: "resource",
  hurt: 0,
  queueMs: 2,
  failedRatio: 0.0005,
  shedRps: 0,
  enteredRps: null,
  suspects: [],
  deploy: null,
  cutOff: false,
  habit: null,
};

const START = 1_700_000_000_000;
const TICK_MS = 250;
/** Conditions are watched this often, and answer so long after they are asked. */
const WATCH_EVERY_MS = 10_000;
const ANSWER_MS = 250;
const GROW_DELAY_MS = 2_000;
const FULL_QUEUE_MS = 600;
const GROW_SHARE_PER_S = 0.25;
/** Of ten seconds of a network's requests: fewer that fail are lost among the others. */
const PATH_SEEN_FROM = 20;

export type Made = ReturnType<typeof makeWorld>;

export function makeEstate(
  locations: readonly MadeLocation[],
  settings: Partial<Estate> = {},
  zones: readonly MadeZone[] = [],
): Estate {
  return {
    locations: locations.map(({ name, capacityRps, limits, provider = "aws" }) => ({
      name,
      provider,
      country: "US",
      latitude: 0,
      longitude: 0,
      capacityRps,
      costPerRps: 0,
      ...(limits !== undefined && { limits }),
    })),
    zones: zonesOf(locations, zones).map((zone) => ({
      name: zone.name,
      country: "US",
      latencyMs: Object.fromEntries(locations.map((to) => [to.name, 5 + Math.abs(to.position - zone.position)])),
    })),
    classes: [
      { name: "public", priority: 3, latencyWeight: 1, data: { kind: "everywhere" } },
      { name: "editor", priority: 2, latencyWeight: 1, data: { kind: "one-writer", location: locations[0]!.name } },
      { name: "internal", priority: 1, latencyWeight: 1, data: { kind: "everywhere" } },
    ],
    services: {},
    journeys: {},
    objective: { errorRatio: 0.001, slowMs: 1000, burnRate: 5 },
    needlessMovesPerYear: 1,
    guards: { maxShareMovedPerMinute: 1, minLocationsServing: 2, maxUtilisation: 0.85, peopleOnly: [] },
    mode: "act",
    restore: "auto",
    actWithoutPromise: true,
    ttlSeconds: 5,
    ...settings,
  };
}

function zonesOf(locations: readonly MadeLocation[], zones: readonly MadeZone[]): readonly MadeZone[] {
  return [...locations.map((each) => ({ ...each, name: `at-${each.name}` })), ...zones];
}

/** Shares of a zone's demand by class. */
const CLASS_SHARE: Readonly<Record<string, number>> = { public: 0.95, editor: 0.01, internal: 0.04 };

export function makeWorld(
  allLocations: readonly MadeLocation[],
  settings: Partial<Estate> = {},
  awayZones: readonly MadeZone[] = [],
) {
  const later = new Set(allLocations.flatMap(({ name, isLater }) => (isLater === true ? [name] : [])));
  let locations: readonly MadeLocation[] = [];
  let estate: Estate = makeEstate(allLocations, settings, awayZones);
  const listLocations = (): void => {
    locations = allLocations.filter(({ name }) => !later.has(name));
    const all = makeEstate(allLocations, settings, awayZones);
    estate = { ...all, locations: all.locations.filter(({ name }) => !later.has(name)) };
  };
  listLocations();
  const zones = zonesOf(allLocations, awayZones);
  /** Their edge counts them, whoever serves them. */
  const nearest = (zone: MadeZone): LocationName =>
    locations.reduce((best, each) =>
      Math.abs(each.position - zone.position) < Math.abs(best.position - zone.position) ? each : best,
    ).name;
  /** `at-lyon eu-west-1`: the share of these users' requests that fail on their way there. */
  const paths = new Map<string, number>();
  const everIll = new Set<string>();
  const mute = new Set<ZoneName>();
  const log: ControlEvent[] = [];
  const health = new Map<LocationName, Health>();
  const unheard = new Set<LocationName>();
  const lost = new Set<LocationName>();
  const noGrowth = new Set<LocationName>();
  /** Their scalers say yes, and nothing comes of it. */
  const stuck = new Set<LocationName>();
  const ready = new Map(allLocations.map(({ name, readyRps }) => [name, readyRps]));
  const targets = new Map<LocationName, { rps: number; from: number }>();
  const floods = new Map<LocationName, number>();
  /** Meters at edges that are wrong: they tell so many times what comes in. */
  const meters = new Map<LocationName, number>();
  /** Of what it says it has grown, this share can really take requests. */
  const honesty = new Map<LocationName, number>();
  /** Chance in a second's count: so many times what it served. */
  const scatter = new Map<LocationName, number>();
  /** Users who are refused ask again: what comes to a place, times this. */
  const retries = new Map<LocationName, number>();
  /** What is answered when a condition is asked somewhere; absent: it holds. */
  const findings = new Map<string, ConditionFinding | "silent">();
  const conditions: readonly Condition[] = settings.conditions ?? [];
  const ill = {
    servers: null as Outcome | null,
    factor: 1,
    sickAt: null as ((table: RouteTable, location: LocationName) => Health | null) | null,
  };
  let state: ControlState = initialControl();
  let at = START;
  let seq = 0;
  let asked: { locations: readonly LocationName[]; due: number }[] = [];
  let pending: { effect: string; outcome: Outcome; due: number }[] = [];
  let heard: { effects: ControlEffect[]; reasons: Reason[]; at: number }[] = [];

  const send = (event: ControlEvent): void => {
    log.push(event);
    const stepped = control(state, event);
    state = stepped.state;
    if (stepped.effects.length + stepped.reasons.length > 0)
      heard.push({ effects: [...stepped.effects], reasons: [...stepped.reasons], at: at - START });
    for (const effect of stepped.effects) carryOut(effect);
  };

  const carryOut = (effect: ControlEffect): void => {
    switch (effect.kind) {
      case "publish":
        pending.push({ effect: effect.id, outcome: ill.servers ?? { kind: "done" }, due: at + 100 });
        return;
      case "scale": {
        const refused = noGrowth.has(effect.location);
        if (!refused) targets.set(effect.location, { rps: effect.targetRps, from: at + GROW_DELAY_MS });
        pending.push({
          effect: effect.id,
          outcome: refused ? { kind: "refused", code: "quota", says: "quota" } : { kind: "done" },
          due: at + 300,
        });
        return;
      }
      case "ask":
        asked.push({ locations: effect.locations, due: at + ANSWER_MS });
        return;
      case "notice":
      case "say":
        return;
    }
  };

  const answerFor = (locations: readonly LocationName[]): void => {
    const answers = conditions.flatMap(({ name: condition, locations: asked = locations }) =>
      locations.flatMap((location) => {
        if (!asked.includes(location)) return [];
        const finding = findings.get(`${condition} ${location}`) ?? { kind: "holds" };
        return finding === "silent" ? [] : [{ condition, location, ...finding }];
      }),
    );
    if (answers.length > 0) send({ event: "conditions", at, answers });
  };

  const loads = (): Map<LocationName, number> => {
    const sums = new Map(locations.map(({ name }) => [name, 0]));
    if (state.table === null) {
      for (const { name, demandRps } of locations) sums.set(name, demandRps * ill.factor);
      return sums;
    }
    for (const zone of zones) servedOf(zone, sums);
    return sums;
  };

  /** Adds what each location serves of a zone. */
  const servedOf = (zone: MadeZone, sums = new Map<LocationName, number>()): Map<LocationName, number> => {
    for (const className of Object.keys(CLASS_SHARE)) {
      for (const index of rowToBuckets(state.table!.assignment[className]![zone.name]!)) {
        const { name } = estate.locations[index]!;
        sums.set(name, (sums.get(name) ?? 0) + (zoneRps(zone) * CLASS_SHARE[className]!) / 256);
      }
    }
    return sums;
  };

  const zoneRps = (zone: MadeZone): number =>
    zone.demandRps * ill.factor * (floods.get(zone.name.replace(/^at-/, "")) ?? 1);

  /** What beacons tell a location of zones that were ever hurt on some way: ten seconds of them. */
  const networksAt = (location: LocationName): NonNullable<Summary["own"]["networks"]> =>
    state.table === null
      ? []
      : zones.flatMap((zone) => {
          const illHere = everIll.has(`${zone.name} ${location}`);
          if (mute.has(zone.name) || ![...everIll].some((path) => path.startsWith(`${zone.name} `))) return [];
          const total = Math.round(10 * (servedOf(zone).get(location) ?? 0));
          const bad = Math.round(total * (paths.get(`${zone.name} ${location}`) ?? 0));
          return [{ name: `users:${zone.name}`, bad, total, ill: illHere }];
        });

  /** A place says so while it still has some tens of them. */
  const pathHealth = (location: LocationName, load: number): Health | null => {
    const worst = networksAt(location).toSorted((a, b) => b.bad - a.bad)[0];
    if (worst === undefined || worst.bad < PATH_SEEN_FROM) return null;
    return {
      ...WELL,
      verdict: "failing",
      nats: 24,
      aloneNats: 24,
      cause: worst.name,
      layer: "network",
      hurt: worst.bad / Math.max(1, 10 * load),
    };
  };

  /** What it can really take. */
  const realRps = ({ name, readyRps }: MadeLocation): number => {
    const says = ready.get(name)!;
    return says <= readyRps ? says : readyRps + (honesty.get(name) ?? 1) * (says - readyRps);
  };

  const summaryOf = (location: MadeLocation, wanted: number): Summary => {
    const load = wanted * (retries.get(location.name) ?? 1);
    const takesRps = realRps(location);
    const table = state.table;
    const sickened = table === null ? null : ill.sickAt?.(table, location.name);
    const made = health.get(location.name) ?? sickened ?? pathHealth(location.name, load) ?? WELL;
    const networks = networksAt(location.name);
    seq += 1;
    const sees: Record<LocationName, Sight> = {};
    for (const other of locations) {
      if (other.name === location.name) continue;
      const gone = lost.has(other.name);
      sees[other.name] = {
        lookedAt: at,
        failedLooks: gone ? 3 : 0,
        looks: 5,
        failures: gone ? 3 : 0,
        lossNats: gone ? 10 : 0,
        grayNats: 0,
      };
    }
    const readyRps = ready.get(location.name)!;
    return {
      from: location.name,
      seq,
      at,
      sees,
      own: {
        verdict: made.verdict,
        evidenceNats: made.nats,
        aloneNats: made.aloneNats,
        barNats: 20,
        promise: "none",
        usersHurt: made.hurt,
        worthMoving: made.verdict === "failing" && made.nats > 0,
        healthyNats: made.verdict === "healthy" ? 25 : 0,
        ...(made.habit === null ? {} : { habitSince: START + made.habit * 1000 }),
        causes: made.verdict === "healthy" ? [] : [{ layer: made.layer, name: made.cause, share: 0.92 }],
        because:
          made.verdict === "healthy"
            ? []
            : [
                {
                  service: "checkout",
                  signal: "requests",
                  nats: made.nats,
                  says: `${(made.hurt * 100 + 0.1).toFixed(1)} % of requests fail; at most 0.10 % is usual; 0.10 % elsewhere`,
                },
              ],
        rates: [],
        deploys: made.deploy === null ? [] : [{ service: "checkout", version: made.deploy, at: START }],
        load: {
          servedRps: Math.min(load, takesRps) * (scatter.get(location.name) ?? 1),
          enteredRps: made.enteredRps ?? load,
          readyRps,
          capacityRps: location.capacityRps,
          utilisation: readyRps > 0 ? load / readyRps : Number(load > 0),
          shedRps: made.shedRps + Math.max(0, load - takesRps),
          // A liar's queue is full before it refuses.
          queueMs: load > takesRps && takesRps < readyRps ? FULL_QUEUE_MS : made.queueMs,
          failedRatio: made.failedRatio,
        },
        suspects: made.suspects,
        ...(networks.length > 0 && { networks }),
        cutOff: made.cutOff,
      },
    };
  };

  const second = (): void => {
    const load = loads();
    for (const location of locations) {
      const { name } = location;
      const target = targets.get(name);
      if (target !== undefined && at >= target.from && !stuck.has(name)) {
        const now = ready.get(name)!;
        const step = location.capacityRps * GROW_SHARE_PER_S;
        ready.set(name, target.rps > now ? Math.min(target.rps, now + step) : target.rps);
      }
      if (lost.has(name) || unheard.has(name)) continue;
      send({
        event: "capacity",
        at,
        capacity: { at, location: name, capacityRps: location.capacityRps, readyRps: ready.get(name)! },
      });
      const rps: Record<string, Record<string, number>> = {};
      for (const className of Object.keys(CLASS_SHARE))
        rps[className] = Object.fromEntries(
          zones
            .filter((zone) => nearest(zone) === name)
            .map((zone) => [zone.name, zoneRps(zone) * CLASS_SHARE[className]! * (meters.get(name) ?? 1)]),
        );
      send({ event: "demand", at, demand: { from: name, rps } satisfies EntryDemand });
      send({ event: "summary", at, summary: summaryOf(location, load.get(name)!) });
    }
  };

  send({ event: "config", at, estate });

  return {
    get estate(): Estate {
      return estate;
    },
    holds: (version: number) => send({ event: "routeTable", at, version }),
    /** Houston is started again with a houston.yaml that names this location too. */
    joins: (name: LocationName) => {
      later.delete(name);
      listLocations();
      send({ event: "config", at, estate });
    },
    /** Houston is started again with a houston.yaml by which law forbids a zone's users to be there. */
    forbids: (zone: ZoneName, location: LocationName) => {
      const forbidden = Object.fromEntries(estate.classes.map((each) => [each.name, [location]]));
      const withLaw = (each: Zone): Zone => ({ ...each, forbidden });
      estate = { ...estate, zones: estate.zones.map((each) => (each.name === zone ? withLaw(each) : each)) };
      send({ event: "config", at, estate });
    },
    log,
    health,
    unheard,
    lost,
    noGrowth,
    stuck,
    floods,
    meters,
    honesty,
    scatter,
    retries,
    realRps: (name: LocationName) => realRps(locations.find((each) => each.name === name)!),
    findings,
    /** All conditions are asked everywhere, now. */
    answerAll: () => answerFor(locations.map(({ name }) => name)),
    /** From now on this share of a zone's requests fails on their way there; 0: none. */
    path: (zone: ZoneName, location: LocationName, share: number) => {
      paths.set(`${zone} ${location}`, share);
      everIll.add(`${zone} ${location}`);
    },
    /** Zones whose users nobody hears of any more. */
    mute,
    ill,
    ready,
    /** Somebody else sets what a place has ready, and undoes what was asked. */
    shrinks: (name: LocationName, readyRps: number) => {
      targets.delete(name);
      ready.set(name, readyRps);
    },
    send,
    loads,
    /** Who serves a zone, in requests a second. */
    servedOf: (name: ZoneName) => servedOf(zones.find((zone) => zone.name === name)!),
    state: () => state,
    view: () => viewOf(state),
    at: () => at,
    start: START,
    /** So many times what each zone wants as the story began, for so many seconds. */
    forecast: (times: number, seconds: number) => {
      const rps = Object.fromEntries(
        Object.entries(CLASS_SHARE).map(([className, share]) => [
          className,
          Object.fromEntries(locations.map(({ name, demandRps }) => [`at-${name}`, times * demandRps * share])),
        ]),
      );
      send({ event: "forecast", at, forecast: { until: at + 1000 * seconds, rps } });
    },
    /** What each has carried well, just now. */
    proven: (carried: readonly (readonly [LocationName, number])[]) =>
      send({ event: "proven", at, proven: carried.map(([location, rps]) => ({ location, rps, at })) }),
    order: (by: string, order: Order) => send({ event: "order", at, by, order }),
    run: (seconds: number) => {
      for (let tick = 0; tick < (seconds * 1000) / TICK_MS; tick++) {
        if ((at - START) % 1000 === 0) second();
        if ((at - START) % WATCH_EVERY_MS === 0) answerFor(locations.map(({ name }) => name));
        for (const each of asked.filter(({ due }) => due <= at)) answerFor(each.locations);
        asked = asked.filter(({ due }) => due > at);
        const due = pending.filter((each) => each.due <= at);
        pending = pending.filter((each) => each.due > at);
        for (const each of due) send({ event: "outcome", at, effect: each.effect, outcome: each.outcome });
        send({ event: "tick", at });
        at += TICK_MS;
      }
    },
    /** What control did since the last time this was asked. */
    heard: () => {
      const all = heard;
      heard = [];
      return all;
    },
    /** A restarted Houston: the log again, from nothing. */
    replayed: () => log.reduce<ControlState>((before, event) => control(before, event).state, initialControl()),
  };
}

/** What moved between two tables, as shares of what each place had at home. */
export function movesBetween(made: Made, before: RouteTable | null, after: RouteTable): readonly string[] {
  if (before === null) return ["first"];
  const counts = new Map<string, number>();
  for (const className of ["public", "internal", "editor"]) {
    for (const zone of made.estate.zones) {
      const old = rowToBuckets(before.assignment[className]![zone.name]!);
      const now = rowToBuckets(after.assignment[className]![zone.name]!);
      for (let bucket = 0; bucket < 256; bucket++) {
        const [from, to] = [before.locations[old[bucket]!]!, after.locations[now[bucket]!]!];
        if (from === to) continue;
        const key = `${from} -> ${to}`;
        counts.set(key, (counts.get(key) ?? 0) + (CLASS_SHARE[className]! * zoneDemand(made, zone.name)) / 256);
      }
    }
  }
  return [...counts.keys()].sort((a, b) => (a < b ? -1 : 1)).map((key) => `${key} ${Math.round(counts.get(key)!)} rps`);
}

const zoneDemand = (made: Made, zone: string): number => {
  const { entries } = made.state().demand;
  return Object.keys(entries)
    .flatMap((from) => Object.keys(CLASS_SHARE).map((name) => entries[from]!.rps[name]?.[zone] ?? 0))
    .reduce((total, rps) => total + rps, 0);
};
