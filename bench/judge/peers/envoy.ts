import { seeded } from "../../../test/stories/judge-world.ts";
import type { Peer } from "./peer.ts";
import type { Seen } from "./recording.ts";

const CONSECUTIVE = [3, 4, 5, 7, 10, 20];
const FACTORS = [1.9, 2.5, 3, 3.3, 3.6];
const INTERVAL_SECONDS = 10;
const REQUEST_VOLUME = 100;
const MINIMUM_HOSTS = 5;

/**
 * Envoy's outlier detection with its defaults, every location a host of one cluster (envoyproxy.io, "Outlier detection", v1.22:
 * config/cluster/v3/outlier_detection.proto and intro/arch_overview/upstream/outlier).
 *
 * Consecutive 5xx: so many failed responses in a row (default 5), at once. Success rate: each `interval` (10 s), of the hosts with
 * at least `success_rate_request_volume` requests in it (100), if there are `success_rate_minimum_hosts` of them (5), who
 * lies below mean - `success_rate_stdev_factor` / 1000 x standard deviation (1.9), the population's. What counts as a decision is the ejection;
 * `max_ejection_percent` and how long an ejection lasts come after it.
 */
export const envoyConsecutive: Peer<ConsecutiveState> = {
  name: "Envoy, consecutive 5xx",
  settings: CONSECUTIVE.map((count) => `${count} in a row`),
  documented: 2,
  begin: () => ({ inARow: {}, chance: 1 }),
  pass: (state, { seen }) =>
    [...seen].map(([location, { users }]) => {
      // The order in which a tick's failures came was not recorded: any is as likely.
      const random = seeded((state.chance += 1));
      const { longest, last } = longestRun(random, users, state.inARow[location] ?? 0);
      state.inARow[location] = last;
      return CONSECUTIVE.map((count) => longest >= count);
    }),
};

export const envoySuccessRate: Peer<SuccessRateState> = {
  name: "Envoy, success rate",
  settings: FACTORS.map((factor) => `mean - ${factor} sd`),
  documented: 0,
  begin: (locations) => ({ hosts: locations.map(() => ({ total: 0, bad: 0 })) }),
  pass: ({ hosts }, { second, seen }) => {
    [...seen.values()].forEach(({ users }, index) => {
      hosts[index]!.total += users.total;
      hosts[index]!.bad += users.bad;
    });
    const sweeps = second % INTERVAL_SECONDS === 0;
    const rates = sweeps ? hosts.map(({ total, bad }) => (total < REQUEST_VOLUME ? null : 1 - bad / total)) : [];
    if (sweeps) for (const host of hosts) Object.assign(host, { total: 0, bad: 0 });
    const thresholds = FACTORS.map((factor) => ejectionThreshold(rates, factor));
    return hosts.map((_, index) => {
      const rate = rates[index] ?? null;
      return thresholds.map((threshold) => rate !== null && threshold !== null && rate < threshold);
    });
  },
};

export type ConsecutiveState = { readonly inARow: Record<string, number>; chance: number };
export type SuccessRateState = { readonly hosts: readonly { total: number; bad: number }[] };

/** Null where too few hosts have requests enough. */
export function ejectionThreshold(rates: readonly (number | null)[], factor: number): number | null {
  const counted = rates.filter((rate) => rate !== null);
  if (counted.length < MINIMUM_HOSTS) return null;
  const mean = counted.reduce((sum, rate) => sum + rate, 0) / counted.length;
  const variance = counted.reduce((sum, rate) => sum + (rate - mean) ** 2, 0) / counted.length;
  return mean - factor * Math.sqrt(variance);
}

/** The longest row of failures when so many fall anywhere among all, after `before` of them; and the row that is open at the end. */
export function longestRun(
  random: () => number,
  { total, bad }: Pick<Seen["users"], "total" | "bad">,
  before: number,
): { longest: number; last: number } {
  if (total === 0) return { longest: before, last: before };
  if (bad === 0) return { longest: before, last: 0 };
  let [run, longest, left] = [before, before, bad];
  for (let request = 0; request < total; request++) {
    // Of those that are left, each is as likely the next.
    const failed = random() * (total - request) < left;
    if (failed) left -= 1;
    run = failed ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return { longest, last: run };
}
