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
