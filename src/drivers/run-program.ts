import { spawn } from "node:child_process";

const OUTPUT_BYTES_MAX = 64 * 1024;
/** Told to stop, it may tidy up for so long. */
const STOP_WITHIN_MS = 1000;
/** What it wrote before it ended is read within so long, however busy we are. */
const READ_WITHIN_MS = 1000;

/** What a program ended with; `code` is null when a signal ended it, or nobody waits for it any more. */
export type Exit = { readonly code: number | null; readonly output: string };

/**
 * Runs a program of an operator's own, without a shell, `input` on its standard input. Its children are stopped with it: it leads a process group of its own. One that
 * left the group and keeps standard output open is not waited for. Rejects when it can't be started.
 */
export function runProgram(
  [program = "", ...words]: readonly string[],
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
  input?: string,
): Promise<Exit> {
  if (signal.aborted) return Promise.resolve({ code: null, output: "" });
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { env, stdio: ["pipe", "pipe", "ignore"], detached: true, shell: false });
    // It need not read what it is told, and may end before.
    child.stdin.on("error", () => undefined).end(input);
    let output = "";
    let kill: NodeJS.Timeout | undefined;
    let read: NodeJS.Timeout | undefined;
    const stop = (how: NodeJS.Signals): void => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, how);
      } catch {
        // It has ended meanwhile.
      }
    };
    const leave = (): void => {
      stop("SIGTERM");
      kill = setTimeout(() => stop("SIGKILL"), STOP_WITHIN_MS);
    };
    signal.addEventListener("abort", leave, { once: true });
    const end = (): void => {
      clearTimeout(kill);
      clearTimeout(read);
      signal.removeEventListener("abort", leave);
    };
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      if (output.length > OUTPUT_BYTES_MAX) stop("SIGKILL");
    });
    child.once("error", (error) => {
      end();
      reject(error);
    });
    child.once("exit", () => {
      read = setTimeout(() => child.stdout.destroy(), READ_WITHIN_MS);
    });
    child.once("close", (code) => {
      end();
      resolve({ code, output });
    });
  });
}
