import { join } from "node:path";
import type { Command } from "commander";
import { CallerError } from "../../core/errors.ts";
import { removeRunFile, writeRunFile } from "../../runtime/run-file.ts";
import { clockTime, readDuration } from "../amounts.ts";
import { badUsage } from "../ask.ts";
import { conditionDrivers } from "../condition-drivers.ts";
import { oneAtATime } from "../one-at-a-time.ts";
import { scaler } from "../scaler.ts";
import { steeringLines } from "../steering-lines.ts";
import { print, printJson, tell } from "../output.ts";
import { stateFolder } from "../state-folder.ts";
import { STOPPED, untilSignal } from "../until-signal.ts";
import { watchedConfig, watchedPrometheus } from "../watched-config.ts";

type Options = {
  config: string;
  state?: string;
  orders?: string;
  backfill?: string;
  probeOnly?: boolean;
  vantage?: string;
  certificate?: string;
  key?: string;
  listen: string;
  json?: boolean;
};

export function run(program: Command): void {
  program
    .command("run")
    .description(
      "Watch your own services, as your Prometheus counts them, say what should be done, and steer what `steering` in houston.yaml names.",
    )
    .option("--config <file>", "who and where", "houston.yaml")
    .option("--state <folder>", "where it keeps what it has seen, learnt and said; else a folder of your own")
    .option("--orders <folder>", "where signed order files are put; else `orders` in that folder")
    .option(
      "--backfill <time>",
      "learn what is usual from so much of what the Prometheus still has: 28d; what was learnt before stays",
    )
    .option(
      "--listen <host:port>",
      "the API and console, on this machine only; with --probe-only where it is asked",
      "127.0.0.1:7070",
    )
    .option("--probe-only", "only look at the locations, when another Houston asks: a vantage elsewhere")
    .option("--vantage <location>", "with --probe-only: where it stands")
    .option("--certificate <file>", "with --probe-only: its certificate, in PEM; without one only on this machine")
    .option("--key <file>", "with --probe-only: the certificate's key, in PEM")
    .option("--json", "one JSON document per line: the start, then the timeline")
    .addHelpText(
      "after",
      "\nPROMETHEUS_TOKEN, or PROMETHEUS_TOKEN_FILE, is sent to the Prometheus as a bearer token;\nHOUSTON_VANTAGE_TOKEN, or HOUSTON_VANTAGE_TOKEN_FILE, to vantages elsewhere, which know it too.",
    )
    .addHelpText(
      "after",
      "\nExamples:\n  $ houston run\n  $ houston run --backfill 28d\n  $ houston status        in another terminal\n  $ houston run --probe-only --vantage eu-west-1 --listen 0.0.0.0:7443 --certificate vantage.pem --key vantage.key",
    )
    .action(async (options: Options) => {
      mustFit(options);
      if (options.probeOnly) return (await import("./run-probe-only.ts")).runProbeOnly(options);
      const config = watchedConfig(options.config);
      const { estate, watch, steering, probes } = config;
      mustObserve(options.config, config);
      const prometheus = watchedPrometheus(config);
      oneAtATime();
      const { told, signal } = untilSignal();
      const { startHouston } = await import("../../production/houston.ts");
      const starting = startHouston({
        name: config.name,
        estate,
        conditions: await conditionDrivers(config),
        steering,
        probes,
        scale: await scaler(config),
        env: process.env,
        prometheus,
        everyMs: watch.prometheus.everySeconds * 1000,
        backfillMs: options.backfill === undefined ? 0 : readDuration(options.backfill) * 1000,
        signal,
        people: config.people,
        ordersFolder: options.orders ?? join(options.state ?? join(stateFolder(), "run"), "orders"),
        stateFolder: options.state ?? join(stateFolder(), "run"),
        listen: loopback(options.listen),
        say: (entry) => (options.json ? printJson(entry) : print(`${clockTime(entry.at)}  ${entry.what}`)),
      });
      const houston = await starting.catch((error: unknown) => {
        // A start that we were told to break off is no failure.
        if (!signal.aborted) throw error;
        return null;
      });
      if (houston === null) return tell(STOPPED);
      writeRunFile({ pid: process.pid, api: houston.api, token: houston.token });
      const { everySeconds, url } = watch.prometheus;
      if (options.json) printJson({ started: true, api: houston.api });
      else {
        print(`Houston watches ${estate.locations.length} locations by ${new URL(url).host}, each ${everySeconds} s.`);
        for (const line of steeringLines(config, houston.most)) print(line);
        print(`  API   ${houston.api}`);
        print("        npx houston status --watch      npx houston console      npx houston why LOCATION");
        print("  Ctrl-C stops it.\n");
      }
      await told;
      removeRunFile(process.pid);
      await houston.stop();
      tell(STOPPED);
      // Connections that wait for an end that is gone would keep us for half a minute.
      process.exit();
    });
}

/** Who only looks keeps nothing and is told nothing; and nobody else is told where it stands. */
function mustFit(options: Options): void {
  const foreign: readonly (keyof Options)[] = options.probeOnly
    ? ["state", "orders", "backfill"]
    : ["vantage", "certificate", "key"];
  const given = foreign.find((name) => options[name] !== undefined);
  if (given !== undefined)
    throw badUsage(`--${given} ${options.probeOnly ? "does not go with" : "goes with"} --probe-only`);
}

/** A file that asks for more than can be done must not seem to be obeyed. */
function mustObserve(file: string, { estate, steering }: ReturnType<typeof watchedConfig>): void {
  if (estate.mode === "observe" || steering !== null) return;
  throw new CallerError({
    code: "mode-too-far",
    message: `${file} asks for mode ${estate.mode}, and has no \`steering\`: there is no DNS and no edge that users could be moved by`,
    hint: "mode: observe, or add steering (docs/how-to/steer.md)",
  });
}

function loopback(listen: string): { host: string; port: number } {
  const match = /^(127(?:\.\d{1,3}){3}):(\d{1,5})$/.exec(listen);
  const port = Number(match?.[2]);
  if (!match || port > 65_535)
    throw badUsage(`--listen ${listen} is not an address of this machine: for example --listen 127.0.0.1:7070`);
  return { host: match[1]!, port };
}
