import { CELL_LINES_ADMIN, cellDoors, planetCellAddresses } from "../cells/cell-addresses.ts";
import { CLIENT_PORT, PEER_PORT } from "../cells/members.ts";
import { planetCells } from "../cells/planet-cells.ts";
import { planetLocations, planetZones } from "../geography.ts";
import { REPLICA_HOST } from "../world/settings.ts";
import { resourceHosts, serviceHosts } from "../world/shop/graph.ts";

/** An address that a process of the planet will listen on, and which. */
export type PlanetAddress = {
  readonly address: string;
  readonly port: number;
  readonly transport: "tcp" | "udp";
  readonly what: string;
};

/** All that the planet listens on but the supervisor's own port (docs/architecture.md, "Processes"). */
export function planetAddresses({ cells }: { readonly cells: boolean }): readonly PlanetAddress[] {
  return [
    tcp("127.20.0.70", 7070, "Houston's API"),
    tcp("127.20.0.70", 7443, "Houston, for nodes"),
    ...dns("127.20.0.53", "the name server"),
    tcp("127.20.0.53", 7000, "the name server's admin"),
    tcp("127.20.0.60", 7000, "users' admin"),
    tcp("127.20.0.80", 8080, "bank and warehouse"),
    ...(cells ? cellsAddresses() : [tcp("127.20.0.90", 7000, "journal")]),
    ...planetLocations.flatMap(({ index, name }) => locationAddresses(`127.20.${index}`, name)),
    ...planetZones.flatMap(({ name, resolver }) => dns(resolver, `resolver of ${name}`)),
  ];
}

/** The members, and the doors to them. */
function cellsAddresses(): readonly PlanetAddress[] {
  const askers = planetLocations.map(({ name }) => name);
  const addresses = planetCellAddresses;
  const doors = cellDoors({ cells: planetCells, askers, addresses });
  return [
    ...askers.flatMap((name) => [
      tcp(addresses.member(name), CLIENT_PORT, `cell member of ${name}`),
      tcp(addresses.member(name), PEER_PORT, `cell member of ${name}, for its peers`),
    ]),
    ...doors.map(({ host, port }) => tcp(host, port, "a door to a cell member")),
    tcp(CELL_LINES_ADMIN.address, CELL_LINES_ADMIN.port, "admin of the lines between cell members"),
  ];
}

function locationAddresses(prefix: string, location: string): readonly PlanetAddress[] {
  const inner = Object.entries({ ...serviceHosts, ...resourceHosts, replicas: REPLICA_HOST });
  return [
    tcp(`${prefix}.1`, 8080, `edge of ${location}`),
    tcp(`${prefix}.2`, 7000, `admin of world ${location}`),
    tcp(`${prefix}.3`, 7443, `node of ${location}, for nodes`),
    tcp(`${prefix}.3`, 7070, `admin of node ${location}`),
    ...inner.map(([service, host]) => tcp(`${prefix}.${host}`, 8080, `${service} of ${location}`)),
    ...dns(`${prefix}.53`, `DNS of ${location}`),
  ];
}

/** TCP tells that another of ours is there: UDP may be shared. */
function dns(address: string, what: string): readonly PlanetAddress[] {
  return [tcp(address, 5353, what), { address, port: 5353, transport: "udp", what }];
}

function tcp(address: string, port: number, what: string): PlanetAddress {
  return { address, port, transport: "tcp", what };
}
