import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

/** The peers' packages, in a folder of their own. */
export type Peers = {
  /** Loads a package; the caller says what of it is used. */
  readonly load: (name: string) => unknown;
  /** The path of a file of a package. */
  readonly resolve: (file: string) => string;
};

const withinMs = 240_000;

/** Installs what `package.json` beside this file lists; rejects with what npm said. */
export async function installPeers(folder: string): Promise<Peers> {
  mkdirSync(folder, { recursive: true });
  const list = join(folder, "package.json");
  copyFileSync(join(import.meta.dirname, "package.json"), list);
  const npm = spawn("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts"], {
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
    timeout: withinMs,
  });
  let said = "";
  npm.stderr.on("data", (text: Buffer) => (said += text.toString()));
  const [code] = (await once(npm, "close")) as [number | null];
  if (code !== 0) throw new Error(`npm install in ${folder} failed: ${said.trim().split("\n")[0] ?? ""}`);
  const load = createRequire(list);
  return { load: (name) => load(name) as unknown, resolve: (file) => load.resolve(file) };
}
