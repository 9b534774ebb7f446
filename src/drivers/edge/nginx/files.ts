import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CallerError } from "../../../core/errors.ts";
import { writeWhole } from "../../write-whole.ts";
import type { KeptRoutes } from "../file-edge.ts";
import { type Mark, NO_ROUTES, readMark } from "../route-mark.ts";
import { networkBucketMaps } from "./network-bucket.ts";
import { routeText, type RouteTextContext } from "./route-text.ts";

/** The files that the nginx config of config-text.ts includes. */
export const NGINX_FILES = {
  /** Network -> bucket: always the same. */
  buckets: "buckets.conf",
  /** Host and zone, and the route table. */
  routes: "routes.conf",
} as const;

/** nginx may run as somebody else, and nothing here is secret. */
const MODE = 0o644;

/**
 * Writes the files that nginx's config includes, without which it does not start. The routes are left as they are when there are any: they
 * are the last table. Throws `CallerError` when the folder can't be written.
 */
export function writeFirstFiles(folder: string, context: RouteTextContext): readonly string[] {
  const written: string[] = [];
  try {
    mkdirSync(folder, { recursive: true });
    for (const [file, text] of [
      ["buckets", networkBucketMaps()],
      ["routes", routeText(null, context).text],
    ] as const) {
      const path = join(folder, NGINX_FILES[file]);
      if (file === "routes" && existsSync(path)) continue;
      writeWhole(path, text, MODE);
      written.push(path);
    }
  } catch (error) {
    throw new CallerError({
      code: "files-unwritable",
      message: `${folder} can't be written: ${error instanceof Error ? error.message : String(error)}`,
      hint: "run it as a user who may, or set `folder` of the driver",
      cause: error,
    });
  }
  return written;
}

/** What stands there now, and in place of it from now on. */
export const keptRoutes = (folder: string): KeptRoutes => {
  const path = join(folder, NGINX_FILES.routes);
  return { text: () => readFileSync(path, "utf8"), write: (text) => writeWhole(path, text, MODE) };
};

/** What a routes file says that it is of; one that somebody else wrote is of nothing. */
export const markOf = (text: string): Mark => readMark(/^# (\{.*\})\n/.exec(text)?.[1] ?? "") ?? NO_ROUTES;
