import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Command } from "commander";
import { realClock } from "../../runtime/clock.ts";
import { badConfig } from "../bad-config.ts";
import { configText } from "../config-text.ts";
import { connect, withConnection, type ConnectOptions } from "../client.ts";
import { print, printJson, tell } from "../output.ts";
import { stateFolder } from "../state-folder.ts";

type Options = ConnectOptions & { memory?: string; config?: string; json?: boolean };

export function chat(program: Command): void {
  withConnection(program.command("chat"))
    .description("Tell Slack, a signed webhook and PagerDuty what Houston sees and does, and take orders from Slack.")
    .option("--config <file>", "the houston.yaml whose `people` order in Slack, in place of HOUSTON_SLACK_PEOPLE")
    .option("--memory <file>", "what it must know after a restart; else a file in your state folder")
    .option("--json", "its own log as one JSON document per line")
    .addHelpText("after", ENVIRONMENT)
    .addHelpText(
      "after",
      "\nExamples:\n  $ houston chat\n  $ houston chat --memory /var/lib/houston/chat.sqlite --json",
    )
    .action(async (options: Options) => {
      const { readChatSettings } = await import("../../chat/settings.ts");
      const { startChat } = await import("../../chat/start.ts");
      const listed = options.config === undefined ? null : await listedIn(options.config);
      const settings = readChatSettings(process.env, listed);
      const houston = connect(options);
      const ended = untilTold();
      const running = await startChat({
        settings,
        houston,
        clock: realClock(),
        memoryFile: options.memory ?? memoryFile(houston.api),
        log(level, says) {
          if (options.json) printJson({ at: Date.now(), level, says });
          else (level === "problem" ? tell : print)(`${new Date().toTimeString().slice(0, 8)}  ${says}`);
        },
      });
      if (!options.json)
        print(`telling ${running.faces.join(", ")} what Houston at ${houston.api} says; Ctrl-C ends it`);
      await ended;
      await running.stop();
      // Connections that wait for an end that is gone would keep us for half a minute.
      process.exit();
    });
}

/** Those of `people` who are in Slack, by their id there. */
async function listedIn(file: string): Promise<ReadonlyMap<string, string>> {
  const { readConfig } = await import("../../config/config-file.ts");
  const read = readConfig(configText(file));
  if ("problems" in read) throw badConfig(file, read.problems);
  return new Map(
    Object.entries(read.people).flatMap(([name, { slack }]) => (slack === undefined ? [] : [[slack, name] as const])),
  );
}

const ENVIRONMENT = `
What there is to be told comes from the environment (docs/how-to/slack.md, docs/how-to/webhook-and-pagerduty.md):
  SLACK_BOT_TOKEN, SLACK_CHANNEL      Slack is told; with SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET it orders, too
  HOUSTON_SLACK_PEOPLE                who may order: U012AB3CD=alice,U0456EFGH=bob
  HOUSTON_WEBHOOK_URL, HOUSTON_WEBHOOK_SECRET
  HOUSTON_PAGERDUTY_KEY
Each secret may be in a file instead: SLACK_BOT_TOKEN_FILE and so on.`;

/** One for each Houston: incidents of two have the same numbers. */
function memoryFile(api: string): string {
  return join(stateFolder(), `chat-${createHash("sha256").update(api).digest("hex").slice(0, 12)}.sqlite`);
}

function untilTold(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => resolve());
  });
}
