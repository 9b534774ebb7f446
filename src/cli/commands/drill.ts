import type { Command } from "commander";
import { CallerError } from "../../core/errors.ts";
import { DRILLS, type Drill } from "../../planet/drills/catalogue.ts";
import { planetClient } from "../../planet/drills/planet-client.ts";
import type { DrillReport } from "../../planet/drills/report.ts";
import { reportWords } from "../../planet/drills/report-words.ts";
import { runDrill } from "../../planet/drills/run-drill.ts";
import { freshPlanet, runningPlanet, type PlanetChoice } from "../../planet/drills/running-planet.ts";
import { named } from "../../planet/drills/suggest.ts";
import { planetLocations } from "../../planet/geography.ts";
import { print, printJson, tell } from "../output.ts";

type DrillFlags = PlanetChoice & {
  readonly location?: string;
  readonly withoutHouston?: boolean;
  readonly seconds?: string;
  readonly json?: boolean;
};

const SECONDS_MAX = 24 * 3600;

/** `houston drill NAME`: makes a fault, watches what users meet, and says what it cost. */
export function drill(program: Command): void {
  program
    .command("drill")
    .argument("<name>", "one of the drills below")
    .description("Rehearse a fault on the planet, and report what users and the bank counted.")
    .option("--location <name>", "where, instead of the drill's own place")
    .option("--without-houston", "nobody helps: what does the outage cost then?")
    .option("--seconds <number>", "watch so long after the fault, instead of the drill's own time")
    .option("--api <url>", "Houston's API of the planet (else HOUSTON_API, else the one that runs)")
    .option("--token <token>", "its token (else HOUSTON_TOKEN)")
    .option("--json", "the report as one JSON document")
    .addHelpText(
      "after",
      () =>
        `\n${drillList()}\n\nUses the planet that runs, or starts a fresh one. Never asks.\n\nExamples:\n  $ houston drill hard-down\n  $ houston drill gray --location eu-west-1 --json\n  $ houston drill hard-down --without-houston\n  $ houston drill calm --seconds 3600`,
    )
    .action(async (name: string, flags: DrillFlags) => {
      const chosen = named(DRILLS, "drill", name);
      const report = await rehearse(chosen, flags);
      if (flags.json) printJson(report);
      else for (const line of ["", ...reportWords(report)]) print(line);
    });
}

async function rehearse(chosen: Drill, flags: DrillFlags): Promise<DrillReport> {
  const location = flags.location === undefined ? undefined : named(planetLocations, "location", flags.location).name;
  const seconds = flags.seconds === undefined ? undefined : secondsOf(flags.seconds);
  const withoutHouston = flags.withoutHouston ?? false;
  const running = runningPlanet(flags);
  const fresh = running ? null : await freshPlanet({ houston: !withoutHouston, tell });
  const addresses = running ?? fresh;
  if (!addresses)
    throw new CallerError({ code: "no-planet", message: "no planet runs", hint: "start one with `houston up`" });
  const planet = planetClient(addresses);
  // Whoever breaks off leaves no fault behind.
  const interrupted = (): void => void (fresh ? fresh.stop() : planet.clearFaults()).finally(() => process.exit(1));
  process.once("SIGINT", interrupted).once("SIGTERM", interrupted);
  try {
    tell(`${chosen.name}: ${chosen.says}`);
    return await runDrill({
      planet,
      drill: chosen,
      withoutHouston,
      tell,
      ...(location === undefined ? {} : { location }),
      ...(seconds === undefined ? {} : { seconds }),
    });
  } finally {
    await planet.close();
    await fresh?.stop();
  }
}

function secondsOf(text: string): number {
  const value = Number(text);
  if (!(value >= 1 && value <= SECONDS_MAX)) {
    throw new CallerError({
      code: "bad-option",
      message: `--seconds ${text} is not a number from 1 to ${SECONDS_MAX}`,
      hint: "for example --seconds 120",
    });
  }
  return value;
}

function drillList(): string {
  const width = Math.max(...DRILLS.map(({ name }) => name.length));
  return ["Drills:", ...DRILLS.map(({ name, says }) => `  ${name.padEnd(width)}  ${says}`)].join("\n");
}
