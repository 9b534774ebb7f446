import type { Command } from "commander";
import { readMoment } from "../amounts.ts";
import { badUsage } from "../ask.ts";
import { connect, withConnection, type ConnectOptions } from "../client.ts";
import { recordedPast } from "../../production/recorded-past.ts";
import { saveLines } from "../save-lines.ts";
import { watchedConfig, watchedPrometheus } from "../watched-config.ts";

type Options = ConnectOptions & {
  location?: string;
  config?: string;
  prometheus?: string;
  from?: string;
  to?: string;
  output?: string;
};

export function record(program: Command): void {
  withConnection(program.command("record"))
    .description(
      "Saves a recording: what a location's node read, what Houston decided on, or what your Prometheus still has.",
    )
    .option("--location <location>", "what the node there read: seconds for two hours, minutes for 30 days")
    .option(
      "--config <file>",
      "what the Prometheus that `watch` in it names still has of all locations; wants --from; no Houston need run",
    )
    .option("--prometheus <url>", "with --config: another Prometheus than the one in the file")
    .option("--from <time>", "from this moment on: 14:03, 30m (ago), ISO 8601 or Unix milliseconds")
    .option("--to <time>", "up to this moment; without it: now")
    .option("-o, --output <file>", "where to; packed when it ends in .gz; without it: standard output")
    .option("--json", "changes nothing: a recording is JSON in any case, a document a line")
    .addHelpText("after", HELP)
    .action(async (options: Options) => {
      const now = Date.now();
      if (options.config !== undefined) return saveLines(pastOf(options, now), options.output);
      if (options.prometheus !== undefined)
        throw badUsage("--prometheus goes with --config, which says what to ask it: for example --config houston.yaml");
      if (options.location === undefined && (options.from !== undefined || options.to !== undefined))
        throw badUsage("--from and --to go with --location or --config: what Houston decided on is saved whole");
      const since = options.from === undefined ? undefined : readMoment(options.from, now);
      const until = options.to === undefined ? undefined : readMoment(options.to, now);
      if (since !== undefined && until !== undefined && until < since) throw badUsage("--to is before --from");
      const lines = await connect(options).recording({
        ...(options.location === undefined ? {} : { location: options.location }),
        ...(since === undefined ? {} : { since }),
        ...(until === undefined ? {} : { until }),
      });
      await saveLines(lines, options.output);
    });
}

/** Of all locations, as a Houston would have read it then. */
function pastOf({ config: file, prometheus, location, from, to }: Options, now: number): AsyncIterable<string> {
  if (location !== undefined) throw badUsage("--config is of all locations, and --location of one: give one of them");
  if (from === undefined) throw badUsage("--config wants --from: for example --from 3h");
  const read = watchedConfig(file!);
  const watch = {
    ...read.watch,
    prometheus: { ...read.watch.prometheus, ...(prometheus === undefined ? {} : { url: prometheus }) },
  };
  const stepMs = watch.prometheus.everySeconds * 1000;
  const [since, until] = [readMoment(from, now), to === undefined ? now : readMoment(to, now)];
  if (until < since) throw badUsage("--to is before --from");
  return recordedPast({
    estate: read.estate,
    prometheus: watchedPrometheus({ estate: read.estate, watch }),
    from: Math.floor(since / stepMs) * stepMs,
    until,
    stepMs,
    signal: new AbortController().signal,
  });
}

const HELP = `
A location's readings are for \`houston judge RECORDING\`; what Houston decided on is for \`houston replay RECORDING\`.

Examples:
  $ houston record --location us-east-1 --from 30m -o us-east-1.ndjson.gz
  $ houston record --location us-east-1 --from 14:00 --to 14:20 | houston judge -
  $ houston record -o incident.ndjson
  $ houston record --config houston.yaml --from 2026-10-20T06:30Z --to 2026-10-20T10:00Z -o october.ndjson.gz`;
