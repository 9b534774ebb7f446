import type { AddCommand } from "../command.ts";
import { plan } from "./plan.ts";
import { planet } from "./planet.ts";

/** The whole command table, in the order of the docs. */
export const commands: readonly AddCommand[] = [plan, planet];
