import type { KillReport } from "../../continuity/test/kills.ts";
import { quantile } from "./rate.ts";

/** `idempotent` is a lie to this bank: the canary that must double. */
export function kindFrom(text: string): "askable" | "once" | "idempotent" {
  if (text === "askable" || text === "once" || text === "idempotent") return text;
  throw new Error(`--kind ${text}: askable, once or idempotent`);
}

/** Prints what happened in all pieces; 1 when something that must never happen did, else 0. */
export function report(how: string, settings: object, pieces: readonly KillReport[], json: boolean): 0 | 1 {
  const sum = (of: (piece: KillReport) => number) => pieces.reduce((total, piece) => total + of(piece), 0);
  const cutAt = summed(pieces.map((piece) => piece.cutAt));
  const wokeTo = summed(pieces.map((piece) => piece.wokeTo));
  const resumedMs = pieces.flatMap((piece) => piece.resumedMs);
  const resumed = { p50: quantile(resumedMs, 0.5), p99: quantile(resumedMs, 0.99), max: Math.max(0, ...resumedMs) };
  const found = {
    requests: sum(({ requests }) => requests),
    cut: Object.values(cutAt).reduce((total, count) => total + count, 0),
    lost: sum(({ lost }) => lost),
    doubled: sum(({ doubled }) => doubled),
    parked: sum(({ parked }) => parked),
    repeated: sum(({ repeated }) => repeated),
    wokeTo,
    disagreed: sum(({ disagreed }) => disagreed),
    sleepersWrites: {
      refused: sum(({ sleepersWrites }) => sleepersWrites.refused),
      written: sum(({ sleepersWrites }) => sleepersWrites.written),
    },
  };
  if (json) console.log(JSON.stringify({ how, ...settings, ...found, cutAt, resumedMs: resumed }));
  else {
    console.log(`${how} ${JSON.stringify(settings)}: ${found.requests} checkouts, ${found.cut} of them cut`);
    for (const [point, count] of Object.entries(cutAt).sort(([a], [b]) => (a < b ? -1 : 1))) {
      console.log(`  ${String(count).padStart(5)}  ${point}`);
    }
    const { lost, doubled, parked, repeated, disagreed } = found;
    console.log(`lost ${lost}, doubled ${doubled}, parked ${parked}, begun again in doubt ${repeated}`);
    console.log(`woken sleepers told: ${JSON.stringify(wokeTo)}; two different answers ${disagreed}`);
    const { refused, written } = found.sleepersWrites;
    if (refused + written > 0) console.log(`journal writes of woken sleepers: ${refused} refused, ${written} taken`);
    console.log(`from the retry to its answer: p50 ${resumed.p50} ms, p99 ${resumed.p99} ms, worst ${resumed.max} ms`);
  }
  const { lost, doubled, repeated, disagreed, sleepersWrites } = found;
  return lost + doubled + repeated + disagreed + sleepersWrites.written > 0 ? 1 : 0;
}

function summed(counts: readonly Readonly<Record<string, number>>[]): Readonly<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (const each of counts) for (const [name, count] of Object.entries(each)) sums[name] = (sums[name] ?? 0) + count;
  return sums;
}
