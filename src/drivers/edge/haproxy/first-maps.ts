import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { LocationName } from "../../../core/estate.ts";
import { CallerError } from "../../../core/errors.ts";
import type { SteeringContext } from "../../steering-context.ts";
import { writeWhole } from "../../write-whole.ts";
import { edgeAddresses, hostEntries, MAP_FILES, mapText, zoneEntries } from "./maps.ts";
import type { HaproxySettings } from "./shape.ts";

/**
 * Writes the maps that HAProxy's config names, without which it does not start. The routes are left as they are when there are any: they
 * are the last table. Throws `CallerError` when the folder can't be written.
 */
export function writeFirstMaps(
  here: LocationName,
  {
    settings,
    hosts,
    addresses,
    subnets,
    otherwise,
  }: { readonly settings: HaproxySettings } & Pick<SteeringContext, "hosts" | "addresses" | "subnets" | "otherwise">,
): readonly string[] {
  const { mapsFolder, relay } = settings;
  const sources = Object.fromEntries(
    Object.entries(addresses).map(([location, { v4, v6 }]) => [location, relay.from[location] ?? [...v4, ...v6]]),
  );
  const texts = {
    hosts: mapText(hostEntries(hosts)),
    zones: mapText(zoneEntries(subnets, otherwise)),
    edges: edgeAddresses(here, sources)
      .map((address) => `${address}\n`)
      .join(""),
    // Maps without any line: HAProxy sends nobody anywhere.
    routes: "",
    changes: "",
  };
  const written: string[] = [];
  try {
    mkdirSync(mapsFolder, { recursive: true });
    for (const file of ["hosts", "zones", "edges", "routes", "changes"] as const) {
      const path = join(mapsFolder, MAP_FILES[file]);
      if (texts[file] === "" && file !== "edges" && existsSync(path)) continue;
      writeWhole(path, texts[file], 0o644);
      written.push(path);
    }
  } catch (error) {
    throw new CallerError({
      code: "maps-unwritable",
      message: `${mapsFolder} can't be written: ${error instanceof Error ? error.message : String(error)}`,
      hint: "run it as a user who may, or set `mapsFolder` of the driver",
      cause: error,
    });
  }
  return written;
}
