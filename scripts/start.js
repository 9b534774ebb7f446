// `npm start`: sets up what is needed and runs the planet in a box.
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { join } from "node:path";
import { buildConsole } from "./build-console.js";
import { install, root } from "./install.js";

install();
buildConsole();
process.stdout.write("Starting 15 locations: some 10 s, on a slow or busy machine a minute ...\n");
const child = spawn(process.execPath, [join(root, "bin", "houston.js"), "up", ...process.argv.slice(2)], {
  stdio: "inherit",
});
// The planet ends first, then we: the prompt comes back when nothing is left running.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => process.exit(signal ? 128 + constants.signals[signal] : (code ?? 1)));
