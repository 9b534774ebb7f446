import { readFileSync } from "node:fs";
import { CallerError } from "../core/errors.ts";
import type { Estate, LocationName } from "../core/estate.ts";
import type { ProbeReading } from "../core/reading.ts";
import type { ProbeDriver } from "../drivers/probe/contract.ts";
import { exporterProbes, type ExporterProbes } from "../drivers/probe/exporter.ts";
import { urlProbes } from "../drivers/probe/url.ts";
import type { Clock } from "../runtime/clock.ts";
import { blackbox } from "./blackbox.ts";
import { exporterAddresses } from "./exporter-addresses.ts";
import type { HoustonOptions } from "./houston.ts";

/** Who looks at locations from outside (`probes:` in houston.yaml): this process from where it stands, and exporters from where they do. */

/** Looks by HTTP from where this process stands, where the config says where that is. Throws `CallerError` for a file that can't be read. */
export function httpLooker({
  probes,
  steering,
}: Pick<HoustonOptions, "probes" | "steering">): { readonly from: LocationName; readonly driver: ProbeDriver } | null {
  if (probes?.http === undefined || steering === null) return null;
  const { from, url, statuses, caFile } = probes.http;
  const addresses = Object.entries(steering.addresses).map(([name, { v4, v6 }]) => [name, v4[0] ?? v6[0] ?? ""]);
  return {
    from,
    driver: urlProbes({
      vantage: from,
      url,
      statuses,
      addresses: Object.fromEntries(addresses) as Record<LocationName, string>,
      ...(caFile !== undefined && { authorities: textOf(caFile, "probes.http.caFile") }),
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

function textOf(file: string, setting: string): string {
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
