import { runsHere, type JournalStore, type RunsHere } from "@reactive-production/continuity";
import { cells, etcdStore, type EtcdStore } from "@reactive-production/continuity/etcd";
import { openedWhenUsed } from "../cells/opened-when-used.ts";

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

/** Longer than an election, shorter than a user's patience. */
const PATIENCE_MS = 3_000;
/** A member on the other side of the planet is half a second away when its cell has to ask the next one. */
const FAR_ANSWER_WITHIN_MS = 1_500;
const FAR_LOOK_EVERY_MS = 250;
const FAR_CLOSE_AFTER_MS = 60_000;

/** The first is the location's own. */
export function cellJournals(nearestFirst: readonly CellSettings[]): Journals {
  const stores = nearestFirst.map(({ name, endpoints }, index) => ({
    name,
    store:
      index === 0
        ? etcdStore({ endpoints, patienceMs: PATIENCE_MS })
        : openedWhenUsed(
            () =>
              etcdStore({
                endpoints,
                patienceMs: PATIENCE_MS,
                answerWithinMs: FAR_ANSWER_WITHIN_MS,
                lookEveryMs: FAR_LOOK_EVERY_MS,
              }),
            { closeAfterMs: FAR_CLOSE_AFTER_MS },
          ),
  }));
  const all = cells<EtcdStore>(stores);
  const known = new Map(stores.map(({ name, store }) => [name, store]));
  const isWell = (home: string | null): boolean => home !== null && known.get(home)?.isWell() === true;
  return {
    home: () => all.home(),
    homeAfter: (home) => (isWell(home) ? home : all.home()),
    of: (home) => (home === null ? null : (known.get(home) ?? null)),
    own: all.storeOf(nearestFirst[0]!.name),
    here: () => stores.map(({ store }) => runsHere(store)).reduce(added),
    async close() {
      await Promise.all(stores.map(({ store }) => store.close()));
    },
  };
}

function added(one: RunsHere, other: RunsHere): RunsHere {
  return {
    inFlight: one.inFlight + other.inFlight,
    begun: one.begun + other.begun,
    resumed: one.resumed + other.resumed,
    resumedElsewhere: one.resumedElsewhere + other.resumedElsewhere,
    answered: one.answered + other.answered,
    parked: one.parked + other.parked,
    inDoubt: one.inDoubt + other.inDoubt,
    interrupted: one.interrupted + other.interrupted,
    fenced: one.fenced + other.fenced,
  };
}
