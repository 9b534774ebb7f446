import type { EntryDemand } from "../../core/control-contract.ts";
import type { LocationName } from "../../core/estate.ts";
import { BUCKETS } from "../../core/estate.ts";
import { CLASSES } from "./counters.ts";

/** What came to this edge from users, before any relaying: by class and zone over some seconds, by class and bucket over a minute. */
export type EntryCounts = {
  count(chunk: { readonly class: string; readonly bucket: number }, zone: string, nowMs: number): void;
  demand(nowMs: number): EntryDemand;
};

/** Whole seconds that the rates are taken over: short enough to follow a move, long enough for small zones. */
const WINDOW_SECONDS = 3;
/** Bucket shares need numbers: they fade by this each second, so that about the last minute counts. */
const BUCKET_FADE = 0.98;
/** Below so many requests the shares of 256 buckets are noise. */
const BUCKETS_FROM = 500;

export function entryCounts(from: LocationName): EntryCounts {
  /** One map per second, the newest first; keys are `class zone`. */
  const seconds: Map<string, number>[] = [new Map()];
  const buckets = CLASSES.map(() => new Float64Array(BUCKETS));
  let second = 0;

  const roll = (nowMs: number): void => {
    const now = Math.floor(nowMs / 1000);
    if (second === 0) second = now;
    const passed = Math.min(now - second, WINDOW_SECONDS + 1);
    if (passed <= 0) return;
    for (let each = 0; each < passed; each++) {
      seconds.unshift(new Map());
      if (seconds.length > WINDOW_SECONDS + 1) seconds.pop();
      for (const row of buckets) for (let at = 0; at < BUCKETS; at++) row[at]! *= BUCKET_FADE;
    }
    second = now;
  };

  return {
    count(chunk, zone, nowMs) {
      roll(nowMs);
      const key = `${chunk.class} ${zone}`;
      const current = seconds[0]!;
      current.set(key, (current.get(key) ?? 0) + 1);
      const row = buckets[(CLASSES as readonly string[]).indexOf(chunk.class)];
      if (row !== undefined) row[chunk.bucket]! += 1;
    },

    demand(nowMs) {
      roll(nowMs);
      const rps: Record<string, Record<string, number>> = {};
      const whole = seconds.slice(1);
      for (const counts of whole) {
        for (const [key, count] of counts) {
          const space = key.indexOf(" ");
          const row = (rps[key.slice(0, space)] ??= {});
          const zone = key.slice(space + 1);
          row[zone] = (row[zone] ?? 0) + count / whole.length;
        }
      }
      const shares: Record<string, number[]> = {};
      for (const [at, className] of CLASSES.entries()) {
        const total = buckets[at]!.reduce((sum, count) => sum + count, 0);
        if (total >= BUCKETS_FROM)
          shares[className] = Array.from(buckets[at]!, (count) => Math.round((1e5 * count) / total) / 1e5);
      }
      return { from, rps, ...(Object.keys(shares).length > 0 ? { buckets: shares } : {}) };
    },
  };
}
