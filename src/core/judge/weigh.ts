import type { UnixMs } from "../step.ts";
import { HEALTHY_BAR_NATS, SHAKY_SHARE } from "./bar.ts";
import type { Elsewhere } from "./elsewhere.ts";
import {
  ALONE,
  capFor,
  FAIR,
  FAILURE_CAP_NATS,
  failureIncrements,
  grow,
  INCREMENTS,
  LATENCY_CAP_NATS,
  latencyIncrements,
  type LogRatios,
  natsOf,
  RELATIVE,
  SIDES,
} from "./evidence.ts";
import { learnFair } from "./fair.ts";
import {
  CELL,
  forgetUnlearnt,
  FROM,
  FROM_NUMBERS,
  oldestUnlearnt,
  type Recent,
  rowAgo,
  ROWS_MOST,
  SAMPLE_EACH,
  sampleNewest,
  timeOf,
  toldAt,
  wait,
} from "./recent.ts";
import {
  emptyLook,
  forgetEvidence,
  letGo,
  lookIn,
  meanLogMs,
  newContrast,
  over,
  placeIn,
  type Differences,
  type Evidence,
  type Look,
  type Stream,
} from "./stream.ts";
import { turnSeason } from "./season.ts";
import {
  borrow,
  failingUsually,
  learnFailures,
  learnLatency,
  learnSeason,
  learnUnrest,
  newUsual,
  varianceOf,
  WARM_LOOKS,
} from "./usual.ts";

/**
 * Weighs the look at one service that was just closed: evidence first, against what was usual before this look; then proof of being
 * well again; then, if nothing is suspected, learning.
 */
export function weigh(stream: Stream, look: Look | null, context: Weighing): void {
  const { failures, latency } = stream;
  failures.hasLook = look !== null && look.total > 0;
  latency.hasLook = look !== null && look.count > 0 && stream.usual.looks >= WARM_LOOKS;
  stream.usual.widened = context.widened ?? 1;
  borrow(stream.usual, context.isNew === true ? context.elsewhere : undefined);
  if (look === null) return;
  turnSeason(stream.usual.season, context.at);
  madeOf.fill(Number.NaN);
  if (failures.hasLook) {
    const own = failingUsually(stream.usual);
    const usual = Math.max(own, context.elsewhere?.failing ?? 0);
    failuresOfBoth(failures.numbers, { bad: look.bad, total: look.total, alone: own, relative: usual }, INCREMENTS);
    madeOf[FROM.usualAlone] = own;
    madeOf[FROM.usualRelative] = usual;
    take(failures, {
      capNats: capFor(FAILURE_CAP_NATS, look.overMs),
      ceilingNats: context.ceilingNats,
    });
  }
  if (look.count > 0 && stream.contrast !== null)
    stream.contrast.shift = contrastOf(stream.contrast.usual, look, context.elsewhere);
  if (latency.hasLook) {
    const { alone, relative } = slower(stream, look, context.othersSlower);
    latencyIncrements(latency.numbers, relative, INCREMENTS + RELATIVE);
    latencyIncrements(latency.numbers, alone, INCREMENTS + ALONE);
    madeOf[FROM.shiftAlone] = alone.shift;
    madeOf[FROM.varianceAlone] = alone.variance;
    madeOf[FROM.shiftRelative] = relative.shift;
    madeOf[FROM.varianceRelative] = relative.variance;
    take(latency, {
      capNats: capFor(LATENCY_CAP_NATS, look.overMs),
      ceilingNats: context.ceilingNats,
    });
  }
  prove(stream, look, context);
  learn(stream, look, context);
  learnSeason(stream.usual, look, { at: context.at, standing: context.standing ?? false });
}

function failuresOfBoth(
  into: LogRatios,
  look: { readonly bad: number; readonly total: number; readonly alone: number; readonly relative: number },
  from = 0,
): void {
  const { bad, total } = look;
  failureIncrements(into, { bad, total, usual: look.alone }, from + ALONE);
  // Mostly nothing fails elsewhere either, and both sides ask the same.
  if (look.relative === look.alone) into.copyWithin(from + RELATIVE, from + ALONE, from + SIDES);
  else failureIncrements(into, { bad, total, usual: look.relative }, from + RELATIVE);
}

export type Weighing = {
  readonly at: UnixMs;
  readonly barNats: number;
  readonly ceilingNats: number;
  readonly elsewhere: Elsewhere | undefined;
  /** How much slower than usual the others are as a whole: for services that nobody tells about. */
  readonly othersSlower: number;
  /** A verdict stands on this location: what is seen now is a fault's. */
  readonly standing?: boolean;
  /** So many times as much is usual, since an event is going on; absent: 1. */
  readonly widened?: number;
  /** This judge has hardly any past. */
  readonly isNew?: boolean;
};

export type Slower = { readonly alone: Shift; readonly relative: Shift };
type Shift = { readonly shift: number; readonly variance: number };

/**
 * How much slower than usual, in log milliseconds, beyond what the place's own unrest explains. Against the others
 * only what is slower than its own past as well counts: that the others got faster is no fault of this one.
 */
export function slower(stream: Stream, look: Look, othersSlower: number): Slower {
  const { usual, contrast } = stream;
  const chance = usual.spread / Math.max(1, look.count);
  const allowed = usual.season.slower + Math.log(usual.widened) + Math.sqrt(usual.unrest.between);
  const shift = meanLogMs(look) - usual.logMs - allowed;
  const alone = { shift, variance: varianceOf(usual.unrest, chance) };
  if (contrast === null || contrast.shift === null)
    return { alone, relative: { ...alone, shift: shift - Math.max(0, othersSlower) } };
  const against = contrast.shift - Math.sqrt(contrast.unrest.between);
  return { alone, relative: { shift: Math.min(shift, against), variance: varianceOf(contrast.unrest, chance) } };
}

function contrastOf(known: Differences, look: Look, elsewhere: Elsewhere | undefined): number | null {
  if (elsewhere === undefined) return null;
  const { from, logMs: theirs } = elsewhere.latencies;
  const logMs = meanLogMs(look);
  const shifts: number[] = [];
  for (let i = 0; i < from.length; i++) {
    const place = placeIn(known, from[i]!, i);
    if (place >= 0 && known.looks[place]! >= CONTRAST_LOOKS) shifts.push(logMs - theirs[i]! - known.logMs[place]!);
  }
  return shifts.length >= 2 ? middle(shifts) : null;
}

export function middle(values: number[]): number {
  values.sort((a, b) => a - b);
  const half = values.length >> 1;
  return values.length % 2 === 1 ? (values[half] ?? 0) : ((values[half - 1] ?? 0) + (values[half] ?? 0)) / 2;
}

/** Takes this tick's increments in. */
export function take(
  evidence: Evidence,
  { capNats, ceilingNats }: { readonly capNats: number; readonly ceilingNats: number },
): void {
  const { numbers } = evidence;
  grow(numbers, numbers, { capNats, ceilingNats, divisors: numbers, divisorsFrom: FAIR }, INCREMENTS);
  evidence.relativeNats = natsOf(numbers, RELATIVE);
  evidence.aloneNats = natsOf(numbers, ALONE);
}

/** The strongest that this service alone has to say. */
export const relativeOf = (stream: Stream): number =>
  Math.max(stream.failures.relativeNats, stream.latency.relativeNats);
export const aloneOf = (stream: Stream): number => Math.max(stream.failures.aloneNats, stream.latency.aloneNats);

/**
 * Evidence of being well again: looks as usual against looks half as bad as the fault was. It has a bar of its own;
 * beyond it the fault is forgotten at once, and a standing verdict does not mask the next fault.
 */
function prove(stream: Stream, look: Look, context: Weighing): void {
  const stands = Math.max(relativeOf(stream), aloneOf(stream)) >= context.barNats * SHAKY_SHARE;
  if (stands) {
    const lately = over(stream, context.at, ILL_OVER_MS);
    const failing = lately.total > 0 ? lately.bad / lately.total : 0;
    const shift = lately.count > 0 && stream.usual.looks >= WARM_LOOKS ? slower(stream, lately, 0).alone.shift : 0;
    stream.ill = {
      failing: Math.max(stream.ill?.failing ?? 0, failing),
      shift: Math.max(stream.ill?.shift ?? 0, shift),
    };
  }
  if (stream.ill === null) return;
  const usual = failingUsually(stream.usual);
  const proofs: number[] = [];
  if (stream.ill.failing > usual * FAILING_TO_PROVE && look.total > 0) {
    const { eachBad, eachGood } = disproofs(usual, stream.ill.failing);
    proofs.push(look.bad * eachBad + (look.total - look.bad) * eachGood);
  }
  if (stream.ill.shift > SHIFT_TO_PROVE && stream.latency.hasLook) {
    const { alone } = slower(stream, look, 0);
    proofs.push((stream.ill.shift * (stream.ill.shift / 4 - alone.shift)) / 2 / alone.variance);
  }
  // A trifle is too small to be disproved: it is over when its evidence is.
  const proof = proofs.length > 0 ? Math.min(...proofs) : stands ? 0 : 0.2;
  stream.healthyNats = Math.max(0, stream.healthyNats + Math.min(PROOF_CAP_NATS, proof));
  if (stream.healthyNats >= HEALTHY_BAR_NATS) letGo(stream);
}

/** What a failed request, and a good one, says for being as usual against half as bad as the fault was. */
export function disproofs(usual: number, illFailing: number): { readonly eachBad: number; readonly eachGood: number } {
  const faulty = Math.min(0.9, (usual + illFailing) / 2);
  return { eachBad: Math.log(usual / faulty), eachGood: Math.log((1 - usual) / (1 - faulty)) };
}

/** Whether a stream suffers from more than a trifle: then being well again is something that can be proved. */
export function isIllBeyondTrifle({ ill, usual }: Stream): boolean {
  return ill !== null && (ill.failing > failingUsually(usual) * FAILING_TO_PROVE || ill.shift > SHIFT_TO_PROVE);
}

/**
 * Learns from looks of a while ago, if nothing has been suspected since: slowly growing faults would otherwise have
 * taught their beginning. In the first minute there is nothing to compare with, and everything is learnt at once.
 */
function learn(stream: Stream, look: Look, context: Weighing): void {
  const mostNats = context.barNats * LEARN_BELOW;
  const { recent } = stream;
  const atOnce = stream.weighed < LEARN_AT_ONCE_LOOKS;
  // What was announced is no habit: learnt, it would be widened once more, and again, until it hid a fault.
  if (stream.usual.widened > 1 && !atOnce) return forgetUnlearnt(recent);
  if (relativeOf(stream) > mostNats) {
    stream.frozenSince ??= context.at;
    forgetUnlearnt(recent);
    // A trifle that stays, and that no user feels, is how things are now.
    if (!isIllBeyondTrifle(stream) && context.at - stream.frozenSince >= ACCEPT_TRIFLE_AFTER_MS) acceptAsUsual(stream);
    return;
  }
  stream.weighed += 1;
  const row = rowAgo(recent, 0);
  if (look.count > 0) recent.rows[row + CELL.contrast] = stream.contrast?.shift ?? Number.NaN;
  if (stream.weighed % SAMPLE_EACH === 0) sampleNewest(recent, madeOf);
  wait(recent, context.elsewhere?.latencies);
  const worseAlone = aloneOf(stream) > mostNats;
  if (worseAlone) {
    stream.frozenSince ??= context.at;
    // Worse than its past but no worse than the others, for this long: that is how things are now.
    if (context.at - stream.frozenSince >= ACCEPT_AFTER_MS) acceptAsUsual(stream);
  } else {
    stream.frozenSince = null;
  }
  for (let oldest = oldestUnlearnt(recent); oldest !== null; oldest = oldestUnlearnt(recent)) {
    if (!atOnce && context.at - timeOf(recent, oldest) < waitsMs(recent)) return;
    recent.unlearnt -= 1;
    const old = lookIn(recent, oldest, learning);
    learnContrast(stream, old, oldest);
    learnSample(stream, old, oldest);
    if (!worseAlone) learnUsual(stream, old);
  }
}

/** Where all rows wait and looks only came a little early, the oldest makes room: else a late tick would double every ring for good. */
function waitsMs({ unlearnt, most }: Recent): number {
  if (unlearnt < most) return LEARN_AFTER_MS;
  return most < ROWS_MOST ? LEARN_FULL_AFTER_MS : 0;
}

/** The look that is being learnt from. */
const learning = emptyLook(0);

/** Of each so many-th look the increments are made once more from what they were made of: that needs less memory than they do. */
function learnSample(stream: Stream, { bad, total, overMs }: Look, row: number): void {
  const { rows } = stream.recent;
  const from = rows[row + CELL.sample]!;
  if (Number.isNaN(from)) return;
  const alone = rows[from + FROM.usualAlone]!;
  if (!Number.isNaN(alone)) {
    failuresOfBoth(sampled, { bad, total, alone, relative: rows[from + FROM.usualRelative]! });
    learnFair(stream.failures, sampled, capFor(FAILURE_CAP_NATS, overMs));
  }
  const variance = rows[from + FROM.varianceAlone]!;
  if (Number.isNaN(variance)) return;
  const relative = { shift: rows[from + FROM.shiftRelative]!, variance: rows[from + FROM.varianceRelative]! };
  latencyIncrements(sampled, relative, RELATIVE);
  latencyIncrements(sampled, { shift: rows[from + FROM.shiftAlone]!, variance }, ALONE);
  learnFair(stream.latency, sampled, capFor(LATENCY_CAP_NATS, overMs));
}

/** What this look's increments were made of. */
const madeOf = new Float32Array(FROM_NUMBERS);
const sampled = new Float32Array(SIDES);

function learnUsual(stream: Stream, look: Look): void {
  if (look.total > 0) learnFailures(stream.usual, look);
  if (look.count === 0) return;
  const logMs = meanLogMs(look);
  const spread = look.count > 1 ? Math.max(0, look.squares / look.count - logMs * logMs) : stream.usual.spread;
  learnLatency(stream.usual, { logMs, spread, count: look.count, slow: look.slow / look.count });
}

function acceptAsUsual(stream: Stream): void {
  const { errorRatio, season, widened } = stream.usual;
  Object.assign(stream.usual, newUsual(undefined), { errorRatio, season, widened });
  forgetEvidence(stream.failures);
  forgetEvidence(stream.latency);
  stream.ill = null;
  stream.frozenSince = null;
  stream.weighed = 0;
}

function learnContrast(stream: Stream, look: Look, row: number): void {
  if (look.count === 0) return;
  const logMs = meanLogMs(look);
  const { recent } = stream;
  const shift = recent.rows[row + CELL.contrast]!;
  const told = toldAt(recent, row);
  for (const [i, from] of told?.from.entries() ?? []) {
    const { usual } = (stream.contrast ??= newContrast());
    let place = placeIn(usual, from, i);
    if (place < 0) {
      place = usual.from.push(from) - 1;
      usual.logMs.push(0);
      usual.looks.push(0);
    }
    const looks = ++usual.looks[place]!;
    const away = logMs - told!.logMs[i]! - usual.logMs[place]!;
    usual.logMs[place]! += Math.max(1 / looks, 1 / CONTRAST_MEMORY_LOOKS) * away;
  }
  if (stream.contrast !== null && !Number.isNaN(shift))
    learnUnrest(stream.contrast.unrest, shift, stream.usual.spread / look.count);
}

/** A difference to another place is known after so many looks, and forgotten over so many. */
const CONTRAST_LOOKS = 10;
const CONTRAST_MEMORY_LOOKS = 300;
const ILL_OVER_MS = 10_000;
/** Under half as many failures again, and under 5 % slower, there is nothing to prove. */
export const FAILING_TO_PROVE = 1.5;
export const SHIFT_TO_PROVE = 0.05;
/** Five looks at least. */
export const PROOF_CAP_NATS = 1;
/** A quarter of the bar: chance seldom gets there, a fault is there in seconds. */
const LEARN_BELOW = 0.25;
/** Twice as long as a fault of three minutes' ramp needs to be suspected. */
const LEARN_AFTER_MS = 15_000;
const LEARN_FULL_AFTER_MS = 12_000;
const LEARN_AT_ONCE_LOOKS = 60;
const ACCEPT_AFTER_MS = 10 * 60_000;
const ACCEPT_TRIFLE_AFTER_MS = 60 * 60_000;
