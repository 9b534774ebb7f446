import { EPISODE_SECONDS } from "./episodes.ts";
import type { Scrapes } from "./counters.ts";
import { withPrometheus, type RangeQuery } from "./prometheus.ts";

/**
 * Multi-window, multi-burn-rate alerts on users' requests, of the Google SRE workbook (chapter 5, "Alerting on SLOs", table 5-8):
 * a page at 14.4 x over 1 h and 5 min, or at 6 x over 6 h and 30 min; a ticket at 1 x over 3 days and 6 h. The objectives: 99.9 % do
 * not fail, 99 % take no longer than SLOW_MS. A real Prometheus evaluates the expressions; `factor` multiplies all burn rates.
 */
export const BURN_RATE = "SRE burn rates (Prometheus)";

type Setting = { readonly name: string; readonly factor: number; readonly tickets: boolean };
const SETTINGS: readonly Setting[] = [
  ...[0.1, 0.25, 0.5, 1, 2].map((factor) => ({ name: `pages, burn rates x ${factor}`, factor, tickets: false })),
  { name: "pages and tickets", factor: 1, tickets: true },
];
export const BURN_SETTINGS = SETTINGS.map(({ name }) => name);
export const BURN_DOCUMENTED = SETTINGS.findIndex(({ factor, tickets }) => factor === 1 && !tickets);

/** When each setting's alert was firing, by place, in seconds of the recording, one list for each setting. */
export async function burnRateAlerts(
  places: ReadonlyMap<string, Scrapes>,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<ReadonlyMap<string, readonly number[]>[]> {
  return withPrometheus(places, async (ask) => {
    const firing: ReadonlyMap<string, readonly number[]>[] = [];
    for (const { factor, tickets } of SETTINGS) firing.push(await firingOf(ask, { factor, tickets, from, to }));
    return firing;
  });
}

/** How often it would have left someone who is well: once an hour at most, as everyone (episodes.ts). */
export function episodesIn(firing: readonly number[]): number {
  return firing.filter((second, i) => i === 0 || second - firing[i - 1]! >= EPISODE_SECONDS).length;
}

/** The alert's expression, for all places at once. */
export function alertOf(factor: number, tickets: boolean): string {
  const pairs = tickets ? [...PAGES, TICKET] : PAGES;
  return OBJECTIVES.flatMap(({ counter, budget }) =>
    pairs.map(({ burns, long, short }) => {
      const over = (window: string): string =>
        `rate(${counter}[${window}]) / rate(requests_total[${window}]) > ${Number((burns * factor * budget).toPrecision(6))}`;
      return `(${over(long)} and ${over(short)})`;
    }),
  ).join(" or ");
}

const firingOf = async (
  ask: RangeQuery,
  { factor, tickets, ...range }: { factor: number; tickets: boolean; from: number; to: number },
): Promise<ReadonlyMap<string, readonly number[]>> =>
  ask({ query: alertOf(factor, tickets), ...range, stepSeconds: tickets ? TICKET_STEP_SECONDS : PAGE_STEP_SECONDS });

const PAGES = [
  { burns: 14.4, long: "1h", short: "5m" },
  { burns: 6, long: "6h", short: "30m" },
];
const TICKET = { burns: 1, long: "3d", short: "6h" };
const OBJECTIVES = [
  { counter: "failed_total", budget: 0.001 },
  { counter: "slow_total", budget: 0.01 },
];
/** As often as it scrapes; nobody waits for a ticket, and three days are long to add up. */
const PAGE_STEP_SECONDS = 30;
const TICKET_STEP_SECONDS = 300;
