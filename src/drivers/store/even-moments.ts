import type { UnixMs } from "../../core/step.ts";

/** `count` moments as far apart as they can be between two moments, both included; one alone is the last. Oldest first. */
export function evenMoments(first: UnixMs, last: UnixMs, count: number): readonly UnixMs[] {
  if (count <= 1 || first === last) return [last];
  return Array.from({ length: count }, (_, index) => Math.floor(first + ((last - first) * index) / (count - 1)));
}
