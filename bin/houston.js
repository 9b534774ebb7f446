#!/usr/bin/env node
// Plain JavaScript, so that it runs on whatever Node a machine has: it starts the Node that the project pins.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const node = join(root, "node_modules", "node", "bin", "node");
if (!existsSync(node)) {
  process.stderr.write(
    "houston: not installed yet. Fix: run `npm install` (or `npm start`) in the project's folder first.\n",
  );
  process.exit(1);
}
const child = spawn(
  node,
  [
    "--conditions=reactive-production:source",
    "--disable-warning=ExperimentalWarning",
    join(root, "src/cli/main.ts"),
    ...process.argv.slice(2),
  ],
  // Compiling its own files takes half of a command's time: Node keeps what it compiled, as the planet's processes do.
  {
    stdio: "inherit",
    env: { NODE_COMPILE_CACHE: join(root, "node_modules", ".cache", "node-compile"), ...process.env },
  },
);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => process.exit(signal ? 128 + constants.signals[signal] : (code ?? 1)));
