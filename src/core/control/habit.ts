import { APART_MS, HABIT_MS } from "../judge/bursts.ts";
import { COUNTED_SECONDS, FAILED_RATIO_WORSE } from "../shift/look.ts";
import type { UnixMs } from "../step.ts";
import type { Load } from "../summary.ts";
import type { Burst, Place } from "./state.ts";
import { isOfSome } from "./rest.ts";
import { placesOf, type DraftPlace, type Turn } from "./turn.ts";

/**
 * A neighbour who coughs now and then did so before the guests came. Places have bursts of failures by themselves; a receiver that has one
 * after a step is not sick of what it took. So bursts are kept, and a look asks whether the receiver fails more than in those.
 */

const BURSTS_MAX = 8;

/** Takes what a place counted into its habit, unless it may be what it took, or what it is being left for. */
export function noteBurst(turn: Turn, place: DraftPlace, load: Load): void {
  const { now } = turn;
  const isLeft = place.leave !== null && !isOfSome(place.leave);
  if (isLeft || isSuspected(turn, place.name)) return;
  // One failed request is chance.
  const isBad = load.failedRatio > FAILED_RATIO_WORSE && load.failedRatio * load.servedRps * COUNTED_SECONDS > 1;
  if (isBad) place.bursts = withBad(place.bursts, now.at, load.failedRatio);
}

function withBad(bursts: readonly Burst[], at: UnixMs, failedRatio: number): readonly Burst[] {
  const kept = bursts.filter(({ until }) => at - until < HABIT_MS).slice(-BURSTS_MAX + 1);
  const last = kept.at(-1);
  if (last === undefined || at - last.until >= APART_MS) return [...kept, { until: at, failedRatio }];
  return [...kept.slice(0, -1), { ...last, until: at, failedRatio: Math.max(last.failedRatio, failedRatio) }];
}

/** What two bursts of a place have reached, 0..1: one is no habit. */
export function habitOf({ bursts }: Pick<Place, "bursts">, at: UnixMs): number {
  const ratios = bursts.filter(({ until }) => at - until < HABIT_MS).map(({ failedRatio }) => failedRatio);
  return ratios.toSorted((a, b) => b - a)[1] ?? 0;
}

/** What came since it took what it now gives back may be that, and no habit. */
export function forgetBursts(place: DraftPlace, since: UnixMs): void {
  place.bursts = place.bursts.filter(({ until }) => until < since);
}

/** It worsened after it took something, and is gone round. */
function isSuspected(turn: Turn, name: Place["name"]): boolean {
  return placesOf(turn).some(({ leave }) => (leave?.avoid[name] ?? 0) > turn.now.at);
}
