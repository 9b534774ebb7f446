import { mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { faultRuns } from "./peers/fault-runs.ts";
import { healthyDays, healthyScrapes } from "./peers/healthy.ts";
import { peersPicture } from "./peers/picture.ts";
import { harderRows, locationYears, rowsOf, type Row } from "./peers/rows.ts";
import { round } from "./limit.ts";

/**
 * The judge beside what people would pick instead, on the same made recordings (peers/recording.ts): how late each is at eight faults,
 * against how often it would have left a healthy location. Then ours alone: how long before users felt it, and was it right?
 *
 *   node --conditions=reactive-production:source bench/judge/peers.ts [--runs 10] [--days 28] [--json] [--picture FILE.svg]
 *     [--results FOLDER] [--minutes 4]
 *
 * A day of fifteen locations takes most of a minute of a core, a fault a few seconds. What is done is kept in `--results`; with
 * `--minutes` it stops after so long, and another run goes on there. Burn rates need Debian's package prometheus.
 */
const { values } = parseArgs({
  options: {
    json: { type: "boolean" },
    runs: { type: "string", default: "10" },
    days: { type: "string", default: "28" },
    minutes: { type: "string", default: "Infinity" },
    results: { type: "string", default: join(tmpdir(), "judge-peers") },
    picture: { type: "string" },
  },
});
const until = performance.now() + Number(values.minutes) * 60_000;
const isLate = (): boolean => performance.now() >= until;
mkdirSync(values.results, { recursive: true });

const { runs, learnt } = faultRuns(values.results, Number(values.runs), isLate);
const healthy = healthyDays(values.results, Number(values.days), isLate);
const years = locationYears(healthy);
if (runs.length === 0 || years === 0)
  throw new Error(
    `nothing to compare after ${values.minutes} minutes; fix: run it again, it goes on in ${values.results}`,
  );
const rows = await rowsOf({
  healthy,
  healthyScrapes: healthyScrapes(values.results, healthy),
  runs,
  learntScrapes: learnt.scrapes,
});
const harder = harderRows(runs);
if (values.picture !== undefined) writeFileSync(values.picture, peersPicture(rows, years));
if (values.json === true)
  console.log(JSON.stringify({ locationYears: round(years), during: healthy.during, rows, harder }));
else {
  console.log(`${round(years)} healthy location-years; ${runs.length} faults; * as documented`);
  console.table(rows.map(wordsOf));
  console.log("ours needless during", healthy.during);
  console.table(harder);
}

function wordsOf({ fault, who, setting, isDocumented, median, p95, missedPercent, needless }: Row) {
  const { perYear, interval95 } = needless;
  const inAYear = `${perYear} (${interval95.join(" to ")})`;
  return { fault, who, setting: `${setting}${isDocumented ? " *" : ""}`, median, p95, missedPercent, inAYear };
}
