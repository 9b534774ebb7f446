import type {
  ControlEffect,
  ControlEvent,
  ControlView,
  DemandForecast,
  EntryDemand,
  Outcome,
  Words,
} from "../core/control-contract.ts";
import type { Proven } from "../core/control/usable.ts";
import type { Capacity, Estate, LocationName } from "../core/estate.ts";
import type { Order } from "../core/order.ts";
import type { RouteTable } from "../core/route/table.ts";
import type { Reason, Step, UnixMs } from "../core/step.ts";
import type { ChatDriver } from "../drivers/chat/contract.ts";
import type { ConditionAnswer } from "../core/conditions.ts";
import type { ConditionDriver } from "../drivers/condition/contract.ts";
import type { ScaleDriver } from "../drivers/scale/contract.ts";
import type { SteeringDriver } from "../drivers/steering-contract.ts";
import type { LogStore } from "../drivers/store/contract.ts";
import type { Clock } from "./clock.ts";
import { watchConditions } from "./condition-watch.ts";
import { foldDecision, NOTHING_DECIDED } from "./decision-digest.ts";
import { exchange } from "./exchange.ts";
import type { Leadership } from "./leadership.ts";
import { publisher, type SteeringAnswer } from "./publisher.ts";
import { recorder, type Kept } from "./recorder.ts";
import type { Transport } from "./transport.ts";
import { within } from "./within.ts";

/**
 * The deciding Houston's loop: what comes in is written down, then decided on, then done, and what the world answers
 * comes in again. Because everything is written down before, a restart reads the log and goes on in the middle.
 *
 * 1. An event is in the log before it is stepped; nothing else is ever stepped.
 * 2. Effects are done after the whole batch is stepped, and again after a restart unless their outcome is in the log.
 * 3. When an invariant of ours breaks we stop deciding for good, leave traffic as it is, and say so.
 * 4. The queue is bounded: what is superseded is dropped first, orders and outcomes never.
 */
export type ControllerOptions<State> = {
  readonly clock: Clock;
  readonly estate: Estate;
  readonly store: LogStore;
  readonly leadership: Leadership;
  readonly transport: Transport;
  readonly steering: readonly SteeringDriver[];
  /** Which steering driver is which location's world: a restarted world is given its table anew. */
  readonly worldSteering?: Readonly<Record<LocationName, string>>;
  readonly scale: ScaleDriver;
  /** Conditions of receivers that Houston asks; what locations ask themselves comes with their messages. */
  readonly conditions?: readonly ConditionDriver[];
  readonly chats: readonly ChatDriver[];
  readonly control: {
    readonly initial: () => State;
    readonly step: Step<State, ControlEvent, ControlEffect>;
    readonly view: (state: State) => ControlView;
  };
  readonly tickMs: number;
  /** What each edge is expected to see before anybody has come: a first log begins with it. */
  readonly expectedDemand?: readonly EntryDemand[];
  /** Names the code: a snapshot of other code is not taken. */
  readonly version: string;
  /** Measures our own work for /metrics; decides nothing. */
  readonly stopwatch?: () => number;
};

export type Controller<State = unknown> = {
  /** For questions that change nothing (`houston plan`). */
  state(): State;
  /** Resolves once it is decided, with what Houston said to it. */
  order(by: string, order: Order): Promise<OrderAnswer>;
  /** What will be wanted at most, from whoever forecasts; logged like all that is decided on. */
  forecast(forecast: DemandForecast): void;
  /** The most that each location carried well lately, from whoever looks; logged too. */
  proven(proven: readonly Proven[]): void;
  /** Says what was found out beside deciding, on every face; it is kept with the other words, the same id once. */
  tell(id: string, words: Words): void;
  view(): ControlView;
  /** The newest route table that was decided on. */
  table(): RouteTable | null;
  /** Set when an invariant broke: what, and since when. */
  broken(): { readonly at: UnixMs; readonly says: string } | null;
  behind(): readonly string[];
  /** What each steering driver or server said to a table last. */
  answers(): readonly SteeringAnswer[];
  /** Called after each batch with what it changed. */
  follow(listener: () => void): () => void;
  readonly counters: ControllerCounters;
  stop(): Promise<void>;
};

export type OrderAnswer = { readonly words: readonly Words[]; readonly reasons: readonly Reason[] };

export type ControllerCounters = {
  readonly events: Record<string, number>;
  readonly effects: Record<string, number>;
  dropped: number;
  /** Batches that could not be written at first: nothing is decided until they are. */
  logFailures: number;
  recordsLost: number;
  batches: number;
  stepMs: number;
  stepMsMax: number;
  replayedEvents: number;
  replayMs: number;
};

/** Events wait so long for company: one row in the log for many. Orders and outcomes don't wait. */
const GATHER_MS = 20;
const QUEUE_MAX = 4096;
const BATCH_MAX = 512;
/** An unchanged capacity is still news after this long. */
const SAME_CAPACITY_MS = 5000;
/** After a restart the nodes need a moment to be heard; deciding before would only say that we are blind. */
const LISTEN_FIRST_MS = 1500;

type Waiting = { readonly event: ControlEvent; readonly answer?: (answer: OrderAnswer) => void };

export async function startController<State>(options: ControllerOptions<State>): Promise<Controller<State>> {
  const { clock, estate, store, leadership, transport, control } = options;
  const locations = estate.locations.map((each) => each.name);
  const stopwatch = options.stopwatch ?? (() => 0);
  const counters: ControllerCounters = {
    events: {},
    effects: {},
    dropped: 0,
    logFailures: 0,
    recordsLost: 0,
    batches: 0,
    stepMs: 0,
    stepMsMax: 0,
    replayedEvents: 0,
    replayMs: 0,
  };
  const board = exchange({ now: () => clock.now(), location: transport.name, locations, houston: "", transport });
  const round = publisher({ clock, steering: options.steering });
  const notes = recorder<State>({ store, version: options.version });
  const followers = new Set<() => void>();
  const capacities = new Map<LocationName, { readonly capacity: Capacity; readonly at: UnixMs }>();

  let state = control.initial();
  /** Many ask between two steps, and for a large estate a view is work. */
  let seen: { readonly state: State; readonly view: ControlView } | null = null;
  const viewNow = (): ControlView => {
    if (seen === null || seen.state !== state) seen = { state, view: control.view(state) };
    return seen.view;
  };
  let digest = NOTHING_DECIDED;
  let table: RouteTable | null = null;
  let broken: { readonly at: UnixMs; readonly says: string } | null = null;
  /** The highest version that a server said it holds and we never made; told once. */
  let heldVersion = 0;
  /** Effects whose outcome is not in the log yet. */
  const open = new Map<string, ControlEffect>();
  let queue: Waiting[] = [];
  let draining: Promise<void> | null = null;
  let gathering = false;
  let lastAt = 0;
  let stopped = false;

  /** One event through the pure core. Everything that a replay must repeat happens here and nowhere else. */
  const step = (
    event: ControlEvent,
  ): { readonly effects: readonly ControlEffect[]; readonly reasons: readonly Reason[] } => {
    if (event.event === "outcome") open.delete(event.effect);
    const before = stopwatch();
    const stepped = control.step(state, event);
    const ms = stopwatch() - before;
    state = stepped.state;
    digest = foldDecision(digest, stepped);
    counters.stepMs += ms;
    counters.stepMsMax = Math.max(counters.stepMsMax, ms);
    lastAt = Math.max(lastAt, event.at);
    for (const effect of stepped.effects) {
      if (effect.kind === "say") continue;
      open.set(effect.id, effect);
      if (effect.kind !== "publish") continue;
      if (table === null || effect.table.version > table.version) table = effect.table;
      // The older table needs no answer any more: only the newest is offered.
      for (const other of open.values()) if (other.kind === "publish" && other.id !== effect.id) open.delete(other.id);
    }
    return stepped;
  };

  const tell = (id: string, words: Words): void => {
    for (const chat of options.chats) chat.say(id, words);
    void quietly(notes.words(id, words));
  };

  const breakDown = (error: unknown): void => {
    const says = error instanceof Error ? error.message : String(error);
    broken = { at: clock.now(), says };
    const words: Words = {
      at: broken.at,
      level: "urgent",
      what: `I have stopped deciding: ${says}. Traffic stays as it is`,
      doing: "edges and DNS go on with their last good table, and follow a loss notice without me",
      notDoing: "nothing moves by me until this is looked into",
      youNeedTo: "save the recording (GET /api/recording) and report it; orders are not carried out",
    };
    tell(`broken-${broken.at}`, words);
  };

  const put = (event: ControlEvent, answer?: (answer: OrderAnswer) => void): void => {
    if (stopped) {
      answer?.(refusal("stopping"));
      return;
    }
    if (queue.length >= QUEUE_MAX) {
      // Ticks, summaries and counts are soon followed by newer ones.
      const droppable = queue.findIndex(
        ({ event: { event: kind } }) => kind !== "order" && kind !== "outcome" && kind !== "config",
      );
      if (droppable >= 0) {
        queue.splice(droppable, 1);
        counters.dropped += 1;
      }
    }
    queue.push(answer ? { event, answer } : { event });
  };

  const soon = (): void => {
    if (gathering || draining) return;
    gathering = true;
    clock.after(GATHER_MS, () => {
      gathering = false;
      void drain();
    });
  };

  const drain = async (): Promise<void> => {
    if (draining) return draining;
    draining = drainAll();
    await draining;
    draining = null;
    for (const follower of followers) follower();
    // What came in the moment between is taken with the next turn at the latest.
    if (queue.length > 0) soon();
  };

  const drainAll = async (): Promise<void> => {
    while (queue.length > 0) {
      const batch = queue.slice(0, BATCH_MAX);
      queue = queue.slice(BATCH_MAX);
      if (broken || !leadership.leads()) {
        for (const waiting of batch) waiting.answer?.(refusal(broken ? "stopped-deciding" : "not-leading"));
        continue;
      }
      const at = clock.now();
      const seq = await appended(at, batch);
      if (seq === null) return;
      counters.batches += 1;
      const effects: ControlEffect[] = [];
      for (const { event, answer } of batch) {
        if (broken) {
          answer?.(refusal("stopped-deciding"));
          continue;
        }
        counters.events[event.event] = (counters.events[event.event] ?? 0) + 1;
        try {
          const stepped = step(event);
          effects.push(...stepped.effects);
          void quietly(notes.decision(event, stepped, viewNow));
          answer?.({
            words: stepped.effects.flatMap((each) => (each.kind === "say" ? [each.words] : [])),
            reasons: stepped.reasons,
          });
        } catch (error) {
          breakDown(error);
          answer?.(refusal("stopped-deciding"));
        }
      }
      for (const effect of effects) carryOut(effect);
      if (!broken) await quietly(notes.keep({ seq, at, view: viewNow, state: kept }));
    }
  };

  /** Null when the log can't be written: the batch waits, and so does every decision. */
  const appended = async (at: UnixMs, batch: readonly Waiting[]): Promise<number | null> => {
    try {
      return await store.append({ at, events: batch.map(({ event }) => event) });
    } catch {
      counters.logFailures += 1;
      queue = [...batch, ...queue];
      return null;
    }
  };

  /** A record that is lost costs an answer to a "why?" later, not the loop now. */
  const quietly = (kept: Promise<void>): Promise<void> => kept.catch(() => void (counters.recordsLost += 1));

  const kept = (): Kept<State> => ({ control: state, open: [...open.values()], digest });

  const carryOut = (effect: ControlEffect): void => {
    switch (effect.kind) {
      case "say":
        return tell(`${effect.id}@${effect.words.at}`, effect.words);
      case "publish":
        // A newer table has been decided on in the same batch: this one would be offered for nothing.
        if (open.has(effect.id)) void report(effect, round.publish(effect.table));
        return;
      case "notice":
        void report(effect, round.notice(effect.notice));
        return;
      case "ask":
        void report(effect, asked(effect.locations));
        return;
      case "scale":
        void report(
          effect,
          within(clock, options.scale.withinMs, (signal) => options.scale.scale(effect, signal)),
        );
        return;
    }
  };

  const asked = async (locations: readonly LocationName[]): Promise<Outcome> => {
    await watch?.ask(locations);
    return { kind: "done" };
  };

  const report = async (effect: ControlEffect, outcome: Promise<Outcome>): Promise<void> => {
    const answer = await outcome;
    const key = `${effect.kind} ${answer.kind}`;
    counters.effects[key] = (counters.effects[key] ?? 0) + 1;
    put({ event: "outcome", at: now(), effect: effect.id, outcome: answer });
    await drain();
  };

  /** Never backwards: the core reads time from events, and a clock may be set back. */
  const now = (): UnixMs => Math.max(clock.now(), lastAt);

  transport.receive({
    message(from, message) {
      const at = now();
      for (const summary of board.take(from, message)) put({ event: "summary", at, summary });
      if (message.demand) put({ event: "demand", at, demand: message.demand });
      if (message.capacity && isNews(message.capacity, at)) put({ event: "capacity", at, capacity: message.capacity });
      const steering = options.worldSteering?.[from];
      if (message.tableVersion !== undefined) {
        if (steering !== undefined) round.seen(steering, message.tableVersion);
        if (!replaying && message.tableVersion > Math.max(table?.version ?? 0, heldVersion)) {
          heldVersion = message.tableVersion;
          put({ event: "routeTable", at, version: heldVersion });
        }
      }
      const answers = message.conditions?.filter(isForNodes) ?? [];
      if (answers.length > 0) put({ event: "conditions", at, answers });
      if (!replaying) soon();
      return board.have();
    },
    look: () => {},
  });

  /** What Houston asks itself no node may answer: who fails would say of itself that it is well. */
  const isForNodes = ({ condition }: ConditionAnswer): boolean =>
    estate.conditions?.some(({ name, askedBy }) => name === condition && askedBy === "location") ?? false;

  const isNews = (capacity: Capacity, at: UnixMs): boolean => {
    const last = capacities.get(capacity.location);
    const same =
      last?.capacity.readyRps === capacity.readyRps &&
      last.capacity.capacityRps === capacity.capacityRps &&
      at - last.at < SAME_CAPACITY_MS;
    if (!same) capacities.set(capacity.location, { capacity, at });
    return !same;
  };

  let replaying = true;
  const replayed = await replay();
  replaying = false;
  const watch =
    options.conditions === undefined
      ? null
      : watchConditions({
          clock,
          drivers: options.conditions,
          tell(answer) {
            put({ event: "conditions", at: now(), answers: [answer] });
            soon();
          },
        });
  if (!broken) {
    const publishing = [...open.values()].some((effect) => effect.kind === "publish");
    if (table && !publishing) round.resume(table);
    for (const effect of open.values()) carryOut(effect);
    if (JSON.stringify(replayed.estate) !== JSON.stringify(estate)) put({ event: "config", at: now(), estate });
    if (replayed.estate === null) {
      for (const demand of options.expectedDemand ?? []) put({ event: "demand", at: now(), demand });
    }
    await drain();
  }
  let ticking = clock.after(replayed.events > 0 ? LISTEN_FIRST_MS : 0, () => {
    ticking = clock.every(options.tickMs, () => {
      put({ event: "tick", at: now() });
      void drain();
    });
  });

  return {
    counters,
    async order(by, order) {
      return new Promise((resolve) => {
        put({ event: "order", at: now(), by, order }, resolve);
        // A drain that is under way takes it along.
        void drain();
      });
    },
    forecast(forecast) {
      put({ event: "forecast", at: now(), forecast });
      soon();
    },
    proven(proven) {
      put({ event: "proven", at: now(), proven });
      soon();
    },
    tell,
    state: () => state,
    view: viewNow,
    table: () => table,
    broken: () => broken,
    behind: () => round.behind(),
    answers: () => round.answers(),
    follow(listener) {
      followers.add(listener);
      return () => followers.delete(listener);
    },
    async stop() {
      ticking();
      watch?.stop();
      round.stop();
      stopped = true;
      await draining;
      for (const { answer } of queue) answer?.(refusal("stopping"));
      if (!broken) await quietly(notes.snapshot(lastAt, kept()));
    },
  };

  /** Reads the log from the newest snapshot on. What was decided then is decided again, byte for byte. */
  async function replay(): Promise<{ readonly events: number; readonly estate: Estate | null }> {
    const before = stopwatch();
    let known: Estate | null = null;
    let events = 0;
    const start = await notes.resume();
    if (start === "unreadable") return { events: 0, estate: null };
    if (start) {
      state = start.state.control;
      lastAt = start.at;
      known = (state as { readonly estate?: Estate | null }).estate ?? null;
      digest = start.state.digest;
      for (const effect of start.state.open) open.set(effect.id, effect);
      table = (state as { readonly table?: RouteTable | null }).table ?? null;
    }
    for await (const batch of store.read(start?.seq ?? 0)) {
      for (const event of batch.events) {
        events += 1;
        if (event.event === "config") known = event.estate;
        try {
          const stepped = step(event);
          // Words that the crash kept from being said are said now; the others are known by their id.
          for (const effect of stepped.effects) if (effect.kind === "say") carryOut(effect);
        } catch (error) {
          breakDown(error);
          return { events, estate: known };
        }
      }
      notes.replayed(batch);
    }
    counters.replayedEvents = events;
    counters.replayMs = stopwatch() - before;
    return { events: start ? events + 1 : events, estate: known };
  }
}

/** Why an order is not even weighed: nothing of it stands in the log, and only its answer says so. */
const UNDECIDED = {
  "stopped-deciding": "Houston has stopped deciding after a fault of its own; see its timeline",
  "not-leading": "another Houston leads; give the order there",
  stopping: "this Houston is stopping; give the order again",
} as const;

function refusal(code: keyof typeof UNDECIDED): OrderAnswer {
  return { words: [], reasons: [{ code, says: UNDECIDED[code] }] };
}

/** Null: the order was weighed, and what came of it is said. */
export function whyUndecided({ reasons }: OrderAnswer): string | null {
  return reasons.find(({ code }) => Object.hasOwn(UNDECIDED, code))?.says ?? null;
}
