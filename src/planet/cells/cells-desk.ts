import {
  ContinuityError,
  listDoubts,
  settleDoubt,
  showDoubt,
  traceOf,
  unfinishedIn,
  type JournalStore,
} from "@reactive-production/continuity";
import type { Doubt } from "../../api/contract.ts";
import { CallerError } from "../../core/errors.ts";
import { journalAway, unknownDoubt, type PlanetJournal } from "../journal-desk.ts";

/** The journals of all cells, for Houston's API: what is asked for by id is looked for in all of them. */
export function cellsDesk(cells: readonly { readonly name: string; readonly store: JournalStore }[]): PlanetJournal {
  /** The first cell that has it; if none has and one is away, nobody can tell. */
  async function found<Value>(look: (store: JournalStore) => Promise<Value | null>): Promise<Value | null> {
    const looks = await Promise.allSettled(cells.map(({ store }) => look(store)));
    const has = looks.find((each) => each.status === "fulfilled" && each.value !== null);
    if (has?.status === "fulfilled") return has.value;
    const failed = looks.find((each) => each.status === "rejected");
    if (failed !== undefined) throw journalAway(failed.reason);
    return null;
  }
  return {
    unfinished: Object.fromEntries(cells.map(({ name, store }) => [name, () => unfinishedIn(store)])),
    async trace(id) {
      return found(async (store) => {
        const [first] = await store.find(id);
        const record = first === undefined ? null : await store.read(first);
        return record === null ? null : { ...traceOf(record), quietMs: record.quietMs };
      });
    },
    async doubts(limit) {
      const lists = await Promise.allSettled(cells.map(({ store }) => listDoubts(store, limit)));
      const told = lists.flatMap((each): Doubt[] => (each.status === "fulfilled" ? [...each.value] : []));
      const failed = lists.find((each) => each.status === "rejected");
      if (told.length === 0 && failed !== undefined) throw journalAway(failed.reason);
      return told.toSorted((a, b) => b.quietMs - a.quietMs || (a.id < b.id ? -1 : 1)).slice(0, limit);
    },
    async doubt(id) {
      const doubt = await found((store) => showDoubt(store, id));
      if (doubt === null) throw unknownDoubt(id);
      return doubt;
    },
    async settle(id, { by, done, result }) {
      const home = await found(async (store) => ((await showDoubt(store, id)) === null ? null : store));
      if (home === null) throw unknownDoubt(id);
      try {
        await settleDoubt(home, id, { by, done, result, location: "houston" });
      } catch (error) {
        if (!(error instanceof ContinuityError)) throw error;
        if (error.code === "bad-input") throw unknownDoubt(id);
        if (error.code === "journal-unavailable") throw journalAway(error);
        throw new CallerError({ code: error.code, message: error.message, hint: error.hint, cause: error });
      }
    },
  };
}
