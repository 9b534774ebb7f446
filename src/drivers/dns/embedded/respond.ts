import type { LocationName, ZoneName } from "../../../core/estate.ts";
import type { RouteState } from "../../../core/route/route.ts";
import { networkBits } from "../../../core/route/host.ts";
import { addressBytes, type ZoneLookup } from "../zone-lookup.ts";
import type { Answered, AnswerName, Asking } from "./answer-name.ts";
import type { NameServerCounters } from "./counters.ts";
import { readQuery, type ClientSubnet } from "./query.ts";
import { writeResponse, writeTruncated, type Response, type ResponseTo } from "./response.ts";
import type { ToldLedger } from "./told-ledger.ts";
import { CLASS_ANY, CLASS_IN, RCODE, TCP_BYTES_MAX, UDP_BYTES_MAX, UDP_BYTES_PLAIN, type Rcode } from "./wire.ts";

export type RespondOptions = {
  readonly answerName: AnswerName;
  readonly route: () => RouteState;
  readonly zoneOf: ZoneLookup;
  /** The location of this server: who comes from no known zone is answered as its neighbours are. */
  readonly askedLocation: LocationName;
  /** The zone around this server. */
  readonly askedZone?: ZoneName;
  /** A zone's own location, for what the table does not say; without it the location asked. */
  readonly homeOf?: (zone: ZoneName) => LocationName;
  /** Keeps who was told of which location; absent: nobody wants to know. */
  readonly told?: Pick<ToldLedger, "note">;
};

export type Asked = {
  readonly from: string;
  readonly transport: "udp" | "tcp";
  /** The source asks too much: at most a hint to come by TCP. */
  readonly limited: boolean;
};

export type Respond = (packet: Uint8Array, asked: Asked, counters: NameServerCounters) => Buffer | null;

/** One packet in, at most one out; null: no answer is due. Any bytes may come. */
export function makeRespond(options: RespondOptions): Respond {
  return (packet, asked, counters) => {
    const read = readQuery(packet);
    switch (read.kind) {
      case "drop":
        counters.malformed++;
        return null;
      case "refuse": {
        if (read.rcode === RCODE.formatError) counters.malformed++;
        counters.refused++;
        const to: ResponseTo = { ...read, packet, scopeBits: 0 };
        return writeResponse(to, refusal(read.rcode), UDP_BYTES_PLAIN).bytes;
      }
      case "query": {
        const { query } = read;
        if (query.class !== CLASS_IN && query.class !== CLASS_ANY) {
          counters.refused++;
          return writeResponse({ ...query, packet, scopeBits: 0 }, refusal(RCODE.refused), UDP_BYTES_PLAIN).bytes;
        }
        const clientSubnet = query.edns?.clientSubnet ?? null;
        let scopeBits = 0;
        const who = (): Asking => {
          const seen = whoAsks(options, clientSubnet, asked.from);
          scopeBits = seen.scopeBits;
          return seen;
        };
        const answered = options.answerName(query, options.route(), who);
        const to: ResponseTo = { ...query, packet, scopeBits: scopeOf(answered, { clientSubnet, scopeBits }) };
        if (asked.limited) {
          counters.truncated++;
          return writeTruncated(to, answered.response);
        }
        count(counters, answered);
        const { bytes, truncated } = writeResponse(to, answered.response, bytesMax(asked, query.edns?.udpBytes));
        if (truncated) counters.truncated++;
        else if (answered.leadsTo !== undefined) options.told?.note(answered.leadsTo, asked.from);
        return bytes;
      }
    }
  };
}

/** The longest match of the client's subnet, else of its address, else this server's own zone. */
function whoAsks(
  options: RespondOptions,
  subnet: ClientSubnet | null,
  from: string,
): Asking & { readonly scopeBits: number } {
  let zone: ZoneName | null = null;
  let scopeBits = 0;
  if (isTold(subnet)) {
    const match = options.zoneOf.find(subnet.address, subnet.sourceBits);
    zone = match.zone;
    scopeBits = match.scopeBits;
  }
  let network = isTold(subnet) ? subnet.address : null;
  if (zone === null || network === null) {
    const bytes = addressBytes(from);
    network ??= bytes;
    if (bytes !== null) zone ??= options.zoneOf.find(bytes, bytes.length * 8).zone;
  }
  const known = zone ?? options.askedZone;
  if (known === undefined) return { zone: "", asked: options.askedLocation, network, scopeBits };
  const home = zone === null ? options.askedLocation : options.homeOf?.(zone);
  return { zone: known, asked: home ?? options.askedLocation, network, scopeBits };
}

/** A prefix of 0 bits asks us not to look (RFC 7871, section 7.1.2). */
function isTold(subnet: ClientSubnet | null): subnet is ClientSubnet {
  return subnet !== null && subnet.sourceBits > 0;
}

/** How many bits of the client's address the answer is true for. */
function scopeOf(
  { trueFor }: Answered,
  { clientSubnet, scopeBits }: { readonly clientSubnet: ClientSubnet | null; readonly scopeBits: number },
): number {
  switch (trueFor) {
    case "everyone":
      return 0;
    case "zone":
      return scopeBits;
    case "network":
      if (!isTold(clientSubnet)) return 0;
      return Math.max(scopeBits, Math.min(clientSubnet.sourceBits, networkBits(clientSubnet.address)));
  }
}

function bytesMax(asked: Asked, ednsBytes: number | undefined): number {
  if (asked.transport === "tcp") return TCP_BYTES_MAX;
  return Math.min(UDP_BYTES_MAX, Math.max(UDP_BYTES_PLAIN, ednsBytes ?? 0));
}

function refusal(rcode: Rcode): Response {
  return { rcode, authoritative: false, answers: [], authority: [], additional: [] };
}

function count(counters: NameServerCounters, { response }: Answered): void {
  if (response.answers.length > 0) counters.answered++;
  else if (response.rcode === RCODE.nameError) counters.noName++;
  else if (response.rcode === RCODE.refused) counters.refused++;
  else counters.noData++;
}
