import type { Outcome } from "../core/control-contract.ts";
import type { Clock } from "./clock.ts";

/** Bounds a driver's call by the loop's own clock. A driver that ignores the signal is left behind all the same. */
export function within(clock: Clock, ms: number, call: (signal: AbortSignal) => Promise<Outcome>): Promise<Outcome> {
  const abort = new AbortController();
  return new Promise((resolve) => {
    const cancel = clock.after(ms, () => {
      abort.abort();
      resolve({ kind: "retry", code: "timeout", says: `no answer within ${ms} ms` });
    });
    const end = (outcome: Outcome): void => {
      cancel();
      resolve(outcome);
    };
    call(abort.signal).then(end, (error: unknown) => {
      // Drivers answer with values; one that throws all the same must not take the loop with it.
      end({ kind: "retry", code: "driver-threw", says: error instanceof Error ? error.message : String(error) });
    });
  });
}
