import type { Command } from "commander";
import { connect, withConnection, type ConnectOptions } from "../client.ts";
import { EXIT } from "../command.ts";
import { print, printJson, tell } from "../output.ts";

export function gate(program: Command): void {
  const group = program.command("gate").description("For pipelines: whether something may be done now.");
  withConnection(group.command("deploy"))
    .argument("<location>", "where something is to be deployed")
    .description(
      "Exits with 0 when a deploy may begin there, with 1 when not: during a move or a hold, while a deploy is what is wrong, while Houston can't see.",
    )
    .option("--json", "one JSON document")
    .addHelpText(
      "after",
      "\nA Houston that does not answer is a no. Whoever rolls a bad deploy back goes past the gate.",
    )
    .addHelpText(
      "after",
      "\nExamples:\n  $ houston gate deploy us-east-1 && ./deploy us-east-1\n  $ houston gate deploy us-east-1 --json",
    )
    .action(async (location: string, options: ConnectOptions & { json?: boolean }) => {
      const found = await connect(options).gate(location);
      if (!found.allowed) process.exitCode = EXIT.failed;
      if (options.json) return printJson(found);
      if (found.allowed) print(`yes: ${found.says}`);
      else tell(`no: ${found.says}  (${found.code})`);
    });
}
