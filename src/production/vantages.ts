import { readFileSync } from "node:fs";
import type { SteeringConfig } from "../config/steering-config.ts";
import { CallerError } from "../core/errors.ts";
import type { Estate, LocationName } from "../core/estate.ts";
import type { ProbeReading } from "../core/reading.ts";
import type { ProbeDriver } from "../drivers/probe/contract.ts";
import { exporterProbes, type ExporterProbes } from "../drivers/probe/exporter.ts";
import { remoteProbes, type RemoteProbes } from "../drivers/probe/remote.ts";
import { urlProbes } from "../drivers/probe/url.ts";
import { secretOf, type Environment } from "../drivers/secret.ts";
import type { Clock } from "../runtime/clock.ts";
import { blackbox } from "./blackbox.ts";
import { exporterAddresses } from "./exporter-addresses.ts";
import type { HoustonOptions } from "./houston.ts";

/** Who looks at locations from outside (`probes:` in houston.yaml): this process from where it stands, exporters and vantages elsewhere from where they do. */

/** Looks by HTTP from where this process stands, where the config says where that is. Throws `CallerError` for a file that can't be read. */
export function httpLooker({
  probes,
  steering,
}: Pick<HoustonOptions, "probes" | "steering">): { readonly from: LocationName; readonly driver: ProbeDriver } | null {
  if (probes?.http === undefined || steering === null) return null;
  const { from, url, statuses, caFile } = probes.http;
  return {
    from,
    driver: urlProbes({
      vantage: from,
      url,
      statuses,
      addresses: lookedAt(steering),
      ...(caFile !== undefined && { authorities: textOfFile(caFile, "probes.http.caFile") }),
    }),
  };
}

/**
 * Exporters look as if the node of the location that they stand in had: asked directly, at their turns and whenever one vantage has seen
 * something bad. Null: there are none.
 */
export function exporterLookers(
  { probes, prometheus }: Pick<HoustonOptions, "probes" | "prometheus">,
  clock: Clock,
): ExporterLookers | null {
  if (probes?.blackbox === undefined) return null;
  const addresses = exporterAddresses({ clock, settings: probes.blackbox, prometheus });
  const drivers = new Map(
    probes.blackbox.vantages.map((vantage) => [
      vantage,
      exporterProbes({ addressOf: (location) => addresses.of(vantage, location) }),
    ]),
  );
  return { drivers, stop: () => addresses.stop() };
}

export type ExporterLookers = { readonly drivers: ReadonlyMap<LocationName, ExporterProbes>; stop(): void };

/** What was scraped of exporters that can't be asked goes to the judge of the location that they stand in too. */
export function followExporters(
  { probes, prometheus, everyMs, say }: Pick<HoustonOptions, "probes" | "prometheus" | "everyMs" | "say">,
  parts: {
    readonly clock: Clock;
    readonly estate: Pick<Estate, "locations">;
    /** What an exporter tells us of a location need not be heard second hand too: what was scraped is older. */
    readonly exporters: Pick<ExporterLookers, "drivers"> | null;
    readonly take: (reading: ProbeReading) => void;
  },
): () => void {
  if (probes?.blackbox === undefined) return () => {};
  const { clock, estate } = parts;
  const exporters = blackbox({
    settings: probes.blackbox,
    prometheus,
    locations: estate.locations.map(({ name }) => name),
  });
  const isToldDirectly = ({ vantage = "", location }: ProbeReading): boolean =>
    parts.exporters?.drivers.get(vantage)?.isAnswering(location) ?? false;
  let isLooking = false;
  let trouble: string | null = null;
  const look = async (): Promise<void> => {
    if (isLooking) return;
    isLooking = true;
    const before = trouble;
    try {
      for (const reading of await exporters.look(
        clock.now(),
        AbortSignal.timeout(Math.max(PATIENCE_LEAST_MS, everyMs)),
      ))
        if (!isToldDirectly(reading)) parts.take(reading);
      trouble = null;
    } catch (error) {
      trouble = error instanceof Error ? error.message : String(error);
    }
    isLooking = false;
    if (trouble !== null && trouble !== before)
      say({ at: clock.now(), level: "info", what: `what the blackbox exporters saw can't be had: ${trouble}` });
  };
  return clock.every(everyMs, () => void look());
}

/** Where each location is looked at. */
export function lookedAt({ addresses }: SteeringConfig): Readonly<Record<LocationName, string>> {
  return Object.fromEntries(Object.entries(addresses).map(([name, { v4, v6 }]) => [name, v4[0] ?? v6[0] ?? ""]));
}

/**
 * Vantages elsewhere look as if the node of the location that they stand in had, when they are asked. Throws `CallerError` where the token
 * is missing.
 */
export function remoteLookers(
  { probes, steering, env }: Pick<HoustonOptions, "probes" | "steering" | "env">,
  say: (what: string) => void,
): ReadonlyMap<LocationName, RemoteProbes> {
  if (probes === null || probes.remote.length === 0) return new Map();
  const addresses = steering === null ? {} : lookedAt(steering);
  const token = vantageToken(env);
  return new Map(
    probes.remote.map(({ from, url, caFile }, index) => [
      from,
      remoteProbes({
        from,
        url,
        token,
        say,
        addressOf: (location) => addresses[location] ?? null,
        ...(caFile !== undefined && { authorities: textOfFile(caFile, `probes.remote[${index}].caFile`) }),
      }),
    ]),
  );
}

/** What who asks and who looks know, and nobody else. Throws `CallerError` where it is missing, or could be guessed. */
export function vantageToken(env: Environment): string {
  const token = secretOf(env, "HOUSTON_VANTAGE_TOKEN");
  const hint =
    "the same at both ends: `openssl rand -hex 32`, in HOUSTON_VANTAGE_TOKEN or the file HOUSTON_VANTAGE_TOKEN_FILE";
  if (token === null)
    throw new CallerError({ code: "no-vantage-token", message: "a vantage elsewhere is asked with a token", hint });
  if (token.length >= TOKEN_LENGTH_LEAST && /^[\x21-\x7e]+$/.test(token)) return token;
  throw new CallerError({
    code: "weak-vantage-token",
    message: `the token of vantages is shorter than ${TOKEN_LENGTH_LEAST} characters, or has some that no header can carry`,
    hint,
  });
}

/** Throws `CallerError` for a file that can't be read. */
export function textOfFile(file: string, setting: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new CallerError({
      code: "file-unreadable",
      message: `${setting} is ${file}, which can't be read: ${(error as NodeJS.ErrnoException).code ?? "no reason given"}`,
      hint: "check the path and its rights",
      cause: error,
    });
  }
}

const PATIENCE_LEAST_MS = 1000;
/** 64 bits in hexadecimal digits. */
const TOKEN_LENGTH_LEAST = 16;
