/** How fast checkouts were done with so many in flight at all times. */
export type Rate = { readonly perSecond: number; readonly p50Ms: number; readonly p99Ms: number };

/**
 * Keeps so many checkouts in flight and counts those that begin after the first second, one of each caller at least: a slow
 * engine takes longer than the measured seconds for one. By Little's law (L = lambda W) callers that never rest do
 * `inFlight / mean time` a second; at the end, when others have ended, times are rather too good, of slow engines most.
 */
export async function rateOf(
  checkout: (key: string) => Promise<unknown>,
  of: { readonly inFlight: number; readonly seconds: number; readonly keys: string },
): Promise<Rate> {
  const tookMs: number[] = [];
  let begun = 0;
  const from = performance.now() + warmSeconds * 1_000;
  const until = from + of.seconds * 1_000;
  const caller = async () => {
    let counted = 0;
    for (let at = performance.now(); at < until || counted === 0;) {
      await checkout(`${of.keys}-${(begun += 1)}`);
      const ended = performance.now();
      if (at >= from) counted = tookMs.push(ended - at);
      at = ended;
    }
  };
  await Promise.all(Array.from({ length: of.inFlight }, caller));
  const meanMs = tookMs.reduce((sum, ms) => sum + ms, 0) / tookMs.length;
  return {
    perSecond: (1_000 * of.inFlight) / meanMs,
    p50Ms: quantile(tookMs, 0.5),
    p99Ms: quantile(tookMs, 0.99),
  };
}

const warmSeconds = 1;

export function quantile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** Of an even number of figures the mean of the two in the middle: of two rounds neither counts alone. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const [below = 0, above = 0] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return (below + above) / 2;
}
