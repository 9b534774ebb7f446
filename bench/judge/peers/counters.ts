import type { Seen } from "./recording.ts";

export const SCRAPE_SECONDS = 30;

/** What each scrape adds to a location's counters: requests, failed, slow. */
export type Scrapes = [total: number, bad: number, slow: number][];

/** Adds what users met in the seconds before `second`. */
export function count(scrapes: Scrapes, second: number, users: Seen["users"]): void {
  const index = Math.ceil(second / SCRAPE_SECONDS) - 1;
  while (scrapes.length <= index) scrapes.push([0, 0, 0]);
  const scrape = scrapes[index]!;
  scrape[0] += users.total;
  scrape[1] += users.bad;
  scrape[2] += users.slow;
}
