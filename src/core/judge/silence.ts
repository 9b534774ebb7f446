import type { LocationName, ServiceName } from "../estate.ts";
import type { UnixMs } from "../step.ts";
import type { Summary } from "../summary.ts";
import type { Because } from "../verdict.ts";
import type { Graph } from "./graph.ts";
import { isCutOff, isFresh } from "./loss.ts";
import { putAside, toldNonsense, type SetAside } from "./set-aside.ts";
import { emptyLook, type Stream } from "./stream.ts";

/**
 * What is not heard. A shop whose till rings no more may be empty, or its bell broken: who looks at the door knows
 * which. A service that tells nothing, or zero, while those who call it go on, is named; when nothing at all is heard of
 * this place, the other locations' looks tell whether it is the place, the pipe or the watcher.
 */
export type Silence = {
  /** When anything of this place was last heard. */
  heardAt: UnixMs;
};

/** How one stream tells. */
export type Rhythm = {
  /** Looks at which it had told something. */
  heard: number;
  heardAt: UnixMs;
  /** The stamp of what it told last: who sends the same again has told nothing. */
  stamp: UnixMs;
  /** How long it usually is silent between two. */
  gapMs: number;
  movedAt: UnixMs;
  /** Requests to it for each of its busiest caller's, and how many it owes since it last counted one. */
  share: number;
  owed: number;
};

export const newSilence = (): Silence => ({ heardAt: 0 });

/** Before looks are closed, at each tick. */
export function listen(question: {
  readonly streams: ReadonlyMap<string, Stream>;
  /** The same, by key. */
  readonly order: readonly Stream[];
  readonly graph: Graph;
  readonly book: SetAside;
  readonly at: UnixMs;
  readonly lookMs: number;
}): void {
  const { streams, graph, book, at, lookMs } = question;
  const busy = busyNow(streams, graph);
  for (const stream of question.order) {
    const rhythm = (stream.rhythm ??= newRhythm(at));
    if (stream.lastAt > rhythm.stamp) {
      if (rhythm.heard > 0) rhythm.gapMs += Math.max(1 / rhythm.heard, 0.1) * (at - rhythm.heardAt - rhythm.gapMs);
      rhythm.heard += 1;
      rhythm.heardAt = at;
      rhythm.stamp = stream.lastAt;
    } else if (at - rhythm.stamp > STALE_LOOKS * lookMs && stream.pending.total + stream.pending.count > 0) {
      // The same stamp again and again: somebody hands out an old page.
      putAside(book, at, { kind: "behind", who: stream.service, by: at - rhythm.stamp });
      stream.pending = emptyLook(at);
    }
    if (stream.key !== stream.service) continue;
    const called = busiestCaller(stream.service, busy, graph);
    const { total, count } = stream.pending;
    if (Math.max(total, count) > 0) {
      if (called > 0) rhythm.share += 0.05 * (Math.max(total, count) / called - rhythm.share);
      rhythm.movedAt = at;
      rhythm.owed = 0;
      continue;
    }
    rhythm.owed += called * rhythm.share;
    if (called === 0 || rhythm.heard < HEARD_TO_KNOW || rhythm.owed < OWED_LEAST) continue;
    const patienceMs = Math.max(SILENT_MS, 4 * rhythm.gapMs, 3 * lookMs);
    const [silentMs, stillMs] = [at - rhythm.heardAt, at - rhythm.movedAt];
    // What is silent for so long was taken away.
    if (stillMs > GONE_MS || toldNonsense(book, stream.service, at - patienceMs)) continue;
    if (silentMs > patienceMs) putAside(book, at, { kind: "silent", who: stream.service, by: silentMs });
    else if (stillMs > patienceMs) putAside(book, at, { kind: "stands-still", who: stream.service, by: stillMs });
  }
}

/** Nothing at all is heard of this place by its own node: which of the three is it? */
export function silenceBecause(question: {
  readonly silence: Silence;
  readonly streams: readonly Stream[];
  readonly others: ReadonlyMap<LocationName, Summary>;
  readonly location: LocationName;
  readonly at: UnixMs;
  readonly lookMs: number;
}): Because[] {
  const { silence, streams, others, location, at, lookMs } = question;
  const silentMs = at - silence.heardAt;
  if (silentMs <= Math.max(SILENT_MS, 3 * lookMs)) return [];
  let gapMs = Number.POSITIVE_INFINITY;
  for (const { rhythm } of streams)
    if (rhythm !== null && rhythm.heard >= HEARD_TO_KNOW) gapMs = Math.min(gapMs, rhythm.gapMs);
  if (silentMs <= 4 * gapMs) return [];
  const says = `its node has heard nothing of its services for ${lasting(silentMs)}; ${whoIsIt(others, location, at)}`;
  return [{ service: "edge", signal: "silence", nats: 0, says }];
}

function whoIsIt(others: ReadonlyMap<LocationName, Summary>, location: LocationName, at: UnixMs): string {
  const fresh = [...others.values()].filter((summary) => isFresh(summary, at) && !isCutOff(summary));
  if (fresh.length === 0) return "nor is any other node heard: the watcher";
  const looks = fresh.flatMap(({ sees }) => sees[location] ?? []);
  if (looks.length === 0) return "no other location has looked at it lately";
  const failing = looks.filter(({ failedLooks }) => failedLooks > 0).length;
  if (failing * 2 > looks.length) return `${failing} of ${looks.length} other locations get no answer there: the place`;
  return `${looks.length - failing} of ${looks.length} other locations get answers there: the pipe that brings its counters, not the place`;
}

const newRhythm = (at: UnixMs): Rhythm => ({
  heard: 0,
  heardAt: at,
  stamp: 0,
  gapMs: 0,
  movedAt: at,
  share: 0,
  owed: 0,
});

/** What each configured service served since the last tick, by its place in the graph. */
function busyNow(streams: ReadonlyMap<string, Stream>, { services }: Graph): Float64Array {
  const busy = new Float64Array(services.length);
  for (let place = 0; place < services.length; place++) {
    const pending = streams.get(services[place]!)?.pending;
    if (pending !== undefined) busy[place] = Math.max(pending.total, pending.count);
  }
  return busy;
}

/** Of those that call it directly or through others, what the busiest served since the last tick. */
function busiestCaller(service: ServiceName, busy: Float64Array, graph: Graph): number {
  const place = graph.placeOf(service);
  if (place === undefined) return 0;
  let most = 0;
  const { places, from } = graph.callers;
  for (let i = from[place]!; i < from[place + 1]!; i++) most = Math.max(most, busy[places[i]!]!);
  return most;
}

function lasting(ms: number): string {
  return ms < 120_000 ? `${Math.floor(ms / 10_000) * 10} s` : `${Math.floor(ms / 60_000)} min`;
}

const STALE_LOOKS = 3;
/** Fifteen looks of a second; a machine that stalls for ten is no news. */
const SILENT_MS = 15_000;
const GONE_MS = 30 * 60_000;
const HEARD_TO_KNOW = 20;
/** Chance makes one such silence in e^20. */
const OWED_LEAST = 20;
