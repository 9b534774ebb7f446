import { writeFileSync } from "node:fs";
import { extname } from "node:path";
import { InvalidArgumentError, type Command } from "commander";
import type { HoustonClient } from "../../api/client.ts";
import { CallerError } from "../../core/errors.ts";
import { unknownName } from "../ask.ts";
import { connect, withConnection, type ConnectOptions } from "../client.ts";
import { printJson, printLines, tell } from "../output.ts";

type Options = ConnectOptions & { format?: string; output?: string; json?: boolean };

const FORMATS = ["md", "html", "json"] as const;
type Format = (typeof FORMATS)[number];

export function report(program: Command): void {
  withConnection(program.command("report"))
    .argument("[incident]", "its number; without it: the newest", readNumber)
    .description(
      "What is left to read after an incident: what happened, why, what was done and not done, and what it cost.",
    )
    .option("--format <format>", "md, html or json; without it: as the file's name ends, else md")
    .option("-o, --output <file>", "where to; without it: standard output")
    .option("--json", "the same as --format json")
    .addHelpText(
      "after",
      "\nExamples:\n  $ houston report\n  $ houston report 47 -o incident-47.html\n  $ houston report 47 --format json | jq .users",
    )
    .action(async (incident: number | undefined, options: Options) => {
      const format = formatOf(options);
      const houston = connect(options);
      const text = await houston.report(incident ?? (await newest(houston)), format);
      if (options.output !== undefined) return save(options.output, text);
      if (format === "json") return printJson(JSON.parse(text));
      printLines(text);
    });
}

async function newest(houston: HoustonClient): Promise<number> {
  const [first] = await houston.incidents();
  if (first !== undefined) return first.number;
  throw new CallerError({
    code: "no-incident",
    message: "there was no incident in the last 30 days",
    hint: "`houston status` shows how everything is now",
  });
}

function formatOf(options: Options): Format {
  if (options.json) return "json";
  const ending = extname(options.output ?? "").slice(1);
  const asked = options.format ?? (isFormat(ending) ? ending : "md");
  if (isFormat(asked)) return asked;
  throw unknownName("format", asked, FORMATS);
}

function isFormat(text: string): text is Format {
  return FORMATS.some((each) => each === text);
}

function save(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (cause) {
    throw new CallerError({
      code: "report-not-saved",
      message: `${file} can't be written: ${cause instanceof Error ? cause.message : String(cause)}`,
      hint: "may it be written, and is there room?",
      cause,
    });
  }
  tell(`saved as ${file}`);
}

function readNumber(text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 1) return number;
  throw new InvalidArgumentError("It is the number of an incident, from 1.");
}
