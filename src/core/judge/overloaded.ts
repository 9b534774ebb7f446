import type { OwnView } from "../summary.ts";

/** Its own users want more than it can take now, and what suffers is the excess: not a sick place. */
export function isOverloaded(own: OwnView): boolean {
  const { load } = own;
  return (
    load.readyRps > 0 &&
    load.enteredRps > load.readyRps * OVERLOADED_FROM &&
    (load.shedRps > 0 || load.utilisation >= OVERLOADED_FROM)
  );
}

export const OVERLOADED_FROM = 1.02;
