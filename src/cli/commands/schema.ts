import type { Command } from "commander";
import { printJson } from "../output.ts";

export function schema(program: Command): void {
  program
    .command("schema")
    .description("JSON Schema of houston.yaml, for editors: they complete it and mark mistakes while it is written.")
    .addHelpText("after", "\nExamples:\n  $ houston schema > houston.schema.json")
    .action(async () => {
      const { configSchema } = await import("../../config/config-schema.ts");
      printJson(configSchema());
    });
}
