/**
 * Whether more fail than a habit explains of which this share failed, 0..1. A place that gets more users has no larger share of them fail by its
 * habit; what is caught does. By the likelihood ratio of what is seen against the most that the habit explains.
 */
export function failsBeyond({ bad, total }: { readonly bad: number; readonly total: number }, habit: number): boolean {
  const usual = Math.min(0.99, HABIT_GROWS * habit);
  if (total <= 0 || bad <= usual * total) return false;
  const good = total - bad;
  const nats = bad * Math.log(bad / total / usual) + (good > 0 ? good * Math.log(good / total / (1 - usual)) : 0);
  return nats >= BEYOND_HABIT_NATS;
}

/** One burst differs from another by so much, beyond chance. */
export const HABIT_GROWS = 1.5;
/** Chance tells it once in 150 bursts. */
const BEYOND_HABIT_NATS = 5;
