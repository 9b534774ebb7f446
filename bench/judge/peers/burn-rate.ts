import { EPISODE_SECONDS } from "./episodes.ts";
import type { Scrapes } from "./counters.ts";
import { withPrometheus } from "./prometheus.ts";

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

/** When each setting's alerts were firing, by place, in seconds of the recording, one list for each setting. */
export async function burnRateAlerts(
  places: ReadonlyMap<string, Scrapes>,
  range: { readonly from: number; readonly to: number },
): Promise<Firing[]> {
  return withPrometheus(places, async (ask) => {
    const firing: Firing[] = [];
    for (const { factor, tickets } of SETTINGS) {
      const pages = await ask({ query: alertOf(PAGES, factor), ...range, stepSeconds: PAGE_STEP_SECONDS });
      firing.push(
        tickets
          ? either(pages, await ask({ query: alertOf(TICKETS, factor), ...range, stepSeconds: TICKET_STEP_SECONDS }))
          : pages,
      );
    }
    return firing;
  });
}

/** How often it would have left someone who is well: once an hour at most, as everyone (episodes.ts). */
export function episodesIn(firing: readonly number[]): number {
  let [count, last] = [0, -Infinity];
  for (const second of firing) {
    if (second - last < EPISODE_SECONDS) continue;
    last = second;
    count += 1;
  }
  return count;
}

/** The alert's expression, for all places at once. */
export function alertOf(pairs: readonly Windows[], factor: number): string {
  return OBJECTIVES.flatMap(({ counter, budget }) =>
    pairs.map(({ burns, long, short }) => {
      const over = (window: string): string =>
        `rate(${counter}[${window}]) / rate(requests_total[${window}]) > ${Number((burns * factor * budget).toPrecision(6))}`;
      return `(${over(long)} and ${over(short)})`;
    }),
  ).join(" or ");
}

type Firing = ReadonlyMap<string, readonly number[]>;

function either(one: Firing, other: Firing): Firing {
  const places = new Set([...one.keys(), ...other.keys()]);
  return new Map(
    [...places].map((place) => [place, [...(one.get(place) ?? []), ...(other.get(place) ?? [])].sort((a, b) => a - b)]),
  );
}

type Windows = { readonly burns: number; readonly long: string; readonly short: string };
export const PAGES: readonly Windows[] = [
  { burns: 14.4, long: "1h", short: "5m" },
  { burns: 6, long: "6h", short: "30m" },
];
export const TICKETS: readonly Windows[] = [{ burns: 1, long: "3d", short: "6h" }];
const OBJECTIVES = [
  { counter: "failed_total", budget: 0.001 },
  { counter: "slow_total", budget: 0.01 },
];
/** As often as it scrapes; nobody waits for a ticket, and three days are long to add up. */
const PAGE_STEP_SECONDS = 30;
const TICKET_STEP_SECONDS = 300;
