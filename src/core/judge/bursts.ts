import type { UnixMs } from "../step.ts";
import { INCREMENTS, RELATIVE, SIZES } from "./evidence.ts";
import { failsBeyond, HABIT_GROWS } from "./fails-beyond.ts";
import { meanLogMs, type Evidence, type Look, type Stream } from "./stream.ts";
import { failingUsually } from "./usual.ts";

/**
 * What a service suffers now and then, by itself. A neighbour who coughs did so before the guests came: when he coughs after they came, it is
 * nothing they brought. Each burst of looks that chance hardly makes is kept for ten minutes; not how certain it was, which grows with the
 * traffic, but what it was like: which share failed, and how much slower it was.
 *
 * B1 One burst is no habit: two are.
 * B2 What lasts longer than BURST_MOST_MS is a fault, and neither makes a habit nor is one.
 */
export type Burst = {
  readonly from: UnixMs;
  until: UnixMs;
  bad: number;
  total: number;
  count: number;
  /** Summed over the `count` that told how long they took: log milliseconds beyond the usual. */
  slower: number;
};

/** Takes the look in that was just weighed. */
export function noteBurst(stream: Stream, look: Look, at: UnixMs): void {
  const { bursts } = stream;
  if (!isOdd(stream.failures) && !isOdd(stream.latency)) return;
  const kept = bursts?.filter(({ until }) => at - until < HABIT_MS && until <= at) ?? [];
  const last = kept.at(-1);
  const isNew = last === undefined || at - last.until >= APART_MS;
  const burst = isNew ? { from: at, until: at, bad: 0, total: 0, count: 0, slower: 0 } : last;
  burst.until = at;
  burst.bad += look.bad;
  burst.total += look.total;
  burst.count += look.count;
  if (look.count > 0) burst.slower += look.count * (meanLogMs(look) - stream.usual.logMs);
  if (isNew) kept.push(burst);
  stream.bursts = kept.slice(-BURSTS_MOST);
}

/** Whether a look says of itself, whatever came before it, what it says by chance once in e^ODD_NATS at most. */
function isOdd({ hasLook, numbers }: Evidence): boolean {
  if (!hasLook) return false;
  for (let k = INCREMENTS + RELATIVE; k < INCREMENTS + RELATIVE + SIZES; k++) if (numbers[k]! >= ODD_NATS) return true;
  return false;
}

/**
 * Since when the last burst is nothing new: the end of the earliest by which all until then, two at least, were as bad as it. Null: it is worse
 * than they were, or lasts, or there are none.
 */
export function habitSince(stream: Stream): UnixMs | null {
  const bursts = stream.bursts ?? [];
  const last = bursts.at(-1);
  if (last === undefined || lasts(last)) return null;
  const before = { bad: 0, total: 0, count: 0, slower: 0 };
  let many = 0;
  for (const each of bursts) {
    if (each === last || lasts(each)) continue;
    before.bad += each.bad;
    before.total += each.total;
    before.count += each.count;
    before.slower += each.slower;
    many += 1;
    if (many >= HABIT_BURSTS && !isWorse(last, before, stream)) return each.until;
  }
  return null;
}

const lasts = ({ from, until }: Burst): boolean => until - from > BURST_MOST_MS;

type Counted = Pick<Burst, "bad" | "total" | "count" | "slower">;

/** Beyond what one burst differs from another by, and beyond chance. */
function isWorse(now: Counted, before: Counted, { usual }: Stream): boolean {
  const failing = Math.max(failingUsually(usual), before.total > 0 ? before.bad / before.total : 0);
  if (failsBeyond(now, failing)) return true;
  if (now.count === 0) return false;
  const slower = before.count > 0 ? before.slower / before.count : 0;
  return now.slower / now.count > slower + Math.log(HABIT_GROWS) + 2 * Math.sqrt(usual.spread / now.count);
}

const ODD_NATS = 5;
/** Odd looks with less between them are one burst: two are a habit, however often each was counted. */
export const APART_MS = 5_000;
const BURST_MOST_MS = 10_000;
/** Bursts this long ago are habit no more. */
export const HABIT_MS = 600_000;
const HABIT_BURSTS = 2;
/** More than come in the time for which a move is asked whether trouble followed it (around.ts), and so before it. */
const BURSTS_MOST = 24;
