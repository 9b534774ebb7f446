import type { Command } from "commander";
import { houstonClient, type HoustonClient } from "../api/client.ts";
import { CallerError } from "../core/errors.ts";
import { readRunFile } from "../runtime/run-file.ts";
import { badUsage } from "./ask.ts";
import { tell } from "./output.ts";

/** How a command finds Houston. */
export type ConnectOptions = { readonly api?: string; readonly token?: string };

/** Adds the options by which a command finds Houston. */
export function withConnection(command: Command): Command {
  return command
    .option("--api <url>", "Houston's API; else HOUSTON_API, else the one that runs here")
    .option("--token <token>", "the token for orders; else HOUSTON_TOKEN, else that of the one that runs here");
}

/** Long enough to wonder whether anything happens at all. */
const SILENT_MS = 2000;

/** Houston for a command. A person who waits for its first answer is told so. */
export function connect(options: ConnectOptions, patience: { readonly answerWithinMs?: number } = {}): HoustonClient {
  const found = connection(options);
  let waits = process.stderr.isTTY;
  return houstonClient({
    ...found,
    ...patience,
    async fetch(address, init) {
      const timer = setTimeout(() => {
        if (waits) tell(`Houston at ${found.api} has not answered yet; I wait ...`);
        waits = false;
      }, SILENT_MS);
      try {
        return await fetch(address, init);
      } finally {
        clearTimeout(timer);
        waits = false;
      }
    },
  });
}

/** Finds Houston: by the options, then the environment, then run.json. An empty token: none is known. */
export function connection(options: ConnectOptions): { readonly api: string; readonly token: string } {
  const given = options.api ?? process.env["HOUSTON_API"];
  const run = given === undefined ? readRunFile() : null;
  const api = given ?? run?.api;
  if (api === undefined) {
    throw new CallerError({
      code: "no-houston",
      message: "no Houston runs here, and none was named",
      hint: "`houston run` watches your own services, `houston up` is the planet in a box; or name one with --api and --token",
    });
  }
  if (!URL.canParse(api) || !/^https?:/.test(api)) {
    if (options.api !== undefined) throw badUsage(`--api ${api} is no address, for example http://127.20.0.70:7070`);
    throw new CallerError({
      code: "bad-api",
      message: `HOUSTON_API is ${api}, which is no address`,
      hint: "for example http://127.20.0.70:7070",
    });
  }
  return { api: api.replace(/\/+$/, ""), token: options.token ?? process.env["HOUSTON_TOKEN"] ?? run?.token ?? "" };
}
