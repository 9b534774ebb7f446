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
  /** `address`: any of its /24. */
  readonly locations: readonly { readonly name: string; readonly address: string; readonly roundTripMs: number }[];
  readonly zones: readonly { readonly name: string; readonly clients: string; readonly roundTripMs: number }[];
}): CallerOf {
  const locations = new Map(options.locations.map((location) => [networkOf(location.address), location]));
  const zones = new Map(options.zones.map((zone) => [networkOf(zone.clients), zone]));
  const remembered = new Map<string, Caller>();

  const look = (address: string): Caller => {
    const zone = zones.get(networkOf(address));
    if (zone !== undefined) return { kind: "zone", zone: zone.name, oneWayMs: zone.roundTripMs / 2 };
    const location = locations.get(networkOf(address));
    if (location === undefined) return STRANGER;
    const host = address.slice(address.lastIndexOf(".") + 1);
    const role = host === "1" ? "edge" : host === "3" ? "node" : "other";
    return { kind: "location", location: location.name, role, oneWayMs: location.roundTripMs / 2 };
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

/** The /24 of an IPv4 address, however a socket writes it: who is in it stands in one place. */
export function networkOf(address: string): string {
  const plain = address.startsWith("::ffff:") ? address.slice(7) : address;
  return plain.slice(0, plain.lastIndexOf("."));
}
