import { bordersCrossed, type Cell } from "../core/cell-borders.ts";
import type { Estate } from "../core/estate.ts";
import { list, names, record, unknown, type Reference } from "./references.ts";

/** What is wrong with the cells that keep requests' journals: places that are not there or in two cells, and borders that they cross. */

/** Reads whatever shape there is. */
export function cellProblems(root: Readonly<Record<string, unknown>>, locations: readonly string[]): Reference[] {
  const cellOf = new Map<string, string>();
  return list(root["cells"]).flatMap((cell, index) => {
    const name = names([cell])[0] ?? "";
    return list(record(cell)["locations"]).flatMap((location, each): Reference[] => {
      const at = ["cells", index, "locations", each];
      if (typeof location !== "string") return [];
      const other = cellOf.get(location);
      cellOf.set(location, name);
      if (other === undefined) return unknown(location, locations, at, "location");
      const says = `${location} is in the cell ${other} already`;
      return [{ at, code: "cell-shared", says, fix: "a location keeps the journals of one cell: leave it out of one" }];
    });
  });
}

/** Cells whose journals would lie where a zone's law forbids its requests to be. */
export function cellsAcrossBorders(cells: readonly Cell[], estate: Estate): Reference[] {
  return bordersCrossed(cells, estate).map(({ cell, zone, class: name, servedIn, keptIn }) => {
    const index = cells.findIndex((each) => each.name === cell);
    return {
      at: ["cells", index, "locations", cells[index]!.locations.indexOf(keptIn)],
      code: "cell-across-border",
      says: `${name} of ${zone} may be served in ${servedIn}, and the cell ${cell} would keep its journals in ${keptIn} too, where it is forbidden`,
      fix: `put ${keptIn} into another cell, or forbid ${servedIn} to ${name} of ${zone} as well`,
    };
  });
}
