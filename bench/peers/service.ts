import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { BackendSettings } from "./backend.ts";
import type { Fault } from "./faults.ts";
import { startProgram, type Program } from "./program.ts";
import { ADMIN_PORT, SERVICE_PORT, type Location } from "./world.ts";

/** The three locations as processes. */
export type Service = {
  /** `standing`: pids of what else stands in a location, and is killed or stopped with it. */
  break(fault: Fault, standing: Standing): Promise<void>;
  /** What was stopped goes on; what is dead stays so. */
  mend(fault: Fault, standing: Standing): Promise<void>;
  /** By host: requests that a living location had no room for. */
  overloaded(): Promise<Readonly<Record<string, number>>>;
  /** Ids of purchases, once for each time that they were carried out. */
  purchases(): readonly string[];
  stop(): Promise<void>;
};

type Standing = (location: string) => readonly number[];

/** On a machine that is busy with other things a process may wait long for its turn. */
const ANSWER_WITHIN_MS = 10_000;

export async function startService(locations: readonly Location[], folder: string): Promise<Service> {
  const ledgerOf = ({ name }: Location): string => join(folder, `ledger-${name}`);
  const programs = new Map<string, Program>();
  const stop = async (): Promise<void> => {
    for (const { pid } of programs.values()) signal(pid, "SIGCONT");
    await Promise.all([...programs.values()].map((program) => program.stop()));
  };
  for (const location of locations) {
    const settings: BackendSettings = { location, ledger: ledgerOf(location) };
    const backend = new URL("backend.ts", import.meta.url).pathname;
    const program = await startProgram({
      argv: [process.execPath, "--conditions=reactive-production:source", backend, JSON.stringify(settings)],
      folder,
      debianPackage: "nodejs",
      isReady: async () => (await fetch(`http://${location.address}:${SERVICE_PORT}/health`)).ok,
    }).catch(async (error: unknown) => {
      await stop();
      throw error;
    });
    programs.set(location.name, program);
  }
  const broken = (fault: Fault): readonly Location[] =>
    locations.filter(({ name }) => fault.where === null || name === fault.where);

  return {
    async break(fault, standing) {
      const { how } = fault;
      for (const location of broken(fault)) {
        if ("signal" in how)
          for (const pid of [programs.get(location.name)?.pid, ...standing(location.name)]) signal(pid, how.signal);
        else await admin(location, `behave/${how.behaves}`);
      }
    },
    async mend(fault, standing) {
      for (const location of broken(fault)) {
        if (!("signal" in fault.how)) await admin(location, "behave/well");
        else if (fault.how.signal === "SIGSTOP")
          for (const pid of [programs.get(location.name)?.pid, ...standing(location.name)]) signal(pid, "SIGCONT");
      }
    },
    async overloaded() {
      const sums: Record<string, number> = {};
      for (const location of locations) {
        // Whoever is dead was not overloaded.
        const counts = await admin(location, "counts").catch((): Record<string, number> => ({}));
        for (const [host, count] of Object.entries(counts)) sums[host] = (sums[host] ?? 0) + count;
      }
      return sums;
    },
    purchases: () =>
      locations
        .map(ledgerOf)
        .filter(existsSync)
        .flatMap((file) => readFileSync(file, "utf8").trim().split("\n")),
    stop,
  };
}

async function admin({ address }: Location, path: string): Promise<Record<string, number>> {
  const answer = await fetch(`http://${address}:${ADMIN_PORT}/${path}`, {
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  });
  return (await answer.json()) as Record<string, number>;
}

function signal(pid: number | undefined, name: NodeJS.Signals): void {
  try {
    if (pid !== undefined && pid > 0) process.kill(pid, name);
  } catch {
    // It is gone already.
  }
}
