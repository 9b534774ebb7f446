import type { Load } from "../../core/summary.ts";
import { edgeCounts } from "./edge-counts.ts";
import type { Scrape } from "./readings.ts";

/** What a location's edge carried between two scrapes: a look at a receiver reads this. */
export function edgeLoad(scrapes: {
  readonly previous: Scrape | null;
  readonly now: Scrape;
  /** What its own users asked for, when known better (the world's `demand`): what others relay to it is not its own. */
  readonly enteredRps?: number;
}): Load {
  const now = edgeCounts(scrapes.now.metrics);
  const seconds = scrapes.previous === null ? 0 : (scrapes.now.at - scrapes.previous.at) / 1000;
  const before = scrapes.previous === null ? null : edgeCounts(scrapes.previous.metrics);
  const rate = (kind: "good" | "bad" | "shed" | "relayed"): number => {
    if (before === null || seconds <= 0) return 0;
    const grown = now.all[kind] - before.all[kind];
    return (grown >= 0 ? grown : now.all[kind]) / seconds;
  };
  const servedRps = rate("good") + rate("bad");
  const readyRps = now.gauges.get("rp_ready_rps") ?? 0;
  return {
    servedRps,
    enteredRps: scrapes.enteredRps ?? servedRps + rate("shed") + rate("relayed"),
    readyRps,
    capacityRps: now.gauges.get("rp_capacity_rps") ?? 0,
    utilisation: readyRps > 0 ? servedRps / readyRps : 0,
    shedRps: rate("shed"),
    queueMs: now.gauges.get("rp_queue_ms") ?? 0,
    failedRatio: servedRps > 0 ? rate("bad") / servedRps : 0,
  };
}
