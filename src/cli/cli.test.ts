import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { readMoment } from "./amounts.ts";
import { readRunFile, removeRunFile, writeRunFile } from "../runtime/run-file.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "houston-cli-"));
process.env["XDG_RUNTIME_DIR"] = folder;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Ended = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** The command as people and scripts call it: a process of its own, without a terminal. */
function houston(...args: string[]): Promise<Ended> {
  const env = { ...process.env, XDG_RUNTIME_DIR: folder, HOUSTON_API: "", HOUSTON_TOKEN: "" };
  delete (env as Record<string, string | undefined>)["HOUSTON_API"];
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ["--conditions=reactive-production:source", join(root, "src/cli/main.ts"), ...args],
      { cwd: root, env },
      (_error, stdout, stderr) => resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
    child.stdin?.end();
  });
}

test(
  "exit codes: 0 done, 1 refused or failed, 2 bad usage; errors say the fix on stderr",
  { timeout: 120_000 },
  async () => {
    const broken = join(folder, "broken.yaml");
    writeFileSync(broken, "mode: act\n");
    const damaged = join(folder, "damaged.ndjson");
    writeFileSync(damaged, '{"recording":1}\n{"event":"tick","at":1}\n{"event":"tick"}\n');
    // Each is a process of half a second; more of them would only tell the same again.
    const [help, unknown, nobody, share, bad, line] = await Promise.all([
      houston("evacuate", "--help"),
      houston("evacaute", "us-east-1"),
      houston("status"),
      houston("evacuate", "us-east-1", "--share", "500%", "--api", "http://127.0.0.1:1"),
      houston("check", "--config", broken, "--json"),
      houston("replay", damaged),
    ]);
    expect(help).toMatchObject({ code: 0, stdout: expect.stringContaining("Examples:"), stderr: "" });
    expect(unknown).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("evacuate") });
    expect(nobody).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("houston up") });
    expect(share).toMatchObject({ code: 2, stderr: expect.stringContaining("for example 5%") });
    expect(bad.code).toBe(1);
    expect((JSON.parse(bad.stdout) as { problems: unknown[] }).problems.length).toBeGreaterThan(2);
    expect(line).toMatchObject({ code: 1, stderr: expect.stringContaining("damaged.ndjson:3") });
  },
);

test("the run file is for its owner alone, and says nothing when its process has ended", () => {
  const run = { pid: process.pid, api: "http://127.20.0.70:7070", dns: "127.20.0.53:5353", token: "secret" };
  const file = writeRunFile(run);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readRunFile()).toEqual(run);
  removeRunFile(process.pid + 1);
  expect(readRunFile()).toEqual(run);
  removeRunFile(process.pid);
  expect(readRunFile()).toBeNull();
  // No machine has so many processes.
  writeRunFile({ ...run, pid: 2 ** 30 });
  expect(readRunFile()).toBeNull();
  writeFileSync(file, "{}");
  expect(() => readRunFile()).toThrow(/not what/);
});

test("moments as people write them", () => {
  const now = new Date(2026, 10, 23, 14, 0, 0).getTime();
  expect(readMoment("13:30", now)).toBe(now - 1_800_000);
  expect(readMoment("15:00", now)).toBe(now - 82_800_000);
  expect(() => readMoment("25:00", now)).toThrow("not a moment");
  expect(readMoment("5m", now)).toBe(now - 300_000);
  expect(readMoment("1795443600000", now)).toBe(1_795_443_600_000);
  expect(readMoment("2026-11-23T14:00:00Z", now)).toBe(Date.UTC(2026, 10, 23, 14));
});
