import type { Command } from "commander";
import type { Order } from "../../core/order.ts";
import { readExpiry, readShare } from "../amounts.ts";
import { connect, withConnection, type ConnectOptions } from "../client.ts";
import { sendOrder } from "../send-order.ts";

type Options = ConnectOptions & { class?: string; share?: string; for?: string; yes?: boolean; json?: boolean };

export function evacuate(program: Command): void {
  withConnection(program.command("evacuate"))
    .argument("<location>", "which location to leave")
    .description("Move traffic out of a location, a chunk at a time, after the receivers have grown.")
    .option("--class <class>", "only this class of traffic")
    .option("--share <share>", "only this share of it, for example 5%")
    .option("--for <time>", "goes back by itself after so long, for example 10m")
    .option("--yes", "do it without asking (needed without a terminal)")
    .option("--json", "one JSON document")
    .addHelpText(
      "after",
      "\nExamples:\n  $ houston evacuate us-east-1\n  $ houston evacuate us-west-2 --class public --share 1% --for 10m --yes",
    )
    .action(async (location: string, options: Options) => {
      const order: Order = {
        kind: "evacuate",
        location,
        ...(options.class === undefined ? {} : { class: options.class }),
        ...(options.share === undefined ? {} : { share: readShare(options.share) }),
        ...(options.for === undefined ? {} : { forSeconds: readExpiry(options.for) }),
      };
      await sendOrder(connect(options), order, {
        asks: true,
        yes: options.yes ?? false,
        json: options.json ?? false,
      });
    });
}
