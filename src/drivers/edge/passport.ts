import type { IncomingHttpHeaders } from "node:http";

/**
 * What travels with a request: its id, the W3C trace it joined, the zone it came from and the edges it passed.
 * Strangers may bring a request id and a traceparent; hops and zone are believed from other edges only.
 */
export type EdgePassport = {
  readonly requestId: string;
  readonly traceparent: string;
  readonly zone: string;
  /** Locations whose edges it passed before this one. */
  readonly hops: readonly string[];
};

/** The W3C trace that a request belongs to. */
export const traceIdOf = ({ traceparent }: Pick<EdgePassport, "traceparent">): string => traceparent.slice(3, 35);

/** A request passes two edges when tables are in step, three when one of them is a version late. More is a loop. */
export const HOPS_MAX = 3;

export function passportOf(
  headers: IncomingHttpHeaders,
  caller: { readonly fromEdge: boolean; readonly zone: string },
): EdgePassport {
  const hops = caller.fromEdge
    ? text(headers["x-hops"])
        .split(",")
        .filter((hop) => hop !== "")
    : [];
  const zone = caller.fromEdge ? text(headers["x-zone"]) : "";
  const requestId = text(headers["x-request-id"]);
  return {
    requestId: REQUEST_ID.test(requestId) ? requestId : `r-${hex(4)}`,
    traceparent: joined(text(headers["traceparent"])),
    zone: ZONE.test(zone) ? zone : caller.zone,
    hops,
  };
}

/** What applications tell each other along the way (W3C Baggage), as far as it may go on; `refused` parts, by why. */
export type BoundedBaggage = {
  /** One header's value; empty: send none. */
  readonly baggage: string;
  readonly refused: Readonly<Record<BaggageFault, number>>;
};

export type BaggageFault = "malformed" | "repeated" | "too-many" | "too-long";

/** The least that everybody who passes baggage on must carry (W3C Baggage, 3.3.2); it is the most here. */
export const BAGGAGE_MEMBERS_MAX = 64;
export const BAGGAGE_BYTES_MAX = 8192;

/**
 * Whole members only, each as it came, in their order: a part that is refused costs itself and nothing else. Of a key that comes twice the first
 * counts, for readers differ in which one they believe.
 */
export function boundedBaggage(header: string | string[] | undefined): BoundedBaggage {
  const refused = { malformed: 0, repeated: 0, "too-many": 0, "too-long": 0 };
  const kept = new Map<string, string>();
  let bytes = 0;
  // Node reads at most 16 kB of headers; a caller without that limit pays no more than these.
  const whole = (Array.isArray(header) ? header.join(",") : (header ?? "")).slice(0, BAGGAGE_READ_MAX);
  for (const part of whole.split(",")) {
    const member = part.trim();
    // RFC 9110, 5.6.1: empty elements of a list say nothing.
    if (member === "") continue;
    const key = MEMBER.exec(member)?.[1];
    const comma = kept.size === 0 ? 0 : 1;
    if (key === undefined) refused.malformed += 1;
    else if (kept.has(key)) refused.repeated += 1;
    else if (kept.size === BAGGAGE_MEMBERS_MAX) refused["too-many"] += 1;
    else if (bytes + comma + member.length > BAGGAGE_BYTES_MAX) refused["too-long"] += 1;
    else {
      kept.set(key, member);
      bytes += comma + member.length;
    }
  }
  return { baggage: [...kept.values()].join(","), refused };
}

const BAGGAGE_READ_MAX = 8 * BAGGAGE_BYTES_MAX;

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const OCTETS = "[!#-+./0-:<-\\[\\]-~-]*";
/** key = value, then properties: each a key, with or without a value (W3C Baggage, 3.3.1). All of it is ASCII: a character is a byte. */
const MEMBER = new RegExp(
  `^(${TOKEN})[ \\t]*=[ \\t]*${OCTETS}(?:[ \\t]*;[ \\t]*${TOKEN}(?:[ \\t]*=[ \\t]*${OCTETS})?)*$`,
);

/** Joins the caller's trace with a span of our own; without a good one begins a trace. */
function joined(given: string): string {
  const parts = TRACEPARENT.exec(given);
  // Forbidden by the W3C's Trace Context: version ff, all-zero ids, and anything after the flags in version 00.
  if (
    parts === null ||
    parts[1] === "ff" ||
    (parts[1] === "00" && parts[5] !== undefined) ||
    /^0+$/.test(parts[2]!) ||
    /^0+$/.test(parts[3]!)
  )
    return `00-${hex(4)}-${hex(2)}-00`;
  return `00-${parts[2]}-${hex(2)}-${parts[4]}`;
}

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const REQUEST_ID = /^[\w.-]{8,80}$/;
const ZONE = /^[\w.-]{1,64}$/;

function text(value: string | string[] | undefined): string {
  return typeof value === "string" ? value : "";
}

/** Ids need to be different, not secret. `words` of 32 bits each. */
function hex(words: number): string {
  let id = "";
  for (let each = 0; each < words; each++)
    id += Math.floor(Math.random() * 2 ** 32)
      .toString(16)
      .padStart(8, "0");
  return id;
}
