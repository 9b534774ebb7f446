// HTTPS records (RFC 9460), and answers with two locations: the decision behind A, AAAA and HTTPS is one.
import { decode, encode, type Packet } from "dns-packet";
import { expect, test } from "vitest";
import { initialRoute, routeStep, type RouteState } from "../../../core/route/route.ts";
import type { RouteTable } from "../../../core/route/table.ts";
import { makeZoneLookup } from "../zone-lookup.ts";
import { makeAnswerName, type ZoneData } from "./answer-name.ts";
import { makeCounters } from "./counters.ts";
import { makeRespond } from "./respond.ts";
import { steeredNames } from "./steered-names.ts";

const LOCATIONS = ["a", "b", "c"];
const TABLE: RouteTable = {
  version: 7,
  at: 0,
  locations: LOCATIONS,
  assignment: { public: { near: [[0, 256]], far: [[1, 256]] } },
  contingency: {
    a: {
      public: {
        near: [
          [1, 128],
          [2, 128],
        ],
      },
    },
    b: { public: { far: [[2, 256]] } },
  },
  ttlSeconds: { b: 7 },
  apart: [],
};
const HTTPS = { alpn: ["h3", "h2"], port: 8443, aliases: { "example.com": "www.example.com" } };
const NEAR = "10.1.0.0";
const FAR = "10.2.0.0";

test("an HTTPS record tells protocols, port and the very addresses of A and AAAA, byte for byte as RFC 9460 has them", () => {
  const { packet } = ask("HTTPS", FAR, { https: HTTPS });
  const [record] = packet.answers!;
  expect((record as { ttl: number }).ttl).toBe(7);
  expect((record as unknown as { data: Buffer }).data.toString("hex")).toBe(
    [
      ["0001", "00"], // priority 1, the name itself
      ["0001", "0006", "026833", "026832"], // alpn h3, h2
      ["0003", "0002", "20fb"], // port 8443
      ["0004", "0004", "c6336401"], // ipv4hint 198.51.100.1
      ["0006", "0010", "20010db8000b00000000000000000001"], // ipv6hint 2001:db8:b::1
    ]
      .flat()
      .join(""),
  );
});

test.each([NEAR, FAR])("for users of %s the hints are what A and AAAA say, with one place and with two", (subnet) => {
  for (const answers of [1, 2] as const) {
    const options = { answers, https: HTTPS };
    const hints = hintsOf(ask("HTTPS", subnet, options).packet);
    expect(hints).toEqual({
      v4: addresses(ask("A", subnet, options).packet),
      v6: addresses(ask("AAAA", subnet, options).packet).map((each) => each.replace("::1", "")),
    });
  }
});

test("a name that is an alias says only where else to look, and keeps its addresses", () => {
  const { packet } = ask("HTTPS", NEAR, { https: HTTPS }, "example.com");
  const { data } = packet.answers![0] as unknown as { data: Buffer };
  expect(data.toString("latin1")).toBe("\0\0\x03www\x07example\x03com\0");
  expect(addresses(ask("A", NEAR, { https: HTTPS }, "example.com").packet)).toEqual(["203.0.113.1", "203.0.113.2"]);
});

test("without `https` there is none, and it is said so that nobody asks again", () => {
  const { packet } = ask("HTTPS", NEAR, {});
  expect(packet).toMatchObject({ rcode: "NOERROR", answers: [] });
  expect(packet.authorities).toMatchObject([{ type: "SOA" }]);
});

test("of two answers the own place comes first, then where its users would go, always in this order", () => {
  const told = new Set<string>();
  for (let times = 0; times < 20; times++) told.add(addresses(ask("A", FAR, { answers: 2 }).packet).join(" "));
  expect([...told]).toEqual(["198.51.100.1 192.0.2.1"]);
  // Kept no longer than either may be.
  expect((ask("A", FAR, { answers: 2 }).packet.answers![0] as { ttl: number }).ttl).toBe(7);
});

test("where the second place differs by network the answer is true for the network only", () => {
  expect(ask("A", NEAR, { answers: 1 }).scopeBits).toBe(16);
  expect(ask("A", NEAR, { answers: 2 }).scopeBits).toBe(24);
  expect(ask("A", FAR, { answers: 2 }).scopeBits).toBe(16);
});

test("a place that is lost is nobody's second, and its users are told their new one alone", () => {
  const notice = { location: "b", tableVersion: 7, seenBy: ["a", "c"], at: 1, expires: 100 };
  const lost = routeStep(route(), { event: "notices", at: 1, notices: [notice] }).state;
  expect(addresses(ask("A", FAR, { answers: 2 }, "www.example.com", lost).packet)).toEqual(["192.0.2.1"]);
  const second = new Set<string>();
  for (let third = 0; third < 64; third++)
    second.add(
      addresses(ask("A", `10.1.${third}.0`, { answers: 2 }, "www.example.com", lost).packet)
        .slice(2)
        .join(),
    );
  expect(second).toEqual(new Set(["", "192.0.2.1"]));
});

function route(): RouteState {
  return routeStep(initialRoute(LOCATIONS), { event: "table", at: 0, table: TABLE }).state;
}

function ask(
  type: "A" | "AAAA" | "HTTPS",
  subnet: string,
  options: Pick<ZoneData, "answers" | "https">,
  name = "www.example.com",
  state = route(),
): { readonly packet: Packet; readonly scopeBits: number } {
  const hosts = ["www.example.com", "example.com"].map((each) => ({
    name: each,
    class: "public",
    bucketBy: "network" as const,
  }));
  const respond = makeRespond({
    answerName: makeAnswerName({
      names: steeredNames(hosts, { nameServers: ["ns1.example.org"], mailbox: undefined }),
      ttlSeconds: 60,
      locations: [
        { name: "a", addresses: { v4: ["203.0.113.1", "203.0.113.2"], v6: ["2001:db8:a::1"] } },
        { name: "b", addresses: { v4: ["198.51.100.1"], v6: ["2001:db8:b::1"] } },
        { name: "c", addresses: { v4: ["192.0.2.1"], v6: ["2001:db8:c::1"] } },
      ],
      ...options,
    }),
    route: () => state,
    zoneOf: makeZoneLookup([
      { name: "near", subnets: ["10.1.0.0/16"] },
      { name: "far", subnets: ["10.2.0.0/16"] },
    ]),
    askedLocation: "a",
    askedZone: "near",
  });
  const query = encode({
    type: "query",
    id: 1,
    // The other program knows the type by its number.
    questions: [{ type: (type === "HTTPS" ? "UNKNOWN_65" : type) as "A", name }],
    additionals: [
      {
        type: "OPT",
        name: ".",
        udpPayloadSize: 1232,
        flags: 0,
        options: [{ code: "CLIENT_SUBNET", ip: subnet, sourcePrefixLength: 24 }],
      } as never,
    ],
  });
  const packet = decode(respond(query, { from: "192.0.2.9", transport: "udp", limited: false }, makeCounters())!);
  const opt = packet.additionals![0] as unknown as { options: { scopePrefixLength: number }[] };
  return { packet, scopeBits: opt.options[0]!.scopePrefixLength };
}

const addresses = (packet: Packet): readonly string[] =>
  packet.answers!.map((each) => String((each as { data: unknown }).data));

/** Read by hand, past priority and the empty target: a second reading of RFC 9460. */
function hintsOf(packet: Packet): { readonly v4: readonly string[]; readonly v6: readonly string[] } {
  const { data } = packet.answers![0] as unknown as { data: Buffer };
  const hints: { v4: string[]; v6: string[] } = { v4: [], v6: [] };
  for (let at = 3; at < data.length;) {
    const key = data.readUInt16BE(at);
    const value = data.subarray(at + 4, at + 4 + data.readUInt16BE(at + 2));
    at += 4 + value.length;
    if (key === 4) for (let i = 0; i < value.length; i += 4) hints.v4.push(value.subarray(i, i + 4).join("."));
    if (key === 6)
      for (let i = 0; i < value.length; i += 16)
        hints.v6.push([0, 2, 4].map((word) => value.readUInt16BE(i + word).toString(16)).join(":"));
  }
  return hints;
}
