// What `npm test` does to a machine while it installs a browser, and that it leaves nothing of it behind.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "houston-install-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const SCRIPT = pathToFileURL(join(import.meta.dirname, "..", "..", "scripts", "install.js")).href;

/** A run that installs something without end, and its exit code when it is told to end. */
async function toldToEnd(signal: NodeJS.Signals, policy: string): Promise<{ code: unknown; wasThere: boolean }> {
  const child = spawn(
    process.execPath,
    [
      "--input-type=module",
      "-e",
      `import { spawn } from "node:child_process";
       import { ended, withoutDaemons } from ${JSON.stringify(SCRIPT)};
       await withoutDaemons(async (told) => {
         const lasts = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000); console.log('begun')"]);
         lasts.stdout.once("data", () => console.log("begun"));
         await ended(lasts, told);
       }, ${JSON.stringify(policy)});`,
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  await once(child.stdout, "data");
  const wasThere = existsSync(policy);
  const gone = once(child, "exit");
  child.kill(signal);
  const [code] = (await gone) as [number | null];
  return { code, wasThere };
}

test("who breaks it off finds no policy against daemons afterwards, also where a killed run had left one", async () => {
  const policy = join(folder, "policy-rc.d");
  expect(await toldToEnd("SIGINT", policy)).toEqual({ code: 130, wasThere: true });
  expect(existsSync(policy)).toBe(false);
  const left = await toldToEnd("SIGTERM", policy);
  expect(left).toEqual({ code: 143, wasThere: true });
  expect(existsSync(policy)).toBe(false);
}, 30_000);

test("a policy that somebody else put there stays", async () => {
  const { withoutDaemons } = (await import(SCRIPT)) as {
    withoutDaemons: (work: () => Promise<void>, policy: string) => Promise<void>;
  };
  const policy = join(folder, "theirs");
  writeFileSync(policy, "#!/bin/sh\nexit 0\n");
  await withoutDaemons(async () => {}, policy);
  expect(existsSync(policy)).toBe(true);
});
