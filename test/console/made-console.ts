import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fastify } from "fastify";
import { serveConsole } from "../../src/api/console.ts";

const root = join(import.meta.dirname, "..", "..");

export type MadeConsole = { readonly url: string; stop(): Promise<void> };

/** The console on made data, built and served: `${url}/plan#scene=evacuation&locations=50`. */
export async function startMadeConsole(): Promise<MadeConsole> {
  const vite = join(root, "node_modules", "vite", "bin", "vite.js");
  const built = spawnSync(process.execPath, [vite, "build", "console", "--mode", "made", "--logLevel", "error"], {
    cwd: root,
    encoding: "utf8",
  });
  if (built.status !== 0) throw new Error(`the console on made data could not be built:\n${built.stderr}`);
  const app = fastify();
  serveConsole(app, join(root, "console", "made", "dist"));
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  return { url, stop: () => app.close() };
}
