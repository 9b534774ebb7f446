import type { EntryDemand } from "../core/control-contract.ts";
import type { Estate, Location, LocationName, Zone } from "../core/estate.ts";
import type { UnixMs } from "../core/step.ts";
import { silentIn, type PrometheusDriver, type PrometheusLook } from "../drivers/metrics/prometheus.ts";
import { metricsReader } from "../drivers/metrics/reader.ts";
import type { Cancel, Clock } from "../runtime/clock.ts";
import type { OwnWorld, WorldNews } from "../runtime/node.ts";

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

export function watchedWorlds(options: {
  readonly clock: Clock;
  readonly estate: Estate;
  readonly prometheus: Pick<PrometheusDriver, "look">;
  readonly everyMs: number;
  /** Called when the trouble, the strangers or the silent are others than before. */
  readonly changed: (counters: WatchCounters) => void;
}): WatchedWorlds {
  const { clock, estate, everyMs } = options;
  const counters: WatchCounters = { looks: 0, failed: 0, trouble: null, strangers: {}, silent: [] };
  const followers = new Map(
    estate.locations.map((location): [LocationName, Follower] => [
      location.name,
      { reader: metricsReader(location.name), location, zones: zonesOf(estate, location.name), news: null },
    ]),
  );
  let told = "";

  const take = (look: PrometheusLook, at: UnixMs): void => {
    counters.looks += 1;
    if (look.kind === "failed") {
      counters.failed += 1;
      counters.trouble = look.says;
    } else {
      counters.trouble = null;
      counters.strangers = look.strangers;
      counters.silent = silentIn(look.pages);
      for (const [name, metrics] of look.pages) {
        const follower = followers.get(name)!;
        const taken = follower.reader.take({ metrics, at });
        // A place of which nothing is said has no load of nought: it is silent, and its judge says so.
        follower.news = metrics.samples.length === 0 ? null : newsOf(follower, taken, { at, estate });
      }
    }
    const tells = JSON.stringify([counters.trouble, Object.keys(counters.strangers).sort(), counters.silent]);
    if (tells === told) return;
    told = tells;
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
      async read() {
        if (counters.trouble !== null) return null;
        const follower = followers.get(location)!;
        const { news } = follower;
        // What was told is told once: until the next look there is nothing new.
        follower.news = null;
        return news ?? NOTHING_NEW;
      },
    }),
    stop: () => cancel(),
  };
}

type Follower = {
  readonly reader: ReturnType<typeof metricsReader>;
  readonly location: Location;
  /** Whose users are taken for its own, while nobody says from where they come. */
  readonly zones: readonly string[];
  news: WorldNews | null;
};

function newsOf(
  { location, zones }: Follower,
  { readings, load, suspects }: ReturnType<Follower["reader"]["take"]>,
  { at, estate }: { readonly at: UnixMs; readonly estate: Estate },
): WorldNews {
  const readyRps = load.readyRps > 0 ? Math.min(load.readyRps, location.capacityRps) : location.capacityRps;
  return {
    readings,
    load: { ...load, readyRps, capacityRps: location.capacityRps, utilisation: load.servedRps / readyRps },
    suspects,
    demand: demandOf(load.enteredRps, { from: location.name, zones, estate }),
    capacity: { at, location: location.name, capacityRps: location.capacityRps, readyRps },
    tableVersion: null,
  };
}

/** All of one class, from the zones that are nearest to it, alike: a guess, until somebody counts by zone and class. */
function demandOf(
  rps: number,
  { from, zones, estate }: { readonly from: LocationName; readonly zones: readonly string[]; readonly estate: Estate },
): EntryDemand {
  const [first] = [...estate.classes].sort((a, b) => b.priority - a.priority);
  return { from, rps: { [first!.name]: Object.fromEntries(zones.map((zone) => [zone, rps / zones.length])) } };
}

/** The zones that have no nearer location; where there is none, the one that it is least far from. */
function zonesOf(estate: Estate, location: LocationName): readonly string[] {
  const own = estate.zones.filter((zone) =>
    estate.locations.every(({ name }) => latencyMs(zone, location) <= latencyMs(zone, name)),
  );
  if (own.length > 0) return own.map(({ name }) => name);
  const [nearest] = [...estate.zones].sort((a, b) => latencyMs(a, location) - latencyMs(b, location));
  return [nearest!.name];
}

const latencyMs = (zone: Zone, name: LocationName): number => zone.latencyMs[name] ?? Infinity;

const NOTHING_NEW: WorldNews = {
  readings: [],
  load: null,
  suspects: [],
  demand: null,
  capacity: null,
  tableVersion: null,
};
/** Of the time between two looks. */
const PATIENCE = 0.8;
