import { decode, encode, type Packet } from "dns-packet";
import { expect, test } from "vitest";
import { bucketOfHost, bucketOfNetwork } from "../../../core/route/host.ts";
import type { RouteTable } from "../../../core/route/table.ts";
import type { SteeredHost } from "../../steering-context.ts";
import { makeZoneLookup } from "../zone-lookup.ts";
import { makeAnswerName } from "./answer-name.ts";
import { makeCounters } from "./counters.ts";
import { makeRespond } from "./respond.ts";
import { steeredNames } from "./steered-names.ts";
import { testRoute } from "./test-zone.ts";

const HOSTS: readonly SteeredHost[] = [
  { name: "www.example.com", class: "public", bucketBy: "network" },
  { name: "a.b.api.example.com", class: "editor", bucketBy: "network" },
  { name: "api.example.com", class: "editor", bucketBy: "network" },
  { name: "*.shops.example.net", class: "public", bucketBy: "host" },
];

/** Far's users go to b; near's half to a, half to b; editors all to b. */
const TABLE: RouteTable = {
  version: 7,
  at: 0,
  locations: ["a", "b"],
  assignment: {
    public: {
      near: [
        [0, 128],
        [1, 128],
      ],
      far: [[1, 256]],
    },
    editor: { near: [[1, 256]], far: [[1, 256]] },
  },
  contingency: {},
  apart: [],
};
const A = ["A 203.0.113.1", "A 203.0.113.2"];
const B = ["A 198.51.100.1"];
/** 10.1.X.0/24 of the first X that falls into bucket 0 to 127, and of the first that does not. */
const LOW = networkWhere((bucket) => bucket < 128);
const HIGH = networkWhere((bucket) => bucket >= 128);

test.each<[name: string, type: string, subnet: string | null, answers: readonly string[]]>([
  ["www.example.com", "A", LOW, A],
  ["www.example.com", "A", HIGH, B],
  ["WWW.example.com", "A", "10.2.3.0", B],
  ["www.example.com", "AAAA", LOW, ["AAAA 2001:db8::1"]],
  ["www.example.com", "AAAA", "10.2.3.0", ["AAAA 2001:db8:b::1"]],
  // In nobody's subnets: as near's users, by the resolver's own network.
  ["www.example.com", "A", null, bucketOfNetwork(Uint8Array.of(192, 0, 2, 9)) < 128 ? A : B],
  ["api.example.com", "A", LOW, B],
  ["a.b.api.example.com", "A", LOW, B],
  ["one.shops.example.net", "A", LOW, bucketOfHost("one.shops.example.net") < 128 ? A : B],
  ["two.shops.example.net", "A", HIGH, bucketOfHost("two.shops.example.net") < 128 ? A : B],
  ["www.example.com", "NS", null, ["NS ns1.example.org", "NS ns2.example.org"]],
  ["shops.example.net", "NS", null, ["NS ns1.example.org", "NS ns2.example.org"]],
])("%s %s for %s", (name, type, subnet, answers) => {
  const { packet } = ask(name, type, subnet);
  expect(answersOf(packet)).toEqual(answers);
  expect(packet).toMatchObject({ rcode: "NOERROR", flag_aa: true });
});

test.each<[name: string, type: string, rcode: string, top: string | null]>([
  ["www.example.com", "TXT", "NOERROR", "www.example.com"],
  ["www.example.com", "UNKNOWN_65", "NOERROR", "www.example.com"],
  ["x.www.example.com", "A", "NXDOMAIN", "www.example.com"],
  ["b.api.example.com", "A", "NOERROR", "api.example.com"],
  ["shops.example.net", "A", "NOERROR", "shops.example.net"],
  ["a.one.shops.example.net", "A", "NXDOMAIN", "shops.example.net"],
  ["example.com", "A", "REFUSED", null],
  ["wwww.example.com", "A", "REFUSED", null],
  ["com", "NS", "REFUSED", null],
])("%s %s has nothing to give: %s, and says whose word that is", (name, type, rcode, top) => {
  const { packet } = ask(name, type, LOW);
  expect(packet).toMatchObject({ rcode, answers: [] });
  expect(packet.authorities!.map((each) => each.name)).toEqual(top === null ? [] : [top]);
});

test("each name is a zone of its own, with the table's version as serial", () => {
  expect(ask("www.example.com", "SOA", null).packet.answers).toMatchObject([
    { name: "www.example.com", data: { mname: "ns1.example.org", rname: "hostmaster.www.example.com", serial: 7 } },
  ]);
});

test("an answer is true for the client's network where buckets differ, and for its whole zone where they don't", () => {
  expect(ask("www.example.com", "A", LOW).scopeBits).toBe(24);
  expect(ask("www.example.com", "A", "10.2.3.0").scopeBits).toBe(16);
  expect(ask("one.shops.example.net", "A", LOW).scopeBits).toBe(16);
  expect(ask("www.example.com", "TXT", LOW).scopeBits).toBe(0);
});

test("the networks of a zone are spread over its places as the table says", () => {
  const to = Array.from({ length: 256 }, (_, at) => answersOf(ask("www.example.com", "A", `10.1.${at}.0`).packet)[0]);
  const share = to.filter((each) => each === B[0]).length / to.length;
  expect(share).toBeGreaterThan(0.4);
  expect(share).toBeLessThan(0.6);
});

function networkWhere(isWanted: (bucket: number) => boolean): string {
  for (let third = 0; ; third++)
    if (isWanted(bucketOfNetwork(Uint8Array.of(10, 1, third, 0)))) return `10.1.${third}.0`;
}

function ask(
  name: string,
  type: string,
  subnet: string | null,
): { readonly packet: Packet; readonly scopeBits: number } {
  const state = testRoute(TABLE);
  const respond = makeRespond({
    answerName: makeAnswerName({
      names: steeredNames(HOSTS, { nameServers: ["ns1.example.org", "ns2.example.org"], mailbox: undefined }),
      ttlSeconds: 60,
      locations: [
        { name: "a", addresses: { v4: ["203.0.113.1", "203.0.113.2"], v6: ["2001:db8::1"] } },
        { name: "b", addresses: { v4: ["198.51.100.1"], v6: ["2001:db8:b::1"] } },
      ],
    }),
    route: () => state,
    zoneOf: makeZoneLookup([
      { name: "near", subnets: ["10.1.0.0/16"] },
      { name: "far", subnets: ["10.2.0.0/16"] },
    ]),
    askedLocation: "a",
    askedZone: "near",
  });
  const options = [{ code: "CLIENT_SUBNET", ip: subnet, sourcePrefixLength: 24 }];
  const query = encode({
    type: "query",
    id: 1,
    questions: [{ type: type as "A", name }],
    additionals: subnet === null ? [] : [{ type: "OPT", name: ".", udpPayloadSize: 1232, flags: 0, options } as never],
  });
  const packet = decode(respond(query, { from: "192.0.2.9", transport: "udp", limited: false }, makeCounters())!);
  const opt = packet.additionals![0] as unknown as { options: { scopePrefixLength: number }[] } | undefined;
  return { packet, scopeBits: opt?.options[0]?.scopePrefixLength ?? -1 };
}

function answersOf(packet: Packet): readonly string[] {
  return packet.answers!.map((each) => `${each.type} ${String((each as { data: unknown }).data)}`);
}
