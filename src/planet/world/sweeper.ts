import { finishUnfinished, type Continuation, type JournalStore } from "@reactive-production/continuity";

/** What finishes checkouts that nobody comes back for, in the journal that this location looks after. */
export type Sweeper = { stop(): void };

export type SweepSettings = {
  /** A checkout that nobody has gone on with for so long is finished without its user. */
  readonly quietForMs: number;
  /** Forgotten when answered for so long; absent: somebody else forgets. */
  readonly answeredForMs?: number;
};

/** All locations of a cell look alike: the fence lets one of them have each checkout. */
const LOOK_EVERY_MS = 2_000;
/** At once: a sweep is nobody's hurry, and users' checkouts come first. */
const AT_ONCE = 8;
const FORGET_EVERY_MS = 60_000;
/** With about 3 kB a checkout, half of a member's space. */
const KEPT_REQUESTS_MAX = 40_000;

export function startSweeper(options: {
  readonly journal: JournalStore;
  readonly workflow: Continuation<never>;
  readonly location: string;
  readonly sweep: SweepSettings;
}): Sweeper {
  const { journal, workflow, location, sweep } = options;
  const stopped = new AbortController();
  const finish = once(() =>
    finishUnfinished(journal, [workflow], {
      location,
      quietForMs: sweep.quietForMs,
      atOnce: AT_ONCE,
      signal: stopped.signal,
    }),
  );
  const { answeredForMs } = sweep;
  const forget = once(async () => {
    if (answeredForMs !== undefined) await journal.retain({ answeredForMs, maxRequests: KEPT_REQUESTS_MAX });
  });
  // What was left while nobody was here has waited long enough.
  finish();
  const timers = [setInterval(finish, LOOK_EVERY_MS), setInterval(forget, FORGET_EVERY_MS)];
  return {
    stop() {
      stopped.abort();
      for (const timer of timers) clearInterval(timer);
    },
  };
}

/** Not again while it is still at work. A journal that is away now is looked at the next time. */
function once(work: () => Promise<unknown>): () => void {
  let isAtWork = false;
  return () => {
    if (isAtWork) return;
    isAtWork = true;
    work()
      .catch(() => {})
      .finally(() => (isAtWork = false));
  };
}
