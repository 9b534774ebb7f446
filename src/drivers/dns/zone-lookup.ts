import ipaddr from "ipaddr.js";
import type { ZoneName } from "../../core/estate.ts";

/**
 * Which zone an address belongs to: the longest matching subnet. A binary trie, walked bit by bit: a /24 is
 * found in 24 steps without making garbage.
 */
export type ZoneLookup = {
  /** The zone of an address, and how many of its bits were needed to tell (the scope of RFC 7871). */
  find(address: Uint8Array, prefixBits: number): ZoneMatch;
};

export type ZoneMatch = { readonly zone: ZoneName | null; readonly scopeBits: number };

export type ZoneSubnets = { readonly name: ZoneName; readonly subnets: readonly string[] };

/** Subnets are in CIDR form, IPv4 and IPv6; the same subnet twice is the caller's mistake and throws. */
export function makeZoneLookup(zones: readonly ZoneSubnets[]): ZoneLookup {
  const names: ZoneName[] = [];
  const trieV4 = makeTrie();
  const trieV6 = makeTrie();
  for (const { name, subnets } of zones) {
    const zone = names.push(name) - 1;
    for (const subnet of subnets) {
      const [address, bits] = ipaddr.parseCIDR(subnet);
      const trie = address.kind() === "ipv4" ? trieV4 : trieV6;
      if (!insert(trie, { address: Uint8Array.from(address.toByteArray()), bits, zone })) {
        throw new RangeError(`subnet ${subnet} of zone ${name} belongs to another zone already`);
      }
    }
  }
  return {
    find(address, prefixBits) {
      const { zone, depth } = walk(address.length === 4 ? trieV4 : trieV6, address, prefixBits);
      return { zone: zone < 0 ? null : names[zone]!, scopeBits: depth };
    },
  };
}

/** The same, of what houston.yaml has under `subnets`. */
export const zoneLookupOf = (subnets: Readonly<Record<ZoneName, readonly string[]>>): ZoneLookup =>
  makeZoneLookup(Object.entries(subnets).map(([name, each]) => ({ name, subnets: each })));

/** The zone of an address in text (`::ffff:1.2.3.4` counts as 1.2.3.4); null when none fits or it is no address. */
export function zoneOfAddress(lookup: ZoneLookup, address: string): ZoneName | null {
  const bytes = addressBytes(address);
  return bytes === null ? null : lookup.find(bytes, bytes.length * 8).zone;
}

/** 4 or 16 bytes in network order; null when the text is no address. */
export function addressBytes(address: string): Uint8Array | null {
  const v4 = parseV4(address.startsWith(MAPPED) ? address.slice(MAPPED.length) : address);
  if (v4 !== null) return v4;
  return ipaddr.IPv6.isValid(address) ? Uint8Array.from(ipaddr.IPv6.parse(address).toByteArray()) : null;
}

/** 4 bytes; throws for what is no IPv4 address. */
export function v4Bytes(address: string): Uint8Array {
  const bytes = addressBytes(address);
  if (bytes?.length !== 4) throw new RangeError(`not an IPv4 address: ${address}`);
  return bytes;
}

/** 16 bytes; throws for what is no IPv6 address. */
export function v6Bytes(address: string): Uint8Array {
  const bytes = addressBytes(address);
  if (bytes?.length !== 16) throw new RangeError(`not an IPv6 address: ${address}`);
  return bytes;
}

const MAPPED = "::ffff:";

/** Node i has its children at 2i and 2i+1 of `children` (0: none, for the root is nobody's child). */
type Trie = { readonly children: number[]; readonly zones: number[] };

const NO_ZONE = -1;

function makeTrie(): Trie {
  return { children: [0, 0], zones: [NO_ZONE] };
}

function insert(trie: Trie, subnet: { address: Uint8Array; bits: number; zone: number }): boolean {
  let node = 0;
  for (let depth = 0; depth < subnet.bits; depth++) {
    const branch = 2 * node + bitAt(subnet.address, depth);
    if (trie.children[branch] === 0) {
      trie.children[branch] = trie.zones.push(NO_ZONE) - 1;
      trie.children.push(0, 0);
    }
    node = trie.children[branch]!;
  }
  if (trie.zones[node] !== NO_ZONE) return false;
  trie.zones[node] = subnet.zone;
  return true;
}

/** The scope ends where the answer is certain: at a leaf, or at the first bit that leaves every subnet. */
function walk(trie: Trie, address: Uint8Array, prefixBits: number): { zone: number; depth: number } {
  let node = 0;
  let zone = trie.zones[0]!;
  let depth = 0;
  while (depth < prefixBits) {
    if (trie.children[2 * node] === 0 && trie.children[2 * node + 1] === 0) break;
    node = trie.children[2 * node + bitAt(address, depth)]!;
    depth++;
    if (node === 0) break;
    if (trie.zones[node] !== NO_ZONE) zone = trie.zones[node]!;
  }
  return { zone, depth };
}

function bitAt(address: Uint8Array, index: number): number {
  return (address[index >> 3]! >> (7 - (index & 7))) & 1;
}

/** By hand, since each packet's source passes here. */
function parseV4(address: string): Uint8Array | null {
  const bytes = new Uint8Array(4);
  let part = 0;
  let value = -1;
  for (let i = 0; i < address.length; i++) {
    const code = address.charCodeAt(i);
    if (code === 0x2e) {
      if (value < 0 || part === 3) return null;
      bytes[part++] = value;
      value = -1;
    } else {
      if (code < 0x30 || code > 0x39) return null;
      value = (value < 0 ? 0 : value * 10) + code - 0x30;
      if (value > 255) return null;
    }
  }
  if (part !== 3 || value < 0) return null;
  bytes[3] = value;
  return bytes;
}
