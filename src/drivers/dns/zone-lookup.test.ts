import * as fc from "fast-check";
import ipaddr from "ipaddr.js";
import { expect, test } from "vitest";
import { addressBytes, makeZoneLookup, zoneOfAddress } from "./zone-lookup.ts";

test("finds the longest matching subnet, as a search through all of them does", () => {
  fc.assert(
    fc.property(subnets(), addresses(), (zones, bytes) => {
      const lookup = makeZoneLookup(zones);
      const longest = zones
        .flatMap(({ name, subnets: [subnet] }) => ({ name, cidr: ipaddr.IPv4.parseCIDR(subnet!) }))
        .filter(({ cidr }) => new ipaddr.IPv4(bytes).match(cidr))
        .sort((a, b) => b.cidr[1] - a.cidr[1])[0];
      expect(zoneOfAddress(lookup, bytes.join("."))).toBe(longest?.name ?? null);
    }),
    { numRuns: 500 },
  );
});

test("an answer is true for every address within its scope", () => {
  fc.assert(
    fc.property(subnets(), addresses(), addresses(), (zones, bytes, other) => {
      const lookup = makeZoneLookup(zones);
      const { zone, scopeBits } = lookup.find(Uint8Array.from(bytes), 32);
      const mask = scopeBits === 0 ? 0 : (-1 << (32 - scopeBits)) >>> 0;
      const neighbour = ((toNumber(bytes) & mask) | (toNumber(other) & ~mask)) >>> 0;
      expect(lookup.find(toBytes(neighbour), 32).zone).toBe(zone);
    }),
    { numRuns: 500 },
  );
});

test("a short prefix is not enough to tell, and says so", () => {
  const lookup = makeZoneLookup([
    { name: "a", subnets: ["198.18.1.0/24"] },
    { name: "b", subnets: ["198.18.2.0/24", "2001:db8::/32"] },
  ]);
  expect(lookup.find(Uint8Array.from([198, 18, 0, 0]), 16)).toEqual({ zone: null, scopeBits: 16 });
  expect(lookup.find(Uint8Array.from([198, 18, 1, 0]), 24)).toEqual({ zone: "a", scopeBits: 24 });
  // The first bit in which it differs from every subnet is enough.
  expect(lookup.find(Uint8Array.from([8, 8, 8, 0]), 24)).toEqual({ zone: null, scopeBits: 1 });
  expect(zoneOfAddress(lookup, "2001:db8::1")).toBe("b");
  expect(zoneOfAddress(lookup, "::ffff:198.18.2.9")).toBe("b");
  expect(zoneOfAddress(lookup, "2001:db9::1")).toBe(null);
  expect(() => makeZoneLookup([{ name: "c", subnets: ["10.0.0.0/8", "10.0.0.0/8"] }])).toThrow("another zone");
});

test("only whole addresses are addresses", () => {
  for (const no of ["", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1..2.3", "a.b.c.d", "1.2.3.4 ", "-1.2.3.4"]) {
    expect(addressBytes(no)).toBe(null);
  }
  expect(addressBytes("127.20.0.53")).toEqual(Uint8Array.from([127, 20, 0, 53]));
});

/** Crowded, so that subnets lie within each other: the first bits vary little. */
function subnets(): fc.Arbitrary<readonly { name: string; subnets: readonly string[] }[]> {
  return fc
    .uniqueArray(
      fc.tuple(addresses(), fc.integer({ min: 1, max: 32 })).map(([bytes, bits]) => {
        const base = bits === 32 ? toNumber(bytes) : (toNumber(bytes) & (-1 << (32 - bits))) >>> 0;
        return `${[...toBytes(base)].join(".")}/${bits}`;
      }),
      { maxLength: 20 },
    )
    .map((list) => list.map((subnet, i) => ({ name: `zone-${i}`, subnets: [subnet] })));
}

function addresses(): fc.Arbitrary<number[]> {
  const few = fc.constantFrom(0, 1, 128, 129, 255);
  return fc.tuple(fc.constantFrom(10, 11), few, few, few).map((bytes) => [...bytes]);
}

function toNumber(bytes: readonly number[]): number {
  return ((bytes[0]! << 24) | (bytes[1]! << 16) | (bytes[2]! << 8) | bytes[3]!) >>> 0;
}

function toBytes(value: number): Uint8Array {
  return Uint8Array.from([value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255]);
}
