// Makes one file of each program that the planet runs fifteen times. A process that reads 300 modules by itself keeps all their
// text (a node 9 MiB, a world 5) and takes twice as long to be there.
import { mkdtempSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { root } from "./install.js";
import { isUpToDate, noteBuiltFrom } from "./up-to-date.js";

const FOLDER = join(root, "dist", "planet");
const NOTE = "built-from.json";

async function buildPlanet() {
  if (isUpToDate(join(FOLDER, NOTE))) return;
  const { rolldown } = await import("rolldown");
  const build = await rolldown({
    input: {
      "node-main": join(root, "src/planet/node-main.ts"),
      "world-main": join(root, "src/planet/world/main.ts"),
    },
    platform: "node",
    resolve: { conditionNames: ["reactive-production:source"] },
    logLevel: "warn",
  });
  mkdirSync(join(root, "dist"), { recursive: true });
  // Whole or not at all, whoever else builds at the same time.
  const fresh = mkdtempSync(join(root, "dist", "planet-"));
  const { output } = await build.write({ dir: fresh, format: "esm" });
  await build.close();
  const modules = output.flatMap((file) => (file.type === "chunk" ? file.moduleIds : []));
  const own = modules.map((id) => relative(root, id)).filter((path) => /^(?:src|continuity)\//.test(path));
  noteBuiltFrom(join(fresh, NOTE), [...own, "scripts/build-planet.js", "package-lock.json"]);
  rmSync(FOLDER, { recursive: true, force: true });
  renameSync(fresh, FOLDER);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildPlanet();
