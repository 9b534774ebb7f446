import { setTimeout as sleep } from "node:timers/promises";
import { readRunFile } from "../../runtime/run-file.ts";
import { CallerError } from "../../core/errors.ts";
import type { PlanetAddresses } from "./planet-client.ts";

/** How a command says which planet it means; else the environment, else the file that `houston up` writes. */
export type PlanetChoice = { readonly api?: string; readonly token?: string };

const SUPERVISOR = "http://127.20.0.71:7000";
const API = "http://127.20.0.70:7070";
/** Houston learns what is usual in the first minute; half of it is enough to compare locations. */
const WARM_UP_SECONDS = 30;

/** The planet that runs, or null when none does. Throws when one was named halfway. */
export function runningPlanet(choice: PlanetChoice = {}): PlanetAddresses | null {
  const api = choice.api ?? process.env["HOUSTON_API"];
  const token = choice.token ?? process.env["HOUSTON_TOKEN"];
  if (token !== undefined) return { api: api ?? API, supervisor: SUPERVISOR, token };
  if (api !== undefined) {
    throw new CallerError({
      code: "token-missing",
      message: "there is an API address and no token",
      hint: "give --token, or set HOUSTON_TOKEN",
    });
  }
  const run = readRunFile();
  return run ? { api: run.api, supervisor: run.supervisor ?? SUPERVISOR, token: run.token } : null;
}

/** Starts a planet of its own for one drill; it is warm when this resolves. */
export async function freshPlanet(options: {
  readonly houston: boolean;
  readonly rps?: number;
  readonly tell: (line: string) => void;
}): Promise<PlanetAddresses & { stop(): Promise<void> }> {
  const { startPlanet } = await import("../up.ts");
  options.tell("no planet runs: a fresh one starts");
  const planet = await startPlanet({
    houston: options.houston,
    onTrouble: options.tell,
    ...(options.rps === undefined ? {} : { rps: options.rps }),
  });
  options.tell(
    `all locations serve after ${(planet.startMs / 1000).toFixed(1)} s; ${WARM_UP_SECONDS} s to become warm`,
  );
  await sleep(WARM_UP_SECONDS * 1000);
  return { api: planet.api, supervisor: planet.supervisor, token: planet.token, stop: () => planet.stop() };
}
