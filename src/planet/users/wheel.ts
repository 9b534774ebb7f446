import { performance } from "node:perf_hooks";
import type { UnixMs } from "../../core/step.ts";

/**
 * One timer for everybody: a wheel of 10 ms slots. A thousand users a second want some five timers each, and Node's own
 * would cost more than the requests. What is due in a slot runs together, with the slot's nominal time: when this process is
 * late, users' waiting starts when it should have started, so the lateness shows instead of hiding.
 */
export type Wheel = {
  /** The exact time: when something ended. */
  exact(): UnixMs;
  /** The nominal time of the slot that runs now: when something began. */
  now(): UnixMs;
  /** Runs `due` at the first slot not before `at`. There is no cancel: `due` looks whether it is still wanted. */
  at(at: UnixMs, due: () => void): void;
  /** Runs `tick` at each slot, after what was due in it. */
  onTick(tick: (now: UnixMs) => void): void;
  /** How late the wheel ran at worst since the last call. */
  worstLateMs(): number;
  stop(): void;
};

const SLOT_MS = 10;
/** 82 s: longer than any wait of a user; later ones go round again. */
const SLOTS = 8192;

export function startWheel(): Wheel {
  const epoch = Math.round(performance.timeOrigin);
  const slots: (Due[] | null)[] = Array.from({ length: SLOTS }, () => null);
  const ticks: ((now: UnixMs) => void)[] = [];
  let current = Math.floor(performance.now() / SLOT_MS);
  let worst = 0;
  let stopped = false;

  const put = (due: Due): void => {
    const slot = Math.max(current + 1, Math.ceil((due.at - epoch) / SLOT_MS));
    const index = slot % SLOTS;
    (slots[index] ??= []).push(due);
  };
  const run = (): void => {
    if (stopped) return;
    const reached = Math.floor(performance.now() / SLOT_MS);
    while (current < reached) {
      current++;
      const now = epoch + current * SLOT_MS;
      worst = Math.max(worst, epoch + performance.now() - now);
      const index = current % SLOTS;
      const dues = slots[index];
      slots[index] = null;
      if (dues) {
        for (const due of dues) {
          if (due.at > now) put(due);
          else due.due();
        }
      }
      for (const tick of ticks) tick(now);
    }
  };
  // After a stall, answers that already lie in our sockets are read before anybody's patience ends: Node runs timers first,
  // then sockets, then immediates.
  const timer = setInterval(() => setImmediate(run), SLOT_MS);
  return {
    exact: () => epoch + performance.now(),
    now: () => epoch + current * SLOT_MS,
    at: (at, due) => put({ at, due }),
    onTick: (tick) => void ticks.push(tick),
    worstLateMs() {
      const late = worst;
      worst = 0;
      return late;
    },
    stop() {
      stopped = true;
      clearInterval(timer);
    },
  };
}

type Due = { readonly at: UnixMs; readonly due: () => void };
