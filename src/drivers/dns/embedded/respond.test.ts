import { decode, encode, type Packet } from "dns-packet";
import { expect, test } from "vitest";
import { makeAnswerName } from "./answer-name.ts";
import { makeCounters } from "./counters.ts";
import { makeRespond, type Asked } from "./respond.ts";
import { TEST_TABLE, testRoute, testZone } from "./test-zone.ts";
import { UDP_BYTES_MAX, UDP_BYTES_PLAIN } from "./wire.ts";

const zone = testZone();
const route = testRoute();
const respond = makeRespond({
  ...zone,
  route: () => route,
  answerName: makeAnswerName(zone),
});
const FROM: Asked = { from: "127.0.0.1", transport: "udp", limited: false };

type Told = {
  readonly rcode: string;
  readonly answers: readonly string[];
  readonly aa: boolean;
  readonly soa: boolean;
};

test.each<[name: string, type: string, subnet: string | null, told: Partial<Told>]>([
  ["b00.shop.planet.test", "A", null, { answers: ["A 5 127.20.1.1"], aa: true, soa: false }],
  ["b00.shop.planet.test", "A", "198.18.2.0", { answers: ["A 5 127.20.2.1"] }],
  ["b00.shop.planet.test", "ANY", "198.18.2.0", { answers: ["A 5 127.20.2.1"] }],
  ["B00.sHoP.pLaNeT.tEsT", "A", null, { answers: ["A 5 127.20.1.1"] }],
  ["b7f.editor.planet.test", "A", null, { answers: ["A 5 127.20.1.1"] }],
  ["b80.editor.planet.test", "A", null, { answers: ["A 5 127.20.2.1"] }],
  // No row for far's editors: the zone's own location. Shed: its own as well, to be told there. Pinned: b for all.
  ["b00.editor.planet.test", "A", "198.18.2.0", { answers: ["A 5 127.20.2.1"] }],
  ["b07.shop.planet.test", "A", "198.18.2.0", { answers: ["A 5 127.20.2.1"] }],
  ["b07.shop.planet.test", "A", null, { answers: ["A 5 127.20.1.1"] }],
  ["b08.shop.planet.test", "A", null, { answers: ["A 5 127.20.2.1"] }],
  ["shop.planet.test", "A", null, { answers: ["A 5 127.20.1.1"] }],
  ["b00.shop.planet.test", "AAAA", null, { rcode: "NOERROR", answers: [], soa: true, aa: true }],
  ["b00.shop.planet.test", "TXT", null, { rcode: "NOERROR", answers: [], soa: true }],
  ["editor.planet.test", "A", null, { rcode: "NOERROR", answers: [], soa: true }],
  ["nobody.planet.test", "A", null, { rcode: "NXDOMAIN", answers: [], soa: true, aa: true }],
  ["x.b00.shop.planet.test", "A", null, { rcode: "NXDOMAIN", soa: true }],
  ["ns3.planet.test", "A", null, { answers: ["A 3600 127.20.3.53"] }],
  ["planet.test", "A", null, { rcode: "NOERROR", answers: [], soa: true }],
  ["www.bakery.example", "A", null, { answers: ["CNAME 5 b53.shop.planet.test", "A 5 127.20.1.1"], aa: true }],
  ["example.org", "A", null, { rcode: "REFUSED", answers: [], aa: false, soa: false }],
  ["myplanet.test", "A", null, { rcode: "REFUSED" }],
  ["planet.test", "AXFR", null, { rcode: "REFUSED", answers: [] }],
])("%s %s for %s", (name, type, subnet, told) => {
  const response = ask(name, type, subnet);
  expect(tellOf(response)).toMatchObject(told);
  // The question comes back in the letters it was asked in.
  expect(response.questions![0]!.name).toBe(name);
});

test("an answer that names a place which may have to be left is kept for as long as the table says, others as usual", () => {
  const short = testRoute({ ...TEST_TABLE, ttlSeconds: { b: 2, a: 60 } });
  const answerShort = makeRespond({
    ...zone,
    route: () => short,
    answerName: makeAnswerName(zone),
  });
  const told = (subnet: string | null) =>
    tellOf(decode(answerShort(Buffer.from(queryOf("b00.shop.planet.test", "A", subnet, 24)), FROM, makeCounters())!))
      .answers;
  expect(told("198.18.2.0")).toEqual(["A 2 127.20.2.1"]);
  // Never longer than usual.
  expect(told(null)).toEqual(["A 5 127.20.1.1"]);
});

test("the zone's top has SOA with the table's version, and NS with addresses", () => {
  const soa = ask("planet.test", "SOA").answers![0]!;
  expect(soa).toMatchObject({ type: "SOA", data: { mname: "ns.planet.test", serial: 3, minimum: 5 } });
  const ns = ask("planet.test", "NS", "198.18.1.0");
  expect(ns.answers!.length).toBe(16);
  const addresses = ns.additionals!.filter(({ type }) => type === "A") as { name: string; data: string }[];
  expect(addresses.map(({ data }) => data)).toContain("127.20.15.53");
});

test("glue is left out before an answer is truncated; a truncated one says so and fits", () => {
  const plain = ask("planet.test", "NS");
  expect(plain.answers!.length).toBe(16);
  expect(plain.additionals).toEqual([]);
  const wide = testZone(40);
  const crowded = makeRespond({
    ...wide,
    route: () => route,
    answerName: makeAnswerName(wide),
  });
  const query = encode({ type: "query", id: 1, questions: [{ type: "NS", name: "planet.test" }] });
  const counters = makeCounters();
  const udp = crowded(query, FROM, counters)!;
  expect(udp.length).toBeLessThanOrEqual(UDP_BYTES_PLAIN);
  expect(decode(udp)).toMatchObject({ flag_tc: true, answers: [] });
  expect(counters.truncated).toBe(1);
  const tcp = decode(crowded(query, { ...FROM, transport: "tcp" }, counters)!);
  expect(tcp).toMatchObject({ flag_tc: false });
  expect([tcp.answers!.length, tcp.additionals!.length]).toEqual([40, 40]);
});

test.each<[subnet: string, sourceBits: number, scopeBits: number, address: string]>([
  ["198.18.2.0", 24, 24, "127.20.2.1"],
  // Longer than needed: the answer is true for the whole /24.
  ["198.18.2.77", 32, 24, "127.20.2.1"],
  // Too short to tell: answered for the asker's own address, true for what was asked.
  ["198.18.0.0", 16, 16, "127.20.1.1"],
  // Asked not to look.
  ["0.0.0.0", 0, 0, "127.20.1.1"],
  // In no zone, and two bits show it: 198 begins with 1, 127 with 01.
  ["8.8.8.0", 24, 2, "127.20.1.1"],
])("client subnet %s/%i has scope %i", (ip, sourceBits, scopeBits, address) => {
  const response = ask("b00.shop.planet.test", "A", ip, sourceBits);
  expect(tellOf(response).answers).toEqual([`A 5 ${address}`]);
  const opt = response.additionals!.find(({ type }) => type === "OPT") as unknown as {
    options: { sourcePrefixLength: number; scopePrefixLength: number; ip: string }[];
  };
  expect(opt.options[0]).toMatchObject({ sourcePrefixLength: sourceBits, scopePrefixLength: scopeBits });
});

test("an answer that does not depend on who asks has scope 0", () => {
  const response = ask("nobody.planet.test", "A", "198.18.2.0");
  expect(response.additionals![0]).toMatchObject({ options: [{ scopePrefixLength: 0 }] });
});

test.each<[what: string, change: (packet: Buffer) => Buffer, rcode: number | null]>([
  ["a packet of eleven bytes", (packet) => packet.subarray(0, 11), null],
  ["an answer", (packet) => patch(packet, 2, 0x80), null],
  ["another opcode", (packet) => patch(packet, 2, 0x28), 4],
  ["no question", (packet) => patch(packet, 5, 0), 1],
  ["two questions", (packet) => patch(packet, 5, 2), 1],
  ["a cut question", (packet) => packet.subarray(0, 20), 1],
  ["a name that points at itself", (packet) => patch(patch(packet, 12, 0xc0), 13, 12), 1],
  ["records that are not there", (packet) => patch(packet, 11, 3), 1],
  ["a label of 64", (packet) => patch(packet, 12, 64), 1],
  ["a subnet of 33 bits", (packet) => patch(packet, packet.length - 5, 33), 1],
  ["a subnet of a third family", (packet) => patch(packet, packet.length - 6, 3), 1],
  ["a subnet with a scope", (packet) => patch(packet, packet.length - 4, 24), 1],
  ["a subnet with stray bits", (packet) => patch(packet, packet.length - 5, 20), 1],
])("%s is refused", (_what, change, rcode) => {
  const packet = change(Buffer.from(queryOf("b00.shop.planet.test", "A", "198.18.255.0", 24)));
  const counters = makeCounters();
  const response = respond(packet, FROM, counters);
  if (rcode === null) expect(response).toBe(null);
  else expect(response![3]! & 15).toBe(rcode);
  expect(counters.malformed + counters.refused).toBeGreaterThan(0);
});

test("a newer EDNS is told our version (BADVERS)", () => {
  const packet = Buffer.from(queryOf("b00.shop.planet.test", "A", "198.18.2.0", 24));
  // Before the OPT's length and option: the version byte of its TTL field.
  packet[packet.length - 11 - 5] = 1;
  const response = decode(respond(packet, FROM, makeCounters())!);
  expect(response.additionals![0]).toMatchObject({ type: "OPT", extendedRcode: 1 });
});

test("100,000 packets of garbage: no exception, nothing oversized, no answer to an answer", { timeout: 60_000 }, () => {
  const random = seeded(53);
  const valid = ["b00.shop.planet.test", "planet.test", "www.bakery.example", "nobody.planet.test"].flatMap((name) =>
    ["A", "NS", "ANY", "UNKNOWN_65"].map((type) => Buffer.from(queryOf(name, type, "198.18.2.0", 24))),
  );
  const counters = makeCounters();
  // All that it can answer is asked for: service records too, and two places in an answer.
  const both = testRoute({ ...TEST_TABLE, contingency: { b: { public: { far: [[0, 256]] } } } });
  const fuzzed = makeRespond({
    ...zone,
    route: () => both,
    answerName: makeAnswerName({ ...zone, answers: 2, https: { alpn: ["h2"], port: 8443, aliases: {} } }),
  });
  let answers = 0;
  for (let i = 0; i < 100_000; i++) {
    const packet = garbage(random, valid);
    const response = fuzzed(packet, FROM, counters);
    if (response === null) continue;
    answers++;
    const sound =
      response.length >= 12 &&
      response.length <= UDP_BYTES_MAX &&
      (packet[2]! & 0x80) === 0 &&
      (response[2]! & 0x80) !== 0 &&
      response.readUInt16BE(0) === packet.readUInt16BE(0);
    if (!sound) expect.fail(`case ${i}: ${packet.toString("hex")} -> ${response.toString("hex")}`);
    // Whatever was asked, another's parser reads what we answer.
    if (i % 50 === 0 && response.readUInt16BE(4) === 1) decode(response);
  }
  expect(counters.malformed).toBeGreaterThan(10_000);
  expect(answers).toBeGreaterThan(10_000);
  expect(tellOf(ask("b00.shop.planet.test", "A", null)).answers).toEqual(["A 5 127.20.1.1"]);
});

/** Random bytes, mutated and cut queries, loops of pointers, huge options: in turn. */
function garbage(random: (below: number) => number, valid: readonly Buffer[]): Buffer {
  const kind = random(5);
  if (kind === 0) return Buffer.from(Uint8Array.from({ length: random(80) }, () => random(256)));
  const packet = Buffer.from(valid[random(valid.length)]!);
  if (kind === 1) {
    for (let times = 1 + random(6); times > 0; times--) packet[random(packet.length)] = random(256);
    return packet;
  }
  if (kind === 2) return packet.subarray(0, random(packet.length));
  if (kind === 3) {
    const at = 12 + random(packet.length - 13);
    packet.writeUInt16BE(0xc000 | random(packet.length), at);
    return packet;
  }
  const option = Buffer.alloc(4 + random(3000), random(256));
  option.writeUInt16BE(random(12), 0);
  option.writeUInt16BE(random(4) === 0 ? random(65_536) : option.length - 4, 2);
  const big = Buffer.concat([packet, option]);
  const lengthAt = packet.length - 11 - 2;
  big.writeUInt16BE((packet.readUInt16BE(lengthAt) + option.length) & 0xffff, lengthAt);
  return big;
}

function ask(
  name: string,
  type: string,
  subnet: string | null = null,
  sourceBits = 24,
): Packet & { flag_tc?: boolean } {
  return decode(respond(Buffer.from(queryOf(name, type, subnet, sourceBits)), FROM, makeCounters())!);
}

function queryOf(name: string, type: string, subnet: string | null, sourcePrefixLength: number): Uint8Array {
  const options = [{ code: "CLIENT_SUBNET", ip: subnet, sourcePrefixLength }];
  return encode({
    type: "query",
    id: 4711,
    questions: [{ type: type as "A", name }],
    additionals: subnet === null ? [] : [{ type: "OPT", name: ".", udpPayloadSize: 1232, flags: 0, options } as never],
  });
}

function tellOf(packet: Packet): Told {
  const { rcode, flag_aa: aa } = packet as unknown as { rcode: string; flag_aa: boolean };
  const answers = packet.answers!.map((answer) => {
    const { type, ttl, data } = answer as unknown as { type: string; ttl: number; data: string };
    return `${type} ${ttl} ${data}`;
  });
  return { rcode, answers, aa, soa: packet.authorities!.some(({ type }) => type === "SOA") };
}

function patch(packet: Buffer, at: number, value: number): Buffer {
  packet[at] = value;
  return packet;
}

/** mulberry32: the same garbage on every machine. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
