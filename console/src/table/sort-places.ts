import { badness, utilisation, type Place } from "../picture/picture.ts";

/** How the table of locations is sorted: the worst first, until a person clicks a column's head. */
export type Column = "worst" | "name" | "rps" | "failed" | "used" | "moved";
export type Sorting = { readonly column: Column; readonly isUp: boolean };

export const WORST_FIRST: Sorting = { column: "worst", isUp: false };

export function sortedPlaces(places: readonly Place[], { column, isUp }: Sorting): readonly Place[] {
  const sign = isUp ? 1 : -1;
  // Equals by name: what changes each second must not make rows change places.
  return [...places].sort((a, b) => sign * compare(a, b, column) || (a.name < b.name ? -1 : 1));
}

function compare(a: Place, b: Place, column: Column): number {
  switch (column) {
    case "worst":
      return badness(a) - badness(b);
    case "name":
      return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
    case "rps":
      return a.servedRps - b.servedRps;
    case "failed":
      return a.failedRatio - b.failedRatio;
    case "used":
      return (utilisation(a) ?? 0) - (utilisation(b) ?? 0);
    case "moved":
      return a.movedShare - b.movedShare;
  }
}

/** A click on the head that sorts already turns it round. */
export function nextSorting(now: Sorting, column: Column): Sorting {
  if (now.column === column) return { column, isUp: !now.isUp };
  return { column, isUp: column === "name" };
}

/** As it is kept in the browser; what is no sorting is the worst first. */
export function readSorting(text: string | null): Sorting {
  const [column, direction] = (text ?? "").split(" ");
  const known = (["worst", "name", "rps", "failed", "used", "moved"] as const).find((each) => each === column);
  return known === undefined ? WORST_FIRST : { column: known, isUp: direction === "up" };
}

export function sortingText({ column, isUp }: Sorting): string {
  return `${column} ${isUp ? "up" : "down"}`;
}
