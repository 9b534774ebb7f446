import { CallerError } from "../core/errors.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Runs what goes on until somebody ends it: a Ctrl-C (or kill) is its end, and no failure. */
export async function untilSignal(run: (signal: AbortSignal) => Promise<void>): Promise<void> {
  await broken(new AbortController(), run);
}

/** Runs what must be cleared up after: the first Ctrl-C (or kill) breaks it off, and it is waited for until it has. */
export async function interruptible<Result>(run: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const breaking = new AbortController();
  try {
    return await broken(breaking, run);
  } catch (error) {
    if (!breaking.signal.aborted || (error as Error).name !== "AbortError") throw error;
    throw new CallerError({
      code: "interrupted",
      message: "broken off",
      hint: "start it again when you like",
      cause: error,
    });
  }
}

async function broken<Result>(
  breaking: AbortController,
  run: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const breakOff = (): void => breaking.abort();
  // They stay for the whole time: a second Ctrl-C while we clear up is the same wish.
  for (const signal of SIGNALS) process.on(signal, breakOff);
  try {
    return await run(breaking.signal);
  } finally {
    for (const signal of SIGNALS) process.off(signal, breakOff);
  }
}
