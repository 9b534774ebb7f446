import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { CallerError } from "../../core/errors.ts";
import { DRILLS, type Drill } from "../../planet/drills/catalogue.ts";
import { appendMeasurement, readMeasurements, writeTable } from "../../planet/drills/measurements.ts";
import { planetClient } from "../../planet/drills/planet-client.ts";
import { runDrill } from "../../planet/drills/run-drill.ts";
import { freshPlanet, runningPlanet } from "../../planet/drills/running-planet.ts";
import { named } from "../../planet/drills/suggest.ts";
import { tell } from "../output.ts";

type DrillsFlags = {
  readonly only?: string;
  readonly runs: string;
  readonly rps: string;
  readonly batch: string;
  readonly withoutHouston?: boolean;
  readonly calmSeconds: string;
};

const docs = join(fileURLToPath(import.meta.url), "../../../../docs");
const RESULTS = join(docs, "measurements/drills.ndjson");
const TABLE = join(docs, "measurements.md");

/** `npm run drills`: each drill on a planet of its own, so many times; goes on where it was broken off. */
export function drills(program: Command): void {
  program
    .command("drills")
    .description("Measure all drills, each on a fresh planet, and write docs/measurements.md.")
    .option("--only <names>", "only these, with commas between them")
    .option("--runs <number>", "how often each", "3")
    .option("--rps <number>", "the users' requests a second", "200")
    .option("--batch <name>", "runs of one batch make one table; a new name begins anew", "first")
    .option("--without-houston", "nobody helps: what the outages cost then")
    .option("--calm-seconds <number>", "how long `calm` is watched", "3600")
    .addHelpText(
      "after",
      "\nExamples:\n  $ npm run drills -- --only hard-down,gray\n  $ npm run drills -- --runs 1 --without-houston",
    )
    .action(async (flags: DrillsFlags) => {
      if (runningPlanet())
        throw new CallerError({
          code: "planet-runs",
          message: "a planet runs",
          hint: "stop it first: each measured drill wants the machine for itself",
        });
      const chosen =
        flags.only === undefined ? DRILLS : flags.only.split(",").map((name) => named(DRILLS, "drill", name));
      for (const drill of chosen) await measure(drill, flags);
      writeTable(TABLE, readMeasurements(RESULTS));
      tell("written: docs/measurements.md");
    });
}

async function measure(drill: Drill, flags: DrillsFlags): Promise<void> {
  const houston = !flags.withoutHouston;
  const before = readMeasurements(RESULTS).filter(
    (each) => each.batch === flags.batch && each.houston === houston && each.report.drill === drill.name,
  );
  for (let run = before.length; run < Number(flags.runs); run++) {
    tell(`\n${drill.name}, run ${run + 1} of ${flags.runs}`);
    const rps = Number(flags.rps);
    const fresh = await freshPlanet({ houston, rps, tell });
    const planet = planetClient(fresh);
    try {
      const seconds = drill.name === "calm" ? { seconds: Number(flags.calmSeconds) } : {};
      const { timeline: _, ...report } = await runDrill({ planet, drill, withoutHouston: !houston, tell, ...seconds });
      appendMeasurement(RESULTS, { at: Date.now(), batch: flags.batch, houston, rps, report });
      // The table is true at any moment: a broken-off measurement leaves what it has.
      writeTable(TABLE, readMeasurements(RESULTS));
    } finally {
      await planet.close();
      await fresh.stop();
    }
  }
}
