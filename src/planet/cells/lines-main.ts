import { z } from "zod";
import { adminServer } from "../admin-server.ts";
import { planetLocations } from "../geography.ts";
import { serveUntilTold } from "../serve-until-told.ts";
import { CELL_LINES_ADMIN, cellDoors, planetCellAddresses } from "./cell-addresses.ts";
import { openDoors } from "./lines.ts";
import { planetCells } from "./planet-cells.ts";

/** The process that puts the planet's distances between the members of its cells, and between them and who asks them. */
const doors = await openDoors(
  cellDoors({ cells: planetCells, askers: planetLocations.map(({ name }) => name), addresses: planetCellAddresses }),
);
const cut = z.object({ between: z.tuple([z.string(), z.string()]) });
const admin = await adminServer({
  ...CELL_LINES_ADMIN,
  token: process.env["HOUSTON_TOKEN"] ?? "",
  handle({ method, path, body }) {
    if (path === "/cuts" && method === "POST") {
      const order = cut.safeParse(body);
      if (!order.success) return { status: 400, body: { code: "bad-cut", says: z.prettifyError(order.error) } };
      doors.cut(order.data.between);
      return { status: 204 };
    }
    if (path === "/cuts" && method === "DELETE") {
      doors.mend();
      return { status: 204 };
    }
    return {
      status: 404,
      body: { code: "not-found", says: "POST /cuts {between: [one, other]} and DELETE /cuts are what there is" },
    };
  },
});
serveUntilTold(async () => {
  await Promise.all([admin.stop(), doors.stop()]);
});
