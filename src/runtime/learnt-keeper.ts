import type { Learnt } from "../core/judge/learnt.ts";
import type { LocationName } from "../core/estate.ts";
import type { UnixMs } from "../core/step.ts";
import type { LearntStore } from "../drivers/store/learnt-file.ts";
import { readLearnt } from "./learnt-schema.ts";

/**
 * Carries what a judge has learnt over a restart. A disk that fails, or a file that makes no sense, costs the judge what it
 * knew and nothing else: it is counted and named, and learning goes on.
 */
export type LearntKeeper = {
  /** What an earlier life has learnt; null when there is nothing, or nothing that can be taken. */
  takeUp(at: UnixMs): Learnt | null;
  keep(learnt: Learnt): void;
  readonly counters: LearntCounters;
};

export type LearntCounters = {
  kept: number;
  failures: number;
  /** How many services' usual came over the restart. */
  takenUp: number;
  /** Why what was kept was not taken up; null: it was, or there was none. */
  refused: string | null;
  /** What the disk said when it failed last. */
  lastFailure: string | null;
};

export function learntKeeper(store: LearntStore, location: LocationName): LearntKeeper {
  const counters: LearntCounters = { kept: 0, failures: 0, takenUp: 0, refused: null, lastFailure: null };
  const failed = (error: unknown): void => {
    counters.failures += 1;
    counters.lastFailure = error instanceof Error ? error.message : String(error);
  };
  return {
    counters,
    takeUp(at) {
      try {
        const text = store.read();
        if (text === null) return null;
        const read = readLearnt(text, { location, at });
        if ("refused" in read) {
          counters.refused = read.refused;
          store.putAside();
          return null;
        }
        counters.takenUp = read.learnt.services.length;
        return read.learnt;
      } catch (error) {
        failed(error);
        return null;
      }
    },
    keep(learnt) {
      try {
        store.write(JSON.stringify(learnt));
        counters.kept += 1;
      } catch (error) {
        failed(error);
      }
    },
  };
}

/** What a crash may cost. */
export const KEEP_LEARNT_EACH_MS = 3 * 60_000;
