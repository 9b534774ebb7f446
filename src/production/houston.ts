import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { demandNow } from "../api/plan-question.ts";
import type { JournalDesk } from "../api/api-options.ts";
import { startApi } from "../api/server.ts";
import type { People } from "../config/people-shape.ts";
import { vantagesOf, type ProbesSettings } from "../config/probes-shape.ts";
import { toldZones, type SteeringConfig } from "../config/steering-config.ts";
import type { Outcome } from "../core/control-contract.ts";
import { control, initialControl, viewOf, type ControlState } from "../core/control.ts";
import { CallerError } from "../core/errors.ts";
import type { Estate, LocationName } from "../core/estate.ts";
import { initialJudge, judge, learntOf, type JudgeEvent } from "../core/judge/judge.ts";
import { lossNotices } from "../core/judge/loss.ts";
import type { LossNotice, RouteTable } from "../core/route/table.ts";
import { timeline, type TimelineEntry } from "../drivers/chat/timeline.ts";
import type { ConditionDriver } from "../drivers/condition/contract.ts";
import { homesWithoutTable } from "../drivers/dns/homes-without-table.ts";
import type { PrometheusDriver } from "../drivers/metrics/prometheus.ts";
import type { ProbeDriver } from "../drivers/probe/contract.ts";
import type { LookingScaleDriver, ScaleDriver } from "../drivers/scale/contract.ts";
import type { Environment } from "../drivers/secret.ts";
import type { RunningSteering } from "../drivers/steering-context.ts";
import type { SteeringDriver } from "../drivers/steering-contract.ts";
import { learntFile } from "../drivers/store/learnt-file.ts";
import { sqliteReadings } from "../drivers/store/sqlite-readings.ts";
import { sqliteStore } from "../drivers/store/sqlite.ts";
import { realClock, type Clock } from "../runtime/clock.ts";
import { startController, type Controller } from "../runtime/controller.ts";
import { startForecasting } from "../runtime/demand-forecasting.ts";
import { readDemandLearnt } from "../runtime/demand-learnt-schema.ts";
import { singleLeader } from "../runtime/leadership.ts";
import { keeperOf, learntKeeper } from "../runtime/learnt-keeper.ts";
import { startNode, type NodeEvent, type NoticeSink } from "../runtime/node.ts";
import { startProving } from "../runtime/proving.ts";
import { readProvenLearnt } from "../runtime/proven-learnt-schema.ts";
import { readingRecorder, type ReadingRecorder } from "../runtime/reading-recorder.ts";
import { houstonVersion } from "../runtime/version.ts";
import { backfill } from "./backfill.ts";
import { watchAlike } from "./effect/alike-watch.ts";
import { watchEffects } from "./effect/effect-watch.ts";
import { watchTails } from "./effect/tails.ts";
import { leavingNeeds } from "./leaving-needs.ts";
import { mostModeOf, type MostMode } from "./most-mode.ts";
import { followOrderFolder } from "./signed-orders/order-folder.ts";
import { takenOrders } from "./signed-orders/taken-orders.ts";
import { scaledCapacity } from "./scaled-capacity.ts";
import { steeringWords } from "./steering-words.ts";
import { startSteering, versionOf } from "./steering.ts";
import { switchboard } from "./switchboard.ts";
import { exporterLookers, followExporters, httpLooker, remoteLookers } from "./vantages.ts";
import { watchedWorlds, type WatchCounters } from "./watched-worlds.ts";

/**
 * One Houston as one process, for services that know nothing of it: all locations' judges, fed by one Prometheus, the loop that
 * decides, and what makes users go where it says. Where nothing is steered it observes: it says what it would do, and keeps all that it saw.
 */
export type HoustonOptions = {
  readonly estate: Estate;
  /** What receivers must be beside having room: asked, and said, though nothing is moved. */
  readonly conditions?: readonly ConditionDriver[];
  /** Null: nobody is made to go anywhere. */
  readonly steering: SteeringConfig | null;
  /** Null: nobody looks from outside. */
  readonly probes: ProbesSettings | null;
  /** Null: nobody is asked to grow. */
  readonly scale: LookingScaleDriver | null;
  /** Where secrets of drivers come from. */
  readonly env: Environment;
  readonly prometheus: PrometheusDriver;
  /** How often it is asked. */
  readonly everyMs: number;
  /** Learns from so much of the past what is usual where nothing was learnt before; 0: from now on only. */
  readonly backfillMs: number;
  /** Breaks off a start that takes long. */
  readonly signal: AbortSignal;
  /** The estate's, which signed orders are for; null: none, and no folder is looked into. */
  readonly name: string | null;
  /** Who may give orders; of nobody with a key no signed file is taken. */
  readonly people: People;
  /** Where signed orders are put. */
  readonly ordersFolder: string;
  /** Where it keeps what it has seen, learnt and decided; made when it is not there. */
  readonly stateFolder: string;
  /** Loopback only: there is no way in from elsewhere yet. */
  readonly listen: { readonly host: string; readonly port: number };
  readonly say: (entry: Pick<TimelineEntry, "at" | "what" | "level" | "location">) => void;
};

export type RunningHouston = {
  readonly api: string;
  /** Orders want it. */
  readonly token: string;
  /** What it may do at most. */
  readonly most: MostMode;
  stop(): Promise<void>;
};

const HOUSTON = "houston";
/** Between two looks at everything: each step of a move waits for one. */
const TICK_MS = 250;
const TURN_MS = 1000;
/** Seasons and their scatter show at this step too, in a fifteenth of the time. */
const BACKFILL_STEP_LEAST_MS = 15_000;

/** Throws `CallerError` when the state folder or the port can't be had. */
export async function startHouston(options: HoustonOptions): Promise<RunningHouston> {
  const { stateFolder } = options;
  const most = mostModeOf({
    drivers: options.steering?.drivers.length ?? 0,
    vantages: vantagesOf(options.probes),
    leavingNeeds: leavingNeeds(options.estate, options.steering),
  });
  const estate: Estate = { ...options.estate, mostMode: most.mode };
  makeFolder(stateFolder);
  const clock = realClock();
  let controller: Controller<ControlState> | null = null;
  const demandRps = (): DemandRps | null => (controller === null ? null : demandNow(controller.state()).demandRps);
  // Before all else: whoever asks for the way gets the last one that was good, while we still learn and judge.
  const steering =
    options.steering === null
      ? []
      : await startSteering(options.steering, {
          estate,
          stateFolder,
          env: options.env,
          now: () => clock.now(),
          demandRps,
        });
  const stopSteering = async (): Promise<void> => {
    await Promise.all(steering.map((each) => each.stop()));
  };
  try {
    const deciding = await startDeciding(options, {
      clock,
      estate,
      steering,
      demandRps,
      table: () => controller?.table() ?? null,
      started: (running) => (controller = running),
    });
    return {
      ...deciding,
      most,
      async stop() {
        await deciding.stop();
        await stopSteering();
      },
    };
  } catch (error) {
    await stopSteering();
    throw error;
  }
}

type DemandRps = ReturnType<typeof demandNow>["demandRps"];

/** All that watches, judges and decides; what is steered goes on as it is when this stops. */
async function startDeciding(
  options: HoustonOptions,
  parts: {
    readonly clock: Clock;
    readonly estate: Estate;
    readonly steering: readonly RunningSteering[];
    readonly demandRps: () => DemandRps | null;
    readonly table: () => RouteTable | null;
    readonly started: (controller: Controller<ControlState>) => void;
  },
): Promise<Omit<RunningHouston, "most">> {
  const { stateFolder, listen, scale } = options;
  const looker = httpLooker(options);
  const { clock, estate, steering } = parts;
  const remotes = remoteLookers(options, (what) => options.say({ at: clock.now(), level: "info", what }));
  const names = estate.locations.map(({ name }) => name);
  const version = houstonVersion();
  makeFolder(join(stateFolder, "may-work"));
  const learntStores = new Map(names.map((name) => [name, learntFile(join(stateFolder, `learnt-${name}.json`))]));
  if (options.backfillMs > 0) {
    const { prometheus, signal } = options;
    const stepMs = Math.max(options.everyMs, BACKFILL_STEP_LEAST_MS);
    const until = Math.floor(clock.now() / stepMs) * stepMs;
    await backfill(
      { estate, prometheus, from: until - options.backfillMs, until, stepMs, signal },
      { stores: learntStores, say: (what) => options.say({ at: clock.now(), level: "info", what }) },
    );
  }
  const token = randomBytes(24).toString("hex");
  const wires = switchboard([...names, HOUSTON]);
  const scaled = scaledCapacity({
    clock,
    scale,
    locations: names,
    trouble: (location, says) =>
      options.say({
        at: clock.now(),
        level: "info",
        location,
        what:
          says === null
            ? `${location}: its scaler can be looked at again`
            : `${location}: its scaler can't be looked at, and what it had last counts: ${says}`,
      }),
  });
  const worlds = watchedWorlds({
    clock,
    estate,
    everyMs: options.everyMs,
    prometheus: options.prometheus,
    steered: {
      zones:
        options.steering === null ? estate.zones.map(({ name }) => name) : toldZones(options.steering, estate.zones),
      classes: options.steering?.hosts.map((host) => host.class) ?? estate.classes.map(({ name }) => name),
      // Nobody comes by a table that nobody is steered by.
      table: () => (steering.length === 0 ? null : parts.table()),
      version: () => versionOf(steering),
      demandRps: parts.demandRps,
    },
    scaled: (location) => scaled.of(location),
    changed: (counters) => {
      // Whose counters nobody can read has nothing to report: Houston then hears of nobody, and says that it is blind.
      for (const node of nodes) node.setUnreachable(counters.trouble === null ? [] : [HOUSTON]);
      for (const what of watchLines(counters)) options.say({ at: clock.now(), level: "info", what });
    },
  });
  const recorders = new Map<LocationName, ReadingRecorder>();
  const exporters = exporterLookers(options, clock);
  const probesFrom = (location: LocationName): { readonly probes?: ProbeDriver; readonly leastPatienceMs: number } => {
    // Where both look from one place, our own eyes are nearer to us.
    const probes =
      looker?.from === location ? looker.driver : (exporters?.drivers.get(location) ?? remotes.get(location));
    const leastPatienceMs = Math.max(LEAST_PATIENCE_MS, estate.objective.slowMs * PATIENCE_SHARE);
    return { ...(probes !== undefined && { probes }), leastPatienceMs };
  };
  const nodes = names.map((location) => {
    const recorder = readingRecorder({
      clock,
      estate,
      version,
      open: () => sqliteReadings(join(stateFolder, `readings-${location}.sqlite`)),
    });
    recorders.set(location, recorder);
    const keeper = learntKeeper(learntStores.get(location)!, location);
    const node = startNode({
      clock,
      location,
      estate,
      houston: HOUSTON,
      transport: wires.get(location)!,
      ...probesFrom(location),
      roundTripMs: {},
      world: worlds.of(location),
      steering: steering.flatMap(({ driver }) => noticeSink(driver)),
      judge: { initial: initialJudge(), step: (state, event: NodeEvent) => judge(state, event as JudgeEvent) },
      lossNotices,
      learnt: { keeper, of: learntOf },
      record: (readings) => recorder.take(readings),
    });
    if (keeper.counters.refused !== null)
      options.say({
        at: clock.now(),
        level: "info",
        location,
        what: `${location}: what was learnt before is not taken up: ${keeper.counters.refused}; it is learnt anew`,
      });
    return node;
  });
  const stopExporters = followExporters(options, {
    clock,
    estate,
    exporters,
    take: (reading) => nodes[names.indexOf(reading.vantage ?? "")]?.looked(reading),
  });

  const store = sqliteStore(join(stateFolder, "log.sqlite"));
  const leadership = singleLeader(HOUSTON);
  const live = timeline();
  const unfollow = live.follow(options.say);
  const controller = await startController({
    clock,
    estate,
    store,
    leadership,
    transport: wires.get(HOUSTON)!,
    steering: steering.length === 0 ? [ON_PAPER] : steering.map(({ driver }) => driver),
    scale: scale ?? NOBODY_GROWS,
    ...(options.conditions && { conditions: options.conditions }),
    chats: [live],
    control: { initial: initialControl, step: control, view: viewOf },
    tickMs: TICK_MS,
    version,
    stopwatch: () => performance.now(),
  });
  parts.started(controller);
  const forecasting = startForecasting({
    clock,
    estate,
    demand: () => (controller.table() === null ? null : demandNow(controller.state()).demandRps),
    tell: (forecast) => controller.forecast(forecast),
    keeper: keeperOf(learntFile(join(stateFolder, "demand.json")), readDemandLearnt),
  });
  const effects =
    options.steering === null || steering.length === 0
      ? null
      : watchEffects({
          ...options.steering,
          clock,
          steering,
          ttlSeconds: estate.ttlSeconds,
          homeOf: homesWithoutTable({ estate, hosts: options.steering.hosts }),
          tell: (id, words) => controller.tell(id, words),
        });
  const alike =
    options.steering === null
      ? null
      : watchAlike({
          ...options.steering,
          clock,
          steering,
          homeOf: homesWithoutTable({ estate, hosts: options.steering.hosts }),
          table: () => controller.table(),
          tell: (id, words) => controller.tell(id, words),
        });
  const tails =
    steering.length === 0
      ? null
      : watchTails({
          clock,
          steering,
          ttlSeconds: estate.ttlSeconds,
          appliedWithinMs: Math.max(TICK_MS, ...steering.map(({ driver }) => driver.withinMs ?? 0)),
          view: () => controller.view(),
          demandRps: parts.demandRps,
          tell: (id, words) => controller.tell(id, words),
        });
  const sayAnswers = steeringWords({
    now: () => clock.now(),
    answers: () => controller.answers(),
    tell: (id, words) => controller.tell(id, words),
  });
  const prove = (): void => {
    sayAnswers();
    const table = controller.table();
    if (table === null) return;
    effects?.decided(table);
    tails?.decided(table);
  };
  const unprove = controller.follow(prove);
  prove();
  const proving = startProving({
    clock,
    estate,
    view: () => controller.view(),
    tell: (proven) => controller.proven(proven),
    keeper: keeperOf(learntFile(join(stateFolder, "proven.json")), readProvenLearnt),
  });
  const hasKeys = Object.values(options.people).some(({ keys }) => keys.length > 0);
  const stopOrders =
    options.name !== null && hasKeys
      ? followOrderFolder({
          clock,
          folder: options.ordersFolder,
          people: options.people,
          estate: options.name,
          locations: names,
          taken: takenOrders(join(stateFolder, "orders-taken.json")),
          order: (by, order) => controller.order(by, order),
          say: (id, words) => controller.tell(id, words),
        })
      : () => {};
  const stop = async (): Promise<void> => {
    stopOrders();
    forecasting.stop();
    proving.stop();
    unprove();
    effects?.stop();
    alike?.stop();
    tails?.stop();
    for (const node of nodes) node.stop();
    stopExporters();
    exporters?.stop();
    scaled.stop();
    await looker?.driver.stop();
    for (const remote of remotes.values()) await remote.stop();
    worlds.stop();
    for (const recorder of recorders.values()) recorder.stop();
    await controller.stop();
    unfollow();
    await store.close();
  };
  const api = await startApi({
    clock,
    token,
    estate,
    addresses: Object.fromEntries(
      Object.entries(options.steering?.addresses ?? {}).map(([name, { v4, v6 }]) => [name, v4[0] ?? v6[0] ?? ""]),
    ),
    controller,
    people: Object.keys(options.people),
    weekAhead: () => forecasting.week(),
    keepsWork: {
      keep: (location) => learntFile(join(stateFolder, "may-work", `${location}.json`)),
      say: (what) => options.say({ at: clock.now(), level: "info", what }),
    },
    leadership,
    store,
    timeline: live,
    transport: wires.get(HOUSTON)!,
    version,
    tickMs: TICK_MS,
    trace: async (id) => ({ id, journal: null, hops: [], silent: [], kept: [] }),
    journal: NO_JOURNAL,
    effects: () => effects?.effects() ?? [],
    tails: () => tails?.tails() ?? [],
    readings: async ({ location, since = 0, until = Number.MAX_SAFE_INTEGER }) => {
      const lines = recorders.get(location)?.recording({ since, until }) ?? null;
      if (lines === null) throw notOpen(location);
      return Readable.from(lines);
    },
  });
  try {
    await api.listen(listen);
  } catch (error) {
    await Promise.all([stop(), api.close()]);
    throw taken(listen, error);
  }
  const bound = api.server.address();
  const port = typeof bound === "object" && bound !== null ? bound.port : listen.port;
  return {
    api: `http://${listen.host}:${port}`,
    token,
    async stop() {
      await stop();
      await Promise.race([api.close(), sleep(CLOSE_WITHIN_MS)]);
    },
  };
}

/** What people must know of the watching itself: what it can't see judges nobody. */
export function watchLines({ trouble, strangers, silent }: WatchCounters): string[] {
  if (trouble !== null)
    return [`the Prometheus can't be asked: ${trouble}; I am blind, and blind I say of nobody that it is bad`];
  const unknown = Object.entries(strangers);
  return [
    silent.length === 0
      ? "the Prometheus answers, and has numbers of every location"
      : `no requests are counted of ${silent.join(", ")}`,
    ...(unknown.length === 0
      ? []
      : [
          `${unknown.length} ${unknown.length === 1 ? "label is" : "labels are"} of no location or service in houston.yaml: ${unknown
            .slice(0, 3)
            .map(([label, count]) => `${label} (${count} series)`)
            .join(", ")}`,
        ]),
  ];
}

/** Nobody answers by a table: it is taken note of, for plans and questions start from one. */
const ON_PAPER: SteeringDriver = { name: "paper", apply: async () => ({ kind: "done" }) };
/** No journal of requests is known here. */
const NO_JOURNAL: JournalDesk = {
  requests: () => null,
  doubts: async () => [],
  doubt: async (id) => nothingInDoubt(id),
  settle: async (id) => nothingInDoubt(id),
};
const NOBODY_GROWS: ScaleDriver = {
  name: "nobody",
  withinMs: TURN_MS,
  scale: async () => ({ kind: "refused", code: "unknown-location", says: "houston.yaml has no `scale`" }),
};
const CLOSE_WITHIN_MS = 400;
/** Of what users find slow: a look is one page, and what they do takes several. */
const PATIENCE_SHARE = 0.25;
/** However fast users want it: a hiccup of a network or of a collector is no silence. */
const LEAST_PATIENCE_MS = 200;

/** Where a loss is told to at once, without waiting for whoever decides; those that can't hold a contingency hear of it by the next table. */
function noticeSink(driver: SteeringDriver): NoticeSink[] {
  if (driver.notice === undefined) return [];
  const notice = async (told: LossNotice): Promise<Outcome> =>
    (await driver.notice?.(told, AbortSignal.timeout(TURN_MS))) ?? { kind: "done" };
  return [{ name: driver.name, outside: false, notice }];
}

function nothingInDoubt(id: string): never {
  throw new CallerError({
    code: "unknown-doubt",
    message: `request ${id} does not wait for a person`,
    hint: "this Houston keeps no journal of requests",
  });
}

function makeFolder(folder: string): void {
  try {
    // Step by step: under a folder that takes none, such as /proc, Node's own `recursive` tries for ever.
    const missing: string[] = [];
    for (let each = resolve(folder); !existsSync(each); each = dirname(each)) missing.unshift(each);
    for (const each of missing) mkdirSync(each, { mode: 0o700 });
  } catch (error) {
    throw new CallerError({
      code: "no-state-folder",
      message: `${folder} can't be made: ${error instanceof Error ? error.message : String(error)}`,
      hint: "name another one with --state",
      cause: error,
    });
  }
}

function notOpen(location: LocationName): CallerError {
  return new CallerError({
    code: "readings-closed",
    message: `the readings of ${location} can't be handed out: their file is not open`,
    hint: "ask again in 10 s; if it stays so, look at the disk of the state folder",
  });
}

function taken({ host, port }: HoustonOptions["listen"], error: unknown): CallerError {
  return new CallerError({
    code: "no-port",
    message: `${host}:${port} can't be listened on: ${error instanceof Error ? error.message : String(error)}`,
    hint: "name another one with --listen 127.0.0.1:PORT",
    cause: error,
  });
}
