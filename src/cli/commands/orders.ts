import { InvalidArgumentError, type Command } from "commander";
import type { Mode } from "../../core/estate.ts";
import type { Order } from "../../core/order.ts";
import { connect, withConnection, type ConnectOptions } from "../client.ts";
import { sendOrder } from "../send-order.ts";

/** The short orders: restore, hold, release, mode, answer. */
type Options = ConnectOptions & { yes?: boolean; json?: boolean };

export function restore(program: Command): void {
  common(program, "restore", "Move a location's own traffic back, slower than it went out.", [
    "houston restore us-east-1",
    "houston restore us-east-1 --yes --json",
  ])
    .argument("<location>", "which location gets its users back")
    .action((location: string, options: Options) =>
      send({ kind: "restore", location }, options, [
        `the users of ${location} go back to it, 5 % first, each step looked at`,
      ]),
    );
}

export function hold(program: Command): void {
  common(program, "hold", "Stop all automatic moves at once, everywhere or of one location. Never asks.", [
    "houston hold",
    "houston hold us-east-1",
  ])
    .argument("[location]", "only this location")
    .action((location: string | undefined, options: Options) =>
      send({ kind: "hold", ...(location === undefined ? {} : { location }) }, options),
    );
}

export function release(program: Command): void {
  common(program, "release", "End a hold, or let automatic moves go on after they were stopped.", [
    "houston release",
    "houston release us-east-1 --yes",
  ])
    .argument("[location]", "only this location")
    .action((location: string | undefined, options: Options) =>
      send({ kind: "release", ...(location === undefined ? {} : { location }) }, options),
    );
}

export function mode(program: Command): void {
  common(program, "mode", "observe: say what you would do. approve: ask first. act: do it.", [
    "houston mode observe",
    "houston mode act --yes",
  ])
    .argument("<mode>", "observe, approve or act", readMode)
    .action((chosen: Mode, options: Options) => send({ kind: "mode", mode: chosen }, options));
}

export function answer(program: Command): void {
  common(program, "answer", "Answer an open question; `houston status` lists them.", ["houston answer room-3 1"])
    .argument("<question>", "its name")
    .argument("<choice>", "the number of the choice", readChoice)
    .action((question: string, choice: number, options: Options) =>
      send({ kind: "answer", question, choice }, options),
    );
}

function common(program: Command, name: string, description: string, examples: readonly string[]): Command {
  return withConnection(program.command(name))
    .description(description)
    .option("--yes", "do it without asking (a restore needs it without a terminal; the others never ask)")
    .option("--json", "one JSON document")
    .addHelpText("after", `\nExamples:\n${examples.map((example) => `  $ ${example}`).join("\n")}`);
}

async function send(order: Order, options: Options, says?: readonly string[]): Promise<void> {
  await sendOrder(connect(options), order, {
    ...(says === undefined ? {} : { says }),
    yes: options.yes ?? false,
    json: options.json ?? false,
  });
}

function readMode(text: string): Mode {
  if (text === "observe" || text === "approve" || text === "act") return text;
  throw new InvalidArgumentError("It is observe, approve or act.");
}

function readChoice(text: string): number {
  const choice = Number(text);
  if (Number.isInteger(choice) && choice >= 1) return choice;
  throw new InvalidArgumentError("It is the number of a choice, from 1.");
}
