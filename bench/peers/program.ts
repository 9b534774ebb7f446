import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** A program that runs beside us and is stopped by its pid. */
export type Program = { readonly pid: number; stop(): Promise<void> };

const READY_WITHIN_MS = 30_000;
const STOP_WITHIN_MS = 5000;
const LOG_CHARS_TOLD = 2000;

/**
 * Starts a program in the foreground, with its output in a file of `folder`, and waits until `isReady`. Throws with the end of that output
 * when it ends or is not ready in time, and with the package to install when it is not there.
 */
export async function startProgram(options: {
  readonly argv: readonly [string, ...string[]];
  readonly folder: string;
  readonly debianPackage: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Absent: half a minute. */
  readonly readyWithinMs?: number;
  readonly isReady: () => Promise<boolean>;
}): Promise<Program> {
  const { argv, folder, debianPackage, isReady } = options;
  const [program, ...words] = argv;
  const log = join(folder, "output.log");
  const output = openSync(log, "a");
  const child = spawn(program, words, { stdio: ["ignore", output, output], env: options.env ?? process.env });
  closeSync(output);
  let trouble: string | null = null;
  child.once("error", (error) => (trouble = `${error.message}; fix: apt-get install ${debianPackage}`));
  living.add(child);
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null || trouble !== null;
  const stop = async (): Promise<void> => {
    living.delete(child);
    if (hasEnded()) return;
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    const impatient = setTimeout(() => child.kill("SIGKILL"), STOP_WITHIN_MS);
    await ended;
    clearTimeout(impatient);
  };
  const until = performance.now() + (options.readyWithinMs ?? READY_WITHIN_MS);
  while (!(await isReady().catch(() => false))) {
    if (!hasEnded() && performance.now() < until) {
      await sleep(100);
      continue;
    }
    const what = hasEnded() ? "ended" : "was not ready in time";
    await stop();
    throw new Error(`${program} ${what}: ${trouble ?? readFileSync(log, "utf8").slice(-LOG_CHARS_TOLD)}`);
  }
  return { pid: child.pid ?? 0, stop };
}

/** Whoever breaks us off breaks these off too. */
const living = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of living) {
    // Not killed: nginx takes its workers along only when it is asked to end. What is stopped must go on to hear it.
    child.kill("SIGTERM");
    child.kill("SIGCONT");
  }
});
