import type { LocationName, ZoneName } from "../../../core/estate.ts";
import { bucketOfHost, chunkToHost, hostToChunk, type HostChunk } from "../../../core/route/host.ts";
import { answer, type RouteState } from "../../../core/route/route.ts";
import { addressBytes } from "../zone-lookup.ts";
import type { ResourceRecord, Response, Soa } from "./response.ts";
import { META_TYPE_FIRST, META_TYPE_LAST, RCODE, TYPE } from "./wire.ts";

/** What this server knows besides the route state: its domain, places, and names that never move. */
export type ZoneData = {
  readonly domain: string;
  readonly ttlSeconds: number;
  readonly locations: readonly { readonly name: LocationName; readonly address: string }[];
  /** Names under the domain with their addresses: `ns`, `ns1`. */
  readonly nameServers: readonly { readonly label: string; readonly address: string }[];
  /** Hosts of tenants' own domains that are served here: CNAMEs to their bucket's name. Asked with names in lower case. */
  readonly tenantHosts?: { has(host: string): boolean };
};

/** Whom an address question is for. */
export type Asking = {
  readonly zone: ZoneName;
  /** The location that the user gets when the table does not say, or the bucket is shed. */
  readonly asked: LocationName;
};

export type Answered = {
  readonly response: Response;
  /** The answer depends on who asks, so it is true only within the scope of the client's subnet. */
  readonly forZone: boolean;
};

/** Answers one (name, type). `name` is lower case. `who` is only called when the answer depends on it. */
export type AnswerName = (
  question: { readonly name: string; readonly type: number },
  route: RouteState,
  who: () => Asking,
) => Answered;

/**
 * The contents of the zone: SOA and NS at its top, name servers' addresses, and a name for each class and bucket.
 * Minimal answers: nothing that was not asked for, except the addresses of name servers beside NS.
 */
export function makeAnswerName(zone: ZoneData): AnswerName {
  const { domain, ttlSeconds } = zone;
  const addresses = new Map(zone.locations.map(({ name, address }) => [name, v4(address)]));
  const servers = zone.nameServers.map(({ label, address }) => ({ name: `${label}.${domain}`, address: v4(address) }));
  const serverAddress = new Map(servers.map(({ name, address }) => [name, address]));
  const tenants = zone.tenantHosts ?? NO_HOSTS;
  // These names have names below them, so they exist and have no data (RFC 8020).
  const emptyNames = new Set([`editor.${domain}`, `internal.${domain}`]);
  const nameServerRecords = servers.map(({ name }): ResourceRecord => ({
    type: "NS",
    target: name,
    ttlSeconds: SERVERS_TTL_SECONDS,
  }));
  const glue = servers.map(({ name, address }): ResourceRecord => ({
    type: "A",
    name,
    address,
    ttlSeconds: SERVERS_TTL_SECONDS,
  }));

  const soa = (route: RouteState, name?: string): ResourceRecord => ({
    type: "SOA",
    ...(name === undefined ? {} : { name }),
    ttlSeconds,
    soa: soaOf(zone, route.table?.version ?? 0),
  });
  const negative = (rcode: typeof RCODE.ok | typeof RCODE.nameError, route: RouteState): Answered => ({
    response: { rcode, authoritative: true, answers: [], authority: [soa(route, domain)], additional: [] },
    forZone: false,
  });
  const refused: Answered = {
    response: { rcode: RCODE.refused, authoritative: false, answers: [], authority: [], additional: [] },
    forZone: false,
  };
  const addressOf = (
    chunk: HostChunk,
    route: RouteState,
    asking: Asking,
  ): { readonly address: Uint8Array; readonly ttlSeconds: number } => {
    const { asked } = asking;
    // A bucket that is shed still needs an address: its own edge says no in words that a browser can show.
    const to = answer(route, { class: chunk.class, zone: asking.zone, bucket: chunk.bucket }, asked) ?? asked;
    const place = addresses.has(to) ? to : asked;
    const shortSeconds = route.table?.ttlSeconds?.[place] ?? Infinity;
    return { address: addresses.get(place)!, ttlSeconds: Math.min(ttlSeconds, shortSeconds) };
  };

  return ({ name, type }, route, who) => {
    if (type >= META_TYPE_FIRST && type <= META_TYPE_LAST) return refused;
    const wantsAddress = type === TYPE.A || type === TYPE.ANY;
    if (tenants.has(name)) {
      const bucket: HostChunk = { class: "public", bucket: bucketOfHost(name) };
      const target = chunkToHost(bucket, domain)!;
      const cname: ResourceRecord = { type: "CNAME", target, ttlSeconds };
      if (!wantsAddress) return found([cname]);
      return { ...found([cname, { type: "A", name: target, ...addressOf(bucket, route, who()) }]), forZone: true };
    }
    if (name === domain) {
      if (type === TYPE.SOA) return found([soa(route)]);
      if (type === TYPE.NS) return found(nameServerRecords, glue);
      if (type === TYPE.ANY) return found([soa(route), ...nameServerRecords], glue);
      return negative(RCODE.ok, route);
    }
    if (!name.endsWith(`.${domain}`)) return refused;
    const chunk = hostToChunk(name, domain);
    if (chunk !== null) {
      if (!wantsAddress) return negative(RCODE.ok, route);
      return { ...found([{ type: "A", ...addressOf(chunk, route, who()) }]), forZone: true };
    }
    const server = serverAddress.get(name);
    if (server !== undefined) {
      if (!wantsAddress) return negative(RCODE.ok, route);
      return found([{ type: "A", address: server, ttlSeconds: SERVERS_TTL_SECONDS }]);
    }
    return negative(emptyNames.has(name) ? RCODE.ok : RCODE.nameError, route);
  };
}

function found(answers: readonly ResourceRecord[], additional: readonly ResourceRecord[] = []): Answered {
  return { response: { rcode: RCODE.ok, authoritative: true, answers, authority: [], additional }, forZone: false };
}

const NO_HOSTS: ReadonlySet<string> = new Set();
/** Name servers' addresses stay for years. */
const SERVERS_TTL_SECONDS = 3600;

/** The serial is the table's version, so that anybody can see with `dig SOA` which table a server answers from. */
function soaOf(zone: ZoneData, tableVersion: number): Soa {
  return {
    server: `${zone.nameServers[0]?.label ?? "ns"}.${zone.domain}`,
    mailbox: `hostmaster.${zone.domain}`,
    serial: tableVersion % 2 ** 32,
    refreshSeconds: 60,
    retrySeconds: 10,
    expireSeconds: 86_400,
    // As short as an answer: a name that comes must not be missed for longer.
    negativeTtlSeconds: zone.ttlSeconds,
  };
}

function v4(address: string): Uint8Array {
  const bytes = addressBytes(address);
  if (bytes?.length !== 4) throw new RangeError(`not an IPv4 address: ${address}`);
  return bytes;
}
