import { Agent, request as httpRequest } from "undici";
import { BUCKETS } from "../../core/estate.ts";
import { CallerError } from "../../core/errors.ts";
import type { UnixMs } from "../../core/step.ts";
import { attemptCounts, beaconOf, type Attempts } from "./attempts.ts";
import { startCaller } from "./caller.ts";
import { seededChance, weightedPick, type Chance } from "./chance.ts";
import { checkoutBook, type CheckoutBook } from "./checkout-book.ts";
import { chunkHomes, chunkIndex, chunkOf, type ChunkHomes } from "./chunk-homes.ts";
import { crowd, type Crowd } from "./crowd.ts";
import { exchange } from "./exchange.ts";
import { CLASSES, NOWHERE, recordRing, type Habit, type RecordRing } from "./records.ts";
import { startResolver, type Resolver, type ResolverCounts } from "./resolver.ts";
import { startSession } from "./session.ts";
import { bucketWeights, requestsPerSession, sessionPlan } from "./session-plan.ts";
import type { Load, PopulationSettings } from "./settings.ts";
import { hostOf, outcomeOf, placeIn, type Tools } from "./tools.ts";
import { startWheel } from "./wheel.ts";

/**
 * The users: they come by themselves (open loop: a slow server never lowers arrivals), resolve, shop, and count what they
 * met. Everything that a report says about users comes from here.
 */
export type Population = {
  readonly records: RecordRing;
  readonly homes: ChunkHomes;
  readonly checkouts: CheckoutBook;
  readonly attempts: Attempts;
  readonly resolvers: readonly Resolver[];
  setLoad(load: Load): void;
  counts(): PopulationCounts;
  stop(): Promise<void>;
};

export type PopulationCounts = {
  readonly at: UnixMs;
  readonly load: {
    readonly rps: number;
    readonly factor: number;
    readonly botsRps: number;
    readonly tenantRps: number;
  };
  readonly total: Attempts["last"]["total"];
  readonly locations: Attempts["last"]["locations"];
  readonly sessionsUnderWay: number;
  readonly resolvers: ResolverCounts;
  /** How late this process ran at worst in the last second: above 100 ms its own figures are in doubt. */
  readonly worstLateMs: number;
  readonly records: number;
};

/** Shares of sessions. */
const CLASS_WEIGHTS = [0.94, 0.04, 0.02];
/** Index of the class that is attacked, and that tenants are of. */
const PUBLIC = 0;
const HOLDS_SHARE = 0.02;
const PINNED_SHARE = 0.005;
const TRAVEL_SHARE = 0.01;
/** However long the process slept, no more than this many sessions come at once. */
const ARRIVALS_A_TICK_MAX = 2000;
const SWEEP_MS = 10_000;
const BEACON_TIMEOUT_MS = 500;
const HOUR_MS = 3_600_000;

export async function startPopulation(settings: PopulationSettings): Promise<Population> {
  const wheel = startWheel();
  const chance = seededChance(settings.seed);
  const caller = startCaller({ port: settings.edgePort, wheel });
  const attempts = attemptCounts(settings.locations.map(({ name }) => name));
  const records = recordRing();
  const homes = chunkHomes(settings.zones.length);
  const checkouts = checkoutBook();
  const byAddress = new Map(settings.locations.map(({ address }, index) => [address, index]));
  const byName = new Map(settings.locations.map(({ name }, index) => [name, index]));
  const resolvers = await Promise.all(
    settings.zones.map((zone, index) =>
      startResolver({
        zone,
        port: settings.resolverPort,
        wheel,
        chance: seededChance(settings.seed + 1000 + index),
        timeoutMs: settings.nameServerTimeoutMs,
      }),
    ),
  );

  const locationAt = (address: string | null): number =>
    address === null ? NOWHERE : (byAddress.get(address) ?? NOWHERE);
  const placeOf = (name: string): number => {
    const location = byName.get(name);
    if (location !== undefined) return location;
    const names = settings.locations.map((each) => each.name).join(", ");
    throw new CallerError({
      code: "unknown-location",
      message: `there is no location ${name}`,
      hint: `one of ${names}`,
    });
  };
  const tools: Tools = {
    settings,
    wheel,
    chance,
    caller,
    checkouts,
    products: [],
    record: (record) => records.add(record),
    locationAt,
    locationOf: (name) => byName.get(name) ?? NOWHERE,
    send(place, request, then) {
      const began = wheel.now();
      const zone = settings.zones[place.zone];
      const resolver = resolvers[place.zone];
      if (!zone || !resolver) throw new Error(`no such zone: ${place.zone}`);
      exchange(
        {
          wheel,
          resolver,
          caller,
          roundTripMs: (address) => zone.roundTripMs[locationAt(address)] ?? 0,
          // What stubborn resolvers are told late says nothing about now.
          ...(place.habit === "obeys"
            ? { onTold: (address: string) => homes.learn(chunkIndex(place), locationAt(address), wheel.now()) }
            : {}),
        },
        { ...request, host: hostOf(place, settings.domain), from: place.from, habit: place.habit },
        (result) => {
          const answered = result.result.kind === "answer" ? (byName.get(result.result.location) ?? NOWHERE) : NOWHERE;
          const location = answered === NOWHERE ? locationAt(result.called) : answered;
          attempts.add({ zone: place.zone, location, good: outcomeOf(result, 0) === "ok", ms: wheel.exact() - began });
          then(result);
        },
      );
    },
  };

  const load = { rps: settings.rps, factor: 1, attackers: null as Crowd | null, tenant: null as Crowd | null };
  const arrivals = sessionArrivals(tools);
  let sessions = 0;
  let first: number | null = null;
  wheel.onTick((now) => {
    first ??= now;
    // Doors open gradually: a planet whose processes have just been started is slow for everybody alike.
    const open = Math.min(1, (now - first) / (settings.openingMs ?? 1));
    sessions += arrivals.due(now, load.rps * load.factor * open, () => sessions--);
    load.attackers?.due(now);
    load.tenant?.due(now);
  });

  const beaconAgent = new Agent({
    headersTimeout: BEACON_TIMEOUT_MS,
    bodyTimeout: BEACON_TIMEOUT_MS,
    connect: { timeout: BEACON_TIMEOUT_MS },
  });
  let late = 0;
  let stopped = false;
  const eachSecond = (): void => {
    if (stopped) return;
    attempts.turn(wheel.now());
    late = wheel.worstLateMs();
    if (settings.beacons) sendBeacons(settings, attempts, beaconAgent);
    wheel.at(wheel.now() + 1000, eachSecond);
  };
  eachSecond();
  const sweep = (): void => {
    caller.sweep(wheel.now());
    if (!stopped) wheel.at(wheel.now() + SWEEP_MS, sweep);
  };
  sweep();

  return {
    records,
    homes,
    checkouts,
    attempts,
    resolvers,
    setLoad({ rps, factor, locationFactor, tenant }) {
      // Who names an unknown place changes nothing.
      const attacked = locationFactor ? placeOf(locationFactor.location) : null;
      const home = tenant ? placeOf(tenant.location) : null;
      if (rps !== undefined) load.rps = rps;
      if (factor !== undefined) load.factor = factor;
      if (locationFactor === null) load.attackers = null;
      if (locationFactor && attacked !== null) {
        load.attackers = crowd(tools, {
          chunks: homes.chunksOf(attacked).filter((chunk) => chunkOf(chunk).class === PUBLIC),
          rps: attempts.smoothedRps(attacked) * Math.max(0, locationFactor.factor - 1),
          // Junk, so that no cache helps.
          path: () => `/api/products?junk=${chance.below(1_000_000)}`,
        });
      }
      if (tenant === null) load.tenant = null;
      if (tenant && home !== null) {
        const { bucket } = tenant;
        const chunks = settings.zones.map((_, zone) => chunkIndex({ zone, class: PUBLIC, bucket }));
        const homesNow = homes.homesOf(chunks);
        load.tenant = crowd(tools, {
          chunks: chunks.filter((_, index) => homesNow[index] === home),
          rps: tenant.rps,
          path: () => "/api/products",
        });
      }
    },
    counts: () => ({
      at: attempts.last.at,
      load: {
        rps: load.rps,
        factor: load.factor,
        botsRps: load.attackers?.rps ?? 0,
        tenantRps: load.tenant?.rps ?? 0,
      },
      total: attempts.last.total,
      locations: attempts.last.locations,
      sessionsUnderWay: sessions,
      resolvers: summedCounts(resolvers),
      worstLateMs: late,
      records: records.size,
    }),
    async stop() {
      stopped = true;
      wheel.stop();
      for (const resolver of resolvers) resolver.stop();
      await Promise.all([caller.stop(), beaconAgent.destroy()]);
    },
  };
}

/** Sessions come as a Poisson process, each to a zone, a class and a bucket by their weights. */
function sessionArrivals(tools: Tools): { due(now: UnixMs, rps: number, ended: () => void): number } {
  const { settings, chance, wheel } = tools;
  const perSession = requestsPerSession(seededChance(settings.seed + 1), settings.habits);
  const pickClass = weightedPick(CLASS_WEIGHTS);
  const pickBucket = CLASSES.map((_, index) =>
    weightedPick(bucketWeights(seededChance(settings.seed + 10 + index), BUCKETS)),
  );
  let pickZone = weightedPick(settings.demandShareAt(hourNow(settings, wheel.now())));
  let zonesAt = wheel.now();
  let before = wheel.now();
  /** Expected arrivals left until the next one. */
  let gap = chance.exponential();

  return {
    due(now, rps, ended) {
      if (now - zonesAt > 60_000) {
        pickZone = weightedPick(settings.demandShareAt(hourNow(settings, now)));
        zonesAt = now;
      }
      gap -= (rps / perSession) * ((now - before) / 1000);
      before = now;
      let came = 0;
      for (; gap <= 0 && came < ARRIVALS_A_TICK_MAX; came++) {
        gap += chance.exponential();
        const zone = pickZone(chance);
        const classIndex = pickClass(chance);
        const travels = chance.next() < TRAVEL_SHARE;
        startSession(tools, {
          plan: sessionPlan(chance, settings.habits),
          place: placeIn(tools, {
            zone,
            class: classIndex,
            bucket: pickBucket[classIndex]?.(chance) ?? 0,
            habit: habitOf(chance),
          }),
          travelsTo: travels ? pickZone(chance) : null,
          ended,
        });
      }
      return came;
    },
  };
}

function habitOf(chance: Chance): Habit {
  const drawn = chance.next();
  if (drawn < PINNED_SHARE) return "pinned";
  return drawn < PINNED_SHARE + HOLDS_SHARE ? "holds" : "obeys";
}

function hourNow(settings: PopulationSettings, now: UnixMs): number {
  return settings.utcHour ?? (now / HOUR_MS) % 24;
}

function sendBeacons(settings: PopulationSettings, attempts: Attempts, agent: Agent): void {
  settings.locations.forEach((_, location) => {
    const beacon = beaconOf(attempts.last, location, (zone) => settings.zones[zone]?.name ?? "");
    const url = settings.beacons?.(location);
    if (!beacon || url === undefined) return;
    httpRequest(url, {
      method: "POST",
      dispatcher: agent,
      headers: { "content-type": "application/json" },
      body: JSON.stringify(beacon),
      signal: AbortSignal.timeout(BEACON_TIMEOUT_MS),
    })
      .then(
        ({ body }) => body.dump(),
        // Beacons are sent and forgotten: a node that is gone simply misses them.
        () => {},
      )
      .catch(() => {});
  });
}

function summedCounts(resolvers: readonly Resolver[]): ResolverCounts {
  const sum: ResolverCounts = { asked: 0, unanswered: 0, servedStale: 0, malformed: 0 };
  for (const { counts } of resolvers) {
    sum.asked += counts.asked;
    sum.unanswered += counts.unanswered;
    sum.servedStale += counts.servedStale;
    sum.malformed += counts.malformed;
  }
  return sum;
}
