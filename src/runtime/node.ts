import type { Capacity, Estate, LocationName } from "../core/estate.ts";
import type { EntryDemand, Outcome } from "../core/control-contract.ts";
import type { ProbeReading, Reading } from "../core/reading.ts";
import type { LossNotice } from "../core/route/table.ts";
import type { Step, UnixMs } from "../core/step.ts";
import type { Load, OwnView, Summary } from "../core/summary.ts";
import type { Learnt } from "../core/judge/learnt.ts";
import type { ConditionAnswer } from "../core/conditions.ts";
import type { ConditionDriver } from "../drivers/condition/contract.ts";
import type { ProbeDriver } from "../drivers/probe/contract.ts";
import type { Cancel, Clock } from "./clock.ts";
import { watchConditions } from "./condition-watch.ts";
import { exchange, type ExchangeCounters } from "./exchange.ts";
import { KEEP_LEARNT_EACH_MS, type LearntCounters, type LearntKeeper } from "./learnt-keeper.ts";
import { startProbing, type ProbingCounters } from "./probing.ts";
import type { PeerName, Transport } from "./transport.ts";

/**
 * A location's node: each second it reads its own world, looks at the others in turn, judges its own location, and
 * tells everybody what it thinks. When a majority sees a loss it tells its own servers at once, without any leader.
 */
export type NodeOptions<JudgeState> = {
  readonly clock: Clock;
  readonly location: LocationName;
  readonly estate: Estate;
  readonly houston: PeerName;
  readonly transport: Transport;
  /** Absent: this node looks at nobody. */
  readonly probes?: ProbeDriver;
  /** A look that takes ten times as long as usual, and longer than this, has failed (probing.ts); absent: what is usual is not asked for. */
  readonly leastPatienceMs?: number;
  readonly roundTripMs: Readonly<Record<LocationName, number>>;
  /** Reads our own world: counters, load, demand. */
  readonly world: OwnWorld;
  /** Who follows a loss notice: our own world's edge and DNS, and the name server. */
  readonly steering: readonly NoticeSink[];
  readonly judge: { readonly initial: JudgeState; readonly step: Step<JudgeState, NodeEvent, NodeEffect> };
  readonly lossNotices: (input: {
    readonly summaries: readonly Summary[];
    readonly estate: Estate;
    readonly tableVersion: number;
    readonly at: UnixMs;
    readonly own: LocationName;
  }) => readonly LossNotice[];
  readonly baseline?: unknown;
  /** Carries what the judge has learnt over a restart; absent: it learns anew each time. */
  readonly learnt?: { readonly keeper: LearntKeeper; readonly of: (state: JudgeState) => Learnt };
  /** Takes note of every reading that is judged (reading-recorder.ts); must return at once and never throw. */
  readonly record?: (readings: readonly Reading[]) => void;
  /** Conditions of this location that only its own network can tell; what they answer goes to Houston. */
  readonly conditions?: readonly ConditionDriver[];
};

/** What the judge of one location takes in. */
export type NodeEvent =
  | {
      readonly event: "config";
      readonly at: UnixMs;
      readonly location: LocationName;
      readonly estate: Estate;
      readonly baseline?: unknown;
    }
  | { readonly event: "learnt"; readonly at: UnixMs; readonly learnt: Learnt }
  | { readonly event: "readings"; readonly at: UnixMs; readonly readings: readonly Reading[] }
  | { readonly event: "load"; readonly at: UnixMs; readonly load: Load; readonly suspects: OwnView["suspects"] }
  | { readonly event: "summary"; readonly at: UnixMs; readonly summary: Summary }
  | { readonly event: "tick"; readonly at: UnixMs };

export type NodeEffect = { readonly kind: "summary"; readonly summary: Summary };

export type OwnWorld = {
  /** What happened since the last call; null when the world did not answer in time. Never rejects. */
  read(at: UnixMs): Promise<WorldNews | null>;
};

export type WorldNews = {
  readonly readings: readonly Reading[];
  readonly load: Load | null;
  readonly suspects: OwnView["suspects"];
  readonly demand: EntryDemand | null;
  readonly capacity: Capacity | null;
  readonly tableVersion: number | null;
};

export type NoticeSink = {
  readonly name: string;
  /** Outside this location: out of reach when the node is cut off. */
  readonly outside: boolean;
  notice(notice: LossNotice): Promise<Outcome>;
};

export type Node = {
  /** Real users' beacons, already checked. */
  beacons(readings: readonly Reading[]): void;
  /** A look at another location that somebody else made from here: judged at once, and one that failed makes all others look. */
  looked(probe: ProbeReading): void;
  /** A fault for drills: these peers and locations reach us no more, and we don't reach them. */
  setUnreachable(peers: readonly PeerName[]): void;
  summary(): Summary | null;
  readonly counters: NodeCounters;
  stop(): void;
};

export type NodeCounters = {
  readonly probing: ProbingCounters;
  readonly exchange: ExchangeCounters;
  noticesMade: number;
  noticesTaken: number;
  worldSilent: number;
  beaconsDropped: number;
  /** Null where nothing is carried over a restart. */
  readonly learnt: LearntCounters | null;
  /** The judge broke an invariant of its own: it is silent from then on, and silence moves nobody. */
  broken: string | null;
};

const TURN_MS = 1000;
/** Summaries out of turn, when a sight changes its mind: two looks at two lost locations; then the turns suffice. */
const URGENT_MAX = 4;
/** A notice that a server did not take is offered again; it is void with the next table anyway. */
const NOTICE_AGAIN_MS = 500;
/** Beacons wait for the next turn; more than this in one second is a flood, and the rest is counted. */
const BEACONS_MAX = 2000;

export function startNode<JudgeState>(options: NodeOptions<JudgeState>): Node {
  const { clock, location, estate, transport, judge } = options;
  const locations = estate.locations.map((each) => each.name);
  let state = judge.initial;
  let tableVersion: number | null = null;
  let newest: Summary | null = null;
  let cut: ReadonlySet<PeerName> = new Set();
  let beacons: Reading[] = [];
  let reading = false;
  let urgent = URGENT_MAX;
  let extra: { demand?: EntryDemand; capacity?: Capacity; tableVersion?: number } = {};
  const found = new Map<string, ConditionAnswer>();
  let isFoundNews = false;
  const conditions = watchConditions({
    clock,
    drivers: options.conditions ?? [],
    tell(answer) {
      found.set(answer.condition, answer);
      isFoundNews = true;
    },
  });
  const offered = new Map<string, { readonly taken: Set<string>; at: UnixMs }>();

  const board = exchange({ now: () => clock.now(), location, locations, houston: options.houston, transport });

  const step = (event: NodeEvent): void => {
    if (counters.broken !== null) return;
    let effects: readonly NodeEffect[];
    try {
      const stepped = judge.step(state, event);
      state = stepped.state;
      effects = stepped.effects;
    } catch (error) {
      counters.broken = error instanceof Error ? error.message : String(error);
      return;
    }
    for (const effect of effects) {
      newest = effect.summary;
      const inTurn = event.event === "tick";
      if (!inTurn && urgent === 0) {
        board.renew(effect.summary);
        continue;
      }
      urgent = inTurn ? Math.min(URGENT_MAX, urgent + 1) : urgent - 1;
      board.publish(effect.summary, isFoundNews ? { ...extra, conditions: [...found.values()] } : extra);
      extra = {};
      isFoundNews = false;
    }
    if (effects.length > 0) offerNotices();
  };

  const read = (readings: readonly Reading[]): void => {
    step({ event: "readings", at: clock.now(), readings });
    options.record?.(readings);
  };

  const offerNotices = (): void => {
    if (tableVersion === null) return;
    const at = clock.now();
    const notices = options.lossNotices({ summaries: board.summaries(), estate, tableVersion, at, own: location });
    for (const notice of notices) {
      const key = `${notice.location} ${notice.tableVersion}`;
      const before = offered.get(key);
      if (before && at - before.at < NOTICE_AGAIN_MS) continue;
      if (!before) counters.noticesMade += 1;
      const entry = before ?? { taken: new Set<string>(), at };
      entry.at = at;
      // Only this table's notices are of any use.
      if (!before) for (const old of offered.keys()) if (!old.endsWith(` ${notice.tableVersion}`)) offered.delete(old);
      offered.set(key, entry);
      for (const sink of options.steering) {
        if (entry.taken.has(sink.name) || (sink.outside && cut.has(options.houston))) continue;
        void offer(sink, notice, entry.taken);
      }
    }
  };

  const offer = async (sink: NoticeSink, notice: LossNotice, taken: Set<string>): Promise<void> => {
    const outcome = await sink.notice(notice);
    if (outcome.kind === "retry") return;
    taken.add(sink.name);
    if (outcome.kind === "done") counters.noticesTaken += 1;
  };

  const ring = (target: LocationName): void => {
    // The one that fails is asked too little to be asked about itself.
    for (const peer of transport.peers) {
      if (peer !== target && peer !== options.houston) void transport.look(peer, target);
    }
  };

  const probing = startProbing({
    clock,
    location,
    locations,
    roundTripMs: options.roundTripMs,
    driver: options.probes ?? null,
    result: (probe) => read([probe]),
    ring,
    ...(options.leastPatienceMs !== undefined && { leastPatienceMs: options.leastPatienceMs }),
  });

  const counters: NodeCounters = {
    probing: probing.counters,
    exchange: board.counters,
    noticesMade: 0,
    noticesTaken: 0,
    worldSilent: 0,
    beaconsDropped: 0,
    learnt: options.learnt?.keeper.counters ?? null,
    broken: null,
  };

  transport.receive({
    message(from, message) {
      const news = board.take(from, message);
      for (const summary of news) step({ event: "summary", at: clock.now(), summary });
      if (news.length > 0) offerNotices();
      return board.have();
    },
    look: (_from, target) => probing.asked(target),
  });

  const turn = async (): Promise<void> => {
    // A world that hangs must not pile up calls; the judge still gets its tick, and says what it sees of the others.
    if (!reading) {
      reading = true;
      const news = await options.world.read(clock.now());
      reading = false;
      if (news === null) counters.worldSilent += 1;
      else takeNews(news);
    }
    if (!stopped) step({ event: "tick", at: clock.now() });
  };

  const takeNews = (news: WorldNews): void => {
    if (news.tableVersion !== null) tableVersion = news.tableVersion;
    extra = {
      ...(news.demand === null ? {} : { demand: rounded(news.demand) }),
      ...(news.capacity === null ? {} : { capacity: news.capacity }),
      ...(news.tableVersion === null ? {} : { tableVersion: news.tableVersion }),
    };
    const readings = [...news.readings, ...beacons];
    beacons = [];
    if (readings.length > 0) read(readings);
    if (news.load) step({ event: "load", at: clock.now(), load: news.load, suspects: news.suspects });
  };

  let stopped = false;
  step({
    event: "config",
    at: clock.now(),
    location,
    estate,
    ...(options.baseline === undefined ? {} : { baseline: options.baseline }),
  });
  const before = options.learnt?.keeper.takeUp(clock.now()) ?? null;
  if (before !== null) step({ event: "learnt", at: clock.now(), learnt: before });
  const keepLearnt = (): void => {
    // A judge that broke has nothing that could be trusted.
    if (options.learnt !== undefined && counters.broken === null) options.learnt.keeper.keep(options.learnt.of(state));
  };
  const cancelKeeping = options.learnt === undefined ? null : clock.every(KEEP_LEARNT_EACH_MS, keepLearnt);
  // Nodes take their turns spread over the second, so that fifteen on one machine don't all work at once.
  let cancel: Cancel = clock.after((locations.indexOf(location) / locations.length) * TURN_MS, () => {
    void turn();
    cancel = clock.every(TURN_MS, () => void turn());
  });

  return {
    counters,
    beacons(readings) {
      const room = BEACONS_MAX - beacons.length;
      counters.beaconsDropped += Math.max(0, readings.length - room);
      beacons.push(...readings.slice(0, Math.max(0, room)));
    },
    looked(probe) {
      read([probe]);
      if (!probe.ok) ring(probe.location);
    },
    setUnreachable(peers) {
      cut = new Set(peers);
      transport.setUnreachable(peers);
      probing.setUnreachable(peers);
    },
    summary: () => newest,
    stop() {
      stopped = true;
      conditions.stop();
      cancel();
      cancelKeeping?.();
      keepLearnt();
      probing.stop();
    },
  };
}

/** Digits that no decision could use would triple what crosses the planet and what the log keeps. */
function rounded(demand: EntryDemand): EntryDemand {
  const rps = mapValues(demand.rps, (zones) => mapValues(zones, (value) => round(value, 100)));
  if (!demand.buckets) return { from: demand.from, rps };
  return {
    from: demand.from,
    rps,
    buckets: mapValues(demand.buckets, (shares) => shares.map((share) => round(share, 100_000))),
  };
}

function round(value: number, parts: number): number {
  return Math.round(value * parts) / parts;
}

function mapValues<From, To>(record: Readonly<Record<string, From>>, to: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, to(value)]));
}
