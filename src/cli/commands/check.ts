import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { CallerError } from "../../core/errors.ts";
import { problemLines, readConfig } from "../../config/config-file.ts";
import { EXIT } from "../command.ts";
import { print, printJson, tell } from "../output.ts";

export function check(program: Command): void {
  program
    .command("check")
    .description("Read houston.yaml and list every problem with its place and the fix. Changes nothing.")
    .option("--config <file>", "the file to read", "houston.yaml")
    .option("--json", "one JSON document")
    .addHelpText("after", "\nExamples:\n  $ houston check\n  $ houston check --config examples/houston.yaml --json")
    .action((options: { config: string; json?: boolean }) => {
      const file = options.config;
      const read = readConfig(readText(file));
      if ("problems" in read) {
        process.exitCode = EXIT.failed;
        if (options.json) return printJson({ ok: false, file, problems: read.problems });
        for (const line of problemLines(file, read.problems)) tell(line);
        tell(
          `${read.problems.length} ${read.problems.length === 1 ? "problem" : "problems"} in ${file}; nothing was changed`,
        );
        return;
      }
      const { locations, zones, classes, mode } = read.estate;
      const found = { locations: locations.length, zones: zones.length, classes: classes.length, mode };
      if (options.json) return printJson({ ok: true, file, problems: [], ...found });
      print(
        `${file} is good: ${found.locations} locations, ${found.zones} zones, ${found.classes} classes, mode ${mode}`,
      );
    });
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new CallerError({
      code: "no-config",
      message: `${file} can't be read: ${error instanceof Error ? error.message : String(error)}`,
      hint: "name it with --config; examples/houston.yaml is one to begin from",
      cause: error,
    });
  }
}
