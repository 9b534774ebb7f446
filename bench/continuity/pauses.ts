/**
 * SIGSTOP of a shop at each of the seventeen points of its checkout (also between intent and send) and at any moment
 * between them, others go on in its place, then SIGCONT: what was doubled, and whether the sleeper wrote anything.
 *
 *     node --conditions=reactive-production:source bench/continuity/pauses.ts [--pauses 100] [--at-once 10] [--seconds 30]
 *         [--kind askable|once] [--seed 1] [--json]
 */
import { parseArgs } from "node:util";
import { killRounds, requestsPerDeath } from "../../continuity/test/kills.ts";
import { kindFrom, report } from "./cut-report.ts";

const { values } = parseArgs({
  options: {
    pauses: { type: "string", default: "100" },
    "at-once": { type: "string", default: "10" },
    seconds: { type: "string", default: "30" },
    kind: { type: "string", default: "askable" },
    seed: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
  },
});
const [seed, kind, pauses] = [Number(values.seed), kindFrom(values.kind), Number(values.pauses)];
const found = await killRounds({
  kills: pauses * requestsPerDeath,
  kind,
  seed,
  stop: true,
  atOnce: Number(values["at-once"]),
  pauseMs: Number(values.seconds) * 1_000,
});
process.exit(report("SIGSTOP", { seed, kind, pauses, seconds: Number(values.seconds) }, found, values.json));
