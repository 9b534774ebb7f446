import type { Command } from "commander";
import { clockTime, duration } from "../amounts.ts";
import { connect, withConnection, type ConnectOptions } from "../client.ts";
import { untilSignal } from "../interrupt.ts";
import { print, printJson } from "../output.ts";
import { toned, type Line } from "../colour.ts";
import { statusLines } from "./status-lines.ts";
import { watchJson, watchLines, watchScreen } from "./status-watch.ts";

type Options = ConnectOptions & { readonly watch?: boolean; readonly json?: boolean };

export function status(program: Command): void {
  withConnection(program.command("status"))
    .description(
      "Is anything wrong, where, what is being done, must you act? Then every incident, question and location.",
    )
    .option("--watch", "stay, and show what changes as it changes; without a terminal a line for each change")
    .option("--json", "one JSON document (docs/json.md); with --watch one for each change")
    .addHelpText(
      "after",
      "\nWhile it stays: H holds everything at once, q ends it.\n\nExamples:\n  $ houston status\n  $ houston status --watch\n  $ houston status --json | jq '.locations[] | select(.verdict != \"healthy\")'",
    )
    .action(async (options: Options) => {
      const houston = connect(options);
      if (options.watch) {
        // A dumb terminal can only take lines one after the other.
        const isScreen = process.stdout.isTTY && process.env["TERM"] !== "dumb";
        const watch = options.json ? watchJson : isScreen ? watchScreen : watchLines;
        return untilSignal((signal) => watch(houston, signal));
      }
      if (options.json) return printJson(await houston.status());
      const [now, view] = await Promise.all([houston.status(), houston.view()]);
      const width = process.stdout.isTTY ? process.stdout.columns || Infinity : Infinity;
      for (const line of oldLines(view.at)) print(line);
      for (const line of statusLines({ status: now, view, now: view.at, api: houston.api }, { width })) print(line);
    });
}

/** Clocks of two machines may differ by seconds, never by this much. */
const OLD_AFTER_MS = 30_000;

function oldLines(at: number): Line[] {
  const age = Date.now() - at;
  if (at === 0 || age < OLD_AFTER_MS) return [];
  return [
    toned(
      "bad",
      `OLD: this is of ${clockTime(at)}, ${duration(age)} ago. Houston may have stopped deciding, or its clock differs from yours.`,
    ),
  ];
}
