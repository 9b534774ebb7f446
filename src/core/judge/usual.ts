import type { ServiceName } from "../estate.ts";
import type { PromiseState } from "../verdict.ts";

/** What is usual for each service of one location, from the past or made by hand. */
export type Baseline = {
  /** `none` while it is made, or less than a day old. */
  readonly promise: PromiseState;
  readonly services: Readonly<Record<ServiceName, ServiceBaseline>>;
};

export type ServiceBaseline = {
  /** An upper bound of the share that usually fails. */
  readonly errorRatio: number;
  /** Mean and standard deviation of the natural log of milliseconds, of single requests; null when unknown. */
  readonly logMs: number | null;
  readonly logSd: number | null;
};

/**
 * What this judge has learnt of one service here. Learning is slow, and stops while there is evidence of a
 * fault, so that a fault is learnt out of the usual and not into it.
 */
export type Usual = {
  /** Failures and requests, the past fading. */
  bad: number;
  total: number;
  /** The bound that the baseline gives; null without one: then only what was counted is known. */
  readonly errorRatio: number | null;
  /** Mean of log milliseconds, spread of single requests and of whole looks around it. */
  logMs: number;
  spread: number;
  between: number;
  /** Looks that latency was learnt from. */
  looks: number;
  /** Share slower than the objective's slowMs. */
  slow: number;
};

export function newUsual(baseline: ServiceBaseline | undefined): Usual {
  return {
    bad: 0,
    total: 0,
    errorRatio: baseline?.errorRatio ?? null,
    logMs: baseline?.logMs ?? 0,
    spread: (baseline?.logSd ?? 0.5) ** 2,
    between: BETWEEN_FIRST ** 2,
    looks: 0,
    slow: 0,
  };
}

/** The upper bound of what usually fails: the envelope, not the mean, keeps the promise under drift. */
export function failingUsually(usual: Usual): number {
  if (usual.errorRatio === null) return upper(usual.bad, usual.total);
  const mean = (usual.bad + usual.errorRatio * PRIOR_REQUESTS) / (usual.total + PRIOR_REQUESTS);
  if (mean <= usual.errorRatio) return usual.errorRatio;
  return mean + 3 * Math.sqrt(mean / (usual.total + PRIOR_REQUESTS));
}

function upper(bad: number, total: number): number {
  return total <= 0 ? 1 : Math.min(1, (bad + 3 * Math.sqrt(bad + 1)) / total);
}

export function learnFailures(usual: Usual, look: { bad: number; total: number }): void {
  usual.bad = usual.bad * (1 - 1 / MEMORY_LOOKS) + look.bad;
  usual.total = usual.total * (1 - 1 / MEMORY_LOOKS) + look.total;
}

export function learnLatency(usual: Usual, look: { logMs: number; spread: number; count: number; slow: number }): void {
  usual.looks += 1;
  const weight = Math.max(1 / usual.looks, 1 / MEMORY_LOOKS);
  const away = look.logMs - usual.logMs;
  usual.logMs += weight * away;
  if (usual.looks === 1) usual.slow = look.slow;
  usual.slow += weight * (look.slow - usual.slow);
  if (usual.looks < 3) return;
  // Single requests of a look say how they scatter; what looks scatter beyond that is the place's own unrest.
  const [spreadWeight, most] = [Math.max(weight, 1 / 60), 9 * usual.between];
  if (look.count > 1) usual.spread += spreadWeight * (Math.max(SPREAD_LEAST ** 2, look.spread) - usual.spread);
  const beyond = Math.max(0, away * away - usual.spread / look.count);
  usual.between = Math.max(
    BETWEEN_LEAST ** 2,
    usual.between + Math.min(spreadWeight, 1 / 20) * (Math.min(most, beyond) - usual.between),
  );
}

/** Latencies are judged once this many looks have shown how they scatter here. */
export const WARM_LOOKS = 20;
/** Ten minutes of looks: a fault's first seconds weigh nothing in it. */
const MEMORY_LOOKS = 600;
/** A baseline counts as much as this many requests. */
const PRIOR_REQUESTS = 5000;
const BETWEEN_FIRST = 0.12;
const BETWEEN_LEAST = 0.04;
const SPREAD_LEAST = 0.15;
