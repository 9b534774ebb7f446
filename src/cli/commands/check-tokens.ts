import { secretOf, type Environment } from "../../drivers/secret.ts";
import type { SteeringDriverSettings } from "../../drivers/steering-shapes.ts";

/** Tokens without which `houston run` would not start, and that are not set for whoever checks; a line each, with the fix. */
export function missingTokenLines(drivers: readonly SteeringDriverSettings[], env: Environment): readonly string[] {
  return drivers.flatMap((driver) =>
    driver.kind === "application" && driver.listen !== undefined && secretOf(env, "HOUSTON_EDGE_TOKEN") === null
      ? [
          `  ${driver.name ?? driver.kind}: applications ask ${driver.listen} with a token, and there is none here: set HOUSTON_EDGE_TOKEN (openssl rand -hex 32), or the file HOUSTON_EDGE_TOKEN_FILE, where Houston runs and for the applications`,
        ]
      : [],
  );
}
