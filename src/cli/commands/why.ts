import type { Command } from "commander";
import { readMoment } from "../amounts.ts";
import { connect, withConnection, type ConnectOptions } from "../client.ts";
import { print, printJson } from "../output.ts";
import { whyLines } from "./why-lines.ts";

export function why(program: Command): void {
  withConnection(program.command("why"))
    .argument("<location>", "which location")
    .description(
      "What Houston thinks of a location, on what evidence, from users down to the last resource, and what it decided.",
    )
    .option("--at <time>", "as it was then: 14:03, 5m (ago), ISO 8601 or Unix milliseconds")
    .option("--json", "one JSON document")
    .addHelpText(
      "after",
      "\nExamples:\n  $ houston why us-east-1\n  $ houston why us-east-1 --at 03:12\n  $ houston why us-east-1 --at 10m --json",
    )
    .action(async (location: string, options: ConnectOptions & { at?: string; json?: boolean }) => {
      const at = options.at === undefined ? undefined : readMoment(options.at, Date.now());
      const houston = connect(options);
      const answer = await houston.why(location, at);
      if (options.json) return printJson(answer);
      const [world, detail, view] = await Promise.all([houston.world(), houston.location(location), houston.view()]);
      for (const line of whyLines(answer, world, at === undefined ? { detail, view } : null)) print(line);
    });
}
