import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ASSETS = join(import.meta.dirname, "..", "..", "console", "dist", "assets");

/** All script of the console together, whether a person opens every view or not. */
export function scriptBytes(): { readonly gzip: number; readonly brotli: number } {
  return { gzip: bytesOf("gz"), brotli: bytesOf("br") };
}

function bytesOf(ending: string): number {
  return readdirSync(ASSETS)
    .filter((name) => name.endsWith(`.js.${ending}`))
    .reduce((sum, name) => sum + readFileSync(join(ASSETS, name)).length, 0);
}
