import { cpus } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";

/** What is wanted when nobody says: the users' requests a second, all locations together. */
export const WANTED_RPS = 200;

/**
 * How many users a machine has room for. Some forty processes warm up on it, for a minute or three, and a planet whose machine is full is
 * unwell everywhere: so users come in few, and more as long as there is room.
 */
export type Pace = {
  readonly rps: number;
  /** For so many looks it has stayed as it is. */
  readonly still: number;
  readonly settled: boolean;
};

export function firstPace(wantedRps: number): Pace {
  return { rps: Math.min(wantedRps, Math.max(FEWEST_RPS, wantedRps * FIRST_SHARE)), still: 0, settled: false };
}

/** `busy`: the share of the machine's processors that was in use since the last look, 0..1. */
export function nextPace(pace: Pace, { busy, wantedRps }: { readonly busy: number; readonly wantedRps: number }): Pace {
  if (pace.settled) return pace;
  const fewest = Math.min(wantedRps, FEWEST_RPS);
  let { rps } = pace;
  if (busy >= FULL) rps = Math.max(fewest, Math.round(rps * FEWER));
  else if (busy < ROOM) rps = Math.min(wantedRps, Math.round(rps * MORE));
  const still = rps === pace.rps ? pace.still + 1 : 0;
  return { rps, still, settled: still >= (rps === wantedRps ? STILL_WHEN_ALL_CAME : STILL_LOOKS) };
}

/** Lets users in until there are as many as wanted, or as many as there is room for; resolves with how many, or null when broken off. */
export async function paceUsers(options: {
  readonly wantedRps: number;
  readonly setRps: (rps: number) => Promise<void>;
  readonly signal: AbortSignal;
  /** Processor time of the machine so far, in any unit. */
  readonly used?: () => ProcessorTime;
  readonly lookMs?: number;
}): Promise<number | null> {
  const { wantedRps, setRps, signal, used = machineTime, lookMs = LOOK_MS } = options;
  let pace = firstPace(wantedRps);
  let before = used();
  let told: number | null = null;
  try {
    while (!pace.settled) {
      // A process that is being started again hears it at the next look.
      if (told !== pace.rps)
        told = await setRps(pace.rps).then(
          () => pace.rps,
          () => null,
        );
      await sleep(lookMs, undefined, { signal });
      const now = used();
      const all = now.all - before.all;
      const busy = all > 0 ? (now.busy - before.busy) / all : 0;
      before = now;
      pace = nextPace(pace, { busy, wantedRps });
    }
    return pace.rps;
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  }
}

type ProcessorTime = { readonly busy: number; readonly all: number };

function machineTime(): ProcessorTime {
  let [busy, all] = [0, 0];
  for (const { times } of cpus()) {
    const total = times.user + times.nice + times.sys + times.irq + times.idle;
    all += total;
    busy += total - times.idle;
  }
  return { busy, all };
}

const FIRST_SHARE = 0.2;
const FEWEST_RPS = 20;
const FULL = 0.93;
const ROOM = 0.75;
const FEWER = 0.75;
const MORE = 1.5;
const LOOK_MS = 5000;
/** A machine that is full at first may have room once everything is compiled. */
const STILL_LOOKS = 24;
const STILL_WHEN_ALL_CAME = 2;
