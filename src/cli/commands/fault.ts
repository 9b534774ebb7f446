import type { Command } from "commander";
import { CallerError } from "../../core/errors.ts";
import { FAULT_LOCATION, FAULTS, type FaultDescription } from "../../planet/drills/fault-names.ts";
import { planetClient } from "../../planet/drills/planet-client.ts";
import { runningPlanet, type PlanetChoice } from "../../planet/drills/running-planet.ts";
import { named } from "../../planet/drills/suggest.ts";
import { faultServices } from "../../planet/drills/fault-services.ts";
import { faultZones } from "../../planet/drills/fault-zones.ts";
import { planetLocations } from "../../planet/geography.ts";
import { badUsage } from "../ask.ts";
import { readRampSeconds } from "../drill-options.ts";
import { print, printJson } from "../output.ts";

type FaultFlags = PlanetChoice & {
  readonly services?: string;
  readonly zones?: string;
  readonly rampSeconds?: string;
  readonly share?: string;
  readonly to?: string;
  readonly bucket?: string;
  readonly rps?: string;
  readonly json?: boolean;
};

/** `houston fault clear` is no fault, and is suggested like one. */
const CLEAR = { name: "clear" };

/** `houston fault NAME [LOCATION]` makes a fault on the running planet; `houston fault clear` ends them all. */
export function fault(program: Command): void {
  program
    .command("fault")
    .argument("<name>", "one of the faults below, or `clear`")
    .argument("[location]", `where; ${FAULT_LOCATION} when the fault needs a place`)
    .description("Make a fault on the running planet, or end all of them.")
    .option("--services <names>", "only these services of the location, with commas between them")
    .option(
      "--zones <names>",
      "only the users of these zones, for `path`; without it about a quarter of the location's",
    )
    .option(
      "--share <number>",
      "which share of requests it hurts, 0.2 or 20%; for `slower` by how much, for `path` what is lost",
    )
    .option("--ramp-seconds <number>", "how long it grows, for `provider-brownout` and `leak`")
    .option("--to <location>", "the other end of a `link`")
    .option("--bucket <hex>", "whose requests are poison, for `poison-tenant`: 00 to ff")
    .option("--rps <number>", "how many requests a second that tenant makes, for `poison-tenant`: 5 when not said")
    .option("--api <url>", "Houston's API of the planet (else HOUSTON_API, else the one that runs)")
    .option("--token <token>", "its token (else HOUSTON_TOKEN)")
    .option("--json", "what was done as one JSON document")
    .addHelpText(
      "after",
      () =>
        `\n${faultList()}\n\nExamples:\n  $ houston fault gray us-east-1 --share 0.2 --services cart,checkout\n  $ houston fault link us-east-1 --to eu-west-1\n  $ houston fault path us-east-1 --zones us-southeast\n  $ houston fault leak --ramp-seconds 300\n  $ houston fault clear`,
    )
    .action(async (name: string, location: string | undefined, flags: FaultFlags) => {
      const order = calledRightly(() => orderOf(name, location, flags));
      const addresses = runningPlanet(flags);
      if (!addresses)
        throw new CallerError({ code: "no-planet", message: "no planet runs", hint: "start one with `houston up`" });
      const planet = planetClient(addresses);
      try {
        if (order) await planet.fault(order);
        else await planet.clearFaults();
      } finally {
        await planet.close();
      }
      if (flags.json) printJson(order ? { fault: order } : { cleared: true });
      else print(order ? `${order.name} ${placeWords(order)}; \`houston fault clear\` ends it` : "all faults cleared");
    });
}

/** A name that is not there is a mistake of the call, like a flag that can't be read: exit 2. */
function calledRightly<Read>(read: () => Read): Read {
  try {
    return read();
  } catch (error) {
    throw error instanceof CallerError ? badUsage(`${error.message}: ${error.hint}`) : error;
  }
}

/** Null: clear. */
function orderOf(name: string, location: string | undefined, flags: FaultFlags) {
  if (named([...FAULTS, CLEAR], "fault", name) === CLEAR) return null;
  const { where } = named(FAULTS, "fault", name);
  const place = placeOf(where, location);
  if (where === "link" && flags.to === undefined)
    throw badUsage("a link has two ends: name the second with --to LOCATION");
  if (place !== undefined) named(planetLocations, "location", place);
  return {
    name,
    ...(place === undefined ? {} : { location: place }),
    ...(flags.to === undefined || where !== "link" ? {} : { to: named(planetLocations, "location", flags.to).name }),
    ...(flags.services === undefined ? {} : { services: servicesOf(flags.services, { where, place }) }),
    ...(flags.zones === undefined || place === undefined ? {} : { zones: faultZones(listed(flags.zones), place) }),
    ...(flags.rampSeconds === undefined ? {} : { rampSeconds: readRampSeconds(flags.rampSeconds) }),
    ...(flags.share === undefined ? {} : { share: shareOf(flags.share) }),
    ...(flags.bucket === undefined ? {} : { bucket: bucketOf(flags.bucket) }),
    ...(flags.rps === undefined ? {} : { rps: rpsOf(flags.rps) }),
  };
}

/** What is alike everywhere has no place, even when one is named. */
function placeOf(where: FaultDescription["where"], location: string | undefined): string | undefined {
  switch (where) {
    case "everywhere":
      return undefined;
    case "everywhere-or-location":
      return location;
    case "location":
    case "link":
    case "home":
      return location ?? FAULT_LOCATION;
  }
}

function servicesOf(
  list: string,
  { where, place }: { where: FaultDescription["where"]; place: string | undefined },
): readonly string[] {
  const everywhere = place === undefined || where === "home";
  return faultServices(listed(list), everywhere ? planetLocations.map(({ name }) => name) : [place]);
}

function listed(names: string): readonly string[] {
  return names.split(",").filter((name) => name !== "");
}

function placeWords({ name, location, to }: NonNullable<ReturnType<typeof orderOf>>): string {
  if (location === undefined) return "everywhere";
  if (to !== undefined) return `${location} - ${to}`;
  return named(FAULTS, "fault", name).where === "home" ? `everywhere, its users at home in ${location}` : location;
}

function shareOf(text: string): number {
  const share = text.endsWith("%") ? Number(text.slice(0, -1)) / 100 : Number(text);
  if (text.trim() !== "" && share >= 0 && share <= 1) return share;
  throw badUsage(`--share ${text} is not a share: for example --share 0.2 or --share 20%`);
}

function bucketOf(text: string): number {
  if (/^[0-9a-f]{1,2}$/i.test(text)) return Number.parseInt(text, 16);
  throw badUsage(`--bucket ${text} is not a bucket: two hex digits, for example --bucket a7`);
}

function rpsOf(text: string): number {
  const rps = Number(text);
  if (text.trim() !== "" && rps >= 0) return rps;
  throw badUsage(`--rps ${text} is no number of requests a second: for example --rps 5`);
}

function faultList(): string {
  const width = Math.max(...FAULTS.map(({ name }) => name.length));
  return ["Faults:", ...FAULTS.map(({ name, does }) => `  ${name.padEnd(width)}  ${does}`)].join("\n");
}
