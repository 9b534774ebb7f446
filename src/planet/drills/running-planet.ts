import { readFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
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
  const run = readRun();
  return run && isAlive(run.pid) ? { api: run.api, supervisor: run.supervisor ?? SUPERVISOR, token: run.token } : null;
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

type Run = { readonly pid: number; readonly api: string; readonly token: string; readonly supervisor?: string };

function readRun(): Run | null {
  for (const folder of runFolders()) {
    const file = join(folder, "run.json");
    if (!existsSync(file)) continue;
    try {
      return JSON.parse(readFileSync(file, "utf8")) as Run;
    } catch (error) {
      throw new CallerError({
        code: "bad-run-file",
        message: `${file} can't be read`,
        hint: "remove it, and start the planet again with `houston up`",
        cause: error,
      });
    }
  }
  return null;
}

function runFolders(): string[] {
  const { uid } = userInfo();
  const runtime = process.env["XDG_RUNTIME_DIR"];
  return [
    ...(runtime ? [join(runtime, "houston")] : []),
    join("/run/user", String(uid), "houston"),
    join(tmpdir(), `houston-${uid}`),
  ];
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
