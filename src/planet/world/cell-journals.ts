import { runsHere, type RunsHere } from "@reactive-production/continuity";
import { cells, etcdStore, type EtcdStore } from "@reactive-production/continuity/etcd";
import { openedWhenUsed } from "../cells/opened-when-used.ts";
import type { CellSettings, Journals } from "./journals.ts";

/** Longer than an election, shorter than a user's patience. */
const PATIENCE_MS = 3_000;
/** Fifteen locations share one machine; a cell that is away is noticed within a second and a half. */
const OWN_LOOK_EVERY_MS = 150;
/** A member on the other side of the planet is half a second away when its cell has to ask the next one. */
const FAR_ANSWER_WITHIN_MS = 1_500;
const FAR_LOOK_EVERY_MS = 250;
const FAR_CLOSE_AFTER_MS = 60_000;

/** Journals in cells; the first is the location's own. Of its own file, for what speaks to etcd takes its time to load. */
export function cellJournals(nearestFirst: readonly CellSettings[]): Journals {
  const stores = nearestFirst.map(({ name, endpoints }, index) => ({
    name,
    store:
      index === 0
        ? etcdStore({ endpoints, patienceMs: PATIENCE_MS, lookEveryMs: OWN_LOOK_EVERY_MS })
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
