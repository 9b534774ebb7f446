import type { Command } from "commander";
import { houstonClient, type HoustonClient } from "../api/client.ts";
import { CallerError } from "../core/errors.ts";
import { readRunFile } from "../runtime/run-file.ts";
import { badUsage } from "./ask.ts";

/** How a command finds Houston. */
export type ConnectOptions = { readonly api?: string; readonly token?: string };

/** Adds the options by which a command finds Houston. */
export function withConnection(command: Command): Command {
  return command
    .option("--api <url>", "Houston's API; else HOUSTON_API, else what `houston up` left")
    .option("--token <token>", "the token for orders; else HOUSTON_TOKEN, else what `houston up` left");
}

/** Finds Houston: by the options, then the environment, then run.json. */
export function connect(options: ConnectOptions): HoustonClient {
  const given = options.api ?? process.env["HOUSTON_API"];
  const run = given === undefined ? readRunFile() : null;
  const api = given ?? run?.api;
  if (api === undefined) {
    throw new CallerError({
      code: "no-houston",
      message: "no Houston runs here, and none was named",
      hint: "start the planet in a box with `houston up`, or name a Houston with --api and --token",
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
  return houstonClient({ api, token: options.token ?? process.env["HOUSTON_TOKEN"] ?? run?.token ?? "" });
}
