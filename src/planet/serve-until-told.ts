import { flushCompileCache } from "node:module";

/**
 * How a process of the planet lives: it says `ready` once it serves, and ends on SIGTERM or when its standard input
 * closes, which means that the supervisor died.
 */
export function serveUntilTold(stop: () => Promise<void>): void {
  let stopping = false;
  const end = (): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref();
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", end);
  process.on("SIGINT", end);
  process.stdin.on("end", end).on("close", end).resume();
  process.stdout.write("ready\n");
  // Node writes what it compiled when a process ends. On the first start of all, fifteen worlds would each compile the
  // same files, a quarter of a second apiece; written now, only the first few do.
  flushCompileCache();
}

/** The supervisor wants us gone within a second. */
const STOP_WITHIN_MS = 900;
