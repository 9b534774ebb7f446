import { listDoubts } from "./doubt.ts";
import type { JournalStore } from "./store.ts";

/** Requests that have no answer yet, of one location: those that it ran last. */
export type Unfinished = {
  /** At work, or waiting for their caller's next try or the sweeper. */
  readonly inFlight: number;
  /** They wait for a person. */
  readonly parked: number;
  /** Of the parked, those of which nobody knows whether their last step happened. */
  readonly inDoubt: number;
};

/** Why a request is parked stands in its entries: of more than these it is not looked up. */
const DOUBTS_READ_MAX = 1_000;

/** What a journal has not finished, by location. */
export async function unfinishedIn(store: JournalStore): Promise<Readonly<Record<string, Unfinished>>> {
  const { at, parked } = await store.counts();
  const doubts = parked === 0 ? [] : await listDoubts(store, DOUBTS_READ_MAX);
  return Object.fromEntries(
    Object.entries(at).map(([location, counts]) => {
      const inDoubt = doubts.filter((doubt) => doubt.location === location && doubt.reason.code === "in-doubt").length;
      // A request may park, or be settled, between the two looks.
      return [
        location,
        {
          inFlight: counts.running + counts.released,
          parked: counts.parked,
          inDoubt: Math.min(inDoubt, counts.parked),
        },
      ];
    }),
  );
}
