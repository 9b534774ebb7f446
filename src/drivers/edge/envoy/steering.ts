import type { MakeSteering } from "../../steering-context.ts";
import { steerByFile } from "../by-file.ts";
import { unwritableName } from "../haproxy/route-entries.ts";
import { keptRoutes } from "./files.ts";
import { oneEnvoy } from "./one-envoy.ts";
import { envoyRoutes } from "./routes.ts";
import type { EnvoySettings } from "./shape.ts";

/** Makes the Envoys of all locations relay by the route table, by a file that each of them watches. */
export const makeEnvoy: MakeSteering<EnvoySettings> = async (settings, context) =>
  steerByFile(context, {
    edges: settings.edges.map(({ location, folder = settings.folder, admin }) => ({
      here: location,
      edge: oneEnvoy({ name: `${location} (${admin})`, kept: keptRoutes(folder), admin }),
    })),
    what: "Envoys",
    withinMs: settings.withinSeconds * 1000,
    render: (route, here) => envoyRoutes(route, { ...context, here, settings }),
    unwritable: (table) => {
      const name = unwritableName(table);
      return name === null ? null : `${JSON.stringify(name)} can't stand in a header`;
    },
  });
