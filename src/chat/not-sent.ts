/** Errors of a connection that was never made: nothing can have arrived at the other end. */
const NOT_SENT = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "UND_ERR_CONNECT_TIMEOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
]);

/** Whether a call that failed so can't have arrived; `fetch` wraps the reason once. */
export function wasNotSent(error: unknown): boolean {
  return NOT_SENT.has(reasonOf(error));
}

/** The code of what went wrong, else its message. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  const inner = cause instanceof Error ? cause : error;
  return (inner as NodeJS.ErrnoException).code?.toString() ?? inner.message;
}
