import type { Caller, CallerOf } from "../drivers/edge/caller.ts";

/** Addresses seen are remembered; strangers' addresses are few on a loopback, but they choose them. */
const REMEMBERED_MAX = 8192;
const STRANGER: Caller = { kind: "stranger", oneWayMs: 0 };

/**
 * How far away a caller is. The loopback has no distance, so both ends of a connection make it up: the serving end
 * holds a request for one way and the answer for the other way, by the caller's address; our own calling ends also
 * wait a round trip before a new connection opens.
 *
 *     127.30.z.x   users of zone z
 *     127.20.m.x   location m: .1 its edge, .3 its node
 *     anything else (127.0.0.1)   stands beside us, distance 0
 */
export function callerLookup(options: {
  readonly locations: readonly { readonly index: number; readonly name: string; readonly roundTripMs: number }[];
  readonly zones: readonly { readonly index: number; readonly name: string; readonly roundTripMs: number }[];
}): CallerOf {
  const locations = new Map(options.locations.map((location) => [location.index, location]));
  const zones = new Map(options.zones.map((zone) => [zone.index, zone]));
  const remembered = new Map<string, Caller>();

  const look = (address: string): Caller => {
    const parts = (address.startsWith("::ffff:") ? address.slice(7) : address).split(".");
    if (parts.length !== 4 || parts[0] !== "127") return STRANGER;
    const index = Number(parts[2]);
    if (parts[1] === "30") {
      const zone = zones.get(index);
      return zone === undefined ? STRANGER : { kind: "zone", zone: zone.name, oneWayMs: zone.roundTripMs / 2 };
    }
    if (parts[1] === "20") {
      const location = locations.get(index);
      if (location === undefined) return STRANGER;
      const role = parts[3] === "1" ? "edge" : parts[3] === "3" ? "node" : "other";
      return { kind: "location", location: location.name, role, oneWayMs: location.roundTripMs / 2 };
    }
    return STRANGER;
  };

  return (address) => {
    const known = remembered.get(address);
    if (known !== undefined) return known;
    const caller = look(address);
    if (remembered.size >= REMEMBERED_MAX) remembered.clear();
    remembered.set(address, caller);
    return caller;
  };
}
