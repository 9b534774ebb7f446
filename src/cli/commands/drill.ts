import type { Command } from "commander";
import { houstonClient } from "../../api/client.ts";
import { CallerError } from "../../core/errors.ts";
import { DRILLS, withRamp, type Drill } from "../../planet/drills/catalogue.ts";
import { planetClient } from "../../planet/drills/planet-client.ts";
import type { DrillReport } from "../../planet/drills/report.ts";
import { reportWords } from "../../planet/drills/report-words.ts";
import { runDrill } from "../../planet/drills/run-drill.ts";
import { freshPlanet, runningPlanet, type PlanetChoice } from "../../planet/drills/running-planet.ts";
import { beforeDrill, showsNothing } from "../../planet/drills/shows-nothing.ts";
import { planetLocations } from "../../planet/geography.ts";
import { EXIT } from "../command.ts";
import { badUsage } from "../ask.ts";
import { drillNamed, namedOrUsage, readNumber, readRampSeconds, RPS_RANGE } from "../drill-options.ts";
import { interruptible } from "../interrupt.ts";
import { keepDrill } from "../keep-drill.ts";
import { print, printJson, tell } from "../output.ts";

type DrillFlags = PlanetChoice & {
  readonly location?: string;
  readonly withoutHouston?: boolean;
  readonly seconds?: string;
  readonly rampSeconds?: string;
  readonly rps?: string;
  readonly waitBack?: boolean;
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
    .option("--ramp-seconds <number>", "how long the fault grows, instead of its own time, and so the watch")
    .option(
      "--rps <number>",
      "the users' requests a second, when a fresh planet is started, instead of the drill's own",
    )
    .option("--wait-back", "wait until whoever left is back, on a fresh planet too; one that runs is always waited for")
    .option("--api <url>", "Houston's API of the planet (else HOUSTON_API, else the one that runs)")
    .option("--token <token>", "its token (else HOUSTON_TOKEN)")
    .option("--json", "the report as one JSON document")
    .addHelpText(
      "after",
      () =>
        `\n${drillList()}\n\nUses the planet that runs, or starts a fresh one. Never asks. Ctrl-C ends the fault.\n\nExamples:\n  $ houston drill hard-down\n  $ houston drill gray --location eu-west-1 --json\n  $ houston drill hard-down --without-houston\n  $ houston drill provider-brownout --rps 700\n  $ houston drill leak --ramp-seconds 300\n  $ houston drill calm --seconds 3600`,
    )
    .action(async (name: string, flags: DrillFlags) => {
      const wish = wishOf(name, flags);
      const report = await interruptible((signal) => rehearse(wish, flags, signal));
      if (flags.json) printJson(report);
      else for (const line of ["", ...reportWords(report)]) print(line);
      const nothing = showsNothing(report, wish.chosen);
      if (nothing === null) return;
      tell(`this drill showed nothing: ${nothing}`);
      process.exitCode = EXIT.failed;
    });
}

type Wish = { readonly chosen: Drill; readonly location?: string; readonly seconds?: number; readonly rps: number };

function wishOf(name: string, flags: DrillFlags): Wish {
  const chosen = flags.rampSeconds === undefined ? drillNamed(name) : drillWithRamp(name, flags.rampSeconds);
  return {
    chosen,
    rps: flags.rps === undefined ? chosen.rps : readNumber(flags.rps, { flag: "--rps", ...RPS_RANGE }),
    ...(flags.location === undefined
      ? {}
      : { location: namedOrUsage(planetLocations, "location", flags.location).name }),
    ...(flags.seconds === undefined
      ? {}
      : { seconds: readNumber(flags.seconds, { flag: "--seconds", from: 1, to: SECONDS_MAX }) }),
  };
}

function drillWithRamp(name: string, seconds: string): Drill {
  const ramped = withRamp(drillNamed(name), readRampSeconds(seconds));
  if (ramped === null)
    throw badUsage(`--ramp-seconds: nothing grows in ${name}; in provider-brownout and leak it does`);
  return ramped;
}

async function rehearse(wish: Wish, flags: DrillFlags, signal: AbortSignal): Promise<DrillReport> {
  const { chosen, rps, location, seconds } = wish;
  const withoutHouston = flags.withoutHouston ?? false;
  const running = runningPlanet(flags);
  if (running !== null && flags.rps !== undefined) tell("a planet runs: its users stay as many as they are");
  if (running !== null && !withoutHouston) await warn(running, wish);
  const { leastReadyRps } = chosen;
  const fresh =
    running === null ? await freshPlanet({ houston: !withoutHouston, rps, leastReadyRps, tell, signal }) : null;
  const addresses = running ?? fresh!;
  const planet = planetClient(addresses);
  try {
    tell(`${chosen.name}: ${chosen.says}`);
    const report = await runDrill({
      planet,
      drill: chosen,
      withoutHouston,
      tell,
      signal,
      // A planet that goes on is given back as it was found; nobody is left on one that is stopped.
      waitForBack: running !== null || (flags.waitBack ?? false),
      ...(location === undefined ? {} : { location }),
      ...(seconds === undefined ? {} : { seconds }),
    });
    if (!withoutHouston) await keepDrill(addresses, report);
    return report;
  } finally {
    await planet.close();
    await fresh?.stop();
  }
}

/** What keeps Houston from showing anything is said before anything is broken. */
async function warn(planet: { readonly api: string; readonly token: string }, wish: Wish): Promise<void> {
  const { chosen, location } = wish;
  const view = await houstonClient(planet)
    .view()
    .catch((cause: unknown) => {
      throw new CallerError({
        code: "houston-silent",
        message: `Houston does not answer, so the drill would show nothing of it: ${cause instanceof Error ? cause.message : String(cause)}`,
        hint: `\`houston status\` until it does; or see what the fault costs alone: \`houston drill ${chosen.name} --without-houston\``,
        cause,
      });
    });
  const locations = location === undefined ? chosen.locations : [location];
  for (const says of beforeDrill(view, { ...chosen, locations })) tell(`warning: ${says}`);
}

function drillList(): string {
  const width = Math.max(...DRILLS.map(({ name }) => name.length));
  return ["Drills:", ...DRILLS.map(({ name, says }) => `  ${name.padEnd(width)}  ${says}`)].join("\n");
}
