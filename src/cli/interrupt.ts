import { CallerError } from "../core/errors.ts";

/** Runs what must be cleared up after: the first Ctrl-C (or kill) breaks it off, and it is waited for until it has. */
export async function interruptible<Result>(run: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const breaking = new AbortController();
  const breakOff = (): void => breaking.abort();
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  // They stay for the whole time: a second Ctrl-C while we clear up is the same wish.
  for (const signal of signals) process.on(signal, breakOff);
  try {
    return await run(breaking.signal);
  } catch (error) {
    if (!breaking.signal.aborted || (error as Error).name !== "AbortError") throw error;
    throw new CallerError({
      code: "interrupted",
      message: "broken off; faults are cleared, and what was stopped runs again",
      hint: "start it again when you like",
      cause: error,
    });
  } finally {
    for (const signal of signals) process.off(signal, breakOff);
  }
}
