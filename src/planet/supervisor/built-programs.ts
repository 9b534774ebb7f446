import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

/** The programs that run once a location, and the one file that each is made into. */
const BUILT: Readonly<Record<string, string>> = {
  "src/planet/node-main.ts": "dist/planet/node-main.js",
  "src/planet/world/main.ts": "dist/planet/world-main.js",
};

/**
 * What is started for a program's source, both from the project's root. Builds first what is older than its sources, in a process of
 * its own, for a bundler's memory would stay with us. Sources do the same with more memory and later, so a build that fails stops nobody.
 */
export async function builtPrograms(
  root: string,
  onTrouble: (says: string) => void,
): Promise<(entry: string) => string> {
  try {
    await promisify(execFile)(process.execPath, [join(root, "scripts", "build-planet.js")]);
    return (entry) => BUILT[entry] ?? entry;
  } catch (error) {
    const says = error instanceof Error ? error.message.trim() : String(error);
    onTrouble(
      `the planet's programs could not be built, so they run from their sources, which takes longer\n    ${says}`,
    );
    return (entry) => entry;
  }
}
