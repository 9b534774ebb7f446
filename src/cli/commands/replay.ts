import type { Command } from "commander";
import { control, initialControl } from "../../core/control.ts";
import type { ControlEffect } from "../../core/control-contract.ts";
import { readControlRecording } from "../../runtime/control-recording.ts";
import { replayControl, type ReplayChanges, type ReplayedStep } from "../../runtime/replay.ts";
import { badUsage, unknownName } from "../ask.ts";
import { print, printJson, tell } from "../output.ts";

type Options = { set: string[]; reasons?: boolean; json?: boolean };

export function replay(program: Command): void {
  program
    .command("replay")
    .argument("<recording>", "a file, a .gz file, or - for standard input")
    .description("Decide again what was once decided; or what would have been with another setting.")
    .option("--set <setting=value>", `change a setting: ${Object.keys(SETTINGS).join(", ")}`, collect, [])
    .option("--reasons", "also print why, with every decision")
    .option("--json", "one JSON document per decision, then one with the fingerprint")
    .addHelpText(
      "after",
      `
The fingerprint is the same when the decisions are, byte for byte.

Examples:
  $ curl -s http://127.20.0.70:7070/api/recording > incident.ndjson
  $ houston replay incident.ndjson
  $ houston replay incident.ndjson --set needlessMovesPerYear=12`,
    )
    .action(async (file: string, options: Options) => {
      const changes = readChanges(options.set);
      const steps = replayControl(readControlRecording(file), {
        initial: initialControl(),
        step: control,
        ...(options.set.length === 0 ? {} : { changes }),
      });
      for (;;) {
        const next = await steps.next();
        if (next.done) {
          if (options.json) printJson({ ...next.value, changes });
          else
            tell(
              `${next.value.steps} events; fingerprint of the decisions: ${next.value.digest.slice(0, 16) || "none"}`,
            );
          return;
        }
        if (options.json) printJson(next.value);
        else for (const line of stepLines(next.value, options.reasons ?? false)) print(line);
      }
    });
}

function stepLines(step: ReplayedStep, withReasons: boolean): string[] {
  const time = new Date(step.at).toISOString().slice(11, 23);
  return [
    ...step.effects.map((effect) => `${time}  ${effectLine(effect)}`),
    ...(withReasons ? step.reasons.map((reason) => `${time}      ${reason.code}: ${reason.says}`) : []),
  ];
}

function effectLine(effect: ControlEffect): string {
  switch (effect.kind) {
    case "publish":
      return `table ${effect.table.version}`;
    case "scale":
      return `scale ${effect.location} to ${effect.targetRps} rps`;
    case "notice":
      return `loss notice ${effect.notice.location}, seen by ${effect.notice.seenBy.length}`;
    case "ask":
      return `ask the conditions of ${effect.locations.join(", ")}`;
    case "say":
      return effect.words.what;
  }
}

const SETTINGS = {
  needlessMovesPerYear(text: string): ReplayChanges {
    const value = Number(text);
    if (!(value > 0 && Number.isFinite(value))) throw badUsage(`needlessMovesPerYear is a number over 0, not ${text}`);
    return { needlessMovesPerYear: value };
  },
  mode(text: string): ReplayChanges {
    if (text !== "observe" && text !== "approve" && text !== "act")
      throw badUsage(`mode is observe, approve or act, not ${text}`);
    return { mode: text };
  },
  restore(text: string): ReplayChanges {
    if (text !== "person" && text !== "auto") throw badUsage(`restore is person or auto, not ${text}`);
    return { restore: text };
  },
  actWithoutPromise(text: string): ReplayChanges {
    if (text !== "true" && text !== "false") throw badUsage(`actWithoutPromise is true or false, not ${text}`);
    return { actWithoutPromise: text === "true" };
  },
} as const;

function readChanges(settings: readonly string[]): ReplayChanges {
  let changes: ReplayChanges = {};
  for (const setting of settings) {
    const [, name = "", value] = /^([^=]*)=(.*)$/.exec(setting) ?? [];
    if (value === undefined)
      throw badUsage(`--set ${setting}: write SETTING=VALUE; settings: ${Object.keys(SETTINGS).join(", ")}`);
    if (!Object.hasOwn(SETTINGS, name)) throw unknownName("setting", name, Object.keys(SETTINGS));
    changes = { ...changes, ...SETTINGS[name as keyof typeof SETTINGS](value) };
  }
  return changes;
}

function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}
