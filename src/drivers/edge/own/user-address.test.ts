import { expect, test } from "vitest";
import { damage, DAMAGED_CASES, DAMAGED_WITHIN_MS } from "../../../../test/damage.ts";
import { addressBytes } from "../../dns/zone-lookup.ts";
import { networks } from "./networks.ts";
import { forwardedElement, userAddress } from "./user-address.ts";

const trusted = networks(["10.0.0.0/8", "2001:db8:1::/48", "192.0.2.250"], "trusted");
const of = (address: string, xForwardedFor?: string, forwarded?: string) =>
  userAddress({ address, xForwardedFor, forwarded }, trusted);

test.each([
  ["a stranger, whatever it claims", ["198.51.100.1", "192.0.2.1", "for=192.0.2.1"], "198.51.100.1", "198.51.100.1"],
  ["a balancer's", ["10.0.0.1", "192.0.2.1"], "192.0.2.1", "192.0.2.1, 10.0.0.1"],
  ["what a stranger wrote before a balancer", ["10.0.0.1", "1.1.1.1, 192.0.2.1"], "192.0.2.1", "192.0.2.1, 10.0.0.1"],
  ["two balancers", ["10.0.0.1", "192.0.2.1, 10.9.9.9"], "192.0.2.1", "192.0.2.1, 10.9.9.9, 10.0.0.1"],
  [
    "an IPv6 user in Forwarded",
    ["2001:db8:1::7", undefined, 'for="[2001:db8::5]:443";proto=https'],
    "2001:db8::5",
    "2001:db8::5, 2001:db8:1::7",
  ],
  [
    "Forwarded before the other",
    ["10.0.0.1", "192.0.2.9", "for=192.0.2.1;by=x, for=10.2.2.2"],
    "192.0.2.1",
    "192.0.2.1, 10.2.2.2, 10.0.0.1",
  ],
  ["a hidden one", ["10.0.0.1", undefined, "for=192.0.2.1, for=_hidden"], "10.0.0.1", "10.0.0.1"],
  [
    "a quoted comma",
    ["10.0.0.1", undefined, 'for="x,for=192.0.2.3";by=a, for=192.0.2.4'],
    "192.0.2.4",
    "192.0.2.4, 10.0.0.1",
  ],
  ["a mapped socket", ["::ffff:10.0.0.1", "192.0.2.1:5555"], "192.0.2.1", "192.0.2.1, 10.0.0.1"],
  ["a balancer for itself", ["192.0.2.250"], "192.0.2.250", "192.0.2.250"],
] as const)("%s", (_, [address, xForwardedFor, forwarded], user, way) => {
  expect(of(address, xForwardedFor, forwarded)).toEqual({ user, way });
});

test("what is told to another edge is read there as it was meant", () => {
  for (const user of ["192.0.2.1", "2001:db8::5"])
    expect(of("10.0.0.1", undefined, forwardedElement(user, "east", "https")).user).toBe(user);
});

test("a network that is none is refused with the fix", () => {
  expect(() => networks(["10.0.0.0/33"], "trusted")).toThrow(/trusted: "10.0.0.0\/33" is no network/);
});

test("garbage names an address always, and none that stands before a stranger", { timeout: DAMAGED_WITHIN_MS }, () => {
  const { text, below } = damage(11);
  let deep = 0;
  for (let each = 0; each < DAMAGED_CASES; each += 1) {
    const forwarded = below(2) === 0 ? text('for=203.0.113.66, for="[2001:db8:1::9]:1";by=b, for=10.0.0.3') : undefined;
    const { user } = of("10.0.0.1", text("203.0.113.66, 198.51.100.7, 10.4.4.4"), forwarded);
    if (addressBytes(user) === null) throw new Error(JSON.stringify({ forwarded, user }));
    if (user !== "10.0.0.1") deep += 1;
  }
  expect(deep).toBeGreaterThan(10_000);
});
