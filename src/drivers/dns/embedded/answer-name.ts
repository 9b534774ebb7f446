import type { LocationName, ZoneName } from "../../../core/estate.ts";
import { bucketOfNetwork } from "../../../core/route/host.ts";
import { answer, isSpread, type RouteState } from "../../../core/route/route.ts";
import type { LocationAddresses } from "../../steering-context.ts";
import { v4Bytes, v6Bytes } from "../zone-lookup.ts";
import type { Named, NamesOf, ZoneTop } from "./names.ts";
import type { ResourceRecord, Response } from "./response.ts";
import { META_TYPE_FIRST, META_TYPE_LAST, RCODE, TYPE } from "./wire.ts";

/** What this server knows besides the route state: its names and the places' addresses. */
export type ZoneData = {
  readonly names: NamesOf;
  readonly ttlSeconds: number;
  readonly locations: readonly { readonly name: LocationName; readonly addresses: LocationAddresses }[];
};

/** Whom an address question is for. */
export type Asking = {
  readonly zone: ZoneName;
  /** The location that the user gets when the table does not say, or the bucket is shed. */
  readonly asked: LocationName;
  /** The client's, as far as it is told, else its resolver's: 4 or 16 bytes; null: not known. */
  readonly network: Uint8Array | null;
};

export type Answered = {
  readonly response: Response;
  /** For whom the answer is true: for everyone, for those of the asker's zone, or for those of its network only. */
  readonly trueFor: "everyone" | "zone" | "network";
};

/** Answers one (name, type). `name` is lower case. `who` is only called when the answer depends on it. */
export type AnswerName = (
  question: { readonly name: string; readonly type: number },
  route: RouteState,
  who: () => Asking,
) => Answered;

/**
 * The contents of the zones: SOA and NS at each top, name servers' addresses, and the addresses that users of a name get by the table.
 * Minimal answers: nothing that was not asked for, except the addresses of name servers beside NS.
 */
export function makeAnswerName(data: ZoneData): AnswerName {
  const { names, ttlSeconds } = data;
  const places = new Map(
    data.locations.map(({ name, addresses }) => [
      name,
      { v4: addresses.v4.map(v4Bytes), v6: addresses.v6.map(v6Bytes) },
    ]),
  );
  const soa = (top: ZoneTop, route: RouteState): ResourceRecord => ({
    type: "SOA",
    name: top.name,
    ttlSeconds,
    soa: {
      server: top.nameServers[0]?.name ?? "ns",
      mailbox: top.mailbox,
      // The table's version, so that anybody can see with `dig SOA` which table a server answers from.
      serial: (route.table?.version ?? 0) % 2 ** 32,
      refreshSeconds: 60,
      retrySeconds: 10,
      expireSeconds: 86_400,
      // As short as an answer: a name that comes must not be missed for longer.
      negativeTtlSeconds: ttlSeconds,
    },
  });
  const negative = (rcode: typeof RCODE.ok | typeof RCODE.nameError, top: ZoneTop, route: RouteState): Answered => ({
    response: { rcode, authoritative: true, answers: [], authority: [soa(top, route)], additional: [] },
    trueFor: "everyone",
  });
  const ofTop = (top: ZoneTop, type: number, route: RouteState): readonly ResourceRecord[] => [
    ...(type === TYPE.SOA || type === TYPE.ANY ? [soa(top, route)] : []),
    ...(type === TYPE.NS || type === TYPE.ANY ? nameServersOf(top) : []),
  ];
  const addressesFor = (
    named: Extract<Named, { kind: "users" | "alias" }>,
    { type, route, who }: { readonly type: number; readonly route: RouteState; readonly who: () => Asking },
  ): { readonly records: readonly ResourceRecord[]; readonly trueFor: "zone" | "network" } => {
    const { zone, asked, network } = who();
    const byNetwork = named.bucket === "network" && network !== null;
    const bucket = named.bucket === "network" ? (network === null ? 0 : bucketOfNetwork(network)) : named.bucket;
    // A bucket that is shed still needs an address: its own edge says no in words that a browser can show.
    const to = answer(route, { class: named.class, zone, bucket }, asked) ?? asked;
    const place = places.has(to) ? to : asked;
    const { v4, v6 } = places.get(place)!;
    const owner = named.kind === "alias" ? { name: named.target } : NO_OWNER;
    const ttl = { ...owner, ttlSeconds: Math.min(ttlSeconds, route.table?.ttlSeconds?.[place] ?? Infinity) };
    return {
      records: [
        ...(type === TYPE.AAAA ? [] : v4.map((address): ResourceRecord => ({ type: "A", address, ...ttl }))),
        ...(type === TYPE.A ? [] : v6.map((address): ResourceRecord => ({ type: "AAAA", address, ...ttl }))),
      ],
      trueFor: byNetwork && isSpread(route, named.class, zone) ? "network" : "zone",
    };
  };

  return ({ name, type }, route, who) => {
    if (type >= META_TYPE_FIRST && type <= META_TYPE_LAST) return REFUSED;
    const named = names(name);
    if (named === null) return REFUSED;
    const wantsAddress = type === TYPE.A || type === TYPE.AAAA || type === TYPE.ANY;
    switch (named.kind) {
      case "alias": {
        const cname: ResourceRecord = { type: "CNAME", target: named.target, ttlSeconds };
        if (!wantsAddress) return found([cname]);
        const { records, trueFor } = addressesFor(named, { type, route, who });
        return { ...found([cname, ...records]), trueFor };
      }
      case "users": {
        const top = named.top.name === name ? ofTop(named.top, type, route) : [];
        const users = wantsAddress ? addressesFor(named, { type, route, who }) : null;
        const answers = users === null ? top : top.length === 0 ? users.records : [...top, ...users.records];
        if (answers.length === 0) return negative(RCODE.ok, named.top, route);
        const glue = top.some((record) => record.type === "NS") ? glueOf(named.top) : [];
        return { ...found(answers, glue), trueFor: users?.trueFor ?? "everyone" };
      }
      case "server":
        if (type !== TYPE.A && type !== TYPE.ANY) return negative(RCODE.ok, named.top, route);
        return found([{ type: "A", address: named.address, ttlSeconds: SERVERS_TTL_SECONDS }]);
      case "empty": {
        const answers = named.top.name === name ? ofTop(named.top, type, route) : [];
        if (answers.length === 0) return negative(RCODE.ok, named.top, route);
        return found(answers, answers.some((record) => record.type === "NS") ? glueOf(named.top) : []);
      }
      case "nobody":
        return negative(RCODE.nameError, named.top, route);
    }
  };
}

function nameServersOf({ nameServers }: ZoneTop): readonly ResourceRecord[] {
  return nameServers.map(({ name }) => ({ type: "NS", target: name, ttlSeconds: SERVERS_TTL_SECONDS }));
}

function glueOf({ nameServers }: ZoneTop): readonly ResourceRecord[] {
  return nameServers.flatMap(({ name, address }): readonly ResourceRecord[] =>
    address === undefined ? [] : [{ type: "A", name, address, ttlSeconds: SERVERS_TTL_SECONDS }],
  );
}

function found(answers: readonly ResourceRecord[], additional: readonly ResourceRecord[] = []): Answered {
  return {
    response: { rcode: RCODE.ok, authoritative: true, answers, authority: [], additional },
    trueFor: "everyone",
  };
}

const REFUSED: Answered = {
  response: { rcode: RCODE.refused, authoritative: false, answers: [], authority: [], additional: [] },
  trueFor: "everyone",
};
const NO_OWNER: { readonly name?: string } = {};
/** Name servers' addresses stay for years. */
const SERVERS_TTL_SECONDS = 3600;
