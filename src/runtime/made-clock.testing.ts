import type { Clock } from "./clock.ts";

/** A clock that goes only when told to. Between two moments everything that waits on a promise gets its turn. */
export type MadeClock = Clock & { pass(ms: number): Promise<void> };

export function madeClock(startsAt: number): MadeClock {
  let now = startsAt;
  let made = 0;
  const waiting = new Map<number, { at: number; readonly run: () => void; readonly everyMs: number | null }>();
  const add = (ms: number, run: () => void, everyMs: number | null) => {
    made += 1;
    const id = made;
    waiting.set(id, { at: now + Math.max(0, ms), run, everyMs });
    return () => void waiting.delete(id);
  };
  return {
    now: () => now,
    after: (ms, run) => add(ms, run, null),
    every: (ms, run) => add(ms, run, ms),
    async pass(ms) {
      const until = now + ms;
      for (;;) {
        const next = [...waiting]
          .filter(([, each]) => each.at <= until)
          .sort(([a, x], [b, y]) => x.at - y.at || a - b)[0];
        if (!next) break;
        const [id, each] = next;
        now = Math.max(now, each.at);
        if (each.everyMs === null) waiting.delete(id);
        else each.at += each.everyMs;
        each.run();
        await settle();
      }
      now = until;
      await settle();
    },
  };
}

/** Lets promises that wait for nothing but each other come to rest. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
