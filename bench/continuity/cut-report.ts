import type { KillReport } from "../../continuity/test/kills.ts";

/** `idempotent` is a lie to this bank: the canary that must double. */
export function kindFrom(text: string): "askable" | "once" | "idempotent" {
  if (text === "askable" || text === "once" || text === "idempotent") return text;
  throw new Error(`--kind ${text}: askable, once or idempotent`);
}

/** Prints what happened; 1 when something that must never happen did, else 0. */
export function report(how: string, settings: object, found: KillReport, json: boolean): 0 | 1 {
  const { resumedMs, cutAt, requests, lost, doubled, parked, disagreed, sleepersWrites } = found;
  const sorted = resumedMs.toSorted((a, b) => a - b);
  const quantile = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? null;
  const resumed = { p50: quantile(0.5), p99: quantile(0.99), max: sorted.at(-1) ?? null };
  const cut = Object.values(cutAt).reduce((sum, count) => sum + count, 0);
  if (json) console.log(JSON.stringify({ how, ...settings, ...found, cut, resumedMs: resumed }));
  else {
    console.log(`${how} ${JSON.stringify(settings)}: ${requests} checkouts, ${cut} of them cut`);
    for (const [point, count] of Object.entries(cutAt).sort(([a], [b]) => (a < b ? -1 : 1))) {
      console.log(`  ${String(count).padStart(5)}  ${point}`);
    }
    console.log(`lost ${lost}, doubled ${doubled}, parked ${parked}, two different answers ${disagreed}`);
    const { refused, written } = sleepersWrites;
    if (refused + written > 0) console.log(`journal writes of woken sleepers: ${refused} refused, ${written} taken`);
    console.log(`from the retry to its answer: p50 ${resumed.p50} ms, p99 ${resumed.p99} ms, worst ${resumed.max} ms`);
  }
  return lost + doubled + disagreed + sleepersWrites.written > 0 ? 1 : 0;
}
