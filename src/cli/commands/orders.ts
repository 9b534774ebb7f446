import { InvalidArgumentError, type Command } from "commander";
import type { Mode } from "../../core/estate.ts";
import type { Order } from "../../core/order.ts";
import { connect, withConnection, type ConnectOptions } from "../client.ts";
import { unknownName } from "../ask.ts";
import { readExpiry } from "../amounts.ts";
import { sendOrder } from "../send-order.ts";

/** The short orders: restore, hold, release, mode, answer. */
type Options = ConnectOptions & { for?: string; yes?: boolean; json?: boolean };

export function restore(program: Command): void {
  common(program, "restore", "Move a location's own traffic back, slower than it went out.", [
    "houston restore us-east-1",
    "houston restore us-east-1 --yes --json",
  ])
    .argument("<location>", "which location gets its users back")
    .action((location: string, options: Options) => send({ kind: "restore", location }, options));
}

export function hold(program: Command): void {
  common(program, "hold", "Stop all automatic moves at once, everywhere or of one location. Never asks.", [
    "houston hold",
    "houston hold us-east-1 --for 30m",
  ])
    .argument("[location]", "only this location")
    .option("--for <time>", FOR)
    .action((location: string | undefined, options: Options) =>
      send({ kind: "hold", ...(location === undefined ? {} : { location }), ...lasting(options) }, options, false),
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
    "houston mode act --for 2h --yes",
  ])
    .argument("<mode>", "observe, approve or act", readMode)
    .option("--for <time>", FOR)
    // Only `act` lets moves begin; the others take something back, which nobody has to confirm.
    .action((chosen: Mode, options: Options) =>
      send({ kind: "mode", mode: chosen, ...lasting(options) }, options, chosen === "act"),
    );
}

export function answer(program: Command): void {
  common(program, "answer", "Answer an open question; `houston status` lists them.", [
    "houston answer question-7-top2v4 1",
    "houston answer question-7-top2v4 2 --yes",
  ])
    .argument("<question>", "its name")
    .argument("<choice>", "the number of the choice", readChoice)
    .action((question: string, choice: number, options: Options) =>
      send({ kind: "answer", question, choice }, options),
    );
}

/** `hold` must be instant, and `mode observe` only takes something back: these never ask. */
const YES = "do it without asking (needed without a terminal, where the order may move traffic)";

const FOR = "ends by itself after so long, for example 10m";

const lasting = ({ for: time }: Options): { readonly forSeconds?: number } =>
  time === undefined ? {} : { forSeconds: readExpiry(time) };

function common(program: Command, name: string, description: string, examples: readonly string[]): Command {
  return withConnection(program.command(name))
    .description(description)
    .option("--yes", YES)
    .option("--json", "one JSON document")
    .addHelpText("after", `\nExamples:\n${examples.map((example) => `  $ ${example}`).join("\n")}`);
}

async function send(order: Order, options: Options, asks = true): Promise<void> {
  await sendOrder(connect(options), order, {
    asks,
    yes: options.yes ?? false,
    json: options.json ?? false,
  });
}

const MODES: readonly Mode[] = ["observe", "approve", "act"];

function readMode(text: string): Mode {
  const known = MODES.find((each) => each === text);
  if (known !== undefined) return known;
  throw unknownName("mode", text, MODES);
}

function readChoice(text: string): number {
  const choice = Number(text);
  if (Number.isInteger(choice) && choice >= 1) return choice;
  throw new InvalidArgumentError("It is the number of a choice, from 1.");
}
