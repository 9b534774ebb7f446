import type { Command } from "commander";
import type { LossKind } from "../../core/size/question.ts";
import { sizingReport } from "../../core/size/sizing-report.ts";
import { readShare } from "../amounts.ts";
import { badUsage, unknownName } from "../ask.ts";
import { withConnection, type ConnectOptions } from "../client.ts";
import { EXIT } from "../command.ts";
import { print, printJson, tell } from "../output.ts";
import { sizeLines } from "./size-lines.ts";
import { sourceFromHouston, sourceFromProblem, sourceFromRecording, type SizeSource } from "./size-source.ts";

type Options = ConnectOptions & {
  readonly problem?: string;
  readonly recording?: string;
  readonly config: string;
  readonly loss: string;
  readonly further: string;
  readonly calm?: string;
  readonly growth?: string;
  readonly withinCapacity?: boolean;
  readonly json?: boolean;
};

const LOSSES: readonly LossKind[] = ["location", "pair", "provider"];
/** More moments times locations than this are seconds of work. */
const LONG = 500;
/** Further than any two places of the earth are. */
const FURTHER_MS_MAX = 10_000;

export function size(program: Command): void {
  withConnection(program.command("size"))
    .description("The least capacity for each location so that everybody fits at the peak, whatever one loses.")
    .option("--loss <what>", `what may be lost at one time: ${LOSSES.join(", ")}`, "location")
    .option("--further <ms>", "how much further than their nearest location users may be then; or any", "50")
    .option("--calm <ms>", "the same while nothing is lost; without it as --further")
    .option("--growth <share>", "size for so much more than was seen, for example 20%")
    .option("--within-capacity", "no location beyond its capacityRps; says what is short if that is too little")
    .option("--recording <file>", "what users wanted, hour by hour of a week: a recording's demand, with --config")
    .option("--config <file>", "with --recording: the places and zones", "houston.yaml")
    .option("--problem <file>", "size a planning problem (JSON, as for houston plan; - is standard input)")
    .option("--json", "one JSON document")
    .addHelpText("after", HELP)
    .action(async (options: Options) => {
      const loss = LOSSES.find((each) => each === options.loss);
      if (loss === undefined) throw unknownName("loss", options.loss, LOSSES);
      const furtherMs = readDistance("--further", options.further);
      const calmFurtherMs = options.calm === undefined ? furtherMs : readDistance("--calm", options.calm);
      const growth = options.growth === undefined ? 0 : readShare(options.growth);
      if (options.problem !== undefined && options.recording !== undefined)
        throw badUsage("--problem has its own demand: leave --recording out");
      const source = grown(await sourceOf(options), 1 + growth);
      if (process.stderr.isTTY && source.moments.length * source.locations.length > LONG)
        tell(`${source.moments.length} hours have to fit, whatever is lost: this takes some seconds ...`);
      const report = sizingReport(source, {
        loss,
        furtherMs,
        calmFurtherMs,
        isWithinMost: options.withinCapacity === true,
        needsRps: source.needsRps,
        carriesRps: source.carriesRps,
      });
      // Who asked for a size within limits is told that there is none.
      if (report.short.length > 0) process.exitCode = EXIT.failed;
      if (options.json) return printJson(report);
      for (const line of sizeLines(report)) print(line);
    });
}

const HELP = `
Without --problem and --recording the running Houston is asked for its estate, what users want now, and at most in each hour of the
coming week. Before it has seen a week it knows only now: ask at the peak, or add --growth.
A recording's demand is taken hour by hour of the week, each at its busiest, so peaks of two continents are not added up.

Examples:
  $ houston size --growth 30%
  $ houston size --recording november.ndjson.gz --config houston.yaml --further 40
  $ houston size --problem problem.json --loss provider --json`;

function sourceOf(options: Options): Promise<SizeSource> {
  if (options.problem !== undefined) return sourceFromProblem(options.problem);
  if (options.recording !== undefined)
    return sourceFromRecording({ config: options.config, recording: options.recording });
  return sourceFromHouston(options);
}

/** Milliseconds; null: any distance. */
function readDistance(option: string, text: string): number | null {
  if (text === "any") return null;
  const ms = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (ms >= 0 && ms <= FURTHER_MS_MAX) return ms;
  throw badUsage(`${option} is a number of milliseconds up to ${FURTHER_MS_MAX}, or any, not ${text}`);
}

function grown(source: SizeSource, times: number): SizeSource {
  if (times === 1) return source;
  const moments = source.moments.map(({ name, demandRps }) => ({
    name,
    demandRps: Object.fromEntries(
      Object.entries(demandRps).map(([className, zones]) => [
        className,
        Object.fromEntries(Object.entries(zones).map(([zone, rps]) => [zone, rps * times])),
      ]),
    ),
  }));
  return { ...source, moments };
}
