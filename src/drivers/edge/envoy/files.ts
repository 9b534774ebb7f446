import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CallerError } from "../../../core/errors.ts";
import { writeWhole } from "../../write-whole.ts";
import type { KeptRoutes } from "../file-edge.ts";
import { envoyRoutes, type EnvoyRoutesContext } from "./routes.ts";

/** Envoy may run as somebody else, and nothing here is secret. */
const MODE = 0o644;

export const routesFile = (folder: string): string => join(folder, "routes.json");

/**
 * Writes the file that Envoy's bootstrap names, without which it does not start; it stays as it is when it is there: it is the last table.
 * Null: nothing was written. Throws `CallerError` when the folder can't be written.
 */
export function writeFirstRoutes(folder: string, context: EnvoyRoutesContext): string | null {
  const path = routesFile(folder);
  try {
    mkdirSync(folder, { recursive: true });
    if (existsSync(path)) return null;
    writeWhole(path, envoyRoutes(null, context).text, MODE);
    return path;
  } catch (error) {
    throw new CallerError({
      code: "files-unwritable",
      message: `${folder} can't be written: ${error instanceof Error ? error.message : String(error)}`,
      hint: "run it as a user who may, or set `folder` of the driver",
      cause: error,
    });
  }
}

/** What stands there now, and in place of it from now on. */
export const keptRoutes = (folder: string): KeptRoutes => {
  const path = routesFile(folder);
  return { text: () => readFileSync(path, "utf8"), write: (text) => writeWhole(path, text, MODE) };
};
