import type { EntryDemand } from "../core/control-contract.ts";
import type { Estate, LocationName } from "../core/estate.ts";

/**
 * What the supervisor tells each process of the planet, as one JSON argument (`process.argv[2]`). Secrets are not
 * here: the bearer token is in the environment variable HOUSTON_TOKEN, private keys are files that only we can read.
 */
export type NodeSettings = {
  readonly location: LocationName;
  readonly estate: Estate;
  /** Where this node listens: to peers (mutual TLS), and to beacons, metrics scrapers and the admin. */
  readonly peersListen: HostPort;
  readonly adminListen: HostPort;
  /** Probes and calls leave from this address, so that the other end knows how far away we are. */
  readonly sourceAddress: string;
  /** Every location's node, this one included; the deciding Houston is under HOUSTON_PEER. */
  readonly peers: Readonly<Record<string, HostPort>>;
  /** Every location's edge, this one included. */
  readonly edges: Readonly<Record<LocationName, HostPort>>;
  /** Round trip from here to each location, in milliseconds: made up in user space, for the loopback has none. */
  readonly roundTripMs: Readonly<Record<LocationName, number>>;
  readonly worldAdmin: HostPort;
  readonly nameServerAdmin: HostPort;
  readonly certificates: CertificateFiles;
  /** The SQLite file of what it reads. Its folder exists. */
  readonly readingsFile: string;
  /** The file of what its judge has learnt. Its folder exists. */
  readonly learntFile: string;
  /** The host name that probes ask for. */
  readonly probeHost: string;
  /** The made baseline that the judge starts from, in the judge's own shape; absent: it learns from nothing. */
  readonly baseline?: unknown;
};

export type HoustonSettings = {
  readonly estate: Estate;
  /** The SQLite file of the log. Its folder exists. */
  readonly logFile: string;
  /** The file of what its forecaster has learnt. Its folder exists. */
  readonly demandFile: string;
  /** The file of what it saw its locations carry. Its folder exists. */
  readonly provenFile: string;
  readonly apiListen: HostPort;
  readonly peersListen: HostPort;
  readonly sourceAddress: string;
  readonly peers: Readonly<Record<string, HostPort>>;
  /** Each location's public address without port, as `houston status` prints it. */
  readonly addresses: Readonly<Record<LocationName, string>>;
  /** Each location's world admin: takes tables, notices and scale targets. */
  readonly worldAdmins: Readonly<Record<LocationName, HostPort>>;
  /** Each node's plain port: it hands out its readings. */
  readonly nodeAdmins: Readonly<Record<LocationName, HostPort>>;
  /** Name servers outside the locations: they take tables and notices. */
  readonly nameServerAdmins: Readonly<Record<string, HostPort>>;
  /** One journal's process for all, unless there are cells. */
  readonly journal: HostPort;
  /** Each with its members' own addresses, for Houston stands beside all of them; absent: there are none. */
  readonly cells?: readonly HoustonCell[];
  readonly certificates: CertificateFiles;
  readonly tickMs: number;
  /** What each edge is expected to see before anybody has come, so that the first table fits; taken when the log is empty. */
  readonly expectedDemand?: readonly EntryDemand[];
};

/** `members`: where each location's is asked, `http://127.20.1.90:2379`. */
export type HoustonCell = { readonly name: string; readonly members: Readonly<Record<LocationName, string>> };

export type ChatProcessSettings = {
  /** Houston's API. */
  readonly api: string;
  /** The SQLite file of what it told. Its folder exists. */
  readonly memoryFile: string;
};

export type HostPort = { readonly host: string; readonly port: number };

/** PEM files, made by `writeCertificates` of src/runtime/certificates.ts. */
export type CertificateFiles = { readonly authority: string; readonly certificate: string; readonly key: string };

/** The deciding Houston's name in certificates and in `peers`. No location may have it. */
export const HOUSTON_PEER = "houston";

type PlanetLocation = { readonly index: number; readonly name: LocationName };

/** The planet's fixed addresses (DESIGN section 10, docs/architecture.md) as one node's settings. */
export function nodeSettings(options: {
  readonly location: LocationName;
  readonly locations: readonly PlanetLocation[];
  readonly estate: Estate;
  readonly roundTripMs: Readonly<Record<LocationName, number>>;
  readonly certificates: CertificateFiles;
  readonly readingsFile: string;
  readonly learntFile: string;
  readonly baseline?: unknown;
}): NodeSettings {
  const { location, locations, estate, roundTripMs, certificates, readingsFile, learntFile, baseline } = options;
  const index = locations.find((each) => each.name === location)?.index;
  if (index === undefined) throw new Error(`no such location on the planet: ${location}`);
  return {
    location,
    estate,
    peersListen: nodePeers(index),
    adminListen: nodeAdmin(index),
    sourceAddress: `127.20.${index}.3`,
    peers: allPeers(locations),
    edges: byName(locations, (each) => ({ host: `127.20.${each}.1`, port: 8080 })),
    roundTripMs,
    worldAdmin: worldAdmin(index),
    nameServerAdmin: NAME_SERVER_ADMIN,
    certificates,
    readingsFile,
    learntFile,
    probeHost: "shop.planet.test",
    ...(baseline === undefined ? {} : { baseline }),
  };
}

/** The planet's fixed addresses as the deciding Houston's settings. */
export function houstonSettings(options: {
  readonly locations: readonly PlanetLocation[];
  readonly estate: Estate;
  readonly logFile: string;
  readonly demandFile: string;
  readonly provenFile: string;
  readonly cells?: readonly HoustonCell[];
  readonly certificates: CertificateFiles;
}): HoustonSettings {
  const { locations, estate, logFile, demandFile, provenFile, certificates } = options;
  return {
    estate,
    logFile,
    demandFile,
    provenFile,
    apiListen: HOUSTON_API_LISTEN,
    peersListen: HOUSTON_PEERS_LISTEN,
    sourceAddress: "127.20.0.70",
    peers: allPeers(locations),
    addresses: byName(locations, (index) => `127.20.${index}.1`),
    worldAdmins: byName(locations, worldAdmin),
    nodeAdmins: byName(locations, nodeAdmin),
    nameServerAdmins: { "name-server": NAME_SERVER_ADMIN },
    journal: { host: "127.20.0.90", port: 7000 },
    ...(options.cells === undefined ? {} : { cells: options.cells }),
    certificates,
    tickMs: 250,
  };
}

const HOUSTON_API_LISTEN: HostPort = { host: "127.20.0.70", port: 7070 };
export const HOUSTON_API = `http://${HOUSTON_API_LISTEN.host}:${HOUSTON_API_LISTEN.port}`;
const HOUSTON_PEERS_LISTEN: HostPort = { host: "127.20.0.70", port: 7443 };
const NAME_SERVER_ADMIN: HostPort = { host: "127.20.0.53", port: 7000 };

function nodePeers(index: number): HostPort {
  return { host: `127.20.${index}.3`, port: 7443 };
}

function nodeAdmin(index: number): HostPort {
  return { host: `127.20.${index}.3`, port: 7070 };
}

function worldAdmin(index: number): HostPort {
  return { host: `127.20.${index}.2`, port: 7000 };
}

function allPeers(locations: readonly PlanetLocation[]): Record<string, HostPort> {
  return { ...byName(locations, nodePeers), [HOUSTON_PEER]: HOUSTON_PEERS_LISTEN };
}

function byName<Value>(locations: readonly PlanetLocation[], of: (index: number) => Value): Record<string, Value> {
  return Object.fromEntries(locations.map((each) => [each.name, of(each.index)]));
}
