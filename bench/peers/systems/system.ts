import type { Location, UserZone } from "../world.ts";

/** Something that people would put before the service to bring users where they are served well. */
export type System = {
  readonly name: string;
  /** Its settings, in a few words, for the page. */
  readonly says: string;
  /** By what it moves users. */
  readonly kind: "DNS" | "edge" | "DNS and edge";
  readonly isOurs: boolean;
  start(options: StartOptions): Promise<RunningSystem>;
};

export type StartOptions = {
  readonly locations: readonly Location[];
  readonly zones: readonly UserZone[];
  /** The service's name for this system's users. */
  readonly host: string;
  /** Of answers, where the system's own default is not what is measured. */
  readonly ttlSeconds: number;
  /** Between two health checks, likewise. */
  readonly probeSeconds: number;
  /** Of users' requests at each location while all is well. */
  readonly rpsPerZone: number;
  /** An address range of its own, `127.64.N.1` to `127.64.N.254`, given as `127.64.N`. */
  readonly range: string;
  /** For its files; exists, and is thrown away. */
  readonly folder: string;
};

/** How users get in: by asking name servers, or at an address that stays. */
export type Entry =
  | { readonly kind: "dns"; readonly nameServers: readonly { readonly address: string; readonly port: number }[] }
  | { readonly kind: "address"; readonly byZone: readonly string[] };

export type RunningSystem = {
  readonly entry: Entry;
  /** By location: pids of what stands there, and is killed or stopped with it. Absent: nothing does. */
  readonly standing?: Readonly<Record<string, readonly number[]>>;
  stop(): Promise<void>;
};

/** Addresses of a zone's locations, nearest first. */
export function nearestAddresses({ nearest }: UserZone, locations: readonly Location[]): readonly string[] {
  return nearest.map((name) => {
    const found = locations.find((location) => location.name === name);
    if (!found) throw new Error(`zone names a location ${name} that there is none of`);
    return found.address;
  });
}

/** The DNS zone that holds a host: all but its first label. */
export const domainOf = (host: string): string => host.split(".").slice(1).join(".");
