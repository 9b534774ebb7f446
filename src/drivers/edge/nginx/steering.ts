import type { RouteTable } from "../../../core/route/table.ts";
import type { MakeSteering } from "../../steering-context.ts";
import { steerByFile } from "../by-file.ts";
import { unwritableName } from "../haproxy/route-entries.ts";
import { keptRoutes } from "./files.ts";
import { oneNginx } from "./one-nginx.ts";
import { routeText } from "./route-text.ts";
import type { NginxSettings } from "./shape.ts";

/** Makes the nginxes of all locations relay by the route table, by a file that each of them includes. */
export const makeNginx: MakeSteering<NginxSettings> = async (settings, context) =>
  steerByFile(context, {
    edges: settings.edges.map(({ location, folder = settings.folder, status, test, reload }) => ({
      here: location,
      edge: oneNginx({ name: `${location} (${status})`, kept: keptRoutes(folder), status, test, reload }),
    })),
    what: "nginxes",
    withinMs: settings.withinSeconds * 1000,
    render: (route, here) => routeText(route, { ...context, here }),
    unwritable,
  });

function unwritable(table: RouteTable): string | null {
  const name = unwritableName(table);
  return name === null ? null : `${JSON.stringify(name)} can't stand in nginx's config`;
}
