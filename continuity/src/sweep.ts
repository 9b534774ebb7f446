import { wallClock, type Clock } from "./clock.ts";
import type { Continuation } from "./continuation.ts";
import { defaults } from "./limits.ts";
import { tooNew } from "./fit.ts";
import { replay } from "./replay.ts";
import { takeOver } from "./serve.ts";
import type { Tracer } from "./span.ts";
import type { JournalRecord, JournalStore } from "./store.ts";

/** What the sweeper did: numbers of requests. `left` could not be finished now. */
export type Swept = {
  readonly finished: number;
  readonly parked: number;
  readonly takenByOthers: number;
  readonly left: number;
};

/**
 * Finishes requests whose callers do not come back: those last held by `gone`, or, without it, by anyone that
 * has been quiet for `quietForMs`. Several locations may sweep at once: the fence lets one of them have each.
 */
export async function finishUnfinished(
  store: JournalStore,
  // Each continuation has its own input; the journal keeps them apart by name.
  continuations: readonly Continuation<never>[],
  options: {
    readonly location: string;
    readonly gone?: string;
    /** Callers who come back are served first: an unfinished request rests so long before it is swept. */
    readonly quietForMs?: number;
    readonly limit?: number;
    readonly atOnce?: number;
    readonly signal?: AbortSignal;
    readonly tracer?: Tracer;
    readonly clock?: Clock;
  },
): Promise<Swept> {
  const { location, gone, quietForMs = 2 * defaults.leaseMs, limit = 500, atOnce = 16, signal, tracer } = options;
  const clock = options.clock ?? wallClock;
  const found = await store.list({
    phases: ["running", "released"],
    ...(gone === undefined ? {} : { location: gone }),
    quietForMs,
    limit,
  });
  const swept = { finished: 0, parked: 0, takenByOthers: 0, left: 0 };
  const queue = found.values();
  const worker = async () => {
    for (const record of queue) {
      const first = record.entries[0];
      const work = continuations.find(({ name }) => first?.kind === "begun" && name === first.workflow);
      if (work === undefined || signal?.aborted === true || !canRun(work, record)) {
        swept.left += 1;
        continue;
      }
      const end = await takeOver(work, store, { record, why: "swept", location, clock, tracer });
      switch (end.kind) {
        case "answered":
          swept.finished += 1;
          break;
        case "parked":
          swept.parked += 1;
          break;
        case "fenced":
          swept.takenByOthers += 1;
          break;
        case "interrupted":
          swept.left += 1;
          break;
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return swept;
}

/** One request written by a newer version must not keep the others from being finished. */
function canRun(work: Continuation<never>, record: JournalRecord): boolean {
  try {
    return tooNew(replay(record.entries), work) === null;
  } catch {
    return false;
  }
}
