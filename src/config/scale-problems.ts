import type { CallerError } from "../core/errors.ts";
import { safeAddress } from "../drivers/safe-address.ts";
import { list, record, type Reference, unknown } from "./references.ts";

/** What the shape of `scale:` alone can't hold: names that point nowhere, and numbers that don't go together. Reads whatever there is. */
export function scaleProblems(scale: Readonly<Record<string, unknown>>, locations: readonly string[]): Reference[] {
  return Object.entries(record(scale["locations"])).flatMap(([name, value]) => {
    const at = ["scale", "locations", name];
    const location = record(value);
    const parts = list(location["parts"]);
    return [
      ...unknown(name, locations, at, "location"),
      ...(location["by"] === "google" ? placeProblems(location, at) : []),
      ...["server", "endpoint", "url"].flatMap((key) => addressProblems(location[key], [...at, key])),
      ...parts.flatMap((part, index) => sizeProblems(record(part), [...at, "parts", index])),
    ];
  });
}

function placeProblems({ zone, region }: Readonly<Record<string, unknown>>, at: readonly PropertyKey[]): Reference[] {
  if ((zone === undefined) !== (region === undefined)) return [];
  const says =
    zone === undefined ? "neither zone nor region says where the group is" : "zone and region are both given";
  return [{ at, code: "zone-or-region", says, fix: "write zone for a zonal group, region for a regional one" }];
}

/** Tokens go along: over TLS, or not off this machine. */
function addressProblems(address: unknown, at: readonly PropertyKey[]): Reference[] {
  if (typeof address !== "string" || !URL.canParse(address)) return [];
  try {
    safeAddress(String(at.at(-1)), address);
    return [];
  } catch (error) {
    const { code, message, hint } = error as CallerError;
    return [{ at, code, says: message, fix: hint }];
  }
}

function sizeProblems(part: Readonly<Record<string, unknown>>, at: readonly PropertyKey[]): Reference[] {
  const { restReplicas: rest, maxReplicas: most } = part;
  if (typeof rest !== "number" || typeof most !== "number" || most >= rest) return [];
  const says = `at most ${most} replicas, and ${rest} at rest`;
  return [{ at: [...at, "maxReplicas"], code: "most-under-rest", says, fix: `at least ${rest}` }];
}
