import { setTimeout as sleep } from "node:timers/promises";
import { readRunFile, removeRunFile, writeRunFile } from "../../runtime/run-file.ts";
import { houstonClient, type HoustonClient } from "../../api/client.ts";
import { CallerError } from "../../core/errors.ts";
import type { PlanetAddresses } from "./planet-client.ts";

/** How a command says which planet it means; else the environment, else the file that `houston up` writes. */
export type PlanetChoice = { readonly api?: string; readonly token?: string };

const SUPERVISOR = "http://127.20.0.71:7000";
const API = "http://127.20.0.70:7070";
/** Users are all there half a minute after the start; then contingencies follow what they want, and Houston knows what is usual. */
const WARM_UP_SECONDS = 45;
/** A machine that is slow to start has a planet that is not well yet: what is measured then is the machine. */
const WELL_FOR_SECONDS = 15;
const WELL_WITHIN_SECONDS = 300;

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

/** Waits until all locations have been serving and healthy for a while. Throws `CallerError` where that never comes. */
async function untilWell(
  houston: Pick<HoustonClient, "status">,
  { tell, signal }: { readonly tell: (line: string) => void; readonly signal: AbortSignal },
): Promise<void> {
  let wellFor = 0;
  let isSaid = false;
  for (let second = 0; wellFor < WELL_FOR_SECONDS; second++) {
    if (second >= WELL_WITHIN_SECONDS) {
      throw new CallerError({
        code: "planet-not-well",
        message: `no fault is set, and still not all locations were healthy for ${WELL_FOR_SECONDS} s together within ${WELL_WITHIN_SECONDS} s`,
        hint: "this machine is too slow or too busy for so many requests; end what else it does, or give fewer with --rps",
      });
    }
    const status = await houston.status().catch(() => null);
    const isWell =
      status?.locations.every(({ state, verdict }) => state === "serving" && verdict === "healthy") ?? false;
    wellFor = isWell ? wellFor + 1 : 0;
    if (!isWell && !isSaid) tell("not all locations are well yet: the drill waits until they are");
    isSaid ||= !isWell;
    await sleep(1000, undefined, { signal });
  }
}

export type FreshPlanet = PlanetAddresses & { readonly startMs: number; stop(): Promise<void> };

/**
 * Starts a planet of its own; it is warm when this resolves. While it runs, other commands find it as they find one that
 * `houston up` started. `signal` breaks it off: then it is stopped, and this rejects.
 */
export async function freshPlanet(options: {
  readonly houston: boolean;
  readonly rps: number;
  /** As `Drill` has it. */
  readonly leastReadyRps: number | undefined;
  readonly tell: (line: string) => void;
  readonly signal: AbortSignal;
}): Promise<FreshPlanet> {
  const { houston, rps, leastReadyRps, tell, signal } = options;
  const { startPlanet } = await import("../up.ts");
  tell(`no planet runs: a fresh one starts, with ${rps} requests/s`);
  const planet = await startPlanet({
    houston,
    rps,
    ...(leastReadyRps !== undefined && { leastReadyRps }),
    onTrouble: (says) => says.split("\n").forEach(tell),
    signal,
  }).catch((error: unknown) => {
    // A process that was ended in its start complains of that; the reason is that somebody broke it off.
    signal.throwIfAborted();
    throw error;
  });
  const { api, dns, supervisor, token, startMs } = planet;
  const end = async (): Promise<void> => {
    removeRunFile(process.pid);
    await planet.stop();
  };
  try {
    writeRunFile({ pid: process.pid, api, dns, token, supervisor });
    tell(`all locations serve after ${(startMs / 1000).toFixed(1)} s; ${WARM_UP_SECONDS} s to become warm`);
    await sleep(WARM_UP_SECONDS * 1000, undefined, { signal });
    if (houston) await untilWell(houstonClient({ api, token }), { tell, signal });
  } catch (error) {
    await end();
    throw error;
  }
  return { api, supervisor, token, startMs, stop: end };
}
