import {
  EDNS_CLIENT_SUBNET,
  FLAG,
  HEADER_BYTES,
  LABEL_BYTES_MAX,
  NAME_BYTES_MAX,
  OPCODE_MASK,
  RCODE,
  TYPE,
  type Rcode,
} from "./wire.ts";

/** One question as it came. */
export type Query = {
  readonly id: number;
  readonly flags: number;
  /** Lower case, dots between labels, no last dot. */
  readonly name: string;
  readonly type: number;
  readonly class: number;
  /** Where the question ends: it is sent back byte for byte. */
  readonly questionEnd: number;
  readonly edns: Edns | null;
};

export type Edns = { readonly udpBytes: number; readonly clientSubnet: ClientSubnet | null };

export type ClientSubnet = {
  readonly family: 1 | 2;
  readonly sourceBits: number;
  /** 4 or 16 bytes; those that were not sent are 0. */
  readonly address: Uint8Array;
};

/**
 * What came: a question; or something to refuse with a code (`questionEnd` > header when the question itself was
 * sound); or nothing that deserves an answer (too short, or an answer itself: two servers would talk for ever).
 */
export type ReadQuery =
  | { readonly kind: "query"; readonly query: Query }
  | {
      readonly kind: "refuse";
      readonly rcode: Rcode;
      readonly id: number;
      readonly flags: number;
      readonly questionEnd: number;
      readonly edns: Edns | null;
    }
  | { readonly kind: "drop" };

/** Reads a packet from a stranger: bounded work, never throws. */
export function readQuery(packet: Uint8Array): ReadQuery {
  if (packet.length < HEADER_BYTES) return { kind: "drop" };
  const id = u16(packet, 0);
  const flags = u16(packet, 2);
  if ((flags & FLAG.response) !== 0) return { kind: "drop" };
  const refuse = (rcode: Rcode, questionEnd = HEADER_BYTES, edns: Edns | null = null): ReadQuery => ({
    kind: "refuse",
    rcode,
    id,
    flags,
    questionEnd,
    edns,
  });
  if ((flags & OPCODE_MASK) !== 0) return refuse(RCODE.notImplemented);
  const records = u16(packet, 6) + u16(packet, 8) + u16(packet, 10);
  if (u16(packet, 4) !== 1 || records > RECORDS_MAX) return refuse(RCODE.formatError);
  const name = readName(packet, HEADER_BYTES);
  if (name === null || name.end + 4 > packet.length) return refuse(RCODE.formatError);
  const questionEnd = name.end + 4;
  const opt = readRecords(packet, questionEnd, records);
  if (opt === "malformed") return refuse(RCODE.formatError, questionEnd);
  if (opt === "bad-version") return refuse(RCODE.badVersion, questionEnd, { udpBytes: 0, clientSubnet: null });
  const type = u16(packet, name.end);
  return {
    kind: "query",
    query: { id, flags, name: name.text, type, class: u16(packet, name.end + 2), questionEnd, edns: opt },
  };
}

/** A query carries an OPT, perhaps a signature; a packet that claims more is made to cost work. */
const RECORDS_MAX = 4;

/** The question's name; it comes first, so a compression pointer could only point at nothing or at itself. */
function readName(packet: Uint8Array, start: number): { readonly text: string; readonly end: number } | null {
  let at = start;
  let text = "";
  for (;;) {
    const length = packet[at];
    if (length === undefined || length > LABEL_BYTES_MAX) return null;
    at++;
    if (length === 0) break;
    if (at + length > packet.length || at + length - start > NAME_BYTES_MAX - 1) return null;
    if (text !== "") text += ".";
    for (const end = at + length; at < end; at++) {
      const byte = packet[at]!;
      // A dot inside a label must not look like one between labels.
      text += byte === DOT ? "\\." : String.fromCharCode(byte >= UPPER_A && byte <= UPPER_Z ? byte + 32 : byte);
    }
  }
  return { text, end: at };
}

const DOT = 0x2e;
const UPPER_A = 0x41;
const UPPER_Z = 0x5a;

/** Skips what is not an OPT. Null: no EDNS. */
function readRecords(packet: Uint8Array, start: number, count: number): Edns | null | "malformed" | "bad-version" {
  let at = start;
  let edns: Edns | null = null;
  for (let i = 0; i < count; i++) {
    const nameEnd = skipName(packet, at);
    if (nameEnd === null || nameEnd + RECORD_FIXED_BYTES > packet.length) return "malformed";
    const type = u16(packet, nameEnd);
    const dataStart = nameEnd + RECORD_FIXED_BYTES;
    const dataEnd = dataStart + u16(packet, nameEnd + 8);
    if (dataEnd > packet.length) return "malformed";
    if (type === TYPE.OPT) {
      // One OPT, at the root, of version 0 (RFC 6891, section 6.1.1).
      if (edns !== null || nameEnd !== at + 1) return "malformed";
      if (packet[nameEnd + 5] !== 0) return "bad-version";
      const clientSubnet = readOptions(packet, dataStart, dataEnd);
      if (clientSubnet === "malformed") return "malformed";
      edns = { udpBytes: u16(packet, nameEnd + 2), clientSubnet };
    }
    at = dataEnd;
  }
  return edns;
}

/** Type, class, TTL and data length. */
const RECORD_FIXED_BYTES = 10;

/** Pointers are not followed, so none can loop. */
function skipName(packet: Uint8Array, start: number): number | null {
  let at = start;
  while (at - start < NAME_BYTES_MAX) {
    const length = packet[at];
    if (length === undefined) return null;
    if (length === 0) return at + 1;
    if (length >= POINTER) return at + 2 <= packet.length ? at + 2 : null;
    if (length > LABEL_BYTES_MAX) return null;
    at += 1 + length;
  }
  return null;
}

const POINTER = 0xc0;

function readOptions(packet: Uint8Array, start: number, end: number): ClientSubnet | null | "malformed" {
  let at = start;
  let found: ClientSubnet | null = null;
  while (at < end) {
    if (at + 4 > end) return "malformed";
    const code = u16(packet, at);
    const dataEnd = at + 4 + u16(packet, at + 2);
    if (dataEnd > end) return "malformed";
    if (code === EDNS_CLIENT_SUBNET) {
      const subnet = readClientSubnet(packet, at + 4, dataEnd);
      if (subnet === null || found !== null) return "malformed";
      found = subnet;
    }
    at = dataEnd;
  }
  return found;
}

/** RFC 7871, section 6 and 7.1.2: exactly the bytes that the prefix needs, no bit set after it, scope 0. */
function readClientSubnet(packet: Uint8Array, start: number, end: number): ClientSubnet | null {
  if (end - start < 4) return null;
  const family = u16(packet, start);
  const sourceBits = packet[start + 2]!;
  if (family !== 1 && family !== 2) return null;
  const address = new Uint8Array(family === 1 ? 4 : 16);
  const bytes = end - start - 4;
  if (packet[start + 3] !== 0 || sourceBits > address.length * 8 || bytes !== Math.ceil(sourceBits / 8)) return null;
  for (let i = 0; i < bytes; i++) address[i] = packet[start + 4 + i]!;
  const spare = bytes * 8 - sourceBits;
  if (spare > 0 && (address[bytes - 1]! & ((1 << spare) - 1)) !== 0) return null;
  return { family, sourceBits, address };
}

function u16(packet: Uint8Array, at: number): number {
  return (packet[at]! << 8) | packet[at + 1]!;
}
