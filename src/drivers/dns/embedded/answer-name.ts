import type { LocationName, ZoneName } from "../../../core/estate.ts";
import { bucketOfNetwork } from "../../../core/route/host.ts";
import { answer, isSpread, type RouteState } from "../../../core/route/route.ts";
import type { LocationAddresses } from "../../steering-context.ts";
import { v4Bytes, v6Bytes } from "../zone-lookup.ts";
import type { Named, NamesOf, ZoneTop } from "./names.ts";
import { makeNextPlace } from "./next-place.ts";
import type { ResourceRecord, Response } from "./response.ts";
import { serviceParams, type HttpsSettings } from "./service-params.ts";
import { META_TYPE_FIRST, META_TYPE_LAST, RCODE, TYPE } from "./wire.ts";

/** What this server knows besides the route state: its names and the places' addresses. */
export type ZoneData = {
  readonly names: NamesOf;
  readonly ttlSeconds: number;
  readonly locations: readonly { readonly name: LocationName; readonly addresses: LocationAddresses }[];
  /** 2: after its own location's addresses those of where it would go if that were lost; absent: 1. */
  readonly answers?: 1 | 2;
  /** Absent: nothing is told of how to connect. */
  readonly https?: HttpsSettings | undefined;
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
  /** The location that it leads to, and for how many seconds; absent: to none. */
  readonly leadsTo?: { readonly location: LocationName; readonly ttlSeconds: number };
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
    data.locations.map(({ name, addresses }): [LocationName, Place] => [
      name,
      { name, v4: addresses.v4.map(v4Bytes), v6: addresses.v6.map(v6Bytes) },
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
  const nextPlaceOf = makeNextPlace();
  const paramsBy = new Map<string, Buffer>();
  /** Of these places, in this order; of each combination once. */
  const paramsOf = (https: HttpsSettings, places: readonly Place[]): Buffer => {
    const key = places.map(({ name }) => name).join(" ");
    let params = paramsBy.get(key);
    if (params === undefined) {
      params = serviceParams(https, { v4: places.flatMap(({ v4 }) => v4), v6: places.flatMap(({ v6 }) => v6) });
      paramsBy.set(key, params);
    }
    return params;
  };
  const recordsOf = (
    led: readonly Place[],
    type: number,
    ttl: { readonly name?: string; readonly ttlSeconds: number },
  ): readonly ResourceRecord[] => {
    if (type === TYPE.HTTPS) {
      const { https } = data;
      return https === undefined
        ? []
        : [{ type: "HTTPS", priority: 1, target: "", params: paramsOf(https, led), ...ttl }];
    }
    // Without garbage: this is done for each query.
    const records: ResourceRecord[] = [];
    if (type !== TYPE.AAAA)
      for (const { v4 } of led) for (const address of v4) records.push({ type: "A", address, ...ttl });
    if (type !== TYPE.A)
      for (const { v6 } of led) for (const address of v6) records.push({ type: "AAAA", address, ...ttl });
    return records;
  };
  const addressesFor = (
    named: Extract<Named, { kind: "users" | "alias" }>,
    { type, route, who }: { readonly type: number; readonly route: RouteState; readonly who: () => Asking },
  ): Required<Pick<Answered, "trueFor" | "leadsTo">> & { readonly records: readonly ResourceRecord[] } => {
    const { zone, asked, network } = who();
    const byNetwork = named.bucket === "network" && network !== null;
    const bucket = named.bucket === "network" ? (network === null ? 0 : bucketOfNetwork(network)) : named.bucket;
    const chunk = { class: named.class, zone, bucket };
    // A bucket that is shed still needs an address: its own edge says no in words that a browser can show.
    const to = answer(route, chunk, asked) ?? asked;
    const own = places.get(to) ?? places.get(asked)!;
    const next = data.answers === 2 ? nextPlaceOf(route, chunk, own.name) : null;
    const second = next === null ? undefined : places.get(next.location);
    const led = second === undefined ? [own] : [own, second];
    const ownTtl = (place: Place): number => route.table?.ttlSeconds?.[place.name] ?? Infinity;
    const seconds = Math.min(ttlSeconds, ownTtl(own), second === undefined ? Infinity : ownTtl(second));
    const owner = named.kind === "alias" ? { name: named.target } : NO_OWNER;
    const isSpreadHere = isSpread(route, named.class, zone) || next?.isSpread === true;
    return {
      records: recordsOf(led, type, { ...owner, ttlSeconds: seconds }),
      trueFor: byNetwork && isSpreadHere ? "network" : "zone",
      leadsTo: { location: own.name, ttlSeconds: seconds },
    };
  };

  return ({ name, type }, route, who) => {
    if (type >= META_TYPE_FIRST && type <= META_TYPE_LAST) return REFUSED;
    const named = names(name);
    if (named === null) return REFUSED;
    if (type === TYPE.HTTPS) {
      const target = data.https?.aliases[name];
      if (target !== undefined) return found([{ type: "HTTPS", priority: 0, target, params: NO_PARAMS, ttlSeconds }]);
    }
    const wantsAddress =
      type === TYPE.A || type === TYPE.AAAA || type === TYPE.ANY || (type === TYPE.HTTPS && data.https !== undefined);
    switch (named.kind) {
      case "alias": {
        const cname: ResourceRecord = { type: "CNAME", target: named.target, ttlSeconds };
        if (!wantsAddress) return found([cname]);
        const { records, ...forWhom } = addressesFor(named, { type, route, who });
        return { ...found([cname, ...records]), ...forWhom };
      }
      case "users": {
        const top = named.top.name === name ? ofTop(named.top, type, route) : [];
        const users = wantsAddress ? addressesFor(named, { type, route, who }) : null;
        const answers = users === null ? top : top.length === 0 ? users.records : [...top, ...users.records];
        if (answers.length === 0) return negative(RCODE.ok, named.top, route);
        const glue = top.some((record) => record.type === "NS") ? glueOf(named.top) : [];
        if (users === null) return found(answers, glue);
        return { ...found(answers, glue), trueFor: users.trueFor, leadsTo: users.leadsTo };
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

type Place = { readonly name: LocationName; readonly v4: readonly Uint8Array[]; readonly v6: readonly Uint8Array[] };

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
const NO_PARAMS = Buffer.alloc(0);
const NO_OWNER: { readonly name?: string } = {};
/** Name servers' addresses stay for years. */
const SERVERS_TTL_SECONDS = 3600;
