import type { Capacity, LocationName } from "../../core/estate.ts";
import type { WorldCapacity } from "./settings.ts";

/** What this location can take, and how it grows: a delay, then steadily. Read at any time, it says what is ready then. */
export type Scaler = {
  readyRps(nowMs: number): number;
  capacity(nowMs: number): Capacity;
  /** A floor, kept until the next. "quota": the provider refuses to give more. */
  scaleTo(targetRps: number, nowMs: number): "accepted" | "quota";
  readonly setRefusing: (refusing: boolean) => void;
};

/** Machines go more slowly than they come: traffic that leaves for a moment finds them still there. */
const SHRINK_DELAY_MS = 20_000;

export function scaler(location: LocationName, settings: WorldCapacity): Scaler {
  const { capacityRps, growRpsPerSecond, growDelayMs } = settings;
  /** Moves from `fromRps` towards `targetRps`, beginning at `beginsAt`. */
  let move = { fromRps: settings.readyRps, targetRps: settings.readyRps, beginsAt: 0 };
  let refusing = false;
  /** What the provider said no to is known from then on. */
  let quotaRps = Infinity;

  const readyRps = (nowMs: number): number => {
    const movedRps = (Math.max(0, nowMs - move.beginsAt) / 1000) * growRpsPerSecond;
    return move.targetRps >= move.fromRps
      ? Math.min(move.targetRps, move.fromRps + movedRps)
      : Math.max(move.targetRps, move.fromRps - movedRps);
  };

  return {
    readyRps,
    capacity: (nowMs) => ({
      at: nowMs,
      location,
      capacityRps: Math.min(capacityRps, quotaRps),
      readyRps: Math.round(readyRps(nowMs) * 10) / 10,
    }),
    scaleTo(targetRps, nowMs) {
      const fromRps = readyRps(nowMs);
      if (refusing && targetRps > fromRps) {
        quotaRps = fromRps;
        return "quota";
      }
      const wanted = Math.max(settings.readyRps, Math.min(capacityRps, targetRps));
      if (wanted === move.targetRps) return "accepted";
      // What is already on its way need not begin again.
      const growing = move.targetRps > fromRps && wanted > fromRps;
      const delayMs = wanted > fromRps ? growDelayMs : SHRINK_DELAY_MS;
      move = { fromRps, targetRps: wanted, beginsAt: growing ? Math.max(nowMs, move.beginsAt) : nowMs + delayMs };
      return "accepted";
    },
    setRefusing(next) {
      refusing = next;
      if (!next) quotaRps = Infinity;
    },
  };
}
