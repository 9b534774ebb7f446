import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "commander";
import type { HoustonClient } from "../../api/client.ts";
import type { UnixMs } from "../../core/step.ts";
import { clockTime, duration } from "../amounts.ts";
import { EXIT } from "../command.ts";
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
      const isLookedAt = options.watch || !options.json;
      const houston = connect(options, isLookedAt ? { answerWithinMs: PATIENCE_MS } : {});
      if (options.watch) {
        // A dumb terminal can only take lines one after the other.
        const isScreen = process.stdout.isTTY && process.env["TERM"] !== "dumb";
        const watch = options.json ? watchJson : isScreen ? watchScreen : watchLines;
        return untilSignal((signal) => watch(houston, signal));
      }
      if (options.json) return printJson(await houston.status());
      const [now, view] = await Promise.all([houston.status(), houston.view()]);
      const width = process.stdout.isTTY ? process.stdout.columns || Infinity : Infinity;
      const stale = await staleLine(houston, view.at);
      if (stale !== null) {
        process.exitCode = EXIT.failed;
        print(stale);
      }
      for (const line of statusLines({ status: now, view, now: view.at, api: houston.api }, { width })) print(line);
    });
}

/** Who looks wants to know soon that nobody answers: a Houston whose process stands still takes calls and says nothing. */
const PATIENCE_MS = 5000;
/** A Houston goes on four times a second. A busy one is late; from here on it is looked whether it goes on at all. */
const OLD_AFTER_MS = 5000;
const LOOK_AGAIN_MS = 2000;

/** Null while Houston goes on: clocks of two machines may differ, so what is old by ours is looked at twice. */
async function staleLine(houston: HoustonClient, at: UnixMs): Promise<Line | null> {
  const age = Date.now() - at;
  if (at === 0 || Math.abs(age) < OLD_AFTER_MS) return null;
  await sleep(LOOK_AGAIN_MS);
  // One that has fallen silent since does not go on either.
  const again = await houston.view().catch(() => null);
  if (again !== null && again.at !== at) return null;
  const ago = age > 0 ? `, ${duration(age)} ago` : "";
  return toned(
    "bad",
    `STALE: this is of ${clockTime(at)}${ago}, and Houston does not go on: it has stopped deciding. Edges and DNS go on with their last table.`,
  );
}
