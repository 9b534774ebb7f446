import { Option, type Command } from "commander";
import type { Doubt } from "../../api/contract.ts";
import { duration } from "../amounts.ts";
import { badUsage, orderedBy } from "../ask.ts";
import { connect, withConnection, type ConnectOptions } from "../client.ts";
import { print, printJson } from "../output.ts";

type SettleFlags = ConnectOptions & { done?: boolean; notDone?: boolean; result?: string; by?: string; json?: boolean };

/** Doubts are requests that go no further until a person says what became of a step. */
export function doubt(program: Command): void {
  const doubts = program
    .command("doubt")
    .description("Requests that wait for a person: nobody knows whether their last step happened.");

  withConnection(doubts.command("list"))
    .description("Who waits, longest first.")
    .option("--json", "one JSON document")
    .addHelpText("after", "\nExamples:\n  $ houston doubt list\n  $ houston doubt list --json")
    .action(async (options: ConnectOptions & { json?: boolean }) => {
      const waiting = await connect(options).doubts();
      if (options.json) return printJson({ doubts: waiting });
      if (waiting.length === 0) print("nobody waits");
      for (const one of waiting) print(`${one.id}  ${one.reason.code}  ${duration(one.quietMs)}  ${one.reason.says}`);
    });

  withConnection(doubts.command("show"))
    .argument("<request>", "its id, as the list shows it")
    .description("One of them, and what to look for in the receiver's books.")
    .option("--json", "one JSON document")
    .addHelpText(
      "after",
      "\nExamples:\n  $ houston doubt show checkout:7f0c\n  $ houston doubt show checkout:7f0c --json",
    )
    .action(async (id: string, options: ConnectOptions & { json?: boolean }) => {
      const found = await connect(options).doubt(id);
      if (options.json) return printJson(found);
      for (const line of linesOf(found)) print(line);
    });

  withConnection(doubts.command("settle"))
    .argument("<request>", "its id, as the list shows it")
    .description("Your word on what became of the step: the request goes on by it.")
    .addOption(new Option("--done", "it happened").conflicts("notDone"))
    .option("--not-done", "it has not happened under that key, and never will: it is tried with a fresh one")
    .option("--result <json>", "what the step would have returned, with --done")
    .option("--by <name>", "whose word it is; your user name without it")
    .option("--json", "one JSON document")
    .addHelpText(
      "after",
      '\nExamples:\n  $ houston doubt settle checkout:7f0c --not-done\n  $ houston doubt settle checkout:7f0c --done --result \'{"key":"7f0c.checkout.charge.1"}\'',
    )
    .action(async (id: string, options: SettleFlags) => {
      const { done = false, notDone = false, by = orderedBy() } = options;
      if (done === notDone) throw badUsage("say --done or --not-done; `houston doubt show` says where to look first");
      if (notDone && options.result !== undefined) throw badUsage("what is not done has no result: leave --result out");
      const result = options.result === undefined ? {} : { result: resultIn(options.result) };
      await connect(options).settleDoubt(id, { by, done, ...result });
      if (options.json) printJson({ settled: id, done, by });
      else print(`${id}: settled as ${done ? "done" : "not done"} by ${by}; it goes on with its caller's next try`);
    });
}

function resultIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badUsage(`--result is no JSON; for example --result '{"key":"7f0c.checkout.charge.1"}'`);
  }
}

function linesOf({ id, workflow, tenant, location, reason, receiverKey, quietMs }: Doubt): string[] {
  return [
    `${id}  ${reason.code}`,
    `  ${reason.says}`,
    `  ${workflow}${tenant === null ? "" : ` of ${tenant}`}, last run in ${location}, waits for ${duration(quietMs)}`,
    receiverKey === null
      ? "  no step is in question: once its cause is mended, --not-done lets it go on"
      : `  look for ${receiverKey} in the receiver's books`,
  ];
}
