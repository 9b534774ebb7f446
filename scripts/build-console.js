// `npm run build:console`: makes the files of the console that Houston serves, when they are missing or older than what they
// are made from; a build that is up to date costs the reading of a hundred files.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bin, fail, install, node, root, run } from "./install.js";

export function buildConsole() {
  if (isUpToDate()) return;
  process.stderr.write("Building the console (when it has changed) ...\n");
  const status = run(node, [bin("vite"), "build", "console", "--logLevel", "warn"]);
  if (status !== 0) fail("the console could not be built.", "see the words above");
}

/** The build notes which files went in, with their hashes (console/vite.config.ts). */
function isUpToDate() {
  try {
    const from = JSON.parse(readFileSync(join(root, "console", "dist", "built-from.json"), "utf8"));
    return Object.entries(from).every(([path, hash]) => hashOf(join(root, path)) === hash);
  } catch {
    return false;
  }
}

function hashOf(path) {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  install();
  buildConsole();
}
