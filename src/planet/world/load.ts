import type { Load } from "../../core/summary.ts";

/** The edge's own counters over the last two whole seconds: what a look at a receiver needs. */
export type LoadCounts = {
  entered(nowMs: number): void;
  /** Served here, for own users or for other edges. `cost` is what it took of the capacity. */
  served(nowMs: number, good: boolean, cost: number): void;
  shed(nowMs: number): void;
  load(nowMs: number, now: { readonly readyRps: number; readonly capacityRps: number; readonly queueMs: number }): Load;
};

type Second = { entered: number; served: number; cost: number; failed: number; shed: number };
const WINDOW_SECONDS = 2;

export function loadCounts(): LoadCounts {
  let seconds: Second[] = [empty()];
  let second = 0;

  const current = (nowMs: number): Second => {
    const now = Math.floor(nowMs / 1000);
    if (second === 0) second = now;
    for (let passed = Math.min(now - second, WINDOW_SECONDS + 1); passed > 0; passed--)
      seconds = [empty(), ...seconds.slice(0, WINDOW_SECONDS)];
    second = Math.max(second, now);
    return seconds[0]!;
  };

  return {
    entered(nowMs) {
      current(nowMs).entered += 1;
    },
    served(nowMs, good, cost) {
      const at = current(nowMs);
      at.served += 1;
      at.cost += cost;
      if (!good) at.failed += 1;
    },
    shed(nowMs) {
      current(nowMs).shed += 1;
    },
    load(nowMs, { readyRps, capacityRps, queueMs }) {
      current(nowMs);
      const whole = seconds.slice(1);
      const sum = (of: keyof Second): number => whole.reduce((total, each) => total + each[of], 0);
      const over = Math.max(1, whole.length);
      const served = sum("served");
      return {
        servedRps: served / over,
        enteredRps: sum("entered") / over,
        readyRps,
        capacityRps,
        utilisation: readyRps > 0 ? sum("cost") / over / readyRps : 0,
        shedRps: sum("shed") / over,
        queueMs: Math.round(queueMs),
        failedRatio: served === 0 ? 0 : sum("failed") / served,
      };
    },
  };
}

function empty(): Second {
  return { entered: 0, served: 0, cost: 0, failed: 0, shed: 0 };
}
