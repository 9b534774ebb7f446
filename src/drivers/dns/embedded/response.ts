import type { Edns } from "./query.ts";
import { CLASS_IN, EDNS_CLIENT_SUBNET, FLAG, HEADER_BYTES, TYPE, UDP_BYTES_MAX, type Rcode } from "./wire.ts";

/** A record to send: `name` absent means the question's own. */
export type ResourceRecord = { readonly name?: string; readonly ttlSeconds: number } & RecordData;

export type RecordData =
  | { readonly type: "A" | "AAAA"; readonly address: Uint8Array }
  | { readonly type: "NS" | "CNAME"; readonly target: string }
  | { readonly type: "SOA"; readonly soa: Soa }
  /** Priority 0: only `target` says more (AliasMode). Target empty: the name itself. */
  | { readonly type: "HTTPS"; readonly priority: number; readonly target: string; readonly params: Uint8Array };

export type Soa = {
  readonly server: string;
  readonly mailbox: string;
  readonly serial: number;
  readonly refreshSeconds: number;
  readonly retrySeconds: number;
  readonly expireSeconds: number;
  readonly negativeTtlSeconds: number;
};

export type Response = {
  readonly rcode: Rcode;
  readonly authoritative: boolean;
  readonly answers: readonly ResourceRecord[];
  readonly authority: readonly ResourceRecord[];
  /** Left out when they don't fit; nothing is truncated for their sake. */
  readonly additional: readonly ResourceRecord[];
};

/** What of the query the response repeats. */
export type ResponseTo = {
  readonly packet: Uint8Array;
  readonly id: number;
  readonly flags: number;
  readonly questionEnd: number;
  readonly edns: Edns | null;
  /** The scope to tell for the client's subnet. */
  readonly scopeBits: number;
};

export type Written = { readonly bytes: Buffer; readonly truncated: boolean };

/** Writes the response in at most `bytesMax`; what does not fit is left out and TC tells to come by TCP. */
export function writeResponse(to: ResponseTo, response: Response, bytesMax: number): Written {
  const whole = write(to, response, false);
  if (whole.length <= bytesMax) return { bytes: whole, truncated: false };
  if (response.additional.length > 0) {
    const lean = write(to, { ...response, additional: [] }, false);
    if (lean.length <= bytesMax) return { bytes: lean, truncated: false };
  }
  return { bytes: writeTruncated(to, response), truncated: true };
}

/** Only the question and TC: the client comes again by TCP. */
export function writeTruncated(to: ResponseTo, response: Response): Buffer {
  return write(to, { ...response, answers: [], authority: [], additional: [] }, true);
}

type Writer = { bytes: Buffer; at: number; readonly names: Map<string, number> };

/** Names may be pointed at as far as 14 bits reach. */
const POINTER_MAX = 0x3fff;
const POINTER_TO_QUESTION = 0xc000 | HEADER_BYTES;
/** Room for a question, an address and an OPT; longer responses grow. */
const BYTES_USUAL = 384;

function write(to: ResponseTo, response: Response, truncated: boolean): Buffer {
  const hasQuestion = to.questionEnd > HEADER_BYTES;
  const writer: Writer = { bytes: Buffer.allocUnsafe(BYTES_USUAL), at: 0, names: new Map() };
  let flags = FLAG.response | (to.flags & FLAG.recursionDesired) | (response.rcode & 0xf);
  if (response.authoritative) flags |= FLAG.authoritative;
  if (truncated) flags |= FLAG.truncated;
  // An opcode that is not implemented is repeated, as RFC 1035 wants.
  flags |= to.flags & 0x7800;
  room(writer, to.questionEnd);
  u16(writer, to.id);
  u16(writer, flags);
  u16(writer, hasQuestion ? 1 : 0);
  u16(writer, response.answers.length);
  u16(writer, response.authority.length);
  u16(writer, response.additional.length + (to.edns === null ? 0 : 1));
  if (hasQuestion) {
    writer.bytes.set(to.packet.subarray(HEADER_BYTES, to.questionEnd), HEADER_BYTES);
    writer.at = to.questionEnd;
  }
  for (const record of response.answers) writeRecord(writer, record);
  for (const record of response.authority) writeRecord(writer, record);
  for (const record of response.additional) writeRecord(writer, record);
  if (to.edns !== null) writeOpt(writer, to.edns, response.rcode, to.scopeBits);
  return writer.bytes.subarray(0, writer.at);
}

function writeRecord(writer: Writer, record: ResourceRecord): void {
  room(writer, 16);
  if (record.name === undefined) u16(writer, POINTER_TO_QUESTION);
  else writeName(writer, record.name);
  room(writer, 16);
  u16(writer, TYPE[record.type]);
  u16(writer, CLASS_IN);
  u32(writer, record.ttlSeconds);
  const lengthAt = writer.at;
  u16(writer, 0);
  writeData(writer, record);
  writer.bytes.writeUInt16BE(writer.at - lengthAt - 2, lengthAt);
}

function writeData(writer: Writer, data: RecordData): void {
  switch (data.type) {
    case "A":
    case "AAAA":
      room(writer, 16);
      for (const byte of data.address) writer.bytes[writer.at++] = byte;
      return;
    case "NS":
    case "CNAME":
      return writeName(writer, data.target);
    case "HTTPS":
      room(writer, 2);
      u16(writer, data.priority);
      writeWholeName(writer, data.target);
      room(writer, data.params.length);
      for (const byte of data.params) writer.bytes[writer.at++] = byte;
      return;
    case "SOA": {
      const { soa } = data;
      writeName(writer, soa.server);
      writeName(writer, soa.mailbox);
      room(writer, 20);
      u32(writer, soa.serial);
      u32(writer, soa.refreshSeconds);
      u32(writer, soa.retrySeconds);
      u32(writer, soa.expireSeconds);
      u32(writer, soa.negativeTtlSeconds);
    }
  }
}

/** Compressed against names of this response (RFC 1035, section 4.1.4). */
function writeName(writer: Writer, name: string): void {
  let rest = name;
  while (rest !== "") {
    room(writer, 66);
    const seen = writer.names.get(rest);
    if (seen !== undefined) return u16(writer, 0xc000 | seen);
    if (writer.at <= POINTER_MAX) writer.names.set(rest, writer.at);
    const dot = rest.indexOf(".");
    const label = dot < 0 ? rest : rest.slice(0, dot);
    writer.bytes[writer.at++] = label.length;
    writer.at += writer.bytes.write(label, writer.at, "latin1");
    rest = dot < 0 ? "" : rest.slice(dot + 1);
  }
  room(writer, 1);
  writer.bytes[writer.at++] = 0;
}

/** As RFC 9460, section 2.2 wants it: a reader that doesn't know the type can't follow pointers. */
function writeWholeName(writer: Writer, name: string): void {
  room(writer, name.length + 2);
  for (const label of name === "" ? [] : name.split(".")) {
    writer.bytes[writer.at++] = label.length;
    writer.at += writer.bytes.write(label, writer.at, "latin1");
  }
  writer.bytes[writer.at++] = 0;
}

function writeOpt(writer: Writer, edns: Edns, rcode: Rcode, scopeBits: number): void {
  const { clientSubnet } = edns;
  room(writer, 48);
  writer.bytes[writer.at++] = 0;
  u16(writer, TYPE.OPT);
  u16(writer, UDP_BYTES_MAX);
  u32(writer, (rcode >> 4) << 24);
  if (clientSubnet === null) return u16(writer, 0);
  const bytes = Math.ceil(clientSubnet.sourceBits / 8);
  u16(writer, 8 + bytes);
  u16(writer, EDNS_CLIENT_SUBNET);
  u16(writer, 4 + bytes);
  u16(writer, clientSubnet.family);
  writer.bytes[writer.at++] = clientSubnet.sourceBits;
  writer.bytes[writer.at++] = scopeBits;
  for (let i = 0; i < bytes; i++) writer.bytes[writer.at++] = clientSubnet.address[i]!;
}

function room(writer: Writer, bytes: number): void {
  if (writer.at + bytes <= writer.bytes.length) return;
  const grown = Buffer.allocUnsafe(2 * (writer.bytes.length + bytes));
  writer.bytes.copy(grown, 0, 0, writer.at);
  writer.bytes = grown;
}

function u16(writer: Writer, value: number): void {
  writer.bytes[writer.at++] = value >> 8;
  writer.bytes[writer.at++] = value & 0xff;
}

function u32(writer: Writer, value: number): void {
  writer.bytes.writeUInt32BE(value >>> 0, writer.at);
  writer.at += 4;
}
