import { Argument, type Command } from "commander";
import type { Order, Pinned } from "../../core/order.ts";
import { readExpiry, readShare } from "../amounts.ts";
import { connect, withConnection, type ConnectOptions } from "../client.ts";
import { sendOrder } from "../send-order.ts";

/** What a person sets beside what is measured and planned: force, pin, unpin, weight. */
type Options = ConnectOptions & { class?: string; for?: string; why?: string; yes?: boolean; json?: boolean };

export function force(program: Command): void {
  lasting(
    common(program, "force", "Say what a location is, whatever is measured; what is measured is shown beside it.", [
      "houston force us-east-1 down --for 2h --why 'new switches'",
      "houston force us-east-1 auto",
    ]),
  )
    .argument("<location>", "which location")
    .addArgument(
      new Argument(
        "<to>",
        "up: nobody is moved out by itself; down: it is left, and no restore undoes it; auto: neither",
      ).choices(["up", "down", "auto"]),
    )
    .action((location: string, to: "up" | "down" | "auto", options: Options) =>
      send({ kind: "force", location, to, ...lastingOf(options) }, options),
    );
}

export function pin(program: Command): void {
  lasting(
    pinned(program, "pin", "Let a zone's or a tenant's users belong to a location, where law and its room let them.", [
      "houston pin zone lyon eu-west-1",
      "houston pin tenant www.tenant.example eu-west-1 --for 1d --why 'they test it'",
    ]),
  )
    .argument("<location>", "where they belong")
    .action((what: Pinned["what"], name: string, location: string, options: Options) =>
      send({ kind: "pin", ...pinnedOf(what, name, options), location, ...lastingOf(options) }, options),
    );
}

export function unpin(program: Command): void {
  pinned(program, "unpin", "Let pinned users go where they are planned.", ["houston unpin zone lyon --yes"]).action(
    (what: Pinned["what"], name: string, options: Options) =>
      send({ kind: "unpin", ...pinnedOf(what, name, options) }, options),
  );
}

export function weight(program: Command): void {
  lasting(
    common(program, "weight", "Let a location serve at most this share of its own users, by steps as any move.", [
      "houston weight us-east-1 40%",
      "houston weight us-east-1 70% --class public --for 2h",
      "houston weight us-east-1 100%",
    ]),
  )
    .argument("<location>", "which location")
    .argument("<share>", "of its own users, for example 40%; 100%: all are back")
    .option("--class <class>", "only this class of traffic")
    .action((location: string, share: string, options: Options) =>
      send({ kind: "weight", location, share: readShare(share), ...classOf(options), ...lastingOf(options) }, options),
    );
}

function pinned(program: Command, name: string, description: string, examples: readonly string[]): Command {
  return common(program, name, description, examples)
    .addArgument(new Argument("<what>", "zone, or tenant").choices(["zone", "tenant"]))
    .argument("<name>", "of the zone, or a host of the tenant: all who share its bucket go along")
    .option("--class <class>", "the tenant's class of traffic");
}

/** A zone is all classes. */
const pinnedOf = (what: Pinned["what"], name: string, options: Options): Pinned =>
  what === "zone" ? { what, name } : { what, name, ...classOf(options) };

const classOf = ({ class: name }: Options): { readonly class?: string } => (name === undefined ? {} : { class: name });

const lasting = (command: Command): Command =>
  command
    .option("--for <time>", "ends by itself after so long, for example 10m")
    .option("--why <words>", "why, shown with it");

const lastingOf = ({ for: time, why }: Options): { readonly forSeconds?: number; readonly why?: string } => ({
  ...(time !== undefined && { forSeconds: readExpiry(time) }),
  ...(why !== undefined && { why }),
});

function common(program: Command, name: string, description: string, examples: readonly string[]): Command {
  return withConnection(program.command(name))
    .description(description)
    .option("--yes", "do it without asking (needed without a terminal)")
    .option("--json", "one JSON document")
    .addHelpText("after", `\nExamples:\n${examples.map((example) => `  $ ${example}`).join("\n")}`);
}

async function send(order: Order, options: Options): Promise<void> {
  await sendOrder(connect(options), order, { asks: true, yes: options.yes ?? false, json: options.json ?? false });
}
