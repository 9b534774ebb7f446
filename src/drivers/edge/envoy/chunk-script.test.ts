// Where requests go by the script in Envoy's routes, in LuaJIT, held against the core.
import { expect, test } from "vitest";
import { initialRoute, routeStep, type RouteState } from "../../../core/route/route.ts";
import { bucketOfHost } from "../../../core/route/host.ts";
import type { RouteTable } from "../../../core/route/table.ts";
import {
  bucketAt,
  chunkOf,
  HERE,
  LOCATIONS,
  mixedRows,
  notice,
  OTHER,
  rowsTable,
  servedAt,
  steeredTo,
  THIRD,
} from "../three-edges.testing.ts";
import { type Asked, askedInLua, type Asking } from "./lua.testing.ts";
import { envoyRoutes } from "./routes.ts";
import { envoyShape } from "./shape.ts";

const addressOf = (location: string): string => `127.86.${LOCATIONS.indexOf(location) + 1}.1`;
const settings = envoyShape.parse({ kind: "envoy", edges: [{ location: HERE, application: ["127.0.0.1:9000"] }] });

function scriptFor(route: RouteState | null, trustedHops = 0): string {
  const { text } = envoyRoutes(route, { ...steeredTo(addressOf), here: HERE, settings: { ...settings, trustedHops } });
  const { resources } = JSON.parse(text) as {
    resources: [
      { virtual_hosts: [{ typed_per_filter_config: Record<string, { source_code: { inline_string: string } }> }] },
    ];
  };
  return resources[0].virtual_hosts[0].typed_per_filter_config["envoy.filters.http.lua"]!.source_code.inline_string;
}

const routeOf = (table: RouteTable): RouteState =>
  routeStep(initialRoute(LOCATIONS), { event: "table", at: 0, table }).state;

const placesOf = (asked: readonly Asked[]): readonly string[] => asked.map(({ to }) => to ?? HERE);

test("each user is sent where the core says, by host, network and zone, IPv4 and IPv6 in all their forms", () => {
  const rows = mixedRows();
  const table = { ...rowsTable(7, {}), assignment: { public: rows, tenants: rows } };
  const networks = Array.from({ length: 60 }, (_, net) => `127.${100 + net}.${(net * 37) % 256}.${net}`);
  const v6 = [
    "::1",
    "2001:db8::",
    "2001:db8:7:8:9:a:b:c",
    "::ffff:127.88.1.7",
    "fe80::1:2",
    "1:2:3:4:5:6:7:8",
    "::2:0:0:1",
  ];
  const users: readonly Asking[] = [
    ...[...networks, ...v6, "127.88.1.7", "127.88.17.9", "127.88.18.9", "127.88.31.255", "127.88.32.0"].map((from) => ({
      from,
      host: "www.example.com",
    })),
    ...["a", "b", "Shop-7", "c.d", "x".repeat(60)].map((name) => ({
      from: "127.88.1.7",
      host: `${name}.shops.example.com`,
    })),
    { from: "127.88.1.8", host: "WWW.example.com.:8080" },
    { from: "127.88.1.7", host: "unknown.example.com" },
    { from: "127.88.1.7", host: "shops.example.com" },
    { from: "127.88.1.7", host: "" },
  ];
  const expected = users.map(({ from, host }) => {
    const chunk = chunkOf({ address: from, host });
    return chunk === null ? HERE : servedAt(table, chunk);
  });
  expect(placesOf(askedInLua(scriptFor(routeOf(table)), users))).toEqual(expected);
  expect(new Set(expected).size).toBe(3);
});

test("a bucket that is set apart goes to its place in every zone, one that is shed to nobody", () => {
  const apart = [
    { class: "public", bucket: bucketAt("127.88.1.7"), location: null },
    { class: "tenants", bucket: bucketOfHost("apart.shops.example.com"), location: THIRD },
  ];
  const script = scriptFor(routeOf({ ...rowsTable(7, { "zone-east": 1 }), apart }));
  const asking = [
    { from: "127.88.1.7", host: "www.example.com" },
    { from: "127.88.1.7", host: "apart.shops.example.com" },
    { from: "127.90.3.3", host: "apart.shops.example.com" },
  ];
  expect(placesOf(askedInLua(script, asking))).toEqual(["!shed", THIRD, THIRD]);
});

test("whose loss is followed is in the rows already", () => {
  const contingency = { [OTHER]: { public: { "zone-east": [[2, 256] as const] } } };
  const held = routeOf({ ...rowsTable(7, { "zone-east": 1 }), contingency });
  const asking = [{ from: "127.88.1.7", host: "www.example.com" }];
  expect(placesOf(askedInLua(scriptFor(held), asking))).toEqual([OTHER]);
  const { state } = routeStep(held, { event: "notices", at: 1000, notices: [notice(OTHER, 7)] });
  expect(placesOf(askedInLua(scriptFor(state), asking))).toEqual([THIRD]);
});

test("nothing goes in circles, a probe is answered where it asks, and strangers' words go nowhere", () => {
  const script = scriptFor(routeOf(rowsTable(7, { "zone-east": 1, "zone-west": 1, "zone-north": 1 })));
  const user = { from: "127.88.1.7", host: "www.example.com" };
  const asked = askedInLua(script, [
    { ...user, headers: { forwarded: "for=203.0.113.66", "x-rp-to": THIRD, "x-hops": "nowhere" } },
    { ...user, from: "203.0.113.66, 2001:db8::7" },
    { ...user, headers: { "x-hops": "a, b, c" } },
    { ...user, headers: { "x-hops": `nowhere, ${HERE}` } },
    { ...user, headers: { "x-probe": THIRD } },
    { ...user, from: `127.88.1.7, ${addressOf(OTHER)}`, headers: { forwarded: 'for="127.88.1.7"', "x-rp-to": OTHER } },
    { ...user, from: "nonsense" },
  ]);
  expect(asked).toEqual([
    { to: OTHER, forwarded: `for="127.88.1.7";by=${HERE};proto=https` },
    { to: OTHER, forwarded: `for="[2001:db8::7]";by=${HERE};proto=https` },
    { to: null, forwarded: `for="127.88.1.7";by=${HERE};proto=https` },
    { to: null, forwarded: `for="127.88.1.7";by=${HERE};proto=https` },
    { to: null, forwarded: `for="127.88.1.7";by=${HERE};proto=https` },
    { to: null, forwarded: 'for="127.88.1.7"' },
    { to: null, forwarded: `for="nonsense";by=${HERE};proto=https` },
  ]);
});

test("behind proxies of ours the user is who stands before them", () => {
  const script = scriptFor(routeOf(rowsTable(7, { "zone-east": 1 })), 1);
  const [asked] = askedInLua(script, [{ host: "www.example.com", from: "203.0.113.66, 127.88.1.7, 127.90.0.1" }]);
  expect(asked).toEqual({ to: OTHER, forwarded: `for="127.88.1.7";by=${HERE};proto=https` });
});

test("names are written so that none of them can end its string", () => {
  const hosts = [{ name: 'a"]]..os.exit(1)..', class: "pub\\lic\n", bucketBy: "network" as const }];
  const { text } = envoyRoutes(null, { ...steeredTo(addressOf), hosts, here: HERE, settings });
  const script = /"inline_string":("(?:[^"\\]|\\.)*")/.exec(text)![1]!;
  expect(askedInLua(JSON.parse(script) as string, [{ host: "www.example.com", from: "127.88.1.7" }])).toHaveLength(1);
});
