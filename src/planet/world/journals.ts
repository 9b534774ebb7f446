import { runsHere, type JournalStore, type RunsHere } from "@reactive-production/continuity";

/**
 * Where a location keeps its requests' journals. With cells each request has a home, the cell that keeps its journal: it is chosen
 * when a cart is made and travels in the cart's token, for whoever looked elsewhere while its cell is away could begin it twice.
 */
export type Journals = {
  /** For a cart that is made now; null: there are no cells. */
  home(): string | null;
  /** For a cart that is changed: as it was while that cell answers, else a new one. */
  homeAfter(home: string | null): string | null;
  /** Null: there is no such cell here. */
  of(home: string | null): JournalStore | null;
  /** The one that this location looks after: it finishes there what nobody comes back for. */
  readonly own: JournalStore;
  /** What this process does and did, in all of them. */
  here(): RunsHere;
  close(): Promise<void>;
};

/** One journal for everybody: no cells. */
export function oneJournal(store: JournalStore): Journals {
  return {
    home: () => null,
    homeAfter: () => null,
    of: (home) => (home === null ? store : null),
    own: store,
    here: () => runsHere(store),
    close: () => store.close(),
  };
}

export type CellSettings = {
  readonly name: string;
  /** Its members' addresses as they are reached from here, nearest first: `http://127.20.1.90:2379`. */
  readonly endpoints: readonly string[];
};
