import type { Cell } from "../../core/cell-borders.ts";
import type { LocationName } from "../../core/estate.ts";
import { locationRoundTripMs, planetLocations } from "../geography.ts";
import type { Door, Way } from "./lines.ts";
import { CLIENT_PORT, memberId, PEER_PORT, type CellAddresses } from "./members.ts";

/** Members, and the doors to them, in each location's own /24 (127.20.n): .90 the member, .91 for its peers, .92 for the location's clients. */
export const planetCellAddresses: CellAddresses = cellAddresses("127.20");

/** Where the lines between members are cut. */
export const CELL_LINES_ADMIN = { address: "127.20.0.91", port: 7000 } as const;

export function cellAddresses(prefix: string): CellAddresses {
  const beside = (location: LocationName, host: number): string => `${prefix}.${indexOf(location)}.${host}`;
  return {
    member: (location) => beside(location, MEMBER_HOST),
    peerDoor: (location) => beside(location, PEER_DOOR_HOST),
    // Who asks the member next to it goes to it at once.
    clientDoor: (from, to) =>
      from === to
        ? { host: beside(to, MEMBER_HOST), port: CLIENT_PORT }
        : { host: beside(from, CLIENT_DOORS_HOST), port: CLIENT_DOORS_PORT + indexOf(to) },
  };
}

/** All that lies between the members of these cells, and between them and who asks from these locations. */
export function cellDoors(options: {
  readonly cells: readonly Cell[];
  readonly askers: readonly LocationName[];
  readonly addresses: CellAddresses;
}): readonly Door[] {
  const { cells, askers, addresses } = options;
  return cells.flatMap((cell) => {
    const memberOf = new Map(cell.locations.map((location) => [memberId({ cell, location, addresses }), location]));
    return cell.locations.flatMap((to): Door[] => {
      const at = (port: number): Door["to"] => ({ host: addresses.member(to), port });
      const forPeers: Door = {
        host: addresses.peerDoor(to),
        port: PEER_PORT,
        to: at(PEER_PORT),
        way: (firstWords) => wayBetween(memberOf.get(SAYS_WHO.exec(firstWords)?.[1] ?? ""), to),
      };
      const forClients = askers
        .filter((from) => from !== to)
        .map((from) => ({
          ...addresses.clientDoor(from, to),
          to: at(CLIENT_PORT),
          way: wayBetween(from, to),
        }));
      return [forPeers, ...forClients];
    });
  });
}

const MEMBER_HOST = 90;
const PEER_DOOR_HOST = 91;
const CLIENT_DOORS_HOST = 92;
/** A door for each member, by its location's number. */
const CLIENT_DOORS_PORT = 2400;
/** What a member says of itself in each request to a peer. */
const SAYS_WHO = /^x-server-from: *([0-9a-f]+)/im;

/** Who says nothing of itself asks only whether somebody is there: it stands beside. */
function wayBetween(from: LocationName | undefined, to: LocationName): Way {
  if (from === undefined || from === to) return { ends: [to, to], roundTripMs: 0 };
  return { ends: [from, to], roundTripMs: locationRoundTripMs(from, to) };
}

function indexOf(location: LocationName): number {
  const found = planetLocations.find(({ name }) => name === location);
  if (found === undefined) throw new RangeError(`no such place on the planet: ${location}`);
  return found.index;
}
