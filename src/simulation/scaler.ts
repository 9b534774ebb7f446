import type { Capacity, LocationName } from "../core/estate.ts";
import type { UnixMs } from "../core/step.ts";

/** One location's machines: asked to grow they come after a while and then steadily, and leave late. */
export type MadeScaler = {
  /** What it can really take. */
  readyRps(at: UnixMs): number;
  /** What it says. */
  capacity(at: UnixMs): Capacity;
  scaleTo(targetRps: number, at: UnixMs): "accepted" | "quota";
  setRefusing(refusing: boolean): void;
  setExtraDelay(ms: number): void;
  /** Of what it grows, only this share can take anything; the rest only says so. 1: it is honest. */
  setHonesty(share: number): void;
};

const GROW_DELAY_MS = 2_000;
const GROW_SHARE_PER_SECOND = 0.15;
/** Traffic that leaves for a moment finds the machines still there. */
const SHRINK_DELAY_MS = 20_000;

export function madeScaler(options: {
  readonly location: LocationName;
  readonly restRps: number;
  readonly capacityRps: number;
}): MadeScaler {
  const { location, restRps, capacityRps } = options;
  let move = { fromRps: restRps, targetRps: restRps, beginsAt: 0 };
  let refusing = false;
  let quotaRps = Infinity;
  let extraMs = 0;
  let honesty = 1;
  const saysRps = (at: UnixMs): number => {
    const moved = (Math.max(0, at - move.beginsAt) / 1000) * restRps * GROW_SHARE_PER_SECOND;
    return move.targetRps >= move.fromRps
      ? Math.min(move.targetRps, move.fromRps + moved)
      : Math.max(move.targetRps, move.fromRps - moved);
  };
  return {
    readyRps(at) {
      const says = saysRps(at);
      return says <= restRps ? says : restRps + honesty * (says - restRps);
    },
    capacity: (at) => ({
      at,
      location,
      capacityRps: Math.min(capacityRps, quotaRps),
      readyRps: Math.round(saysRps(at) * 10) / 10,
    }),
    scaleTo(targetRps, at) {
      const fromRps = saysRps(at);
      if (refusing && targetRps > fromRps) {
        quotaRps = fromRps;
        return "quota";
      }
      const wanted = Math.max(restRps, Math.min(capacityRps, targetRps));
      if (wanted === move.targetRps) return "accepted";
      const growing = move.targetRps > fromRps && wanted > fromRps;
      const delayMs = wanted > fromRps ? GROW_DELAY_MS + extraMs : SHRINK_DELAY_MS;
      move = { fromRps, targetRps: wanted, beginsAt: growing ? Math.max(at, move.beginsAt) : at + delayMs };
      return "accepted";
    },
    setRefusing(next) {
      refusing = next;
      if (!next) quotaRps = Infinity;
    },
    setExtraDelay(ms) {
      extraMs = ms;
    },
    setHonesty(share) {
      honesty = share;
    },
  };
}
