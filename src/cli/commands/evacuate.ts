import type { Command } from "commander";
import { FOR_SECONDS_MAX, type Order } from "../../core/order.ts";
import type { WhatIf } from "../../core/plan/what-if.ts";
import { percent, readDuration, readShare, rps } from "../amounts.ts";
import { badUsage } from "../ask.ts";
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
      const houston = connect(options);
      const preview = await houston.plan(location);
      await sendOrder(houston, order, {
        says: previewLines(order, preview),
        yes: options.yes ?? false,
        json: options.json ?? false,
      });
    });
}

function readExpiry(text: string): number {
  const seconds = readDuration(text);
  if (seconds <= FOR_SECONDS_MAX) return seconds;
  throw badUsage(
    `--for ${text} is longer than ${FOR_SECONDS_MAX / 86_400} days; without --for it stays until \`houston restore LOCATION\``,
  );
}

const RECEIVERS_SHOWN_MAX = 6;

/** Where its traffic would go and how full that makes the others: what a person wants to know before a yes. */
function previewLines(order: Extract<Order, { kind: "evacuate" }>, preview: WhatIf): string[] {
  const moves = preview.moves.filter(
    (move) => move.from === order.location && (order.class === undefined || move.class === order.class),
  );
  const byReceiver = new Map<string, number>();
  for (const move of moves) byReceiver.set(move.to, (byReceiver.get(move.to) ?? 0) + move.rps);
  const total = [...byReceiver.values()].reduce((sum, value) => sum + value, 0);
  const share = order.share ?? 1;
  const what = order.class === undefined ? "traffic" : `${order.class.toUpperCase()} traffic`;
  const until = order.forSeconds === undefined ? "until a restore" : `for ${order.forSeconds} s`;
  const receivers = [...byReceiver].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return [
    `${percent(share)} of the ${what} of ${order.location} (about ${rps(total * share)} rps) leaves ${until}:`,
    ...receivers
      .slice(0, RECEIVERS_SHOWN_MAX)
      .map(
        ([name, value]) =>
          `  -> ${name} ${percent(value / total)}, then ${percent(preview.utilisationAfter[name] ?? 0)} full if all goes`,
      ),
    ...(receivers.length > RECEIVERS_SHOWN_MAX ? [`  -> and ${receivers.length - RECEIVERS_SHOWN_MAX} more`] : []),
    ...preview.grow.map(({ location, toRps }) => `  ${location} grows to ${toRps} rps first`),
    ...(preview.unserved.length > 0
      ? [`  no place for ${rps(preview.unserved.reduce((sum, each) => sum + each.rps, 0))} rps: that much stays`]
      : []),
  ];
}
