import { setTimeout as sleep } from "node:timers/promises";
import type { UnixMs } from "../../core/step.ts";

/**
 * Waits until another request may be made: so many at once, and then so many a second. Providers count all requests of an account
 * or a token, and some then refuse every one of them for minutes. Throws when `signal` ends the wait.
 */
export type RequestPace = (signal: AbortSignal) => Promise<void>;

export function requestPace(
  limit: { readonly burst: number; readonly perSecond: number },
  now: () => UnixMs,
): RequestPace {
  const eachMs = 1000 / limit.perSecond;
  /** When the next would be due if none were let through early. */
  let due = -Infinity;
  let last = -Infinity;
  return async (signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted();
    const at = now();
    // A clock that was put back must not make all wait for the hour that it has lost.
    if (at < last) due -= last - at;
    last = at;
    due = Math.max(due, at - (limit.burst - 1) * eachMs);
    const waitMs = due - at;
    due += eachMs;
    if (waitMs > 0) await sleep(waitMs, undefined, { signal });
  };
}
