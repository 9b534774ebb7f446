import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import type { SteeringConfig } from "../../config/steering-config.ts";
import { CallerError } from "../../core/errors.ts";
import type { Estate } from "../../core/estate.ts";
import type { Staged, Staging } from "../../drivers/dns/route53/staged/stage.ts";
import type { Route53Settings } from "../../drivers/dns/route53/shape.ts";
import { clockTime } from "../amounts.ts";
import { badUsage } from "../ask.ts";
import { EXIT } from "../command.ts";
import { listenAddress } from "../listen-address.ts";
import { print, printJson, tell } from "../output.ts";
import { seldom } from "../seldom.ts";
import { stateFolder } from "../state-folder.ts";
import { STOPPED, untilSignal } from "../until-signal.ts";
import { goodConfig } from "../watched-config.ts";

/** What stands in a DNS provider beforehand, and the small servers by which it is switched. */
export function dns(program: Command): void {
  const group = program.command("dns").description("Levers that stand in a DNS provider before they are needed.");
  group
    .command("stage")
    .description(
      "Show what Route 53 is to hold so that locations can be left without its API: weights, failovers and health checks, by the newest table of `houston run`. Writes nothing without --apply.",
    )
    .option("--config <file>", "the file to read", "houston.yaml")
    .option("--state <folder>", "where `houston run` keeps what it has seen; else its own usual folder")
    .option("--driver <name>", "which of `steering.drivers`, when several are staged")
    .option("--apply", "write it to Route 53")
    .option("--remove", "write plain weights in its place, and remove the health checks")
    .option("--json", "one JSON document")
    .addHelpText(
      "after",
      "\nExamples:\n  $ houston dns stage             what would be written\n  $ houston dns stage --apply\n  $ houston dns stage --remove    back to records without health checks",
    )
    .action(runStage);
  group
    .command("switch")
    .description(
      "Answer Route 53's health checkers whether a location is left, as Houston said last. Three of them, each in another place, are the lever.",
    )
    .option("--listen <host:port>", "where Houston and the checkers ask", "127.0.0.1:8443")
    .option("--state <folder>", "where it keeps what it was told; else a folder of your own")
    .option("--certificate <file>", "its certificate, in PEM; without one only on this machine")
    .option("--key <file>", "the certificate's key, in PEM")
    .option("--json", "one JSON document per line")
    .addHelpText(
      "after",
      "\nHOUSTON_SWITCH_TOKEN, or HOUSTON_SWITCH_TOKEN_FILE, is what Houston tells it with.\n\nExample:\n  $ houston dns switch --listen 0.0.0.0:8443 --certificate switch.pem --key switch.key",
    )
    .action(runSwitch);
}

type StageOptions = {
  readonly config: string;
  readonly state?: string;
  readonly driver?: string;
  readonly apply?: boolean;
  readonly remove?: boolean;
  readonly json?: boolean;
};

async function runStage(options: StageOptions): Promise<void> {
  if (options.apply && options.remove) throw badUsage("--apply puts it there and --remove takes it back: give one");
  const { estate, steering } = goodConfig(options.config);
  const { name, settings } = stagedDriver(steering, options);
  const folder = join(options.state ?? join(stateFolder(), "run"), `steering-${name}`);
  const { readBase } = await import("../../drivers/dns/route53/staged/base.ts");
  const { stage } = await import("../../drivers/dns/route53/staged/stage.ts");
  const base = readBase(folder, "newest.json");
  if (base === null)
    throw new CallerError({
      code: "no-table-yet",
      message: `${name} was given no route table yet, so there is nothing to stage`,
      hint: "run `houston run` with this houston.yaml for a moment first; where its state is elsewhere, name it with --state",
    });
  const deed = options.apply ? "apply" : options.remove ? "remove" : "look";
  const staged = await stage(
    {
      settings,
      context: contextOf({ name, estate, steering: steering!, folder }),
      base,
      deed,
      once: () => randomBytes(4).toString("hex"),
      say: tell,
    },
    AbortSignal.timeout(STAGE_WITHIN_MS),
  );
  if (staged.outcome.kind !== "done") process.exitCode = EXIT.failed;
  if (options.json) {
    const { outcome, ...rest } = staged;
    const code = outcome.kind === "done" ? null : outcome.code;
    return printJson({ ok: code === null, deed, code, says: outcome.says ?? null, ...rest });
  }
  if (staged.outcome.kind !== "done")
    return tell(`${staged.outcome.code}: ${staged.outcome.says ?? "no more is known"}`);
  for (const line of stageLines(staged, deed)) print(line);
}

/** Two hundred health checks at five requests a second, and Route 53's own minute. */
const STAGE_WITHIN_MS = 600_000;

export function stageLines({ checks, removed, added }: Staged, deed: "look" | "apply" | "remove"): string[] {
  const isLook = deed === "look";
  const changed = removed.length + added.length + checks.made + checks.removed;
  if (changed === 0) return [`it stands already: ${checks.stand} health checks and all records`];
  const count = `${checks.made} health checks ${isLook ? "to make" : "made"}, ${checks.stand} stand already, ${checks.removed} ${isLook ? "to remove" : "removed"}`;
  return [
    ...removed.map((line) => `- ${line}`),
    ...added.map((line) => `+ ${line}`),
    `${added.length} records ${isLook ? "to write" : "written"}, ${removed.length} ${isLook ? "to take away" : "taken away"}; ${count}`,
    ...(isLook ? ["nothing was written; `houston dns stage --apply` writes it"] : []),
    ...(deed === "remove" ? ["now take `staged` out of houston.yaml, and Houston goes on with these records"] : []),
  ];
}

type StagedDriver = {
  readonly name: string;
  readonly settings: Staging["settings"];
};

function stagedDriver(steering: SteeringConfig | null, { config, driver }: StageOptions): StagedDriver {
  const all = (steering?.drivers ?? [])
    .filter(isStaged)
    .map((settings) => ({ name: settings.name ?? settings.kind, settings }));
  const found = all.filter(({ name }) => driver === undefined || name === driver);
  if (found.length === 1) return found[0]!;
  throw new CallerError({
    code: "no-such-driver",
    message:
      found.length > 1
        ? `there are several: ${found.map(({ name }) => name).join(", ")}`
        : `${config} has no driver of kind route53 with \`staged\`${driver === undefined ? "" : ` named ${driver}`}`,
    hint: found.length > 1 ? "name one with --driver" : "docs/how-to/route53.md shows it",
  });
}

function isStaged(each: SteeringConfig["drivers"][number]): each is Route53Settings & StagedDriver["settings"] {
  return each.kind === "route53" && each.staged !== undefined;
}

function contextOf({
  name,
  estate,
  steering,
  folder,
}: {
  readonly name: string;
  readonly estate: Estate;
  readonly steering: SteeringConfig;
  readonly folder: string;
}): Staging["context"] {
  const { hosts, addresses, subnets, otherwise } = steering;
  const own = { name, estate, hosts, addresses, subnets, otherwise };
  return { ...own, demandRps: () => null, env: process.env, stateFolder: folder, now: () => Date.now() };
}

async function runSwitch(options: {
  readonly listen: string;
  readonly state?: string;
  readonly certificate?: string;
  readonly key?: string;
  readonly json?: boolean;
}): Promise<void> {
  const { certificate, key } = options;
  if ((certificate === undefined) !== (key === undefined))
    throw badUsage("--certificate and --key go together: a certificate is no good without its own key");
  const { learntFile } = await import("../../drivers/store/learnt-file.ts");
  const { switchToken } = await import("../../drivers/dns/route53/staged/switch-token.ts");
  const { startSwitch } = await import("../../production/switch.ts");
  const { textOfFile } = await import("../../production/vantages.ts");
  const folder = options.state ?? join(stateFolder(), "switch");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { told } = untilSignal();
  const running = await startSwitch({
    kept: learntFile(join(folder, "switch.json")),
    token: switchToken(process.env),
    listen: listenAddress(options.listen),
    tls:
      certificate === undefined || key === undefined
        ? null
        : { certificate: textOfFile(certificate, "--certificate"), key: textOfFile(key, "--key") },
    refused: seldom((code) => {
      if (options.json) printJson({ at: Date.now(), refused: code });
      else print(`${clockTime(Date.now())}  somebody was refused: ${code}`);
    }),
    took: (word) => {
      if (options.json) printJson({ at: Date.now(), ...word });
      else print(`${clockTime(Date.now())}  table ${word.version}: ${outWords(word.out)}`);
    },
  });
  if (options.json) printJson({ started: true, url: running.url, version: running.word()?.version ?? null });
  else print(`Answers health checkers at ${running.url}: ${outWords(running.word()?.out ?? {})}. Ctrl-C stops it.`);
  await told;
  await running.stop();
  tell(STOPPED);
  process.exit();
}

function outWords(out: Readonly<Record<string, Readonly<Record<string, number>>>>): string {
  const all = Object.entries(out).flatMap(([className, own]) =>
    Object.entries(own).map(([location, steps]) => `${location} ${steps} (${className})`),
  );
  return all.length === 0 ? "nobody is left" : `steps out: ${all.join(", ")}`;
}
