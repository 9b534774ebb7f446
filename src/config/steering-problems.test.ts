import { expect, test } from "vitest";
import { problemLines, readConfig } from "./config-file.ts";

const GOOD = `
locations:
  - { name: east, provider: aws, country: US, latitude: 38.9, longitude: -77.4, capacityRps: 400 }
  - { name: west, provider: aws, country: US, latitude: 45.8, longitude: -119.7, capacityRps: 400 }
  - { name: north, provider: google, country: FI, latitude: 60.6, longitude: 27.2, capacityRps: 400 }
zones:
  - { name: us-east, country: US, latitude: 40, longitude: -75 }
  - { name: us-west, country: US, latitude: 40, longitude: -120 }
  - { name: europe, country: DE, latitude: 50, longitude: 9 }
classes: [{ name: public, priority: 10 }, { name: editor, priority: 20 }]
services: { web: { layer: edge } }
journeys: { browse: { needs: [web] } }
steering:
  hosts:
    public: [WWW.example.com, "*.shops.example.com"]
    editor: [edit.example.com]
  addresses:
    east: [203.0.113.1, "2001:db8::1"]
    west: [203.0.113.2, "2001:db8::2"]
    north: [203.0.113.3, "2001:db8::3"]
  subnets:
    us-east: [198.51.100.0/24, "2001:db8:e::/48"]
    us-west: [198.51.0.0/16]
  drivers:
    - kind: embedded
      listen: [127.0.0.1:5300, "[::1]:5300"]
      nameServers: [ns1.example.com, ns2.example.com]
`;

test("who is steered where to is read, with its defaults", () => {
  const read = readConfig(GOOD);
  expect("problems" in read ? problemLines("houston.yaml", read.problems) : read.steering).toEqual({
    hosts: [
      { name: "www.example.com", class: "public", bucketBy: "network" },
      { name: "*.shops.example.com", class: "public", bucketBy: "host" },
      { name: "edit.example.com", class: "editor", bucketBy: "network" },
    ],
    addresses: {
      east: { v4: ["203.0.113.1"], v6: ["2001:db8::1"] },
      west: { v4: ["203.0.113.2"], v6: ["2001:db8::2"] },
      north: { v4: ["203.0.113.3"], v6: ["2001:db8::3"] },
    },
    subnets: { "us-east": ["198.51.100.0/24", "2001:db8:e::/48"], "us-west": ["198.51.0.0/16"] },
    otherwise: "europe",
    resolvers: [],
    otherNames: [],
    drivers: [
      {
        kind: "embedded",
        answers: 1,
        listen: ["127.0.0.1:5300", "[::1]:5300"],
        nameServers: ["ns1.example.com", "ns2.example.com"],
        rateLimit: { perSecond: 2000, burst: 4000 },
      },
    ],
  });
});

test("all that is wrong is said at once, each with its place and the fix", () => {
  const broken = GOOD.replace("editor: [edit.example.com]", "edtor: [www.example.com, no host]")
    .replace('west: [203.0.113.2, "2001:db8::2"]', "west: [203.0.113.1, 2001:db8]")
    .replace('    north: [203.0.113.3, "2001:db8::3"]\n', "    nort: [203.0.113.3]\n")
    .replace("us-west: [198.51.0.0/16]", "us-wst: [198.51.100.77/24, 198.51.0.0/33]")
    .replace("kind: embedded", "kind: embeded");
  expect(linesOf(broken)).toMatchInlineSnapshot(`
    "houston.yaml:16:5  steering.hosts.edtor: there is no class edtor  (unknown-class)
        fix: did you mean editor?
    houston.yaml:16:13  steering.hosts.edtor[0]: www.example.com is there twice  (host-twice)
        fix: leave it with public or with edtor
    houston.yaml:16:30  steering.hosts.edtor[1]: a host name is needed, such as www.example.com, or *.shops.example.com for each name below  (bad-value)
        fix: see examples/houston.yaml
    houston.yaml:17:3  steering.addresses: where north is reached is not said  (no-address)
        fix: add north: [ADDRESS]
    houston.yaml:19:12  steering.addresses.west[0]: 203.0.113.1 is an address of east already  (address-twice)
        fix: an address that stands for several places moves nobody: name the location's own
    houston.yaml:19:25  steering.addresses.west[1]: an address is needed, such as 203.0.113.7 or 2001:db8::7  (bad-value)
        fix: see examples/houston.yaml
    houston.yaml:20:5  steering.addresses.nort: there is no location nort  (unknown-location)
        fix: did you mean north?
    houston.yaml:23:5  steering.subnets.us-wst: there is no zone us-wst  (unknown-zone)
        fix: did you mean us-west?
    houston.yaml:23:14  steering.subnets.us-wst[0]: 198.51.100.77/24 is of us-east already  (subnet-twice)
        fix: leave it with one zone; a smaller subnet within it may be another's
    houston.yaml:23:32  steering.subnets.us-wst[1]: a subnet is needed, such as 198.51.100.0/24  (bad-value)
        fix: see examples/houston.yaml
    houston.yaml:25:7  steering.drivers[0].kind: there is no such kind: "embeded"  (bad-value)
        fix: did you mean embedded?"
  `);
});

test("steering without a name is none", () => {
  const read = readConfig(GOOD.replace(/ {2}hosts:[\s\S]*?(?= {2}addresses:)/, "  hosts: {}\n"));
  expect(read).toMatchObject({ problems: [{ code: "no-host", path: "steering.hosts" }] });
});

test("an alias leads from a steered name to a steered name, and so does who copies addresses; a share is one", () => {
  const broken = GOOD.replace(
    "nameServers: [ns1.example.com, ns2.example.com]",
    `nameServers: [ns1.example.com]
      https: { aliases: { example.com: www.example.com, edit.example.com: one.shops.example.com, www.example.com: else.test } }
  resolvers: [192.0.2.1, { address: "192.0.2.2:53", asksFrom: nowhere }]
  otherNames: [www.bakery.test, { name: bakery.test, share: 140%, flattens: example.com }, "*.bakery.test"]`,
  );
  expect(linesOf(broken)).toMatchInlineSnapshot(`
    "houston.yaml:28:27  steering.drivers[0].https.aliases.example.com: example.com is not steered  (alias-not-steered)
        fix: both names of an alias are among \`hosts\`
    houston.yaml:28:98  steering.drivers[0].https.aliases.www.example.com: else.test is not steered  (alias-not-steered)
        fix: both names of an alias are among \`hosts\`
    houston.yaml:29:26  steering.resolvers[1]: an address is needed, such as 192.0.2.1 or { address: 192.0.2.1:53, asksFrom: 192.0.2.7 }  (bad-value)
        fix: see examples/houston.yaml
    houston.yaml:30:33  steering.otherNames[1]: a name is needed, such as www.shop.example or { name: shop.example, share: 2%, flattens: www.example.com }  (bad-value)
        fix: see examples/houston.yaml
    houston.yaml:30:67  steering.otherNames[1].flattens: example.com is not steered  (alias-not-steered)
        fix: name one of \`hosts\`, or leave \`flattens\` out: it is a fixed name then
    houston.yaml:30:92  steering.otherNames[2]: a whole name is needed, such as www.example.com  (bad-value)
        fix: see examples/houston.yaml"
  `);
});

test("what can't be answered alike, or not be found, is said", () => {
  const broken = GOOD.replace('west: [203.0.113.2, "2001:db8::2"]', "west: [203.0.113.2]").replace(
    "nameServers: [ns1.example.com, ns2.example.com]",
    "nameServers: [ns1.shops.example.com]\n    - { kind: embedded, listen: [0.0.0.0], nameServers: [ns1.example.com] }\n  otherwise: asia",
  );
  expect(linesOf(broken)).toMatchInlineSnapshot(`
    "houston.yaml:19:5  steering.addresses.west: west has no IPv6 address, and east has one  (family-missing)
        fix: give it one, or leave IPv6 out everywhere: who is moved must find the family that it asks for
    houston.yaml:27:21  steering.drivers[0].nameServers[0]: ns1.shops.example.com lies in shops.example.com, which it answers for itself  (name-server-inside)
        fix: name it in the zone that delegates, such as ns1.example.com, where its address is told
    houston.yaml:28:7  steering.drivers[1]: embedded is there twice  (name-twice)
        fix: give each its own name: name: second
    houston.yaml:28:34  steering.drivers[1].listen[0]: an address with its port is needed, such as 203.0.113.53:53 or [2001:db8::53]:53  (bad-value)
        fix: see examples/houston.yaml
    houston.yaml:29:3  steering.otherwise: there is no zone asia  (unknown-zone)
        fix: one of us-east, us-west, europe"
  `);
});

test("locations and zones that a driver names and nobody has, and files of two locations, are said with their place", () => {
  const broken = GOOD.replace(
    / {4}- kind: embedded[\s\S]*$/,
    `    - { kind: webhook, url: "https://dns.example.com/", domains: [example.com], standsAt: [wst] }
    - { kind: ns1, domains: [example.com], feeds: { south: feed1 } }
    - { kind: nginx, edges: [{ location: east }, { location: east, status: "10.0.0.2:8098" }, { location: west }] }
    - { kind: google-dns, project: shop, domains: [example.com], regions: { us-est: us-east4 } }
`,
  );
  const read = readConfig(broken);
  expect("problems" in read && read.problems.map(({ code, path }) => `${path} ${code}`)).toEqual([
    "steering.drivers[0].standsAt[0] unknown-location",
    "steering.drivers[1].feeds.south unknown-location",
    "steering.drivers[2].edges[2] folder-twice",
    "steering.drivers[3].regions.us-est unknown-zone",
  ]);
});

function linesOf(text: string): string {
  const read = readConfig(text);
  return "problems" in read ? problemLines("houston.yaml", read.problems).join("\n") : "good";
}
