import type { LocationName, ServiceName } from "../estate.ts";
import type { UnixMs } from "../step.ts";
import type { Summary } from "../summary.ts";
import { isCutOff, isFresh } from "./loss.ts";

/**
 * What the other locations' summaries say of each service at this moment: the strongest guard against crying wolf.
 * What is bad everywhere, or drifts everywhere, is no evidence against one place.
 */
export type Elsewhere = {
  /** At most this share fails elsewhere now (pooled and three standard deviations); null when nobody tells. */
  readonly failing: number | null;
  /** What was counted elsewhere in the last minute, for people. */
  readonly bad: number;
  readonly total: number;
  /** How much slower the others are than they usually are, the middle one of them; 0 when too few tell. */
  readonly shift: number;
  /** How many locations this rests on. */
  readonly locations: number;
};

/** What each other location's latency usually is, learnt slowly from its summaries. */
export type OthersUsual = Map<string, { logMs: number; looks: number }>;

export function elsewhereNow(
  others: ReadonlyMap<LocationName, Summary>,
  learnt: OthersUsual,
  at: UnixMs,
): Map<ServiceName, Elsewhere> {
  const fresh = [...others.values()].filter((summary) => isFresh(summary, at) && !isCutOff(summary));
  // A location that is known to be sick is no yardstick, unless most are.
  const well = fresh.filter((summary) => summary.own.verdict !== "failing");
  const yardsticks = well.length * 2 > fresh.length ? well : fresh;
  const sums = new Map<
    ServiceName,
    { bad: number; total: number; badLately: number; totalLately: number; shifts: number[]; locations: number }
  >();
  for (const summary of yardsticks) {
    for (const rate of summary.own.rates) {
      const sum = sums.get(rate.service) ?? {
        bad: 0,
        total: 0,
        badLately: 0,
        totalLately: 0,
        shifts: [],
        locations: 0,
      };
      sums.set(rate.service, sum);
      sum.bad += rate.bad;
      sum.total += rate.total;
      sum.badLately += rate.lately?.[0] ?? 0;
      sum.totalLately += rate.lately?.[1] ?? 0;
      sum.locations += 1;
      const usual = learnt.get(keyOf(summary.from, rate.service));
      const logMs = rate.lately?.[2] ?? rate.logMs;
      if (usual !== undefined && usual.looks >= LOOKS_TO_KNOW && logMs !== null) sum.shifts.push(logMs - usual.logMs);
    }
  }
  const elsewhere = new Map<ServiceName, Elsewhere>();
  for (const [service, sum] of sums) {
    const lately = sum.totalLately > 0 ? (sum.badLately / sum.totalLately) * LATELY_SLACK : 0;
    elsewhere.set(service, {
      failing: sum.total > 0 ? Math.max((sum.bad + 3 * Math.sqrt(sum.bad)) / sum.total, lately) : null,
      bad: sum.bad,
      total: sum.total,
      shift: sum.shifts.length >= 2 ? middle(sum.shifts) : 0,
      locations: sum.locations,
    });
  }
  return elsewhere;
}

/** Learns what is usual for another location from its newest summary, unless it says that it is unwell. */
export function learnOther(learnt: OthersUsual, summary: Summary, barNats: number): void {
  if (summary.own.verdict !== "healthy" || summary.own.aloneNats > barNats / 2) return;
  for (const rate of summary.own.rates) {
    const logMs = rate.lately?.[2] ?? rate.logMs;
    if (logMs === null || !Number.isFinite(logMs)) continue;
    const key = keyOf(summary.from, rate.service);
    const usual = learnt.get(key) ?? { logMs, looks: 0 };
    if (usual.looks === 0 && learnt.size >= OTHERS_MOST) continue;
    usual.looks += 1;
    usual.logMs += Math.max(1 / usual.looks, 1 / MEMORY_LOOKS) * (logMs - usual.logMs);
    learnt.set(key, usual);
  }
}

function middle(values: number[]): number {
  values.sort((a, b) => a - b);
  const half = values.length >> 1;
  return values.length % 2 === 1 ? (values[half] ?? 0) : ((values[half - 1] ?? 0) + (values[half] ?? 0)) / 2;
}

const keyOf = (location: LocationName, service: ServiceName): string => `${location}\n${service}`;

/** What fails everywhere fails here a little more or less: not evidence until a quarter above. */
const LATELY_SLACK = 1.25;
const LOOKS_TO_KNOW = 10;
const MEMORY_LOOKS = 300;
/** 50 locations of 16 services. */
const OTHERS_MOST = 800;
