import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, onTestFinished, test, vi } from "vitest";
import { processGroup, type ProcessGroup, type ProcessSpec } from "./process-group.ts";

vi.setConfig({ testTimeout: 60_000 });

const root = mkdtempSync(join(tmpdir(), "process-group-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const LIVES = "process.stdin.resume(); setInterval(() => {}, 1000);";
const READY = "process.stdout.write('ready\\n');";
for (const [name, source] of Object.entries({
  good: `${READY}${LIVES}`,
  deaf: `process.on("SIGTERM", () => {}); ${READY}${LIVES}`,
  never: LIVES,
  tells: `process.stderr.write(String(process.env["A_SECRET"])); ${READY} setTimeout(() => process.exit(3), 50);`,
}))
  writeFileSync(join(root, `${name}.mjs`), source);

function group(): { readonly processes: ProcessGroup; readonly troubles: string[] } {
  const troubles: string[] = [];
  const processes = processGroup({ root, env: {}, onTrouble: (says) => troubles.push(says) });
  onTestFinished(() => processes.stopAll());
  return { processes, troubles };
}

const spec = (name: string): ProcessSpec => ({ name, entry: `${name}.mjs`, settings: {} });
const pids = (processes: ProcessGroup) => processes.list().flatMap(({ pid }) => pid ?? []);

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test("stopping all leaves no process: not the one that is stopped, nor the one that does not hear", async () => {
  const { processes, troubles } = group();
  await processes.start([spec("good"), spec("deaf"), { ...spec("good"), name: "stopped" }]);
  await processes.signal("stopped", "stop");
  const started = pids(processes);
  expect(started.filter(lives)).toHaveLength(3);
  await processes.stopAll();
  expect(started.filter(lives)).toEqual([]);
  expect(troubles).toEqual([]);
});

test("a start that is broken off ends at once, quietly, and starts nothing more", async () => {
  const { processes, troubles } = group();
  const specs = [...Array(6).keys()].map((at) => ({ ...spec("never"), name: `never-${at}` }));
  const start = processes.start(specs).then(
    () => "all started",
    (error: { code?: string }) => error.code,
  );
  await expect.poll(() => pids(processes).length).toBe(4);
  const started = pids(processes);
  // As a terminal's Ctrl-C does: everybody hears it, and we first.
  const stopped = processes.stopAll();
  for (const pid of started) process.kill(pid, "SIGINT");
  await stopped;
  expect(await start).toBe("process-not-ready");
  expect(started.filter(lives)).toEqual([]);
  expect(pids(processes)).toEqual([]);
  await expect(processes.signal("never-0", "start")).rejects.toThrow("being stopped");
  expect(troubles).toEqual([]);
});

test("what only one process is to know, the others never see", async () => {
  vi.stubEnv("A_SECRET", "opens the door");
  onTestFinished(() => void vi.unstubAllEnvs());
  const troubles: string[] = [];
  const processes = processGroup({ root, env: {}, secrets: ["A_SECRET"], onTrouble: (says) => troubles.push(says) });
  onTestFinished(() => processes.stopAll());
  await processes.start([
    { ...spec("tells"), name: "trusted", secrets: true },
    { ...spec("tells"), name: "other" },
  ]);
  await vi.waitFor(() => expect(troubles.length).toBeGreaterThanOrEqual(2), { timeout: 30_000 });
  expect(troubles.find((says) => says.startsWith("trusted"))).toContain("opens the door");
  expect(troubles.find((says) => says.startsWith("other"))).toContain("undefined");
});

test("a program that is not ours is ready when it says so in its own words, wherever, and gets none of our environment", async () => {
  vi.stubEnv("A_SECRET", "opens the door");
  onTestFinished(() => void vi.unstubAllEnvs());
  const { processes, troubles } = group();
  const says =
    "const words = JSON.stringify(process.env); console.error(words, 'now serving'); setTimeout(() => process.exit(3), 50);";
  await processes.start([
    {
      name: "other",
      program: process.execPath,
      args: ["--eval", says],
      env: { ITS_OWN: "yes" },
      readyWords: "now serving",
    },
  ]);
  await vi.waitFor(() => expect(troubles.length).toBeGreaterThanOrEqual(1), { timeout: 30_000 });
  expect(troubles[0]).toContain("ITS_OWN");
  expect(troubles[0]).not.toContain("opens the door");
});
