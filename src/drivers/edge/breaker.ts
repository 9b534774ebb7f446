/** Leaves a target alone that has failed again and again, so that nobody waits for it; then one request tries it for all. */
export type Breaker = {
  /** `now` in milliseconds of any steady clock. */
  mayTry(now: number): boolean;
  ended(wasGood: boolean, now: number): void;
};

/** So many failures in a row, and the target is left alone for a while; then one request tries it again. */
const OPENS_AFTER = 3;
const OPEN_FOR_MS = 1000;

export function breaker(): Breaker {
  let failures = 0;
  let openUntil = 0;
  return {
    mayTry(now) {
      if (failures < OPENS_AFTER) return true;
      if (now < openUntil) return false;
      // Whoever tries a target that was left alone does so for all: the others wait for what it finds.
      openUntil = now + OPEN_FOR_MS;
      return true;
    },
    ended(wasGood, now) {
      failures = wasGood ? 0 : failures + 1;
      if (!wasGood) openUntil = now + OPEN_FOR_MS;
    },
  };
}
