import type { UnixMs } from "../core/step.ts";

/** Time as an argument: production and the planet hand in the real one, the simulator a made one. */
export type Clock = {
  now(): UnixMs;
  after(ms: number, run: () => void): Cancel;
  every(ms: number, run: () => void): Cancel;
};

export type Cancel = () => void;

/** The machine's own clock. A process that was stopped for a while makes up no missed turns. */
export function realClock(): Clock {
  return {
    now: () => Date.now(),
    after(ms, run) {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
    every(ms, run) {
      const timer = setInterval(run, ms);
      return () => clearInterval(timer);
    },
  };
}
