/** The first Ctrl-C stops in order, a start as well; whatever comes while we stop is the same wish. */
export function untilSignal(): { readonly told: Promise<void>; readonly signal: AbortSignal } {
  const stop = new AbortController();
  const told = new Promise<void>((resolve) => stop.signal.addEventListener("abort", () => resolve()));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stop.abort());
  return { told, signal: stop.signal };
}

/** What is said when all of it has ended. */
export const STOPPED = "stopped; nothing is left running";
