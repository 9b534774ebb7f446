import { planetLocations } from "../geography.ts";
import { serveUntilTold } from "../serve-until-told.ts";
import { cellDoors, planetCellAddresses } from "./cell-addresses.ts";
import { openDoors } from "./lines.ts";
import { planetCells } from "./planet-cells.ts";

/** The process that puts the planet's distances between the members of its cells, and between them and who asks them. */
const doors = await openDoors(
  cellDoors({ cells: planetCells, askers: planetLocations.map(({ name }) => name), addresses: planetCellAddresses }),
);
serveUntilTold(() => doors.stop());
