import type { Command } from "commander";
import { problemLines, readConfig } from "../../config/config-file.ts";
import type { Estate, LocationName } from "../../core/estate.ts";
import type { ScaleSettings } from "../../drivers/scale/settings.ts";
import { vantagesOf } from "../../config/probes-shape.ts";
import { leavingNeeds } from "../../production/leaving-needs.ts";
import { mostModeOf } from "../../production/most-mode.ts";
import { EXIT } from "../command.ts";
import { configText } from "../config-text.ts";
import { print, printJson, tell } from "../output.ts";
import { scaler } from "../scaler.ts";
import { steeringLines } from "../steering-lines.ts";
import { steeringNeedsLines } from "../steering-needs-lines.ts";
import { answerLine, askConditions } from "./check-conditions.ts";
import { alikeLines, askAlike } from "./check-alike.ts";
import { askNames, isMovable, nameLines } from "./check-names.ts";
import { missingTokenLines } from "./check-tokens.ts";
import { askVantages, isWellPlaced, vantageLine } from "./check-vantages.ts";
import { isWellWatched, reachWatch, watchedLines } from "./check-watch.ts";

export function check(program: Command): void {
  program
    .command("check")
    .description("Read houston.yaml and list every problem with its place and the fix. Changes nothing.")
    .option("--config <file>", "the file to read", "houston.yaml")
    .option(
      "--reach",
      "also ask the Prometheus of `watch` and a resolver for the names of `steering`, look at what each location's scaler sees, and ask its conditions and the vantages elsewhere",
    )
    .option("--json", "one JSON document")
    .addHelpText(
      "after",
      "\nExamples:\n  $ houston check\n  $ houston check --config examples/houston.yaml --json\n  $ houston check --reach",
    )
    .action(async (options: { config: string; reach?: boolean; json?: boolean }) => {
      const file = options.config;
      const read = readConfig(configText(file));
      if ("problems" in read) {
        process.exitCode = EXIT.failed;
        if (options.json) return printJson({ ok: false, file, problems: read.problems });
        for (const line of problemLines(file, read.problems)) tell(line);
        tell(
          `${read.problems.length} ${read.problems.length === 1 ? "problem" : "problems"} in ${file}; nothing was changed`,
        );
        return;
      }
      const { locations, zones, classes, mode } = read.estate;
      const cells = read.cells.length;
      const found = { locations: locations.length, zones: zones.length, classes: classes.length, cells, mode };
      const scalers = options.reach ? await reachScalers(read) : null;
      const conditions = options.reach ? await askConditions(read) : null;
      const { estate, watch, steering, probes } = read;
      const most = mostModeOf({
        drivers: steering?.drivers.length ?? 0,
        vantages: vantagesOf(probes),
        leavingNeeds: leavingNeeds(estate, steering),
      });
      const watched = options.reach && watch !== null ? await reachWatch({ estate, watch }) : null;
      const names = options.reach && steering !== null ? await askNames(steering) : null;
      const alike = options.reach && steering !== null ? await askAlike(steering) : null;
      const vantages = options.reach ? await askVantages(read) : null;
      const ok =
        (scalers ?? []).every(({ reached }) => reached) &&
        (conditions ?? []).every(({ kind }) => kind === "holds") &&
        (watched === null || isWellWatched(watched)) &&
        (names ?? []).every(isMovable) &&
        (alike ?? []).every(({ says }) => says === null) &&
        (vantages ?? []).every(isWellPlaced);
      if (!ok) process.exitCode = EXIT.failed;
      if (options.json) {
        return printJson({
          ok,
          file,
          problems: [],
          ...found,
          mostMode: most.mode,
          ...(scalers !== null && { scalers, conditions, watch: watched, names, alike, vantages }),
        });
      }
      print(
        `${file} is good: ${found.locations} locations, ${found.zones} zones, ${found.classes} ${found.classes === 1 ? "class" : "classes"}, mode ${mode}`,
      );
      if (cells > 0)
        print(`${cells} ${cells === 1 ? "cell" : "cells"}: no request's journal is kept where a zone's law forbids it`);
      if (steering !== null)
        for (const line of [...steeringLines({ estate, steering }, most), ...steeringNeedsLines(estate, steering)])
          print(line);
      for (const line of missingTokenLines(steering?.drivers ?? [], process.env)) tell(line);
      if (scalers === null) return;
      for (const line of watched === null ? [] : watchedLines(watched)) (isWellWatched(watched!) ? print : tell)(line);
      if (scalers.length === 0) print("it has no scalers: nobody is asked to grow");
      for (const each of scalers) {
        if (each.reached)
          print(`${each.location} can take ${each.readyRps} rps, and grow to ${each.capacityRps}: ${each.says}`);
        else tell(`${each.location} could not be looked at (${each.code}): ${each.says}`);
      }
      for (const { isGood, text } of nameLines(names ?? [])) (isGood ? print : tell)(text);
      for (const { isGood, text } of alikeLines(alike ?? [])) (isGood ? print : tell)(text);
      for (const each of vantages ?? []) (isWellPlaced(each) ? print : tell)(vantageLine(each));
      for (const each of conditions ?? []) (each.kind === "holds" ? print : tell)(answerLine(each));
    });
}

type ReachedScaler = {
  readonly location: LocationName;
  readonly reached: boolean;
  /** Null: reached. */
  readonly code: string | null;
  readonly says: string;
  readonly readyRps: number | null;
  readonly capacityRps: number | null;
};

/** Looks with the very drivers and credentials that growth is asked with; asks for nothing. */
async function reachScalers({
  estate,
  scale,
}: {
  readonly estate: Estate;
  readonly scale: ScaleSettings | null;
}): Promise<readonly ReachedScaler[]> {
  const driver = await scaler({ estate, scale });
  if (driver === null || scale === null) return [];
  const signal = AbortSignal.timeout(LOOK_WITHIN_MS);
  return Promise.all(
    Object.keys(scale.locations).map(async (location): Promise<ReachedScaler> => {
      const look = await driver.look(location, signal);
      if (look.kind !== "seen") {
        return {
          location,
          reached: false,
          code: look.code,
          says: look.says ?? look.code,
          readyRps: null,
          capacityRps: null,
        };
      }
      const { readyRps, capacityRps: most } = look.capacity;
      return { location, reached: true, code: null, says: look.says, readyRps, capacityRps: most };
    }),
  );
}

/** Far more than a provider needs, and people wait for it. */
const LOOK_WITHIN_MS = 10_000;
