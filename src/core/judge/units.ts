import { byName } from "../route/by-name.ts";
import type { ServiceName } from "../estate.ts";
import type { UnixMs } from "../step.ts";
import type { Graph } from "./graph.ts";
import { boundLogMs } from "./log-ms.ts";
import { putAside, type SetAside } from "./set-aside.ts";
import { meanLogMs, type Look, type Stream } from "./stream.ts";

/**
 * Has a latency changed its unit? Somebody deploys, and milliseconds are seconds, or microseconds. Then ALL of a
 * service's latencies are multiplied by one certain number from one look to the next, and it goes on serving: nobody
 * who calls it waits longer. A thing that really turned a thousand times slower is felt by its callers, times out, or
 * fails; so whatever looks like that counts, as does everything that nobody else is there to contradict.
 *
 * U1 Only latencies are set aside, never failures, and only while each caller that is measured feels nothing.
 * U2 What has stood for ACCEPT_AFTER_MS is the new usual: the past is told in the new unit, and evidence counts again.
 */
export type Units = Map<string, Known>;

type Known = {
  /** How it usually is, fading; of looks with enough requests. */
  logMs: number;
  variance: number;
  looks: number;
  /** What latencies are multiplied by, as a logarithm, since when. */
  changed: (Change & { readonly since: UnixMs }) | null;
  /** Since when it is far from what is known, and by no such factor. */
  oddSince: UnixMs | null;
};

type Change = { readonly log: number; readonly factor: number };

/** Before a look is closed: takes out latencies that are told in another unit. */
export function setUnitsAside(question: {
  readonly streams: ReadonlyMap<string, Stream>;
  readonly units: Units;
  readonly graph: Graph;
  readonly book: SetAside;
  readonly at: UnixMs;
}): void {
  const { streams, units, graph, book, at } = question;
  for (const key of units.keys()) if (!streams.has(key)) units.delete(key);
  const strange: { stream: Stream; known: Known; change: Change }[] = [];
  for (const [key, stream] of streams) {
    const { pending } = stream;
    if (pending.count < COUNT_LEAST) continue;
    const known = units.get(key) ?? newKnown();
    units.set(key, known);
    const change = known.looks < LOOKS_TO_KNOW ? null : changeOf(known, pending);
    if (change !== null) {
      strange.push({ stream, known, change });
      continue;
    }
    known.changed = null;
    learn(known, pending, at);
  }
  strange.sort((a, b) => byName(a.stream.key, b.stream.key));
  for (const { stream, known, change } of strange) {
    const felt = feltBy(stream, known, { streams, units, graph });
    // Without a witness the doubt is evidence's, unless it was settled before.
    if (felt === "somebody" || (felt === "unknown" && known.changed === null)) {
      known.changed = null;
      continue;
    }
    known.changed ??= { ...change, since: at };
    if (at - known.changed.since >= ACCEPT_AFTER_MS) {
      accept(stream, known.changed.log);
      known.logMs = meanLogMs(stream.pending);
      known.changed = null;
      continue;
    }
    putAside(book, at, { kind: "unit-changed", who: stream.service, by: known.changed.factor });
    Object.assign(stream.pending, NO_LATENCY);
  }
}

/** By which factor all of it was multiplied, if it is one by which units differ; null: by none. */
function changeOf(known: Known, look: Look): Change | null {
  const shift = meanLogMs(look) - known.logMs;
  // Once it is clear, a look of few requests that lies a little off does not unsettle it.
  if (known.changed !== null && Math.abs(shift - known.changed.log) <= Math.abs(known.changed.log) * STAYS_WITHIN)
    return known.changed;
  if (Math.abs(shift) < LEAST_SHIFT) return null;
  const variance = varianceOf(look);
  const chance = 3 * Math.sqrt(Math.max(known.variance, variance) / look.count);
  // Of the same shape: what queues and times out is not.
  const sameShape = Math.abs(variance - known.variance) <= SHAPE_SLACK * Math.max(known.variance, LEAST_VARIANCE);
  // A histogram's last bucket, or its first, holds all of what lies beyond: no shape is left, and only a part of the factor.
  const offScale = variance < LEAST_VARIANCE && known.variance > LEAST_VARIANCE;
  for (const { factor, slack } of FACTORS) {
    const log = Math.sign(shift) * Math.log(factor);
    const exact = sameShape && Math.abs(shift - log) <= Math.min(slack, SLACK + chance);
    const beyond =
      offScale && factor >= FAR && Math.abs(shift) >= FAR_SHIFT && Math.abs(shift) <= Math.abs(log) + SLACK;
    if (exact || beyond) return { log: exact ? log : shift, factor: shift > 0 ? factor : 1 / factor };
  }
  return null;
}

/** `nobody`: everyone who is measured and calls it is as well as ever, and would not be, were it true. */
function feltBy(
  stream: Stream,
  known: Known,
  around: { streams: ReadonlyMap<string, Stream>; units: Units; graph: Graph },
): "somebody" | "nobody" | "unknown" {
  if (isFailing(stream.pending)) return "somebody";
  const logMs = meanLogMs(stream.pending);
  // Nobody minds what is suddenly fast, and it is evidence of nothing.
  if (logMs < known.logMs) return "nobody";
  let wouldFeel = false;
  for (const { caller, usual } of callersOf(stream.service, around)) {
    const { count } = caller.pending;
    const noise = FELT_SHIFT + 3 * Math.sqrt(usual.variance / count);
    if (isFailing(caller.pending) || meanLogMs(caller.pending) - usual.logMs > noise) return "somebody";
    const share = Math.min(1, stream.pending.count / count);
    const longerMs = Math.exp(logMs) - Math.exp(known.logMs);
    if (share * Math.log1p(longerMs / Math.exp(usual.logMs)) >= 2 * noise) wouldFeel = true;
  }
  return wouldFeel ? "nobody" : "unknown";
}

function callersOf(
  service: ServiceName,
  { streams, units, graph }: { streams: ReadonlyMap<string, Stream>; units: Units; graph: Graph },
): { caller: Stream; usual: Known }[] {
  const callers: { caller: Stream; usual: Known }[] = [];
  // The users of a place call its edge.
  for (const name of [...graph.callersOf(service), `${service}@users`]) {
    const [caller, usual] = [streams.get(name), units.get(name)];
    if (caller === undefined || usual === undefined || usual.looks < LOOKS_TO_KNOW) continue;
    if (caller.pending.count >= COUNT_LEAST) callers.push({ caller, usual });
  }
  return callers;
}

/** The past is told in the new unit from now on. */
function accept(stream: Stream, log: number): void {
  stream.usual.logMs += log;
  stream.usual.slow = stream.pending.slow / stream.pending.count;
  const others = stream.contrast?.usual.logMs ?? [];
  for (let i = 0; i < others.length; i++) others[i]! += log;
}

function learn(known: Known, look: Look, at: UnixMs): void {
  if (known.looks >= LOOKS_TO_KNOW && Math.abs(meanLogMs(look) - known.logMs) >= LEAST_SHIFT) {
    // Far off for as long as this is how it is now: it is learnt anew.
    known.oddSince ??= at;
    if (at - known.oddSince >= ACCEPT_AFTER_MS) Object.assign(known, newKnown());
    return;
  }
  known.oddSince = null;
  known.looks += 1;
  const weight = Math.max(1 / known.looks, 1 / MEMORY_LOOKS);
  known.logMs += weight * (meanLogMs(look) - known.logMs);
  known.variance += weight * (varianceOf(look) - known.variance);
}

/** As plain JSON; for how long somebody has been odd is left out. */
export type UnitLearnt = { readonly key: string } & Readonly<Omit<Known, "oddSince">>;

export const unitsLearnt = (units: Units): UnitLearnt[] =>
  [...units]
    .map(([key, { oddSince: _ofThisLife, ...known }]) => ({ key, ...known, logMs: boundLogMs(known.logMs) }))
    .sort((a, b) => byName(a.key, b.key));

export function takeUpUnits(units: Units, learnt: readonly UnitLearnt[]): void {
  for (const { key, ...known } of learnt) if (!units.has(key)) units.set(key, { ...known, oddSince: null });
}

const newKnown = (): Known => ({ logMs: 0, variance: 0, looks: 0, changed: null, oddSince: null });
const varianceOf = (look: Look): number => Math.max(0, look.squares / look.count - meanLogMs(look) ** 2);
const isFailing = ({ bad, total }: Look): boolean => total > 0 && bad > 1 && bad / total > FAILING;

const NO_LATENCY = { count: 0, sum: 0, squares: 0, slow: 0 } as const;

/** Bits and bytes, minutes and seconds, seconds and milliseconds, their binary cousin, milliseconds and nanoseconds. */
const FACTORS = [
  // A service that is 8 times slower is no rare thing: nearly exactly 8, or it counts.
  { factor: 8, slack: 0.12 },
  { factor: 60, slack: 0.35 },
  { factor: 1000, slack: 0.3 },
  { factor: 1024, slack: 0.3 },
  { factor: 1_000_000, slack: 0.5 },
] as const;
const LEAST_SHIFT = Math.log(8) - 0.12;
/** What buckets and a place's own unrest blur. */
const SLACK = 0.1;
/** From here on a histogram made for the one unit has no bucket for the other. */
const FAR = 1000;
const FAR_SHIFT = Math.log(16);
const STAYS_WITHIN = 0.15;
const SHAPE_SLACK = 0.6;
const LEAST_VARIANCE = 0.02;
/** Fewer requests in a look say nothing of a shape. */
const COUNT_LEAST = 5;
const LOOKS_TO_KNOW = 20;
const MEMORY_LOOKS = 60;
/** A caller that is a tenth slower beyond chance, or of whose requests 1 in 20 fails, feels something. */
const FELT_SHIFT = 0.1;
const FAILING = 0.05;
const ACCEPT_AFTER_MS = 10 * 60_000;
