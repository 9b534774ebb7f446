/**
 * SIGSTOP of a shop at each of the seventeen points of its checkout (also between intent and send) and at any moment
 * between them, others go on in its place, then SIGCONT: what was doubled, and whether the sleeper wrote anything.
 *
 *     node --conditions=reactive-production:source bench/continuity/pauses.ts [--pauses 100] [--at-once 10] [--seconds 30]
 *         [--kind askable|once] [--seed 1] [--results FILE] [--json]
 *
 * Those that sleep at once are a piece, each with the next seed; with `--results` each is a line of that file, and a run that was
 * ended goes on.
 */
import { parseArgs } from "node:util";
import { killRounds, requestsPerDeath } from "../../continuity/test/kills.ts";
import { kindFrom, report } from "./cut-report.ts";
import { inPieces } from "./pieces.ts";

const { values } = parseArgs({
  options: {
    pauses: { type: "string", default: "100" },
    "at-once": { type: "string", default: "10" },
    seconds: { type: "string", default: "30" },
    kind: { type: "string", default: "askable" },
    seed: { type: "string", default: "1" },
    results: { type: "string" },
    json: { type: "boolean", default: false },
  },
});
const [seed, kind, seconds] = [Number(values.seed), kindFrom(values.kind), Number(values.seconds)];
const atOnce = Number(values["at-once"]);
const settings = { seed, kind, seconds, atOnce };
const count = Math.ceil(Number(values.pauses) / atOnce);
const pieces = await inPieces({ file: values.results, settings, count }, (n) =>
  killRounds({
    kills: atOnce * requestsPerDeath,
    kind,
    seed: seed + n,
    stop: true,
    atOnce,
    pauseMs: seconds * 1_000,
  }),
);
process.exit(report("SIGSTOP", { ...settings, pauses: count * atOnce }, pieces, values.json));
