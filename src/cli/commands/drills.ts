import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { CallerError } from "../../core/errors.ts";
import { DRILLS, type Drill } from "../../planet/drills/catalogue.ts";
import { measurePlanet, THROUGHPUT_RPS } from "../../planet/drills/measure-planet.ts";
import {
  appendMeasurement,
  readMeasurements,
  subjectOf,
  writeTable,
  type Measurement,
} from "../../planet/drills/measurements.ts";
import { planetClient, type PlanetClient } from "../../planet/drills/planet-client.ts";
import { runDrill } from "../../planet/drills/run-drill.ts";
import { freshPlanet, runningPlanet, type FreshPlanet } from "../../planet/drills/running-planet.ts";
import { namedOrUsage, readNumber, RPS_RANGE } from "../drill-options.ts";
import { interruptible } from "../interrupt.ts";
import { keepDrill } from "../keep-drill.ts";
import { printJson, tell } from "../output.ts";

type DrillsFlags = {
  readonly only?: string;
  readonly runs: string;
  readonly rps?: string;
  readonly batch: string;
  readonly withoutHouston?: boolean;
  readonly calmSeconds: string;
  readonly waitBack?: boolean;
  readonly json?: boolean;
};

const docs = join(fileURLToPath(import.meta.url), "../../../../docs");
const RESULTS = join(docs, "measurements/drills.ndjson");
const TABLE = join(docs, "measurements.md");
const RUNS_MAX = 100;
const CALM_SECONDS_MAX = 24 * 3600;

/** No drill: the planet itself, what it needs and carries. */
const PLANET = { name: "planet", rps: THROUGHPUT_RPS };
type Subject = Drill | typeof PLANET;

type Wish = {
  readonly chosen: readonly Subject[];
  readonly runs: number;
  /** Null: each drill's own. */
  readonly rps: number | null;
  readonly batch: string;
  readonly houston: boolean;
  readonly calmSeconds: number;
  readonly waitForBack: boolean;
  readonly json: boolean;
};

/** `npm run drills`: each drill on a planet of its own, so many times; goes on where it was broken off. */
export function drills(program: Command): void {
  program
    .command("drills")
    .description("Measure all drills, each on a fresh planet, and the planet itself, and write docs/measurements.md.")
    .option("--only <names>", "only these, with commas between them; `planet`: start, memory and throughput")
    .option("--runs <number>", "how often each", "3")
    .option("--rps <number>", "the users' requests a second, instead of each drill's own")
    .option("--batch <name>", "runs of one batch make one table; a new name begins anew", "first")
    .option("--without-houston", "nobody helps: what the outages cost then")
    .option("--calm-seconds <number>", "how long `calm` is watched", "3600")
    .option("--wait-back", "wait until whoever left is back: up to two minutes more for each")
    .option("--json", "each run's measurement as one JSON document on a line")
    .addHelpText(
      "after",
      "\nExamples:\n  $ npm run drills -- --only hard-down,gray\n  $ npm run drills -- --only planet\n  $ npm run drills -- --runs 1 --without-houston",
    )
    .action(async (flags: DrillsFlags) => {
      const wish = wishOf(flags);
      if (runningPlanet())
        throw new CallerError({
          code: "planet-runs",
          message: "a planet runs",
          hint: "stop it first: each measured drill wants the machine for itself",
        });
      await interruptible(async (signal) => {
        for (const subject of wish.chosen) await measureAll(subject, wish, signal);
      });
      writeTable(TABLE, readMeasurements(RESULTS));
      tell("written: docs/measurements.md");
    });
}

function wishOf(flags: DrillsFlags): Wish {
  const houston = !flags.withoutHouston;
  // Without Houston nothing about the planet itself is measured: its figures are of all its processes.
  const all: readonly Subject[] = houston ? [...DRILLS, PLANET] : DRILLS;
  return {
    chosen: flags.only === undefined ? all : flags.only.split(",").map((name) => namedOrUsage(all, "drill", name)),
    runs: readNumber(flags.runs, { flag: "--runs", from: 1, to: RUNS_MAX, whole: true }),
    rps: flags.rps === undefined ? null : readNumber(flags.rps, { flag: "--rps", ...RPS_RANGE }),
    batch: flags.batch,
    houston,
    calmSeconds: readNumber(flags.calmSeconds, { flag: "--calm-seconds", from: 1, to: CALM_SECONDS_MAX }),
    waitForBack: flags.waitBack ?? false,
    json: flags.json ?? false,
  };
}

async function measureAll(subject: Subject, wish: Wish, signal: AbortSignal): Promise<void> {
  const { batch, houston, runs } = wish;
  const rps = wish.rps ?? subject.rps;
  const before = readMeasurements(RESULTS).filter(
    (each) => each.batch === batch && each.houston === houston && each.rps === rps && subjectOf(each) === subject.name,
  );
  for (let run = before.length; run < runs; run++) {
    tell("");
    tell(`${subject.name}, run ${run + 1} of ${runs}`);
    const leastReadyRps = "steps" in subject ? subject.leastReadyRps : undefined;
    const fresh = await freshPlanet({ houston, rps, leastReadyRps, tell, signal });
    const planet = planetClient(fresh);
    try {
      const measured = await measure(subject, { wish, planet, fresh, signal });
      const measurement: Measurement = { at: Date.now(), batch, houston, rps, ...measured };
      appendMeasurement(RESULTS, measurement);
      if (wish.json) printJson(measurement);
      // The table is true at any moment: a broken-off measurement leaves what it has.
      writeTable(TABLE, readMeasurements(RESULTS));
    } finally {
      await planet.close();
      await fresh.stop();
    }
  }
}

async function measure(
  subject: Subject,
  on: { readonly wish: Wish; readonly planet: PlanetClient; readonly fresh: FreshPlanet; readonly signal: AbortSignal },
) {
  const { wish, planet, fresh, signal } = on;
  if (!("steps" in subject)) {
    return { kind: "planet", figures: await measurePlanet({ planet, startMs: fresh.startMs, tell, signal }) } as const;
  }
  const whole = await runDrill({
    planet,
    drill: subject,
    withoutHouston: !wish.houston,
    waitForBack: wish.waitForBack,
    tell,
    signal,
    ...(subject.name === "calm" ? { seconds: wish.calmSeconds } : {}),
  });
  if (wish.houston) await keepDrill(fresh, whole);
  const { timeline: _, ...report } = whole;
  return { kind: "drill", report } as const;
}
