import { parseArgs } from "node:util";
import { cadenceRows } from "./cadence.ts";
import { cost } from "./cost.ts";
import { guardedRows } from "./guards.ts";
import { jointRow } from "./joint.ts";
import { latencyRows } from "./latency.ts";
import { pureRows } from "./pure.ts";
import { trifle } from "./trifle.ts";

/**
 * How late is the judge, measured against the physical limit, and does its promise hold? Each part prints ours beside Lorden's
 * bound, log(ARL) / KL(fault || usual): the least mean delay of any detector that lets so many looks pass between false alarms.
 *
 *   node --conditions=reactive-production:source bench/judge/bench.ts [--runs 100] [--only pure,guards] [--json]
 */
const { values } = parseArgs({
  options: { json: { type: "boolean" }, runs: { type: "string", default: "100" }, only: { type: "string" } },
});
const runs = Number(values.runs);

const PARTS = {
  pure: () => pureRows(runs),
  guards: () => guardedRows(runs),
  joint: () => jointRow(runs),
  latency: () => latencyRows(runs),
  cadence: () => cadenceRows(runs),
  trifle: () => trifle(),
  cost: () => cost(),
} as const;

const names = values.only?.split(",") ?? Object.keys(PARTS);
const report: Record<string, unknown> = {};
for (const name of names) {
  const part = PARTS[name as keyof typeof PARTS];
  if (part === undefined) throw new Error(`--only ${name}: there are ${Object.keys(PARTS).join(", ")}`);
  const rows = part();
  report[name] = rows;
  if (values.json === true) continue;
  console.log(`\n${name}`);
  console.table(rows);
}
if (values.json === true) console.log(JSON.stringify(report));
