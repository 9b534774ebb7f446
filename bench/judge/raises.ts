import type { VerdictLine } from "../../src/runtime/recording/judge-recording.ts";

export type Fault = { readonly at: number; readonly service: string; readonly kind: string };

/**
 * How many labelled faults were said in time, and how often something was said in quiet. A fault owns the time from 90 s
 * before its label (they show early) for ten minutes, or until the next one's; what turns to failing there, or accuses
 * another, finds it. Chance is what as many words at random would find.
 */
export function raisesOf(
  verdicts: readonly VerdictLine[],
  faults: readonly Fault[],
  seen: { readonly from: number; readonly to: number },
): { recall: number; falsePerHour: number; chance: number } {
  const windows = faults.map(({ at }, i) => {
    const next = faults[i + 1];
    return { from: at - EARLY_MS, to: Math.min(at + OWNS_MS, next === undefined ? Infinity : next.at - EARLY_MS), at };
  });
  const found = new Set<number>();
  let falseOnes = 0;
  let accused: string | null = null;
  for (const line of verdicts) {
    const before: string | null = accused;
    accused = line.verdict === "failing" ? (line.causes[0]?.name ?? "") : null;
    if (accused === null || accused === before) continue;
    const which = windows.findIndex(({ from, to }) => line.at >= from && line.at < to);
    const window = windows[which];
    if (window === undefined) falseOnes += 1;
    else if (line.at <= window.at + IN_TIME_MS) found.add(which);
  }
  let quietMs = seen.to - seen.from;
  for (const { from, to } of windows) quietMs -= Math.max(0, Math.min(to, seen.to) - Math.max(from, seen.from));
  const falsePerHour = falseOnes / (quietMs / HOUR_MS);
  return {
    recall: found.size / faults.length,
    falsePerHour,
    chance: 1 - Math.exp(-falsePerHour * (IN_TIME_MS / HOUR_MS)),
  };
}

const EARLY_MS = 90_000;
const OWNS_MS = 600_000;
const IN_TIME_MS = 300_000;
const HOUR_MS = 3_600_000;
