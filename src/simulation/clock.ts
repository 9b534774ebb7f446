import type { Cancel, Clock } from "../runtime/clock.ts";

/**
 * Time that only moves when everything that was due has been done. Events run in the order of their time, ties in the
 * order in which they were made; between two instants all promises settle, so a run is the same every time.
 */
export type VirtualClock = Clock & {
  /** Runs everything that is due up to and including this moment. */
  runUntil(atMs: number): Promise<void>;
};

type Event = { readonly at: number; readonly order: number; run: (() => void) | null };

export function virtualClock(startMs: number): VirtualClock {
  const heap: Event[] = [];
  let now = startMs;
  let order = 0;

  const push = (at: number, run: () => void): Event => {
    order += 1;
    const event: Event = { at, order, run };
    heap.push(event);
    let child = heap.length - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (isBefore(heap[parent]!, event)) break;
      heap[child] = heap[parent]!;
      child = parent;
    }
    heap[child] = event;
    return event;
  };

  const pop = (): Event => {
    const first = heap[0]!;
    const last = heap.pop()!;
    if (heap.length === 0) return first;
    let parent = 0;
    for (;;) {
      let child = 2 * parent + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1;
      if (isBefore(last, heap[child]!)) break;
      heap[parent] = heap[child]!;
      parent = child;
    }
    heap[parent] = last;
    return first;
  };

  /** Whole milliseconds: what happens within one happens at once. */
  const due = (ms: number): number => now + Math.max(0, Math.ceil(ms));

  return {
    now: () => now,
    after(ms, run) {
      const event = push(due(ms), run);
      return () => {
        event.run = null;
      };
    },
    every(ms, run) {
      let cancel: Cancel | null = null;
      const again = (): void => {
        const event = push(due(Math.max(1, ms)), () => {
          again();
          run();
        });
        cancel = () => {
          event.run = null;
        };
      };
      again();
      return () => cancel?.();
    },
    async runUntil(atMs) {
      while (heap.length > 0 && heap[0]!.at <= atMs) {
        now = heap[0]!.at;
        while (heap.length > 0 && heap[0]!.at === now) pop().run?.();
        await settled();
      }
      now = Math.max(now, atMs);
    },
  };
}

/** Node runs all microtasks, and those that they make, before an immediate. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

function isBefore(a: Event, b: Event): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
