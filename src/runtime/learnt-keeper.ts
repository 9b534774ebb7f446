import type { Learnt } from "../core/judge/learnt.ts";
import type { LocationName } from "../core/estate.ts";
import type { UnixMs } from "../core/step.ts";
import type { LearntStore } from "../drivers/store/learnt-file.ts";
import { readLearnt } from "./learnt-schema.ts";

/**
 * Carries what was learnt over a restart. A disk that fails, or a file that makes no sense, costs what was known and nothing
 * else: it is counted and named, put aside for people, and learning goes on.
 */
export type LearntKeeper<Kept = Learnt> = {
  /** What an earlier life has learnt; null when there is nothing, or nothing that can be taken. */
  takeUp(at: UnixMs): Kept | null;
  keep(learnt: Kept): void;
  readonly counters: LearntCounters;
};

export type LearntCounters = {
  kept: number;
  failures: number;
  /** How many services' usual, or zones' demand, came over the restart. */
  takenUp: number;
  /** Why what was kept was not taken up; null: it was, or there was none. */
  refused: string | null;
  /** What the disk said when it failed last. */
  lastFailure: string | null;
};

/** What was kept, and how many things it is about; or why it is not taken. */
export type Taken<Kept> = { readonly learnt: Kept; readonly what: number } | { readonly refused: string };

/** Of a location's judge. */
export function learntKeeper(store: LearntStore, location: LocationName): LearntKeeper {
  return keeperOf(store, (text, at) => {
    const read = readLearnt(text, { location, at });
    return "refused" in read ? read : { learnt: read.learnt, what: read.learnt.services.length };
  });
}

/** Of anything that is kept as one JSON text. */
export function keeperOf<Kept>(
  store: LearntStore,
  read: (text: string, at: UnixMs) => Taken<Kept>,
): LearntKeeper<Kept> {
  const counters: LearntCounters = { kept: 0, failures: 0, takenUp: 0, refused: null, lastFailure: null };
  /** What could not be used still lies where the next is written to. */
  let isInTheWay = false;
  const failed = (error: unknown): void => {
    counters.failures += 1;
    counters.lastFailure = wordsOf(error);
  };
  const putAside = (): void => {
    try {
      store.putAside();
      isInTheWay = false;
    } catch (error) {
      failed(error);
    }
  };
  const refuse = (why: string): null => {
    counters.refused = why;
    isInTheWay = true;
    putAside();
    return null;
  };
  return {
    counters,
    takeUp(at) {
      let text: string | null;
      try {
        text = store.read();
      } catch (error) {
        failed(error);
        return refuse(`it can't be read: ${wordsOf(error)}`);
      }
      if (text === null) return null;
      const taken = read(text, at);
      if ("refused" in taken) return refuse(taken.refused);
      counters.takenUp = taken.what;
      return taken.learnt;
    },
    keep(learnt) {
      // It may be weeks of past that only a disk's cable keeps from us: better nothing new than that overwritten.
      if (isInTheWay) putAside();
      if (isInTheWay) return;
      try {
        store.write(JSON.stringify(learnt));
        counters.kept += 1;
      } catch (error) {
        failed(error);
      }
    },
  };
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What a crash may cost. */
export const KEEP_LEARNT_EACH_MS = 3 * 60_000;
