import type { EntryDemand } from "../core/control-contract.ts";
import type { Capacity, ClassName, Estate, Location, LocationName, Zone, ZoneName } from "../core/estate.ts";
import type { RouteTable } from "../core/route/table.ts";
import type { UnixMs } from "../core/step.ts";
import { silentIn, type PrometheusDriver, type PrometheusLook } from "../drivers/metrics/prometheus.ts";
import { metricsReader } from "../drivers/metrics/reader.ts";
import type { Cancel, Clock } from "../runtime/clock.ts";
import type { OwnWorld, WorldNews } from "../runtime/node.ts";
import { usersOfZones } from "./users-of-zones.ts";

/**
 * Locations that know nothing of us: what one Prometheus says of all of them is dealt out to each location's judge. A look that
 * failed is no news of any location: it says that the watcher is blind, and blind watchers move nobody.
 */
export type WatchedWorlds = {
  of(location: LocationName): OwnWorld;
  readonly counters: WatchCounters;
  stop(): void;
};

export type WatchCounters = {
  looks: number;
  failed: number;
  /** What went wrong at the last look; null: nothing. */
  trouble: string | null;
  /** Labels of series that belong to no location or service, as of the last look. */
  strangers: Readonly<Record<string, number>>;
  /** Locations of which the last look said nothing. */
  silent: readonly LocationName[];
};

/** What of the steering shows in the worlds: by which table users come, and who can be told apart. */
export type SteeredWorlds = {
  /** Zones whose users get answers of their own. */
  readonly zones: readonly ZoneName[];
  /** Classes that users come by; what is counted is taken for the first of them. */
  readonly classes: readonly ClassName[];
  /** The newest table; null: none yet, or nobody steers. */
  readonly table: () => RouteTable | null;
  /** The version that servers answer from; null: none yet, or nobody steers. */
  readonly version: () => number | null;
  /** What is wanted by what was believed last, by class and zone; null: not known yet. */
  readonly demandRps: () => Readonly<Record<ClassName, Readonly<Record<ZoneName, number>>>> | null;
};

export function watchedWorlds(options: {
  readonly clock: Clock;
  readonly estate: Estate;
  readonly prometheus: Pick<PrometheusDriver, "look">;
  readonly everyMs: number;
  readonly steered: SteeredWorlds;
  /** What its scaler sees of a location; null: nothing. */
  readonly scaled: (location: LocationName) => Capacity | null;
  /** Called when the trouble, the strangers or the silent are others than before. */
  readonly changed: (counters: WatchCounters) => void;
}): WatchedWorlds {
  const { clock, estate, everyMs } = options;
  const counters: WatchCounters = { looks: 0, failed: 0, trouble: null, strangers: {}, silent: [] };
  const followers = new Map(
    estate.locations.map((location): [LocationName, Follower] => [
      location.name,
      { reader: metricsReader(location.name), location, news: null, demand: null },
    ]),
  );
  const [first] = estate.classes
    .filter(({ name }) => options.steered.classes.includes(name))
    .sort((a, b) => b.priority - a.priority);
  const className = first!.name;
  const told = estate.zones.filter(({ name }) => options.steered.zones.includes(name));
  const users = usersOfZones({
    zones: options.steered.zones,
    className,
    nearestZones: (location) => zonesOf(estate, { zones: told, location }),
    known: () => {
      const demandRps = options.steered.demandRps();
      return demandRps === null ? null : (demandRps[className] ?? {});
    },
    // Resolvers keep answers a little longer than they are told to.
    settlesMs: 1.5 * 1000 * estate.ttlSeconds + everyMs,
  });
  let said = "";

  const take = (look: PrometheusLook, at: UnixMs): void => {
    counters.looks += 1;
    if (look.kind === "failed") {
      counters.failed += 1;
      counters.trouble = look.says;
    } else {
      counters.trouble = null;
      counters.strangers = look.strangers;
      counters.silent = silentIn(look.pages);
      const enteredRps = new Map<LocationName, number>();
      for (const [name, metrics] of look.pages) {
        const follower = followers.get(name)!;
        const taken = follower.reader.take({ metrics, at });
        // A place of which nothing is said has no load of nought: it is silent, and its judge says so.
        follower.news =
          metrics.samples.length === 0 ? null : newsOf(follower.location, taken, { at, scaled: options.scaled(name) });
        if (follower.news !== null) enteredRps.set(name, taken.load.enteredRps);
      }
      const dealt = users.take({ at, enteredRps, table: options.steered.table() });
      for (const [name, follower] of followers) {
        const rps = dealt.get(name);
        follower.demand = rps === undefined ? null : { at, demand: { from: name, rps: { [className]: rps } } };
      }
    }
    const tells = JSON.stringify([counters.trouble, Object.keys(counters.strangers).sort(), counters.silent]);
    if (tells === said) return;
    said = tells;
    options.changed(counters);
  };

  let isLooking = false;
  const look = async (): Promise<void> => {
    // One that hangs is given up on before the next begins.
    if (isLooking) return;
    isLooking = true;
    try {
      const at = clock.now();
      take(await options.prometheus.look(at, AbortSignal.timeout(Math.max(1000, everyMs * PATIENCE))), at);
    } finally {
      isLooking = false;
    }
  };
  void look();
  const cancel: Cancel = clock.every(everyMs, () => void look());

  return {
    counters,
    of: (location) => ({
      async read(at) {
        if (counters.trouble !== null) return null;
        const follower = followers.get(location)!;
        const { news, demand } = follower;
        // What was told is told once: until the next look there is nothing new. But what is wanted lasts: whose wants
        // nobody repeats has fallen silent.
        follower.news = null;
        const lasts = demand !== null && at - demand.at <= DEMAND_LOOKS * everyMs;
        return {
          ...(news ?? NOTHING_NEW),
          demand: lasts ? demand.demand : null,
          tableVersion: options.steered.version(),
        };
      },
    }),
    stop: () => cancel(),
  };
}

type Follower = {
  readonly reader: ReturnType<typeof metricsReader>;
  readonly location: Location;
  news: LookNews | null;
  /** What came to it as of the last look that told. */
  demand: { readonly at: UnixMs; readonly demand: EntryDemand } | null;
};

type LookNews = Omit<WorldNews, "demand" | "tableVersion">;

function newsOf(
  location: Location,
  { readings, load, suspects }: ReturnType<Follower["reader"]["take"]>,
  { at, scaled }: { readonly at: UnixMs; readonly scaled: Capacity | null },
): LookNews {
  const capacityRps = Math.min(location.capacityRps, scaled?.capacityRps ?? Infinity);
  // What the Prometheus counts is nearer to the truth than what a scaler knows, and that nearer than what the config says.
  const readyRps = Math.min(load.readyRps > 0 ? load.readyRps : (scaled?.readyRps ?? Infinity), capacityRps);
  return {
    readings,
    load: { ...load, readyRps, capacityRps, utilisation: load.servedRps / readyRps },
    suspects,
    capacity: { at, location: location.name, capacityRps, readyRps },
  };
}

/** The zones that have no nearer location; where there is none, the one that it is least far from. */
function zonesOf(
  estate: Estate,
  { zones, location }: { readonly zones: readonly Zone[]; readonly location: LocationName },
): readonly ZoneName[] {
  const own = zones.filter((zone) =>
    estate.locations.every(({ name }) => latencyMs(zone, location) <= latencyMs(zone, name)),
  );
  if (own.length > 0) return own.map(({ name }) => name);
  const [nearest] = [...zones].sort((a, b) => latencyMs(a, location) - latencyMs(b, location));
  return [nearest!.name];
}

const latencyMs = (zone: Zone, name: LocationName): number => zone.latencyMs[name] ?? Infinity;

const NOTHING_NEW: LookNews = { readings: [], load: null, suspects: [], capacity: null };
/** Wants are repeated for so many looks: one that failed is no reason to forget them. */
const DEMAND_LOOKS = 2.5;
/** Of the time between two looks. */
const PATIENCE = 0.8;
