import ipaddr from "ipaddr.js";
import { assert, BrokenInvariant } from "../../../core/errors.ts";
import { isSameSet, type RecordChange, type RecordType } from "../record-server.ts";
import { nameBytes } from "./wire-name.ts";

const OPCODE_UPDATE = 5;
const CLASS = { in: 1, none: 254, any: 255 } as const;
const TYPE = { A: 1, CNAME: 5, SOA: 6, TXT: 16, AAAA: 28 } as const;
const STRING_BYTES_MAX = 255;

/**
 * A dynamic update (RFC 2136) that changes `before` into `after` if, and only if, everything that was looked at is still as it was:
 * the sets of `before` have exactly their values (2.4.2), and what was absent still is (2.4.3).
 */
export function updateMessage({ domain, before, absent, after }: RecordChange, id: number): Buffer {
  const prerequisites = [
    ...before.flatMap((set) =>
      set.values.map((value) => record({ ...set, class: CLASS.in, data: dataOf(set.type, value) })),
    ),
    ...absent.map((set) => record({ ...set, class: CLASS.none })),
  ];
  // All that goes goes first: a CNAME has no other record beside it.
  const removed = before
    .filter((set) => !after.some((other) => isSameSet(set, other)))
    .map((set) => record({ ...set, class: CLASS.any }));
  const added = after
    .filter((set) => !before.some((other) => isSameSet(set, other)))
    .flatMap((set) =>
      set.values.map((value) =>
        record({ ...set, class: CLASS.in, ttl: set.ttlSeconds, data: dataOf(set.type, value) }),
      ),
    );
  const header = Buffer.alloc(12);
  header.writeUInt16BE(id, 0);
  header.writeUInt16BE(OPCODE_UPDATE << 11, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(prerequisites.length, 6);
  header.writeUInt16BE(removed.length + added.length, 8);
  const zone = Buffer.alloc(4);
  zone.writeUInt16BE(TYPE.SOA, 0);
  zone.writeUInt16BE(CLASS.in, 2);
  return Buffer.concat([header, nameBytes(domain), zone, ...prerequisites, ...removed, ...added]);
}

type Wire = {
  readonly name: string;
  readonly type: RecordType;
  readonly class: number;
  readonly ttl?: number;
  readonly data?: Buffer;
};

function record({ name, type, class: recordClass, ttl = 0, data = Buffer.alloc(0) }: Wire): Buffer {
  assert(type !== "ALIAS" && type !== "LUA", `${type} does not go over this wire`);
  const fixed = Buffer.alloc(10);
  fixed.writeUInt16BE(TYPE[type], 0);
  fixed.writeUInt16BE(recordClass, 2);
  fixed.writeUInt32BE(ttl, 4);
  fixed.writeUInt16BE(data.length, 8);
  return Buffer.concat([nameBytes(name), fixed, data]);
}

function dataOf(type: RecordType, value: string): Buffer {
  switch (type) {
    case "A":
    case "AAAA":
      return Buffer.from(ipaddr.parse(value).toByteArray());
    case "CNAME":
      return nameBytes(value);
    case "TXT":
      return stringsOf(Buffer.from(value, "utf8"));
    case "ALIAS":
    case "LUA":
      throw new BrokenInvariant(`${type} does not go over this wire`);
  }
}

/** Text in strings of at most 255 bytes (RFC 1035, 3.3.14). */
function stringsOf(text: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at === 0 || at < text.length; at += STRING_BYTES_MAX) {
    const part = text.subarray(at, at + STRING_BYTES_MAX);
    parts.push(Buffer.of(part.length), part);
  }
  return Buffer.concat(parts);
}
