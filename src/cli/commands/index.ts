import type { AddCommand } from "../command.ts";
import { drill } from "./drill.ts";
import { drills } from "./drills.ts";
import { fault } from "./fault.ts";
import { plan } from "./plan.ts";
import { planet } from "./planet.ts";

/** The whole command table, in the order of the docs. */
export const commands: readonly AddCommand[] = [drill, drills, fault, plan, planet];
