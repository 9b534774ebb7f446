import { readFileSync } from "node:fs";
import { CallerError } from "../core/errors.ts";
import type { Estate, LocationName } from "../core/estate.ts";
import type { ProbeReading } from "../core/reading.ts";
import type { ProbeDriver } from "../drivers/probe/contract.ts";
import { urlProbes } from "../drivers/probe/url.ts";
import type { Clock } from "../runtime/clock.ts";
import { blackbox } from "./blackbox.ts";
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

/** What exporters saw goes to the judge of the location that they stand in, as if its own node had looked. */
export function followExporters(
  { probes, prometheus, everyMs, say }: Pick<HoustonOptions, "probes" | "prometheus" | "everyMs" | "say">,
  parts: {
    readonly clock: Clock;
    readonly estate: Estate;
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
        parts.take(reading);
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
