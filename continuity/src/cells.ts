import { ContinuityError } from "./errors.ts";
import type { JournalStore } from "./store.ts";

/**
 * Several cells, and which of them keeps a request. A new request gets a home that answers now; its name travels with the
 * request from then on, and no other cell is ever asked for it: a cell that is away may have the request, and to begin it
 * elsewhere could do everything twice.
 */
export type Cells<Store extends JournalStore> = {
  /** The nearest cell that answers; when none does, the nearest. */
  home(): string;
  storeOf(home: string): Store;
};

export function cells<Store extends JournalStore & { isWell(): boolean }>(
  nearestFirst: readonly { readonly name: string; readonly store: Store }[],
): Cells<Store> {
  const [nearest] = nearestFirst;
  if (nearest === undefined) throw badCell("no cells are given", "give [{ name, store }, ...], the nearest first");
  return {
    home: () => (nearestFirst.find(({ store }) => store.isWell()) ?? nearest).name,
    storeOf(home) {
      const cell = nearestFirst.find(({ name }) => name === home);
      if (cell === undefined) throw badCell(`there is no cell "${home}" here`, "give every cell that may be a home");
      return cell.store;
    },
  };
}

function badCell(message: string, hint: string): ContinuityError {
  return new ContinuityError({ code: "bad-input", message, hint });
}
