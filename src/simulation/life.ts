import type { Cancel, Clock } from "../runtime/clock.ts";

/**
 * One process's life on the made clock: killed, it never runs again; frozen (SIGSTOP, a busy host), all that falls due
 * waits until it is thawed, and runs then in its order.
 */
export type Life = {
  readonly clock: Clock;
  /** Runs this in the process: now, when it is thawed, or never. */
  run(what: () => void): void;
  kill(): void;
  freeze(): void;
  thaw(): void;
  isAlive(): boolean;
  isFrozen(): boolean;
};

export function life(clock: Clock): Life {
  let alive = true;
  let frozen = false;
  let waiting: (() => void)[] = [];
  const run = (what: () => void): void => {
    if (!alive) return;
    if (frozen) waiting.push(what);
    else what();
  };
  return {
    run,
    clock: {
      now: () => clock.now(),
      after(ms, what) {
        let cancelled = false;
        const cancel = clock.after(ms, () => run(() => (cancelled ? undefined : what())));
        return () => {
          cancelled = true;
          cancel();
        };
      },
      every(ms, what) {
        let cancelled = false;
        let cancel: Cancel | null = null;
        // The next turn is set when this one runs: a process that stood still makes up no missed turns.
        const again = (): void => {
          cancel = clock.after(ms, () =>
            run(() => {
              if (cancelled) return;
              again();
              what();
            }),
          );
        };
        again();
        return () => {
          cancelled = true;
          cancel?.();
        };
      },
    },
    kill() {
      alive = false;
      waiting = [];
    },
    freeze() {
      frozen = true;
    },
    thaw() {
      if (!frozen) return;
      frozen = false;
      const due = waiting;
      waiting = [];
      for (const what of due) run(what);
    },
    isAlive: () => alive,
    isFrozen: () => frozen,
  };
}
