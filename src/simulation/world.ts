import type { LocationName, ZoneName } from "../core/estate.ts";
import type { Reading } from "../core/reading.ts";
import { answer, followedAsLost, initialRoute, type RouteState } from "../core/route/route.ts";
import type { LossNotice, RouteTable } from "../core/route/table.ts";
import type { Outcome } from "../core/control-contract.ts";
import type { UnixMs } from "../core/step.ts";
import { SUSPECT_NATS_MIN } from "../core/suspects.ts";
import type { WorldNews } from "../runtime/node.ts";
import { chance } from "./chance.ts";
import type { Fault } from "./faults.ts";
import type { MadePlanet } from "./made-planet.ts";
import { routing } from "./routing.ts";
import { madeScaler, type MadeScaler } from "./scaler.ts";
import { healthOf, readingsOf, WELL, type Condition, type Health } from "./shop.ts";

/**
 * The world as a fluid: like water in pipes, requests are rates and not drops. Users follow the name server within the
 * TTL, edges that live relay by their own table, a location serves what it is ready for, queues a little and sheds the
 * rest, lowest class first. Only what is counted and told to Houston is drawn as whole requests, with chance's scatter.
 *
 * 1. Demand is never lost: each request is served, shed, or fails at a door that nobody opens.
 *    On a bad path it may fail before any door; beacons, told where the run has such a path, count those as well.
 * 2. What nobody can see is not told: a dead location counts nothing.
 */
export type World = {
  /** Moves the fluid on by STEP_MS. */
  step(at: UnixMs, active: readonly Fault[]): void;
  /** What a location's node reads of it. */
  read(location: LocationName, at: UnixMs): WorldNews;
  table(server: string, table: RouteTable, at: UnixMs): Outcome;
  notice(server: string, notice: LossNotice, at: UnixMs): Outcome;
  health(location: LocationName): Health;
  scaler(location: LocationName): MadeScaler;
  /** Its processes died: the table is gone, and what was counted. */
  restart(location: LocationName, at: UnixMs): void;
  version(server: string): number;
  readonly places: ReadonlyMap<LocationName, PlaceNow>;
  readonly users: UsersNow;
};

export const STEP_MS = 250;
export const NAME_SERVER = "name-server";

/** What is so in a location now, for those who check: Houston does not see this. */
export type PlaceNow = {
  readonly name: LocationName;
  /** Nobody answers here: dead or frozen. */
  silent: boolean;
  offeredRps: number;
  readyRps: number;
  servedRps: number;
  shedRps: number;
  /** Of what is offered, what did not live here before. */
  guestRps: number;
  /** A tenant of death makes it sick: the share of requests it fails for that. */
  sickness: number;
};

export type UsersNow = { demandRps: number; unreachedRps: number; shedRps: number; failedRps: number };

/** Resolvers that keep an answer too long. */
const STUBBORN_SHARE = 0.02;
const STUBBORN_SECONDS = 15;
/** Less than one request in days. */
const LEAST_RPS = 1e-6;
/** What a queue may hold before it sheds: a browser's patience. */
const QUEUE_MS_MAX = 600;
const BUCKETS_EVERY_MS = 5_000;
const POISON_GROWS = 0.12;
const POISON_HEALS_SECONDS = 4;
export const POISON_BUCKET = 42;
const POISON_SERVICES = ["web", "catalog", "cart", "checkout"];

type Counted = {
  served: number;
  shed: number;
  bad: number;
  sinceMs: number;
  entered: Float64Array;
  beacons: Map<ZoneName, Beacons>;
};
type Beacons = { good: number; bad: number };

type Site = PlaceNow & {
  readonly index: number;
  readonly scaler: MadeScaler;
  route: RouteState;
  health: Health;
  version: string;
  queueRequests: number;
  counted: Counted;
  bucketsAt: number;
};

export function makeWorld(options: {
  readonly planet: MadePlanet;
  readonly seed: number;
  readonly at: UnixMs;
  /** Users' beacons tell how each request fared, by zone. */
  readonly hasBeacons?: boolean;
}): World {
  const { planet } = options;
  const { names, estate } = planet;
  const routes = routing(planet);
  const { rows } = routes;
  const random = chance(options.seed, "counts");
  const ofBeacons = chance(options.seed, "beacons");
  const newCounted = (at: UnixMs): Counted => ({
    served: 0,
    shed: 0,
    bad: 0,
    sinceMs: at,
    entered: new Float64Array(rows.length),
    beacons: new Map(),
  });
  const sites: Site[] = names.map((name, index) => ({
    name,
    index,
    silent: false,
    offeredRps: 0,
    readyRps: planet.readyRps[name]!,
    servedRps: 0,
    shedRps: 0,
    guestRps: 0,
    sickness: 0,
    scaler: madeScaler({
      location: name,
      restRps: planet.readyRps[name]!,
      capacityRps: estate.locations[index]!.capacityRps,
    }),
    route: initialRoute(names),
    health: healthOf(WELL),
    version: "1",
    queueRequests: 0,
    counted: newCounted(options.at),
    bucketsAt: 0,
  }));
  const byName = new Map(sites.map((site) => [site.name, site]));
  const siteOf = (name: LocationName): Site => byName.get(name)!;
  const users: UsersNow = { demandRps: 0, unreachedRps: 0, shedRps: 0, failedRps: 0 };
  let nameServer = initialRoute(names);
  /** Answers of the last TTL: users look again at any time within it. */
  const answers: Float64Array[] = [];
  const kept = new Float64Array(rows.length * names.length);
  const stubborn = new Float64Array(rows.length * names.length);
  let home: Float64Array | null = null;
  const perTtl = Math.round((estate.ttlSeconds * 1000) / STEP_MS);

  const resolve = (): void => {
    const now = routes.shares(nameServer);
    if (answers.length === 0) {
      for (let step = 0; step < perTtl; step++) answers.push(now);
      for (let cell = 0; cell < now.length; cell++) kept[cell] = now[cell]! * perTtl;
      stubborn.set(now);
    } else {
      const oldest = answers.shift()!;
      answers.push(now);
      if (oldest !== now)
        for (let cell = 0; cell < now.length; cell++) kept[cell] = kept[cell]! + now[cell]! - oldest[cell]!;
    }
    const follow = STEP_MS / 1000 / STUBBORN_SECONDS;
    for (let cell = 0; cell < now.length; cell++)
      stubborn[cell] = stubborn[cell]! + (now[cell]! - stubborn[cell]!) * follow;
  };

  const flow = (active: readonly Fault[]): Float64Array => {
    const count = names.length;
    const surge = active.filter(({ kind }) => kind === "surge").reduce((product, { size }) => product * size, 1);
    const cut = new Set(
      active.flatMap((fault) =>
        fault.kind === "link" ? [`${fault.location}>${fault.other}`, `${fault.other}>${fault.location}`] : [],
      ),
    );
    const reaches = (from: Site, to: Site): boolean => !to.silent && !cut.has(`${from.name}>${to.name}`);
    const offered = new Float64Array(count);
    for (const site of sites) site.guestRps = 0;
    users.demandRps = 0;
    users.unreachedRps = 0;
    const here = new Float64Array(count);
    const wantedBy = sites.map((site) => routes.shares(site.route));
    rows.forEach((row, index) => {
      const first = index * count;
      const rps = row.rps * surge;
      users.demandRps += rps;
      here.fill(0);
      const enters = (site: Site): number =>
        (1 - STUBBORN_SHARE) * (kept[first + site.index]! / perTtl) + STUBBORN_SHARE * stubborn[first + site.index]!;
      for (const site of sites) {
        const came = rps * enters(site);
        if (came < LEAST_RPS) continue;
        const lostRps = came * lossOn(active, row.zone, site.name);
        const entered = came - lostRps;
        users.failedRps += lostRps;
        if (site.silent) {
          users.unreachedRps += entered;
          continue;
        }
        if (options.hasBeacons === true) hearUsers(site, row.zone, { lostRps, entered });
        site.counted.entered[index] = site.counted.entered[index]! + (entered * STEP_MS) / 1000;
        // The edge keeps what its table leaves here, and hands on the rest to those who have too little so far.
        const wanted = wantedBy[site.index]!;
        const stays = Math.min(entered, rps * wanted[first + site.index]!);
        let handOn = entered - stays;
        if (handOn > LEAST_RPS) {
          const lack = (to: Site): number =>
            to === site || !reaches(site, to) ? 0 : Math.max(0, rps * (wanted[first + to.index]! - enters(to)));
          const room = sites.reduce((sum, to) => sum + lack(to), 0);
          const share = room > 0 ? Math.min(1, handOn / room) : 0;
          for (const to of sites) {
            const more = lack(to) * share;
            here[to.index] = here[to.index]! + more;
            handOn -= more;
          }
        }
        // Whom it can't hand on, it serves itself.
        here[site.index] = here[site.index]! + stays + Math.max(0, handOn);
      }
      for (const site of sites) {
        const served = here[site.index]!;
        offered[site.index] = offered[site.index]! + served;
        if (home !== null) site.guestRps += Math.max(0, served - rps * home[first + site.index]!);
      }
    });
    return offered;
  };

  const hearUsers = (site: Site, zone: ZoneName, of: { readonly lostRps: number; readonly entered: number }): void => {
    const seconds = STEP_MS / 1000;
    const known = site.counted.beacons.get(zone) ?? { good: 0, bad: 0 };
    const fails = site.health.failing["edge"]!;
    known.bad += (of.lostRps + of.entered * fails) * seconds;
    known.good += of.entered * (1 - fails) * seconds;
    site.counted.beacons.set(zone, known);
  };

  const beaconsOf = ({ name, counted }: Site, at: UnixMs, overMs: number): Reading[] =>
    [...counted.beacons].flatMap(([zone, { good, bad }]): Reading[] => {
      const total = ofBeacons.poisson(good + bad);
      if (total === 0) return [];
      const failed = ofBeacons.binomial(total, bad / (good + bad));
      const vantage = `users:${zone}`;
      return [
        { at, location: name, service: "edge", signal: "requests", good: total - failed, total, overMs, vantage },
      ];
    });

  const serve = (site: Site, offered: Float64Array): void => {
    const seconds = STEP_MS / 1000;
    const all = offered[site.index]!;
    site.offeredRps = all;
    if (site.silent) {
      site.servedRps = 0;
      site.shedRps = 0;
      return;
    }
    const waiting = site.queueRequests + all * seconds;
    const done = Math.min(waiting, site.readyRps * seconds);
    const mayWait = (QUEUE_MS_MAX / 1000) * site.readyRps;
    site.queueRequests = Math.min(mayWait, waiting - done);
    const shed = waiting - done - site.queueRequests;
    site.servedRps = done / seconds;
    site.shedRps = shed / seconds;
    users.shedRps += site.shedRps;
    users.failedRps += site.servedRps * site.health.failing["edge"]!;
    site.counted.served += done;
    site.counted.shed += shed;
    site.counted.bad += done * site.health.failing["edge"]!;
  };

  const sicken = (active: readonly Fault[]): void => {
    const poison = active.find(({ kind }) => kind === "poison-tenant");
    const heal = Math.exp(-STEP_MS / 1000 / POISON_HEALS_SECONDS);
    for (const site of sites) site.sickness *= heal;
    if (poison === undefined || poison.location === null) return;
    const to = answer(
      nameServer,
      { class: "public", zone: `at-${poison.location}`, bucket: POISON_BUCKET },
      poison.location,
    );
    if (to === null || siteOf(to).silent) return;
    const site = siteOf(to);
    site.sickness = Math.min(poison.size, site.sickness + (POISON_GROWS * STEP_MS) / 1000 + site.sickness * (1 - heal));
  };

  return {
    places: byName,
    users,
    step(at, active) {
      resolve();
      sicken(active);
      for (const site of sites) {
        const condition = conditionOf(site, active, at);
        site.health = healthOf(condition);
        site.version = condition.version;
        site.scaler.setRefusing(active.some(({ kind }) => kind === "cannot-grow"));
        site.scaler.setHonesty(active.find(({ kind }) => kind === "lying-scaler")?.size ?? 1);
        site.scaler.setExtraDelay(active.find(({ kind }) => kind === "late-growth")?.size ?? 0);
        site.readyRps = site.scaler.readyRps(at);
      }
      users.shedRps = 0;
      users.failedRps = 0;
      const offered = flow(active);
      for (const site of sites) serve(site, offered);
      // The first table is settled by now: who lives where.
      if (home === null && at - options.at >= HOME_AFTER_MS) home = routes.shares(nameServer);
    },
    read(location, at) {
      const site = siteOf(location);
      const { counted } = site;
      const overMs = Math.max(1, at - counted.sinceMs);
      const perSecond = 1000 / overMs;
      const total = random.poisson(counted.served);
      const failedRatio = counted.served > 0 ? counted.bad / counted.served : 0;
      const rps: Record<string, Record<string, number>> = {};
      let entered = 0;
      rows.forEach((row, index) => {
        const value = random.poisson(counted.entered[index]!) * perSecond;
        if (value === 0) return;
        entered += value;
        (rps[row.class] ??= {})[row.zone] = value;
      });
      const beacons = beaconsOf(site, at, overMs);
      site.counted = newCounted(at);
      const withBuckets = at - site.bucketsAt >= BUCKETS_EVERY_MS;
      if (withBuckets) site.bucketsAt = at;
      const capacity = site.scaler.capacity(at);
      return {
        readings: [
          ...readingsOf({
            location,
            at,
            overMs,
            served: total,
            health: site.health,
            version: site.version,
            random,
          }),
          ...beacons,
        ],
        load: {
          servedRps: total * perSecond,
          enteredRps: entered,
          readyRps: capacity.readyRps,
          capacityRps: capacity.capacityRps,
          utilisation: capacity.readyRps > 0 ? (total * perSecond) / capacity.readyRps : 0,
          shedRps: counted.shed * perSecond,
          queueMs: site.readyRps > 0 ? (1000 * site.queueRequests) / site.readyRps : 0,
          failedRatio: total > 0 ? random.binomial(total, failedRatio) / total : 0,
        },
        suspects: suspectsOf(site.sickness),
        demand: {
          from: location,
          rps,
          ...(withBuckets && {
            buckets: Object.fromEntries(estate.classes.map(({ name }) => [name, planet.bucketShares])),
          }),
        },
        capacity,
        tableVersion: site.route.table?.version ?? 0,
      };
    },
    table(server, table, at) {
      const before = server === NAME_SERVER ? nameServer : siteOf(server).route;
      const version = before.table?.version ?? 0;
      if (version === table.version) return { kind: "done" };
      const { state, reasons } = routes.step(before, { event: "table", at, table });
      if (state === before) return { kind: "refused", code: reasons[0]?.code ?? "table-refused" };
      if (server === NAME_SERVER) nameServer = state;
      else siteOf(server).route = state;
      return { kind: "done" };
    },
    notice(server, notice, at) {
      const before = server === NAME_SERVER ? nameServer : siteOf(server).route;
      const { state, reasons } = routes.step(before, { event: "notices", at, notices: [notice] });
      if (server === NAME_SERVER) nameServer = state;
      else siteOf(server).route = state;
      const follows = followedAsLost(state).includes(notice.location) && state.table?.version === notice.tableVersion;
      return follows ? { kind: "done" } : { kind: "refused", code: reasons[0]?.code ?? "notice-void" };
    },
    health: (location) => siteOf(location).health,
    scaler: (location) => siteOf(location).scaler,
    restart(location, at) {
      const site = siteOf(location);
      site.route = initialRoute(names);
      site.queueRequests = 0;
      site.counted = newCounted(at);
    },
    version: (server) => (server === NAME_SERVER ? nameServer : siteOf(server).route).table?.version ?? 0,
  };
}

/** The share of a zone's requests that is lost on its way to a location. */
function lossOn(active: readonly Fault[], zone: ZoneName, location: LocationName): number {
  const path = active.find((fault) => fault.kind === "path" && fault.zone === zone && fault.location === location);
  return path?.size ?? 0;
}

const HOME_AFTER_MS = 8_500;

/** As its counters would tell: the sicker its tenant makes it, the surer; weakly at first. */
function suspectsOf(sickness: number): WorldNews["suspects"] {
  const nats = SUSPECT_NATS_AT_WORST * (sickness / POISON_SICK_MAX);
  if (nats < SUSPECT_NATS_MIN) return [];
  return [{ class: "public", bucket: POISON_BUCKET, share: 0.8, nats }];
}

const SUSPECT_NATS_AT_WORST = 21;
const POISON_SICK_MAX = 0.35;

/** What the faults of this moment do to a location's services. */
function conditionOf(site: Site, active: readonly Fault[], at: UnixMs): Condition {
  const failing: Record<string, number> = {};
  const extraMs: Record<string, number> = {};
  const factor: Record<string, number> = {};
  const fail = (services: readonly string[], share: number): void => {
    for (const service of services) failing[service] = 1 - (1 - (failing[service] ?? 0)) * (1 - share);
  };
  let version = "1";
  for (const fault of active) {
    if (fault.kind === "bad-deploy") {
      fail(["cart", "checkout"], fault.size);
      version = "2";
    }
    if (fault.location !== site.name) continue;
    if (fault.kind === "gray") fail(["catalog", "cart", "checkout"], fault.size);
    if (fault.kind === "slow") for (const service of ["catalog", "cart", "checkout"]) extraMs[service] = fault.size;
    if (fault.kind === "provider-brownout") {
      // Linear over three minutes, as the planet's.
      const share = Math.min(1, (at - fault.fromMs) / BROWNOUT_RAMP_MS);
      factor["dynamodb"] = 1 + (fault.size - 1) * share;
      fail(["dynamodb"], 0.1 * share);
    }
  }
  if (site.sickness > 0.001) fail(POISON_SERVICES, site.sickness);
  return { failing, extraMs, factor, version };
}

const BROWNOUT_RAMP_MS = 180_000;
