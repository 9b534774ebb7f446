import type { Command } from "commander";
import { readMoment } from "../amounts.ts";
import { badUsage } from "../ask.ts";
import { connect, withConnection, type ConnectOptions } from "../client.ts";
import { saveLines } from "../save-lines.ts";

type Options = ConnectOptions & { location?: string; from?: string; to?: string; output?: string };

export function record(program: Command): void {
  withConnection(program.command("record"))
    .description("Saves a recording: what a location's node read, or what Houston decided on.")
    .option("--location <location>", "what the node there read: seconds for two hours, minutes for 30 days")
    .option("--from <time>", "with --location: from this moment on: 14:03, 30m (ago), ISO 8601 or Unix milliseconds")
    .option("--to <time>", "with --location: up to this moment")
    .option("-o, --output <file>", "where to; packed when it ends in .gz; without it: standard output")
    .option("--json", "changes nothing: a recording is JSON in any case, a document a line")
    .addHelpText("after", HELP)
    .action(async (options: Options) => {
      const now = Date.now();
      if (options.location === undefined && (options.from !== undefined || options.to !== undefined))
        throw badUsage("--from and --to go with --location: what Houston decided on is saved whole");
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

const HELP = `
A location's readings are for \`houston judge RECORDING\`; what Houston decided on is for \`houston replay RECORDING\`.

Examples:
  $ houston record --location us-east-1 --from 30m -o us-east-1.ndjson.gz
  $ houston record --location us-east-1 --from 14:00 --to 14:20 | houston judge -
  $ houston record -o incident.ndjson`;
