/**
 * kill -9 of a shop at each of the seventeen points of its checkout and at any moment between them, drawn by a seed,
 * against a bank that deduplicates nothing: what was lost, what was doubled, how soon it went on.
 *
 *     node --conditions=reactive-production:source bench/continuity/kills.ts [--kills 1000] [--kind askable|once] [--seed 1]
 *         [--results FILE] [--json]
 *
 * In pieces of 102 cut checkouts, each with the next seed; with `--results` each is a line of that file, and a run that was ended goes on.
 */
import { parseArgs } from "node:util";
import { killRounds, requestsPerDeath } from "../../continuity/test/kills.ts";
import { kindFrom, report } from "./cut-report.ts";
import { inPieces } from "./pieces.ts";

const cutsPerPiece = 6 * requestsPerDeath;

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "1000" },
    kind: { type: "string", default: "askable" },
    seed: { type: "string", default: "1" },
    "at-once": { type: "string", default: "2" },
    results: { type: "string" },
    json: { type: "boolean", default: false },
  },
});
const [seed, kind, atOnce] = [Number(values.seed), kindFrom(values.kind), Number(values["at-once"])];
const settings = { seed, kind };
const count = Math.ceil(Number(values.kills) / cutsPerPiece);
const pieces = await inPieces({ file: values.results, settings, count }, (n) =>
  killRounds({ kills: cutsPerPiece, kind, seed: seed + n, stop: false, atOnce }),
);
process.exit(report("kill -9", settings, pieces, values.json));
