import type { Argument, Command, Option } from "commander";
import { SHELLS } from "./shells.ts";

/** What a shell needs to know of the command, as plain data: read off the real program, so it is never out of date. */
export type CompletionModel = {
  /** Every command, the program itself first; `path` is empty for that. */
  readonly commands: readonly CompletedCommand[];
};

export type CompletedCommand = {
  readonly path: readonly string[];
  readonly subcommands: readonly Said[];
  readonly options: readonly CompletedOption[];
  readonly arguments: readonly Values[];
};

export type Said = { readonly name: string; readonly says: string };

export type CompletedOption = {
  /** `-o`, `--output`. */
  readonly flags: readonly string[];
  readonly says: string;
  /** Null: it takes none. */
  readonly values: Values | null;
};

/** What may stand there. */
export type Values =
  | { readonly kind: "words"; readonly words: readonly string[] }
  /** Asked when Tab is pressed: `houston __complete NAMES`. */
  | { readonly kind: "live"; readonly names: LiveNames }
  | { readonly kind: "files" }
  | { readonly kind: "anything" };

export const LIVE_NAMES = [
  "locations",
  "places",
  "classes",
  "services",
  "drills",
  "faults",
  "scenarios",
  "questions",
  "choices",
  "incidents",
] as const;
export type LiveNames = (typeof LIVE_NAMES)[number];

export function completionModel(program: Command): CompletionModel {
  const commands = [...commandsOf(program, [])];
  const names = program.commands.map((each) => each.name());
  // Commander makes `help` when it is called; it takes the name of a command.
  const help: CompletedCommand = { path: ["help"], subcommands: [], options: [], arguments: [words(names)] };
  return { commands: [...commands, help] };
}

function* commandsOf(command: Command, path: readonly string[]): Generator<CompletedCommand> {
  const help = command.createHelp();
  const visible = help.visibleCommands(command);
  const owner = path[0] ?? "";
  yield {
    path,
    subcommands: visible.map((each) => ({ name: each.name(), says: briefly(help.subcommandDescription(each)) })),
    options: help.visibleOptions(command).map((option) => ({
      flags: [option.short, option.long].filter((flag) => flag !== undefined),
      says: briefly(option.description),
      values: option.required || option.optional ? optionValues(owner, option) : null,
    })),
    arguments: command.registeredArguments.map((argument) => argumentValues(owner, argument)),
  };
  for (const each of command.commands) yield* commandsOf(each, [...path, each.name()]);
}

/** The planet's own: these commands start one, or make faults on it, and its places have fixed names. */
const OF_THE_PLANET: ReadonlySet<string> = new Set(["drill", "fault"]);

function argumentValues(command: string, argument: Argument): Values {
  if (argument.argChoices !== undefined) return words(argument.argChoices);
  if (argument.name() === "name" && command === "drill") return live("drills");
  if (argument.name() === "name" && command === "fault") return live("faults");
  return placeholderValues(command, argument.name());
}

function optionValues(command: string, option: Option): Values {
  if (option.argChoices !== undefined) return words(option.argChoices);
  if (option.long === "--location") return placeholderValues(command, "location");
  if (option.long === "--only" && command === "drills") return live("drills");
  return placeholderValues(command, /[<[]([^>\]]*)[>\]]/.exec(option.flags)?.[1] ?? "");
}

/** By how the help calls it. */
function placeholderValues(command: string, placeholder: string): Values {
  switch (placeholder) {
    case "location":
      return live(OF_THE_PLANET.has(command) ? "places" : "locations");
    case "class":
      return live("classes");
    case "names":
      return live("services");
    case "scenario":
      return live("scenarios");
    case "question":
      return live("questions");
    case "choice":
      return live("choices");
    case "incident":
      return live("incidents");
    case "mode":
      return words(["observe", "approve", "act"]);
    case "format":
      return words(["md", "html", "json"]);
    case "shell":
      return words(SHELLS);
    case "file":
    case "recording":
      return { kind: "files" };
    default:
      return { kind: "anything" };
  }
}

const words = (all: readonly string[]): Values => ({ kind: "words", words: all });
const live = (names: LiveNames): Values => ({ kind: "live", names });

const SAYS_CHARACTERS_MAX = 70;

/** The first sentence, which is all that fits beside a name. */
function briefly(text: string): string {
  const [first = ""] = text.replaceAll(/\s+/g, " ").split(/\.(?: |$)/);
  return first.length <= SAYS_CHARACTERS_MAX ? first : `${first.slice(0, SAYS_CHARACTERS_MAX - 3).trimEnd()}...`;
}
