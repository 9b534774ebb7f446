import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { SteeringConfig } from "../config/steering-config.ts";
import type { RunningSteering, SteeringContext } from "../drivers/steering-context.ts";
import { makeSteering } from "../drivers/steering-kinds.ts";

/** All drivers of `steering:`, each with a folder of its own for what it keeps; all or none. Throws `CallerError` for what only a person can mend. */
export async function startSteering(
  { drivers, hosts, addresses, subnets, otherwise }: SteeringConfig,
  options: Pick<SteeringContext, "estate" | "demandRps" | "env" | "stateFolder" | "now">,
): Promise<readonly RunningSteering[]> {
  const running: RunningSteering[] = [];
  for (const settings of drivers) {
    const name = settings.name ?? settings.kind;
    const stateFolder = join(options.stateFolder, `steering-${name}`);
    mkdirSync(stateFolder, { recursive: true, mode: 0o700 });
    try {
      running.push(
        await makeSteering(settings, { ...options, hosts, addresses, subnets, otherwise, name, stateFolder }),
      );
    } catch (error) {
      await Promise.all(running.map((each) => each.stop()));
      throw error;
    }
  }
  return running;
}

/** The newest version that any of them answers from; null: none yet. */
export function versionOf(running: readonly RunningSteering[]): number | null {
  let newest: number | null = null;
  for (const { version } of running) {
    const each = version();
    if (each !== null && (newest === null || each > newest)) newest = each;
  }
  return newest;
}
