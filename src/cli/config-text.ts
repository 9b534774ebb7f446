import { readFileSync } from "node:fs";
import { CallerError } from "../core/errors.ts";

/** What stands in a houston.yaml. Throws `CallerError` with the fix when it can't be read. */
export function configText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new CallerError({
      code: "no-config",
      message: `${file} can't be read: ${error instanceof Error ? error.message : String(error)}`,
      hint: "name it with --config, or let `houston init` write a first one",
      cause: error,
    });
  }
}
