import type { Command } from "commander";
import { planetZones } from "../../planet/geography.ts";
import { print, printJson } from "../output.ts";

/** `houston planet zones`: where users are and from which addresses they call, for programs that join them. */
export function planet(program: Command): void {
  const group = program.command("planet").description("What the planet in a box is made of.");
  group
    .command("zones")
    .description("List the zones of users: weight, EDNS client subnet, resolver, and the addresses they call from.")
    .option("--json", 'one JSON document: {"zones":[{name, country, weight, subnet, resolver, clients}]}')
    .addHelpText(
      "after",
      `
A call from one of a zone's client addresses feels that zone's distance.

Examples:
  $ houston planet zones
  $ houston planet zones --json
  $ dig @127.20.0.53 -p 5353 b00.shop.planet.test +subnet=198.18.7.0/24`,
    )
    .action((options: { json?: boolean }) => {
      if (options.json) printJson({ zones: planetZones.map(publicZone) });
      else for (const line of zoneLines()) print(line);
    });
}

function publicZone({ name, country, weight, subnet, resolver, clients }: (typeof planetZones)[number]): object {
  return { name, country, weight: Math.round(weight * 1000) / 1000, subnet, resolver, clients };
}

function zoneLines(): readonly string[] {
  const total = planetZones.reduce((sum, { weight }) => sum + weight, 0);
  const width = Math.max(...planetZones.map(({ name }) => name.length));
  const heading = `${"zone".padEnd(width)}  in  share  ${"subnet".padEnd(16)}  ${"resolver".padEnd(12)}  clients`;
  const lines = planetZones.map(({ name, country, weight, subnet, resolver, clients }) => {
    const share = `${((100 * weight) / total).toFixed(1)} %`.padStart(6);
    return `${name.padEnd(width)}  ${country} ${share}  ${subnet.padEnd(16)}  ${resolver.padEnd(12)}  ${clients}`;
  });
  return [heading, ...lines];
}
