import type { Capacity, LocationName } from "../core/estate.ts";
import type { LookingScaleDriver } from "../drivers/scale/contract.ts";
import type { Clock } from "../runtime/clock.ts";

/** What scalers see of what is ready and may come, looked at in turns; a look that failed leaves what was seen last. */
export type ScaledCapacity = {
  /** Null: nothing was seen of it yet, or nobody scales it. */
  of(location: LocationName): Capacity | null;
  stop(): void;
};

export function scaledCapacity(options: {
  readonly clock: Clock;
  /** Null: nobody scales. */
  readonly scale: Pick<LookingScaleDriver, "look"> | null;
  readonly locations: readonly LocationName[];
  /** Called when a location can't be looked at, or can again, and with what is wrong. */
  readonly trouble: (location: LocationName, says: string | null) => void;
}): ScaledCapacity {
  const { clock, scale, locations } = options;
  const seen = new Map<LocationName, Capacity>();
  const troubles = new Map<LocationName, string>();
  if (scale === null) return { of: () => null, stop: () => {} };
  const lookAt = async (location: LocationName): Promise<void> => {
    const look = await scale.look(location, AbortSignal.timeout(LOOK_WITHIN_MS));
    // Whom the config names no scaler for has all that it has.
    if (look.kind !== "seen" && look.code === "unknown-location") return;
    if (look.kind === "seen") seen.set(location, look.capacity);
    const says = look.kind === "seen" ? null : (look.says ?? look.code);
    if ((troubles.get(location) ?? null) === says) return;
    if (says === null) troubles.delete(location);
    else troubles.set(location, says);
    options.trouble(location, says);
  };
  let isLooking = false;
  const look = async (): Promise<void> => {
    if (isLooking) return;
    isLooking = true;
    await Promise.all(locations.map(lookAt));
    isLooking = false;
  };
  void look();
  return { of: (location) => seen.get(location) ?? null, stop: clock.every(LOOK_EVERY_MS, () => void look()) };
}

/** Machines come within minutes; providers count what is asked. */
const LOOK_EVERY_MS = 15_000;
const LOOK_WITHIN_MS = 10_000;
