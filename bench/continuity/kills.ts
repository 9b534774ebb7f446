/**
 * kill -9 of a shop at each of the seventeen points of its checkout and at any moment between them, drawn by a seed,
 * against a bank that deduplicates nothing: what was lost, what was doubled, how soon it went on.
 *
 *     node --conditions=reactive-production:source bench/continuity/kills.ts [--kills 1000] [--kind askable|once] [--seed 1] [--json]
 */
import { parseArgs } from "node:util";
import { killRounds } from "../../continuity/test/kills.ts";
import { kindFrom, report } from "./cut-report.ts";

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "1000" },
    kind: { type: "string", default: "askable" },
    seed: { type: "string", default: "1" },
    "at-once": { type: "string", default: "2" },
    json: { type: "boolean", default: false },
  },
});
const [seed, kind] = [Number(values.seed), kindFrom(values.kind)];
const atOnce = Number(values["at-once"]);
const found = await killRounds({ kills: Number(values.kills), kind, seed, stop: false, atOnce });
process.exit(report("kill -9", { seed, kind }, found, values.json));
