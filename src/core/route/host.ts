import { BUCKETS, type ClassName } from "../estate.ts";
import { crc32, crc32OfBytes } from "./crc32.ts";

/** What a host alone decides; the zone comes from the client's address. */
export type HostChunk = { readonly class: ClassName; readonly bucket: number };

export const PLANET_DOMAIN = "planet.test";

/**
 * Class and bucket of a host, alike for DNS and edges (DESIGN section 10). A port and a last dot are
 * ignored. Under our own domain only the names that exist have an answer; a host of somebody else's
 * domain is a tenant's own and hashes like `shop` (which of them DNS answers for is docs/planet.md's to say). Null: no such name, or no host name at all.
 */
export function hostToChunk(host: string, domain: string = PLANET_DOMAIN): HostChunk | null {
  const name = bareHost(host);
  if (name === null) return null;
  if (name === domain) return null;
  if (!name.endsWith(`.${domain}`)) return { class: "public", bucket: bucketOfHost(name) };
  const own = name.slice(0, -domain.length - 1);
  if (own === "shop") return { class: "public", bucket: bucketOfHost(name) };
  if (own.length < 5 || own.charCodeAt(0) !== LETTER_B || own.charCodeAt(3) !== DOT) return null;
  const className = CLASS_OF_LABEL.get(own.slice(4));
  const bucket = hexByte(own.charCodeAt(1), own.charCodeAt(2));
  return className === undefined || bucket < 0 ? null : { class: className, bucket };
}

/** The bucket that a host hashes to: crc32 of its lower-case form, mod 256. */
export function bucketOfHost(host: string): number {
  return crc32(host.toLowerCase()) % BUCKETS;
}

/**
 * The bucket of a client's network, where a single name has all users and they are told apart by where they call from: crc32 of the
 * address (4 or 16 bytes), bits after networkBits set to 0, mod 256. Alike for DNS and edges, so nobody in a network is split.
 */
export function bucketOfNetwork(address: Uint8Array): number {
  const network = new Uint8Array(address.length);
  network.set(address.subarray(0, networkBits(address) / 8));
  return crc32OfBytes(network) % BUCKETS;
}

/** What resolvers tell of a client at most (RFC 7871, section 11.1), or a little less: an IPv6 site. */
export function networkBits(address: Uint8Array): number {
  return address.length === 4 ? 24 : 48;
}

/** The name that stands for a chunk, `b0f.shop.planet.test`: what tenants' CNAMEs point to. Null: no such class. */
export function chunkToHost(chunk: HostChunk, domain: string = PLANET_DOMAIN): string | null {
  for (const [label, className] of CLASS_OF_LABEL) {
    if (className === chunk.class) return `b${chunk.bucket.toString(16).padStart(2, "0")}.${label}.${domain}`;
  }
  return null;
}

const CLASS_OF_LABEL: ReadonlyMap<string, ClassName> = new Map([
  ["shop", "public"],
  ["editor", "editor"],
  ["internal", "internal"],
]);

const LETTER_B = 0x62;
const DOT = 0x2e;
/** The longest name that DNS can carry, as text. */
const HOST_LENGTH_MAX = 253;
const HOST = /^[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?$/;

function bareHost(host: string): string | null {
  const colon = host.indexOf(":");
  let name = (colon < 0 ? host : host.slice(0, colon)).toLowerCase();
  if (name.endsWith(".")) name = name.slice(0, -1);
  return name.length <= HOST_LENGTH_MAX && HOST.test(name) ? name : null;
}

function hexByte(high: number, low: number): number {
  const a = hexDigit(high);
  const b = hexDigit(low);
  return a < 0 || b < 0 ? -1 : a * 16 + b;
}

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  if (code >= 0x61 && code <= 0x66) return code - 0x61 + 10;
  return -1;
}
