import type { Command } from "commander";
import { problemLines, readConfig } from "../../config/config-file.ts";
import type { SteeringConfig } from "../../config/steering-config.ts";
import { CallerError } from "../../core/errors.ts";
import type { HaproxySettings } from "../../drivers/edge/haproxy/shape.ts";
import { EXIT } from "../command.ts";
import { configText } from "../config-text.ts";
import { printLines, tell } from "../output.ts";

/** What a person adds, once, to the config of an edge that is there already. */
export function edge(program: Command): void {
  const group = program
    .command("edge")
    .description("What the edges that you run already need to relay by the route table.");
  group
    .command("haproxy")
    .description("Print what one location's HAProxy config needs, once, to relay by the route table.")
    .requiredOption("--location <name>", "where this HAProxy stands")
    .option("--config <file>", "the file to read", "houston.yaml")
    .option("--driver <name>", "which of `steering.drivers`, when several are of this kind")
    .option(
      "--maps",
      "also write the first maps into its folder, without which HAProxy does not start; the last table stays",
    )
    .addHelpText(
      "after",
      `
Examples:
  $ houston edge haproxy --location us-east-1
  $ houston edge haproxy --location us-east-1 --maps > reactive-production.cfg`,
    )
    .action(async (options: { location: string; config: string; driver?: string; maps?: boolean }) => {
      const read = readConfig(configText(options.config));
      if ("problems" in read) {
        process.exitCode = EXIT.failed;
        for (const line of problemLines(options.config, read.problems)) tell(line);
        return;
      }
      const { steering } = read;
      const settings = haproxyOf(steering, options.driver);
      const { hosts, addresses, subnets, otherwise } = steering!;
      if (addresses[options.location] === undefined)
        throw new CallerError({
          code: "unknown-location",
          message: `there is no location ${options.location} in ${options.config}`,
          hint: `one of: ${Object.keys(addresses).join(", ")}`,
        });
      const here = options.location;
      const mapsFolder = settings.edges.find(({ location }) => location === here)?.mapsFolder ?? settings.mapsFolder;
      const own = { ...settings, mapsFolder };
      const { haproxyConfig } = await import("../../drivers/edge/haproxy/config-text.ts");
      if (options.maps === true) {
        const { writeFirstMaps } = await import("../../drivers/edge/haproxy/first-maps.ts");
        for (const file of writeFirstMaps(here, { settings: own, hosts, addresses, subnets, otherwise }))
          tell(`written: ${file}`);
      }
      const { frontend, backends } = haproxyConfig({ here, settings: own, addresses });
      printLines(`# Into the frontend that users reach, before its own use_backend lines:${frontend}`);
      printLines(`# Beside the other backends:\n${backends}`);
    });
}

function haproxyOf(steering: SteeringConfig | null, name: string | undefined): HaproxySettings {
  const all = (steering?.drivers ?? []).flatMap((each) => (each.kind === "haproxy" ? [each] : []));
  const found = all.filter((each) => name === undefined || (each.name ?? each.kind) === name);
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const names = all.map((each) => each.name ?? each.kind).join(", ");
  throw new CallerError({
    code: "no-such-driver",
    message:
      found.length > 1
        ? `there are several: ${names}`
        : `houston.yaml has no such driver of kind haproxy under steering.drivers`,
    hint: found.length > 1 ? "name one with --driver" : "add one: docs/how-to/haproxy.md",
  });
}
