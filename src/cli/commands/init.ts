import { writeFileSync } from "node:fs";
import type { Command } from "commander";
import { readConfig } from "../../config/config-file.ts";
import { CallerError } from "../../core/errors.ts";
import { safeAddress } from "../../drivers/safe-address.ts";
import { secretOf } from "../../drivers/secret.ts";
import { badUsage } from "../ask.ts";
import { draft, type Findings } from "../init/draft.ts";
import { findContexts, kubeconfigFiles } from "../init/find-contexts.ts";
import { findMetrics } from "../init/find-metrics.ts";
import { findName } from "../init/find-name.ts";
import { print, printJson } from "../output.ts";

type Options = {
  output: string;
  prometheus?: string;
  dns?: string;
  name?: string;
  kubeconfig?: string;
  json?: boolean;
};

export function init(program: Command): void {
  program
    .command("init")
    .description(
      "Write a first houston.yaml from what is found: a Prometheus, a name in DNS, Kubernetes contexts. Only reads, never overwrites.",
    )
    .option("-o, --output <file>", "the file to write", "houston.yaml")
    .option("--prometheus <url>", "your Prometheus; else PROMETHEUS_URL")
    .option("--dns <server>", "a name server to ask for --name: 192.0.2.53, or with a port 192.0.2.53:5353")
    .option("--name <name>", "the name that users ask for: its addresses and TTLs now")
    .option("--kubeconfig <file>", "where contexts are looked for; else KUBECONFIG, else ~/.kube/config")
    .option("--json", "one JSON document")
    .addHelpText("after", "\nPROMETHEUS_TOKEN, or PROMETHEUS_TOKEN_FILE, is sent to the Prometheus as a bearer token.")
    .addHelpText(
      "after",
      "\nExamples:\n  $ houston init --prometheus https://prometheus.example.com\n  $ houston init --dns 192.0.2.53 --name www.example.com\n  $ houston check        lists each '?' that is left to you",
    )
    .action(async (options: Options) => {
      const findings = await lookAround(options);
      const text = draft(findings);
      writeNew(options.output, text);
      const read = readConfig(text);
      const asks = "problems" in read ? read.problems.map(({ path, line, fix }) => ({ path, line, fix })) : [];
      if (options.json) return printJson({ file: options.output, ...counted(findings), asks });
      for (const line of foundLines(findings)) print(line);
      print(
        `written: ${options.output}, with ${asks.length} '?' left to you; next: \`houston check${named(options)}\``,
      );
    });
}

const named = ({ output }: Options): string => (output === "houston.yaml" ? "" : ` --config ${output}`);

async function lookAround(options: Options): Promise<Findings> {
  const { dns: server, name } = options;
  if ((server === undefined) !== (name === undefined))
    throw badUsage("--dns and --name go together: --dns 192.0.2.53 --name www.example.com");
  const [prometheus, found] = await Promise.all([
    lookAtPrometheus(options.prometheus ?? process.env["PROMETHEUS_URL"]),
    server === undefined || name === undefined ? null : findName({ name, server }),
  ]);
  return { prometheus, name: found, contexts: findContexts(kubeconfigFiles(options.kubeconfig, process.env)) };
}

async function lookAtPrometheus(url: string | undefined): Promise<Findings["prometheus"]> {
  if (url === undefined || url === "") return null;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw badUsage(`${url} is no address of a Prometheus: --prometheus https://prometheus.example.com`);
  // What is written into the file stays there, and may be committed.
  if (new URL(url).password !== "") {
    throw new CallerError({
      code: "secret-in-file",
      message: "a password stands in the Prometheus' address",
      hint: "take it out; a token comes from PROMETHEUS_TOKEN or PROMETHEUS_TOKEN_FILE",
    });
  }
  const token = secretOf(process.env, "PROMETHEUS_TOKEN");
  if (token !== null) safeAddress("the Prometheus' address", url);
  return { url, ...(await findMetrics({ url, token })) };
}

/** What is there already was thought about by somebody. */
function writeNew(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: "wx" });
  } catch (error) {
    const isThere = (error as NodeJS.ErrnoException).code === "EEXIST";
    throw new CallerError({
      code: isThere ? "config-exists" : "not-written",
      message: isThere
        ? `${file} is there already, and stays as it is`
        : `${file} can't be written: ${error instanceof Error ? error.message : String(error)}`,
      hint: isThere ? "name another file with --output, or take that one away" : "name another file with --output",
      cause: error,
    });
  }
}

function counted({ prometheus, contexts, name }: Findings) {
  const metrics = prometheus?.metrics ?? null;
  return {
    counter: metrics?.convention.counter ?? null,
    locations: metrics?.locations.map((each) => each.name) ?? [],
    services: metrics?.services.map((each) => each.name) ?? [],
    contexts: contexts.map((each) => ({ name: each.name, region: each.region })),
    addresses: name?.addresses ?? [],
  };
}

function foundLines({ prometheus, contexts, name }: Findings): string[] {
  return [
    prometheusLine(prometheus),
    ...(name === null
      ? []
      : [
          `${name.name}: ${name.addresses.length} ${name.addresses.length === 1 ? "address" : "addresses"}${name.follows === null ? "" : `, follows ${name.follows}`}`,
        ]),
    contexts.length === 0
      ? "no Kubernetes context was found"
      : `${contexts.length} Kubernetes ${contexts.length === 1 ? "context" : "contexts"}, ${contexts.filter(({ region }) => region !== null).length} with a known region`,
  ];
}

function prometheusLine(prometheus: Findings["prometheus"]): string {
  if (prometheus === null) return "no Prometheus was named: --prometheus or PROMETHEUS_URL";
  const { metrics } = prometheus;
  if (metrics === null) return "the Prometheus answers, and counts requests in no way that is known here";
  const { locations, services, convention, locationLabel } = metrics;
  const where =
    locationLabel === null
      ? "and no label says where"
      : `${locations.length} ${locations.length === 1 ? "location" : "locations"} by ${locationLabel}`;
  return `the Prometheus counts ${convention.counter}: ${where}, ${services.length} ${services.length === 1 ? "service" : "services"}`;
}
