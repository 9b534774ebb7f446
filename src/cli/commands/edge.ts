import type { Command } from "commander";
import { readConfig } from "../../config/config-file.ts";
import type { SteeringConfig } from "../../config/steering-config.ts";
import { CallerError } from "../../core/errors.ts";
import type { EnvoySettings } from "../../drivers/edge/envoy/shape.ts";
import type { HaproxySettings } from "../../drivers/edge/haproxy/shape.ts";
import type { NginxSettings } from "../../drivers/edge/nginx/shape.ts";
import type { SteeringDriverSettings } from "../../drivers/steering-shapes.ts";
import { badConfig } from "../bad-config.ts";
import { configText } from "../config-text.ts";
import { printLines, tell } from "../output.ts";

/** What a person adds, once, to the config of an edge that is there already. */
export function edge(program: Command): void {
  const group = program
    .command("edge")
    .description("What the edges that you run already need to relay by the route table.");
  edgeCommand(group, "haproxy", "HAProxy")
    .option(
      "--maps",
      "also write the first maps into its folder, without which HAProxy does not start; the last table stays",
    )
    .addHelpText("after", examples("haproxy", "--maps"))
    .action(async (options: Options & { maps?: boolean }) => {
      const { steering, settings } = readEdge("haproxy", options);
      const { hosts, addresses, subnets, otherwise } = steering;
      const here = options.location;
      const its = settings.edges.find(({ location }) => location === here);
      if (its === undefined) throw noSuchEdge("HAProxy", options);
      const own = { ...settings, mapsFolder: its.mapsFolder ?? settings.mapsFolder };
      const { haproxyConfig } = await import("../../drivers/edge/haproxy/config-text.ts");
      if (options.maps === true) {
        const { writeFirstMaps } = await import("../../drivers/edge/haproxy/first-maps.ts");
        for (const file of writeFirstMaps(here, { settings: own, hosts, addresses, subnets, otherwise }))
          tell(`written: ${file}`);
      }
      const { frontend, backends } = haproxyConfig({
        here,
        settings: own,
        addresses,
        application: its.application,
      });
      printLines(`# Into the frontend that users reach, before its own use_backend lines:${frontend}`);
      printLines(`# Beside the other backends:\n${backends}`);
    });
  edgeCommand(group, "nginx", "nginx")
    .option(
      "--files",
      "also write the first files into its folder, without which nginx does not start; the last table stays",
    )
    .addHelpText("after", examples("nginx", "--files"))
    .action(async (options: Options & { files?: boolean }) => {
      const { steering, settings } = readEdge("nginx", options);
      const { hosts, addresses, subnets, otherwise } = steering;
      const here = options.location;
      const own = settings.edges.find(({ location }) => location === here);
      if (own === undefined) throw noSuchEdge("nginx", options);
      const { nginxConfig } = await import("../../drivers/edge/nginx/config-text.ts");
      if (options.files === true) {
        const { writeFirstFiles } = await import("../../drivers/edge/nginx/files.ts");
        for (const file of writeFirstFiles(own.folder ?? settings.folder, { here, hosts, subnets, otherwise }))
          tell(`written: ${file}`);
      }
      const { http, server } = nginxConfig({ here, settings, edge: own, addresses });
      printLines(`# Into http, outside of every server:${http}`);
      printLines(`# Into the server that users reach, before its own locations:${server}`);
    });
  edgeCommand(group, "envoy", "Envoy")
    .option(
      "--files",
      "also write the first routes into its folder, without which Envoy does not start; the last table stays",
    )
    .addHelpText("after", examples("envoy", "--files", "envoy.json"))
    .action(async (options: Options & { files?: boolean }) => {
      const { steering, settings } = readEdge("envoy", options);
      const { hosts, addresses, subnets, otherwise } = steering;
      const here = options.location;
      const own = settings.edges.find(({ location }) => location === here);
      if (own === undefined) throw noSuchEdge("Envoy", options);
      const { envoyBootstrap } = await import("../../drivers/edge/envoy/bootstrap.ts");
      if (options.files === true) {
        const { writeFirstRoutes } = await import("../../drivers/edge/envoy/files.ts");
        const folder = own.folder ?? settings.folder;
        const file = writeFirstRoutes(folder, { here, hosts, subnets, otherwise, addresses, settings });
        if (file !== null) tell(`written: ${file}`);
      }
      printLines(JSON.stringify(envoyBootstrap({ here, settings, edge: own, addresses }), null, 2));
    });
}

type Options = { readonly location: string; readonly config: string; readonly driver?: string };

const edgeCommand = (group: Command, kind: string, name: string): Command =>
  group
    .command(kind)
    .description(`Print what one location's ${name} config needs, once, to relay by the route table.`)
    .requiredOption("--location <name>", `where this ${name} stands`)
    .option("--config <file>", "the file to read", "houston.yaml")
    .option("--driver <name>", "which of `steering.drivers`, when several are of this kind");

const examples = (kind: string, files: string, into = "reactive-production.cfg"): string => `
Examples:
  $ houston edge ${kind} --location us-east-1
  $ houston edge ${kind} --location us-east-1 ${files} > ${into}`;

type EdgeSettings = { readonly haproxy: HaproxySettings; readonly nginx: NginxSettings; readonly envoy: EnvoySettings };

function readEdge<Kind extends keyof EdgeSettings>(
  kind: Kind,
  options: Options,
): { readonly steering: SteeringConfig; readonly settings: EdgeSettings[Kind] } {
  const read = readConfig(configText(options.config));
  if ("problems" in read) throw badConfig(options.config, read.problems);
  const { steering } = read;
  const settings = driverOf(kind, steering, options);
  const { addresses } = steering!;
  if (addresses[options.location] === undefined)
    throw new CallerError({
      code: "unknown-location",
      message: `there is no location ${options.location} in ${options.config}`,
      hint: `one of: ${Object.keys(addresses).join(", ")}`,
    });
  return { steering: steering!, settings };
}

/** Its lines would ask for routes that nobody writes there. */
const noSuchEdge = (name: string, { location, config }: Options): CallerError =>
  new CallerError({
    code: "no-such-edge",
    message: `the driver has no ${name} in ${location}`,
    hint: `add one with \`location: ${location}\` to its \`edges\` in ${config}`,
  });

function driverOf<Kind extends keyof EdgeSettings>(
  kind: Kind,
  steering: SteeringConfig | null,
  { driver: name, config }: Options,
): EdgeSettings[Kind] {
  const isOfKind = (each: SteeringDriverSettings): each is SteeringDriverSettings & EdgeSettings[Kind] =>
    each.kind === kind;
  const all = (steering?.drivers ?? []).filter(isOfKind);
  const found = all.filter((each) => name === undefined || (each.name ?? each.kind) === name);
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const names = all.map((each) => each.name ?? each.kind).join(", ");
  throw new CallerError({
    code: "no-such-driver",
    message:
      found.length > 1
        ? `there are several: ${names}`
        : `${config} has no driver of kind ${kind}${name === undefined ? "" : ` named ${name}`} under steering.drivers`,
    hint: found.length > 1 ? "name one with --driver" : `add one: docs/how-to/${kind}.md`,
  });
}
