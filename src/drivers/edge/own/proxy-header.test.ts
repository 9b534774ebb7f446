import { expect, test } from "vitest";
import { damage, DAMAGED_CASES, DAMAGED_WITHIN_MS } from "../../../../test/damage.ts";
import { addressBytes } from "../../dns/zone-lookup.ts";
import { proxyHeader, readProxyHeader } from "./proxy-header.ts";

const v4 = proxyHeader({ address: "192.0.2.1", port: 1234 }, { address: "10.0.0.1", port: 443 }, "server");
const v6 = proxyHeader({ address: "2001:db8::5", port: 1234 }, { address: "2001:db8::1", port: 443 }, "server");
/** From the document's own figure: signature, PROXY over TCP of IPv4, 12 bytes. */
const KNOWN = Buffer.from("0d0a0d0a000d0a515549540a2111000cc00002010a00000104d201bb", "hex");

test("a header is the one of the protocol's description, and what it says is read again", () => {
  expect(v4).toEqual(KNOWN);
  const from = { address: "192.0.2.1", port: 1234 };
  expect(readProxyHeader(v4)).toEqual({ kind: "header", from, isHandedOn: false, bytes: 28 });
  expect(readProxyHeader(v6)).toMatchObject({ kind: "header", from: { port: 1234 }, bytes: 52 });
});

test("what follows it, and what a balancer adds to it, is left alone", () => {
  const added = Buffer.concat([v4, Buffer.from([0x04, 0, 1, 0])]);
  added.writeUInt16BE(16, 14);
  expect(readProxyHeader(Buffer.concat([added, Buffer.from("GET /")]))).toMatchObject({ kind: "header", bytes: 32 });
});

test("that an edge of ours wrote it is read behind the addresses, beside what others add", () => {
  const ours = proxyHeader({ address: "2001:db8::5", port: 1234 }, { address: "2001:db8::1", port: 443 }, "edge");
  expect(readProxyHeader(ours)).toMatchObject({ from: { port: 1234 }, isHandedOn: true, bytes: 57 });
  const beside = Buffer.concat([v4, Buffer.from([0x04, 0, 1, 0, 0xe0, 0, 2, 0x72, 0x70])]);
  beside.writeUInt16BE(21, 14);
  expect(readProxyHeader(beside)).toMatchObject({ isHandedOn: true, bytes: 37 });
  // Within what another one says it is none.
  const within = Buffer.concat([v4, Buffer.from([0x04, 0, 5, 0xe0, 0, 2, 0x72, 0x70])]);
  within.writeUInt16BE(20, 14);
  expect(readProxyHeader(within)).toMatchObject({ isHandedOn: false });
});

test("it may come in pieces, and is whole at its last byte only", () => {
  for (let bytes = 0; bytes < v6.length; bytes += 1)
    expect(readProxyHeader(v6.subarray(0, bytes)), `${bytes} bytes`).toEqual({ kind: "more" });
});

const changed = (at: number, value: number): Buffer =>
  Buffer.from(v4.map((byte, index) => (index === at ? value : byte)));

test.each([
  ["a request", Buffer.from("GET / HTTP/1.1\r\n"), "not-proxy-v2"],
  ["version 1", Buffer.from("PROXY TCP4 192.0.2.1 10.0.0.1 1 2\r\n"), "not-proxy-v2"],
  ["version 3", changed(12, 0x31), "proxy-version"],
  ["a command that nobody knows", changed(12, 0x22), "proxy-command"],
  ["UDP", changed(13, 0x12), "proxy-family"],
  ["an address of a socket file", changed(13, 0x31), "proxy-family"],
  ["addresses that are too short", changed(15, 11), "proxy-too-short"],
  ["IPv6 in the room of IPv4", changed(13, 0x21), "proxy-too-short"],
  ["more than any balancer adds", changed(14, 0xff), "proxy-too-long"],
])("%s is refused", (_, bytes, why) => expect(readProxyHeader(bytes)).toEqual({ kind: "bad", why }));

test("a balancer that looks whether we live names nobody", () => {
  expect(readProxyHeader(changed(12, 0x20))).toMatchObject({ kind: "header", from: null, bytes: 28 });
  const ofTwoFamilies = proxyHeader({ address: "192.0.2.1", port: 1 }, { address: "::1", port: 2 }, "edge");
  expect(readProxyHeader(ofTwoFamilies)).toMatchObject({ from: null, isHandedOn: true });
});

test("garbage is refused, waited for, or names an address within what came", { timeout: DAMAGED_WITHIN_MS }, () => {
  const { bytes, below } = damage(12);
  const kinds = { more: 0, bad: 0, header: 0 };
  for (let each = 0; each < DAMAGED_CASES; each += 1) {
    const garbage = bytes(below(2) === 0 ? v4 : v6);
    const read = readProxyHeader(garbage);
    kinds[read.kind] += 1;
    if (read.kind !== "header") continue;
    if (read.bytes > garbage.length) throw new Error(garbage.toString("hex"));
    if (read.from !== null && addressBytes(read.from.address) === null) throw new Error(garbage.toString("hex"));
  }
  for (const count of Object.values(kinds)) expect(count).toBeGreaterThan(1000);
});
