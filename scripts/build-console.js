// `npm run build:console`: makes the files of the console that Houston serves, when they are missing or older than what they
// are made from; a build that is up to date costs the reading of a hundred files.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bin, fail, install, node, root, run } from "./install.js";
import { isUpToDate } from "./up-to-date.js";

export function buildConsole() {
  // The build notes which files went in (console/vite.config.ts).
  if (isUpToDate(join(root, "console", "dist", "built-from.json"))) return;
  process.stderr.write("Building the console (when it has changed) ...\n");
  const status = run(node, [bin("vite"), "build", "console", "--logLevel", "warn"]);
  if (status !== 0) fail("the console could not be built.", "see the words above");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  install();
  buildConsole();
}
