import { createPrivateKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import type { Command } from "commander";
import { readSaid } from "../../chat/grammar.ts";
import { readConfig } from "../../config/config-file.ts";
import { CallerError } from "../../core/errors.ts";
import type { Order } from "../../core/order.ts";
import { orderWords } from "../../core/order-words.ts";
import { readDuration } from "../amounts.ts";
import { badUsage } from "../ask.ts";
import { badConfig } from "../bad-config.ts";
import { configText } from "../config-text.ts";
import { print, tell } from "../output.ts";
import { GOOD_FOR_SECONDS_MAX, publicText, signOrder } from "../../production/signed-orders/signed-order.ts";

/** Orders as signed files, for when all else is down. */
export function order(program: Command): void {
  const group = program
    .command("order")
    .description("Orders as signed files, for when nothing but a disk is left (docs/how-to/signed-orders.md).");
  group
    .command("key")
    .argument("<file>", "where your private key is written; it must not exist")
    .description("Make a key to sign orders with, and print the public one for `people` in houston.yaml.")
    .addHelpText("after", "\nExamples:\n  $ houston order key ~/.ssh/houston.pem")
    .action((file: string) => {
      const { privateKey } = generateKeyPairSync("ed25519");
      writeNew(file, privateKey.export({ format: "pem", type: "pkcs8" }));
      tell(`${file} is yours alone; under \`people\` in houston.yaml, with your name, stands:`);
      print(`keys: [${publicText(privateKey)}]`);
    });
  group
    .command("sign")
    .argument("<words...>", "the order, as it is typed to Houston; put `--` before it where it has options")
    .requiredOption("--key <file>", "your private key")
    .option("--config <file>", "of the Houston that it is for", "houston.yaml")
    .option("--good-for <time>", "it is not followed later than that", "1h")
    .option("--why <words>", "why, for the record")
    .description("Sign an order. The file goes into the folder `orders` of the state folder of `houston run`.")
    .addHelpText(
      "after",
      `
Examples:
  $ houston order sign --key ~/.ssh/houston.pem hold > hold.order
  $ houston order sign --key ~/.ssh/houston.pem --good-for 20m -- evacuate us-east-1 --share 5% --for 10m > now.order`,
    )
    .action((words: readonly string[], options: { key: string; config: string; goodFor: string; why?: string }) => {
      const goodForSeconds = readDuration(options.goodFor);
      if (goodForSeconds > GOOD_FOR_SECONDS_MAX)
        throw badUsage(`--good-for ${options.goodFor} is longer than ${GOOD_FOR_SECONDS_MAX / 86_400} days`);
      const read = readConfig(configText(options.config));
      if ("problems" in read) throw badConfig(options.config, read.problems);
      if (read.name === null) throw unnamed(options.config);
      const said = orderIn(words.join(" "));
      const locations = read.estate.locations.map(({ name }) => name);
      if ("location" in said && said.location !== undefined && !locations.includes(said.location))
        throw badUsage(`there is no location ${said.location} in ${options.config}: ${locations.join(", ")}`);
      const key = privateKeyIn(options.key);
      const mine = publicText(key);
      if (!Object.values(read.people).some(({ keys }) => keys.includes(mine)))
        tell(`the public key ${mine} is not among \`people\` in ${options.config}: it would be refused there`);
      tell(`signed for ${read.name}, good for ${options.goodFor}: ${orderWords(said)}`);
      process.stdout.write(
        signOrder({
          order: said,
          key,
          estate: read.name,
          locations,
          at: Date.now(),
          goodForSeconds,
          ...(options.why !== undefined && { why: options.why }),
        }),
      );
    });
}

function unnamed(file: string): CallerError {
  return new CallerError({
    code: "estate-unnamed",
    message: `${file} has no \`name\`: an order says for which estate's Houston it is`,
    hint: "add `name: shop-production` there and in the Houston's own, a name that no other estate of yours has",
  });
}

function orderIn(text: string): Order {
  const said = readSaid(text);
  if (said.kind === "order") return said.order;
  throw badUsage(said.kind === "mistake" ? `${said.says}; ${said.fix}` : `${text} is no order: for example hold`);
}

function privateKeyIn(file: string): KeyObject {
  try {
    const key = createPrivateKey(readFileSync(file));
    if (key.asymmetricKeyType === "ed25519") return key;
  } catch (error) {
    throw noKey(file, error);
  }
  throw noKey(file, undefined);
}

function noKey(file: string, cause: unknown): CallerError {
  return new CallerError({
    code: "no-key",
    message: `${file} is no private Ed25519 key that can be read`,
    hint: "`houston order key FILE` makes one",
    cause,
  });
}

function writeNew(file: string, text: string): void {
  try {
    writeFileSync(file, text, { mode: 0o600, flag: "wx" });
  } catch (cause) {
    throw new CallerError({
      code: "not-written",
      message: `${file} can't be written: ${cause instanceof Error ? cause.message : String(cause)}`,
      hint: "name a file that does not exist yet",
      cause,
    });
  }
}
