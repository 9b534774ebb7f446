import { bucketOfNetwork } from "../../src/core/route/host.ts";

/**
 * One small service in three locations, all on loopback, and its users in three zones. Each system that is measured serves a host of its
 * own, so that all of them meet the same fault at the same moment and none eats another's room.
 */
export type Location = { readonly name: string; readonly address: string; readonly capacityRps: number };

export type UserZone = {
  readonly name: string;
  /** Of its resolvers and users, as name servers hear it (RFC 7871); a /24 of it is one network with a resolver of its own. */
  readonly subnet: string;
  /** Where its users call from, as edges see them. */
  readonly calls: string;
  /** Names of locations, nearest first: the first is home. */
  readonly nearest: readonly string[];
};

export const SERVICE_PORT = 8080;
export const ADMIN_PORT = 8081;
export const NETWORKS_IN_A_ZONE = 16;
/** Whatever goes wrong in one place goes wrong here. */
export const BAD = "ashburn";
/** The nearest of the bad location's users' other places. */
const RECEIVER = "dublin";

export const zones: readonly UserZone[] = [
  { name: "americas", subnet: "10.1.0.0/16", calls: "127.112.0.0/12", nearest: ["ashburn", "dublin", "singapore"] },
  { name: "europe", subnet: "10.2.0.0/16", calls: "127.128.0.0/12", nearest: ["dublin", "ashburn", "singapore"] },
  { name: "asia", subnet: "10.3.0.0/16", calls: "127.144.0.0/12", nearest: ["singapore", "dublin", "ashburn"] },
];

/** Room for everybody, or, for `half`, for half of the bad location's users at the receiver that is nearest to them. */
export function locationsFor(options: { readonly rpsPerZone: number; readonly half: boolean }): readonly Location[] {
  const { rpsPerZone, half } = options;
  return ["ashburn", "dublin", "singapore"].map((name, index) => ({
    name,
    address: `127.61.0.${index + 1}`,
    capacityRps: half && name === RECEIVER ? 1.5 * rpsPerZone : 4 * rpsPerZone,
  }));
}

/**
 * The address from which a network's users call: nobody calls from 10.0.0.0/8 on loopback, so it is one of which a Houston's edge thinks what
 * its name server thinks of the network's own (both are of one bucket).
 */
export function callerAddress(zone: number, network: number): string {
  const wanted = bucketOfNetwork(Uint8Array.of(10, zone + 1, network, 0));
  for (let second = 112 + 16 * zone; second < 128 + 16 * zone; second++) {
    for (let third = 0; third < 256; third++) {
      if (bucketOfNetwork(Uint8Array.of(127, second, third, 0)) === wanted)
        return `127.${second}.${third}.${network + 1}`;
    }
  }
  throw new Error(`no network of zone ${zone} has bucket ${wanted}`);
}
