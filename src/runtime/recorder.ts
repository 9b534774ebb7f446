import type {
  ControlEffect,
  ControlEvent,
  ControlView,
  Incident,
  LocationState,
  Words,
} from "../core/control-contract.ts";
import type { Order } from "../core/order.ts";
import type { Reason, UnixMs } from "../core/step.ts";
import type { Verdict } from "../core/verdict.ts";
import type { LogBatch, LogStore } from "../drivers/store/contract.ts";
import { frameOf } from "./frame.ts";

/**
 * What stays: snapshots so that a restart is short, raw events for two hours so that an incident can be replayed, and
 * words, decisions, changed verdicts and incidents for thirty days so that "why?" has an answer. Frames show the world as it was: close
 * together for as long as the raw events, and a minute apart for thirty days.
 */
const SNAPSHOT_EVERY_MS = 20_000;
const TRIM_EVERY_MS = 60_000;
const EVENTS_KEPT_MS = 2 * 3_600_000;
const RECORDS_KEPT_MS = 30 * 86_400_000;
/**
 * A move has steps of some seconds, so each step is seen. Packed, a frame of 15 locations and 77 zones has 0.6 to 0.8 kB (2.7 to 3.3 kB of
 * JSON), one of 50 locations and 2,000 zones 3.1 to 3.5 kB (14 kB): 1 and 5 MB for two hours, 31 and 150 MB for the minutes of a month.
 */
const FRAME_EVERY_MS = 5_000;
const MINUTE_MS = 60_000;
/** An incident's figures change with every tick, and people read it no faster. Its end is kept at once. */
const INCIDENT_EVERY_MS = 1_000;
/** Of some kB each, so that whoever makes many of them can't fill the disk. */
const INCIDENTS_MOST = 1_000;
const DRILLS_MOST = 200;
const MARKS_MOST = 2_000;

/** A verdict that stays as it is is noted again after this long, so that "why, at that moment?" finds numbers. */
const SAME_VERDICT_MS = 30_000;

/** Verdicts change with ticks; looking after every message would find nothing more. */
const VIEW_EVERY_MS = 250;

/** What was thought of a location, noted when it changed. */
export type NotedVerdict = { readonly state: LocationState; readonly verdict: Verdict };

/** Waits are reasoned about at every tick: the same words count again after this long. */
const SAME_REASON_MS = 60_000;
/** Decisions not to do something, in a minute: calm days have none, a bad one some ten. What is over counts as lost. */
const QUIET_PER_MINUTE_MAX = 120;

/**
 * What was decided, why, and on which event: also to do nothing. Tables are in the log; here only which version. It is noted with every
 * location that its reasons name.
 */
export type Decision = {
  readonly event: ControlEvent["event"];
  /** With an order: who gave which. */
  readonly by?: string;
  readonly order?: Order;
  readonly effects: readonly DecidedEffect[];
  readonly reasons: readonly Reason[];
  /** What was thought of the location at that moment; null when it is about no one place. */
  readonly evidence: Verdict | null;
};

export type DecidedEffect =
  | { readonly kind: "publish"; readonly id: string; readonly version: number }
  | Exclude<ControlEffect, { readonly kind: "publish" | "say" | "ask" }>;

export type Recorder<State> = {
  words(id: string, words: Words): Promise<void>;
  decision(
    event: ControlEvent,
    stepped: { readonly effects: readonly ControlEffect[]; readonly reasons: readonly Reason[] },
    /** As it is after the event. */
    view: () => ControlView,
  ): Promise<void>;
  /** After a batch: notes changed verdicts and incidents, and a frame; now and then a snapshot and a trim. */
  keep(batch: {
    readonly seq: number;
    readonly at: UnixMs;
    readonly view: () => ControlView;
    readonly state: () => Kept<State>;
  }): Promise<void>;
  snapshot(at: UnixMs, state: Kept<State>): Promise<void>;
  /** Null: read the log from its beginning. Unreadable: other code wrote it and its beginning is gone. */
  resume(): Promise<{ readonly seq: number; readonly at: UnixMs; readonly state: Kept<State> } | "unreadable" | null>;
  replayed(batch: LogBatch): void;
};

/** What a snapshot holds. */
export type Kept<State> = {
  readonly control: State;
  /** Effects whose outcome was not in the log yet. */
  readonly open: readonly ControlEffect[];
  /** See decision-digest.ts. */
  readonly digest: string;
};

export function recorder<State>(options: { readonly store: LogStore; readonly version: string }): Recorder<State> {
  const { store, version } = options;
  let seq = 0;
  let snapshotAt = 0;
  let trimmedAt = 0;
  let decisions = 0;
  let viewedAt = 0;
  let frameAt = 0;
  let minuteAt = 0;
  const verdicts = new Map<string, { readonly key: string; readonly at: UnixMs }>();
  const incidents = new Map<string, { readonly text: string; readonly at: UnixMs }>();
  const given = new Map<string, UnixMs>();
  let quiet = { since: 0, count: 0 };

  const isNews = ({ code, location, says }: Reason, at: UnixMs): boolean => {
    const key = `${code} ${location ?? ""} ${says}`;
    const last = given.get(key);
    if (last !== undefined && at - last < SAME_REASON_MS) return false;
    for (const [old, since] of given) if (at - since >= SAME_REASON_MS) given.delete(old);
    given.set(key, at);
    return true;
  };

  const countQuiet = (at: UnixMs): void => {
    if (at - quiet.since >= 60_000) quiet = { since: at, count: 0 };
    quiet.count += 1;
    if (quiet.count > QUIET_PER_MINUTE_MAX)
      throw new Error(`over ${QUIET_PER_MINUTE_MAX} decisions a minute to do nothing`);
  };

  const keepVerdicts = async ({ locations }: ControlView, at: UnixMs): Promise<void> => {
    for (const place of locations) {
      const { verdict } = place;
      const isAside = verdict.because.some(({ signal }) => signal === "set-aside");
      // Shaky is said before it is certain: when it became so is asked later.
      const isCertain = verdict.verdict === "shaky" && verdict.evidenceNats >= verdict.barNats;
      const { scope, action, causes } = verdict;
      const key = [verdict.verdict, scope, action, causes[0]?.name, place.state, isAside, isCertain].join(" ");
      const last = verdicts.get(place.name);
      const same = last?.key === key;
      if (same && (verdict.verdict === "healthy" || at - last.at < SAME_VERDICT_MS)) continue;
      verdicts.set(place.name, { key, at });
      const body = { state: place.state, verdict } satisfies NotedVerdict;
      await store.record({ kind: "verdict", id: `${place.name}-${at}`, at, location: place.name, body });
    }
  };

  const keepIncidents = async (view: ControlView, at: UnixMs): Promise<void> => {
    for (const incident of view.incidents) {
      const id = incidentId(incident);
      const text = JSON.stringify(incident);
      const last = incidents.get(id);
      if (last?.text === text || (last && incident.closedAt === null && at - last.at < INCIDENT_EVERY_MS)) continue;
      incidents.set(id, { text, at });
      await store.recordNewest({ kind: "incident", id, at, location: incident.location, body: incident });
    }
    if (incidents.size === view.incidents.length) return;
    const shown = new Set(view.incidents.map(incidentId));
    for (const id of incidents.keys()) if (!shown.has(id)) incidents.delete(id);
  };

  const keepFrame = async (view: ControlView, at: UnixMs): Promise<void> => {
    if (at - frameAt < FRAME_EVERY_MS) return;
    const minute = at - minuteAt >= MINUTE_MS;
    frameAt = at;
    if (minute) minuteAt = at;
    const frame = frameOf(view);
    await store.keepFrame({ at: frame.at, minute, body: frame });
  };

  const snapshot = async (at: UnixMs, state: Kept<State>): Promise<void> => {
    snapshotAt = at;
    await store.saveSnapshot({ seq, at, version, state });
  };

  return {
    async words(id, words) {
      await store.record({ kind: "words", id, at: words.at, location: words.location ?? null, body: words });
    },
    async decision(event, { effects, reasons }, view) {
      const done = effects.flatMap(decided);
      const isSilent = event.event !== "order" && done.length === 0;
      const news = isSilent ? reasons.filter((reason) => isNews(reason, event.at)) : reasons;
      if (isSilent && news.length === 0) return;
      if (isSilent) countQuiet(event.at);
      decisions += 1;
      const places = [...new Set(news.flatMap(({ location }) => (location === undefined ? [] : [location])))];
      const now = places.length === 0 ? null : view();
      for (const location of places.length === 0 ? [null] : places) {
        const body: Decision = {
          event: event.event,
          ...(event.event === "order" ? { by: event.by, order: event.order } : {}),
          effects: done,
          reasons: news,
          evidence: now?.locations.find((place) => place.name === location)?.verdict ?? null,
        };
        const id = `${event.at}-${decisions}-${location ?? ""}`;
        await store.record({ kind: "decision", id, at: event.at, location, body });
      }
    },
    async keep(batch) {
      seq = batch.seq;
      if (batch.at - viewedAt >= VIEW_EVERY_MS) {
        viewedAt = batch.at;
        const view = batch.view();
        await keepVerdicts(view, batch.at);
        await keepIncidents(view, batch.at);
        await keepFrame(view, batch.at);
      }
      if (batch.at - snapshotAt >= SNAPSHOT_EVERY_MS) await snapshot(batch.at, batch.state());
      if (batch.at - trimmedAt >= TRIM_EVERY_MS) {
        trimmedAt = batch.at;
        await store.trim({
          batchesBefore: batch.at - EVENTS_KEPT_MS,
          framesBefore: batch.at - EVENTS_KEPT_MS,
          recordsBefore: batch.at - RECORDS_KEPT_MS,
          minuteFramesBefore: batch.at - RECORDS_KEPT_MS,
          recordsMost: { incident: INCIDENTS_MOST, drill: DRILLS_MOST, mark: MARKS_MOST },
        });
      }
    },
    async snapshot(at, state) {
      if (seq > 0) await snapshot(at, state);
    },
    async resume() {
      const newest = await store.newestSnapshot();
      // Other code's state may mean something else: then the log is read from as far back as it goes.
      if (newest === null) return null;
      if (newest.version !== version) return (await store.oldestSnapshot()) === null ? null : "unreadable";
      seq = newest.seq;
      return { seq: newest.seq, at: newest.at, state: newest.state as Kept<State> };
    },
    replayed(batch) {
      seq = batch.seq;
    },
  };
}

/** Numbers begin anew with a new log; with the moment there are no two alike. */
export function incidentId({ number, openedAt }: Pick<Incident, "number" | "openedAt">): string {
  return `${number}@${openedAt}`;
}

function decided(effect: ControlEffect): DecidedEffect[] {
  switch (effect.kind) {
    case "publish":
      return [{ kind: "publish", id: effect.id, version: effect.table.version }];
    case "say":
    case "ask":
      return [];
    case "scale":
    case "notice":
      return [effect];
  }
}
