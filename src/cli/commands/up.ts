import type { Command } from "commander";
import { startPlanet, type Planet, type PlanetOptions } from "../../planet/up.ts";
import { paceUsers, WANTED_RPS } from "../../planet/supervisor/pace.ts";
import { followTimeline } from "../../planet/supervisor/timeline.ts";
import { removeRunFile, writeRunFile } from "../../runtime/run-file.ts";
import { clockTime } from "../amounts.ts";
import { badUsage } from "../ask.ts";
import { oneAtATime } from "../one-at-a-time.ts";
import { print, printJson, tell, tellLines } from "../output.ts";
import { STOPPED, untilSignal } from "../until-signal.ts";

type UpOptions = {
  rps?: string;
  hour: string;
  seed: string;
  houston: boolean;
  beacons: boolean;
  bankDedup?: boolean;
  cells?: boolean;
  sweepAfter: string;
  json?: boolean;
};

export function up(program: Command): void {
  program
    .command("up")
    .description("Start the planet in a box: 15 locations, real DNS and HTTP, users all over the world, and Houston.")
    .option(
      "--rps <number>",
      `the users' requests a second, all locations together; without: ${WANTED_RPS}, or as many as this machine has room for`,
    )
    .option("--hour <utc>", "the planet's hour of day, 0 to 23: who is awake", "15")
    .option("--seed <number>", "what users do is drawn from this", "1")
    .option("--no-houston", "nobody helps: no Houston and no nodes, only the world")
    .option("--no-beacons", "the users' browsers report nothing")
    .option("--bank-dedup", "the bank deduplicates by key, as a kinder bank would")
    .option(
      "--cells",
      "requests' journals in five cells of three etcd members each (docs/planet.md); without: one SQLite file",
    )
    .option(
      "--sweep-after <seconds>",
      "checkouts that nobody has gone on with for so long are finished without their users",
      "15",
    )
    .option("--json", "one JSON document per line: the start, then the timeline")
    .addHelpText(
      "after",
      "\nExamples:\n  $ houston up\n  $ houston up --rps 800 --hour 20\n  $ houston drill provider-brownout        in another terminal",
    )
    .action(async (options: UpOptions) => {
      const wanted = planetOptions(options);
      oneAtATime();
      const { told, signal } = untilSignal();
      signal.addEventListener("abort", () => tell("stopping ..."));
      const planet = await startPlanet({ ...wanted, signal }).catch((error: unknown) => {
        // A start that we were told to break off is no failure.
        if (!signal.aborted) throw error;
        return null;
      });
      if (planet === null) {
        tell(STOPPED);
        return;
      }
      writeRunFile({
        pid: process.pid,
        api: planet.api,
        dns: planet.dns,
        token: planet.token,
        supervisor: planet.supervisor,
      });
      if (options.json) printJson(startedAnswer(planet));
      else for (const line of greeting(planet, options)) print(line);
      const timeline = followTimeline(planet, (entry, line) => (options.json ? printJson(entry) : print(line)));
      if (options.rps === undefined) void letUsersIn(planet, { signal, json: options.json ?? false });
      await told;
      timeline.stop();
      removeRunFile(process.pid);
      await planet.stop();
      tell(STOPPED);
    });
}

/** The first line of `houston up --json`; the timeline's entries follow. The token is in the run file only. */
export function startedAnswer({
  api,
  dns,
  supervisor,
  startMs,
}: Pick<Planet, "api" | "dns" | "supervisor" | "startMs">) {
  return { started: true, api, dns, supervisor, startMs };
}

function planetOptions(options: UpOptions): Omit<PlanetOptions, "signal"> {
  return {
    rps: options.rps === undefined ? WANTED_RPS : number(options.rps, { flag: "--rps", from: 1, to: 20_000 }),
    utcHour: number(options.hour, { flag: "--hour", from: 0, to: 23 }),
    seed: number(options.seed, { flag: "--seed", from: 0, to: 2 ** 31 }),
    houston: options.houston,
    beacons: options.beacons,
    bankDedup: options.bankDedup ?? false,
    cells: options.cells ?? false,
    sweepAfterMs: 1000 * number(options.sweepAfter, { flag: "--sweep-after", from: 2, to: 3600 }),
    onTrouble: tellLines,
  };
}

/** Nobody said how many: no more than this machine has room for. */
async function letUsersIn(
  planet: Planet,
  { signal, json }: { readonly signal: AbortSignal; readonly json: boolean },
): Promise<void> {
  const rps = await paceUsers({ wantedRps: planet.rps, setRps: (now) => planet.setUsersRps(now), signal });
  if (rps === null || rps === planet.rps) return;
  const at = Date.now();
  const what = `users: ${rps} requests/s, for this machine has no room for ${planet.rps} beside the rest; \`--rps N\` is N whatever happens`;
  if (json) printJson({ at, what, level: "info" });
  else print(`${clockTime(at)}  ${what}`);
}

function number(text: string, { flag, from, to }: { flag: string; from: number; to: number }): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value < from || value > to) {
    throw badUsage(`${flag} ${text} is not a number from ${from} to ${to}: for example ${flag} ${from}`);
  }
  return value;
}

function greeting(planet: Planet, { houston, rps }: UpOptions): string[] {
  return [
    `A planet in a box: ${planet.locations.length} locations, ${planet.zones} zones, ${rps === undefined ? "up to" : "about"} ${planet.rps} requests/s. All serving after ${(planet.startMs / 1000).toFixed(1)} s.`,
    `  API   ${planet.api}    DNS ${planet.dns}`,
    `  try   curl -s -H 'Host: shop.planet.test' http://${planet.locations[0]?.address}:8080/api/products`,
    `        dig @${planet.dns.replace(":", " -p ")} shop.planet.test +short`,
    houston
      ? "        npx houston console     npx houston status --watch      npx houston drill hard-down"
      : "        nobody helps on this planet: --no-houston",
    "  Ctrl-C stops everything.",
    "",
  ];
}
