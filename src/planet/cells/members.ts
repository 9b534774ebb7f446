import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Cell } from "../../core/cell-borders.ts";
import type { LocationName } from "../../core/estate.ts";
import type { ProgramSpec } from "../supervisor/process-group.ts";
import { widthMs } from "./planet-cells.ts";

/**
 * One etcd member in each location, beside its services. Nobody asks a member itself: others reach it through doors (lines.ts)
 * that hold what goes through for as long as the way takes.
 */
export type CellAddresses = {
  /** The member's own: clients at CLIENT_PORT, peers at PEER_PORT. */
  member(location: LocationName): string;
  /** Where peers knock: what the members tell each other of themselves. */
  peerDoor(location: LocationName): string;
  /** Where those who are in `from` knock to ask the member in `to`. */
  clientDoor(from: LocationName, to: LocationName): { readonly host: string; readonly port: number };
};

export const ETCD = "/usr/bin/etcd";
export const CLIENT_PORT = 2379;
export const PEER_PORT = 2380;

/** etcd's advice: a heartbeat is about a round trip between members, an election ten of them; a busy machine wants more. */
const HEARTBEAT_MS_MIN = 100;
const HEARTBEATS_PER_ELECTION = 10;
/** Space: 64 MB of journals is twenty thousand checkouts of three steps. */
const QUOTA_BYTES = 256 * 1024 * 1024;
/** The log is kept in memory up to this many entries beyond the last snapshot: fifteen members share one machine. */
const SNAPSHOT_ENTRIES = 5_000;

export function timingOf(cell: Cell): { readonly heartbeatMs: number; readonly electionMs: number } {
  const heartbeatMs = Math.max(HEARTBEAT_MS_MIN, Math.ceil(widthMs(cell) / 10) * 10);
  return { heartbeatMs, electionMs: HEARTBEATS_PER_ELECTION * heartbeatMs };
}

export function memberSpec(options: {
  readonly cell: Cell;
  readonly location: LocationName;
  readonly addresses: CellAddresses;
  /** Its data go into a folder of their own in it. */
  readonly folder: string;
}): ProgramSpec {
  const { cell, location, addresses, folder } = options;
  const { heartbeatMs, electionMs } = timingOf(cell);
  const own = addresses.member(location);
  const words = {
    name: location,
    "data-dir": join(folder, `member-${location}`),
    "listen-client-urls": `http://${own}:${CLIENT_PORT}`,
    "advertise-client-urls": `http://${own}:${CLIENT_PORT}`,
    "listen-peer-urls": `http://${own}:${PEER_PORT}`,
    "initial-advertise-peer-urls": peerUrl(addresses, location),
    "initial-cluster": cell.locations.map((each) => `${each}=${peerUrl(addresses, each)}`).join(","),
    "initial-cluster-token": cell.name,
    "heartbeat-interval": heartbeatMs,
    "election-timeout": electionMs,
    "auto-compaction-mode": "periodic",
    "auto-compaction-retention": "5m",
    "snapshot-count": SNAPSHOT_ENTRIES,
    "quota-backend-bytes": QUOTA_BYTES,
    logger: "zap",
    "log-level": "info",
  };
  return {
    name: memberName(location),
    // etcd does not notice that its parent died: the kernel tells it.
    program: "setpriv",
    args: ["--pdeathsig", "KILL", ETCD, ...Object.entries(words).map(([name, value]) => `--${name}=${value}`)],
    env: { GOMAXPROCS: "1", GOGC: "50" },
    readyWords: "serving client traffic",
  };
}

/** The process that holds what goes between members, and between them and who asks them. */
export const CELL_LINES = "cell-lines";
export const memberName = (location: LocationName): string => `member-${location}`;

const peerUrl = (addresses: CellAddresses, location: LocationName): string =>
  `http://${addresses.peerDoor(location)}:${PEER_PORT}`;

/**
 * What a member calls itself to its peers (`X-Server-From`): the first eight bytes of the SHA-1 of its peer URL and its cell's
 * name, in hex (etcd 3.4, etcdserver/api/membership/member.go, NewMember).
 */
export function memberId(options: {
  readonly cell: Cell;
  readonly location: LocationName;
  readonly addresses: CellAddresses;
}): string {
  const { cell, location, addresses } = options;
  const digest = createHash("sha1").update(peerUrl(addresses, location)).update(cell.name).digest();
  return digest.readBigUInt64BE(0).toString(16);
}
