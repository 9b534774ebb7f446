import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { damage, damagedText } from "../../test/damage.ts";
import { problemLines, readConfig } from "./config-file.ts";

const example = readFileSync(new URL("../../examples/houston.yaml", import.meta.url), "utf8");

test("the example is good, and what it leaves out has its default", () => {
  const read = readConfig(example);
  if ("problems" in read) throw new Error(problemLines("examples/houston.yaml", read.problems).join("\n"));
  const { estate } = read;
  expect(estate.locations.map((location) => location.name)).toEqual(["us-east-1", "us-west-2", "eu-west-1"]);
  expect(estate.locations[0]?.costPerRps).toBe(1);
  expect(estate.classes.find((each) => each.name === "editor")?.data).toEqual({
    kind: "one-writer",
    location: "us-east-1",
  });
  expect(estate.services["cart"]).toEqual({ layer: "service", dependsOn: ["dynamodb"] });
  // Measured where given, estimated from the map where not: Frankfurt is nearer to Ireland than to Virginia.
  const germany = estate.zones.find((zone) => zone.name === "germany")!.latencyMs;
  expect(germany["eu-west-1"]).toBeLessThan(germany["us-east-1"]!);
  expect(estate).toMatchObject({ mode: "observe", restore: "person", actWithoutPromise: false });
});

test("known events are read with their zone; where they go wrong is said with the fix", () => {
  const read = readConfig(example);
  expect("estate" in read && read.estate.events).toEqual([
    { name: "black-friday", from: Date.UTC(2026, 10, 27, 5), until: Date.UTC(2026, 10, 28, 5), factor: 3 },
    {
      name: "database move",
      from: Date.UTC(2026, 11, 5, 22),
      until: Date.UTC(2026, 11, 6, 2),
      factor: 10,
      locations: ["eu-west-1"],
    },
    {
      name: "a switch died",
      from: Date.UTC(2026, 10, 3, 9, 10),
      until: Date.UTC(2026, 10, 3, 9, 50),
      factor: 1,
      was: "fault",
      locations: ["eu-west-1"],
    },
  ]);
  const broken = example
    .replace("from: 2026-11-27T00:00,", "from: 2026-11-27,")
    .replace("factor: 3 ", "factor: 0.5 ")
    .replace("to: 2026-12-06T02:00:00Z", "to: 2026-12-04T02:00:00Z")
    .replace("locations: [eu-west-1]", "locations: [eu-wst-1]");
  const again = readConfig(broken);
  expect("problems" in again && problemLines("houston.yaml", again.problems).join("\n")).toMatchInlineSnapshot(`
    "houston.yaml:57:27  events[0].from: a day with its time is needed  (bad-value)
        fix: write it like 2026-11-27T00:00:00Z, or with +01:00 in place of the Z, or without either and a timezone
    houston.yaml:57:95  events[0].factor: Too small: expected number to be >=1  (bad-value)
        fix: at least 1
    houston.yaml:58:56  events[1].to: it ends before it begins  (event-backwards)
        fix: a time after \`from\`
    houston.yaml:58:108  events[1].locations[0]: there is no location eu-wst-1  (unknown-location)
        fix: did you mean eu-west-1?"
  `);
  const long = readConfig(example.replace("to: 2026-11-28", "to: 2027-11-28"));
  expect("problems" in long && long.problems.map(({ path, code }) => `${path} ${code}`)).toEqual([
    "events[0].to event-too-long",
  ]);
});

test("of a time that is over it is said what it was, and no factor", () => {
  const first =
    "name: black-friday, from: 2026-11-27T00:00, to: 2026-11-28T00:00, timezone: America/New_York, factor: 3";
  const read = readConfig(example.replace(first, first.replace("factor: 3", "was: chance")));
  expect("estate" in read && read.estate.events?.[0]).toMatchObject({ factor: 1, was: "chance" });
  const both = readConfig(example.replace(first, `${first}, was: fault`));
  expect("problems" in both && both.problems.map(({ path, code }) => `${path} ${code}`)).toEqual([
    "events[0].was event-both",
  ]);
  const unknown = readConfig(example.replace(first, first.replace("factor: 3", "was: bad luck")));
  expect("problems" in unknown && unknown.problems.map(({ path, fix }) => `${path} ${fix}`)).toEqual([
    "events[0].was one of fault, chance",
  ]);
});

test("an event may say what it does to demand, and headroom is watched unless the file says none", () => {
  const read = readConfig(example.replace("factor: 3 ", "factor: 3, demandFactor: 2.5 "));
  expect("estate" in read && read.estate).toMatchObject({
    headroom: "location",
    events: [{ name: "black-friday", factor: 3, demandFactor: 2.5 }, {}, {}],
  });
  const none = readConfig(`${example}\nheadroom: none\n`);
  expect("estate" in none && none.estate.headroom).toBe("none");
  const wrong = readConfig(`${example}\nheadroom: pair\n`);
  expect("problems" in wrong && wrong.problems.map(({ path, fix }) => `${path}: ${fix}`)).toEqual([
    "headroom: one of location, provider, none",
  ]);
});

test("a holiday begins when it does on people's walls, in each location by its own, or in the zone that is named", () => {
  const holiday = "name: holiday, from: 2026-10-25T00:00, to: 2026-10-26T00:00, factor: 2";
  const zoned = example
    .replace("country: IE", "country: IE, timezone: Europe/Dublin")
    .replaceAll(/country: US,(\s+)latitude/g, "country: US, timezone: America/New_York,$1latitude");
  const eventsOf = (event: string, text = zoned) => {
    const read = readConfig(text.replace("events:", `events:\n  - { ${event} } #`));
    if ("problems" in read) throw new Error(problemLines("houston.yaml", read.problems).join("\n"));
    return read.estate.events?.slice(0, -3);
  };
  // That night clocks in Dublin go back: the day has 25 hours there, and 24 in New York.
  const ireland = { from: Date.UTC(2026, 9, 24, 23), until: Date.UTC(2026, 9, 26) };
  const newYork = { from: Date.UTC(2026, 9, 25, 4), until: Date.UTC(2026, 9, 26, 4) };
  expect(eventsOf(holiday)).toEqual([
    { name: "holiday", factor: 2, ...newYork, locations: ["us-east-1", "us-west-2"] },
    { name: "holiday", factor: 2, ...ireland, locations: ["eu-west-1"] },
  ]);
  expect(eventsOf(`${holiday}, locations: [eu-west-1]`)).toEqual([
    { name: "holiday", factor: 2, ...ireland, locations: ["eu-west-1"] },
  ]);
  expect(eventsOf(`${holiday}, timezone: Europe/Dublin`, example)).toEqual([
    { name: "holiday", factor: 2, ...ireland },
  ]);
});

const problemsOfEvent = (event: string) => {
  const read = readConfig(example.replace("events:", `events:\n  - { name: x, factor: 2, ${event} } #`));
  return "problems" in read && read.problems.map(({ path, code, fix }) => `${path} ${code}: ${fix}`);
};

test("a local time without a zone to be local in, and a zone that is none, are said with the fix", () => {
  expect(problemsOfEvent("from: 2026-10-25T00:00, to: 2026-10-26T00:00:00Z")).toEqual([
    "events[0].from no-timezone: a `timezone:` for the event or the location, like Europe/Berlin, or a time with Z or +01:00",
  ]);
  expect(problemsOfEvent("from: 2026-10-25T00:00, to: 2026-10-26T00:00, timezone: Europe/Dublni")).toEqual([
    "events[0].timezone unknown-timezone: did you mean Europe/Dublin?",
  ]);
  expect(problemsOfEvent("from: 2026-10-26T00:00, to: 2026-10-25T00:00, timezone: Europe/Dublin")).toEqual([
    "events[0].to event-backwards: a time after `from`",
  ]);
});

test("who scales what is read with its defaults; where it goes wrong is said with the fix", () => {
  const read = readConfig(example);
  expect("scale" in read && read.scale).toMatchObject({
    dryRun: true,
    asksPerMinute: 60,
    maxAddedCostPerHour: 40,
    locations: {
      "us-east-1": {
        by: "kubernetes",
        readyWithinSeconds: 300,
        parts: [{ deployment: "web" }, { deployment: "cart" }],
      },
      "us-west-2": { by: "aws", parts: [{ group: "shop-web", floor: "min", maxStepReplicas: 100 }] },
      "eu-west-1": { by: "command", readyWithinSeconds: 120, parts: [{ name: "web", maxReplicas: 40 }] },
    },
  });
  const broken = example
    .replace("dryRun: true ", "dryRun: yes-please ")
    .replace("maxAddedCostPerHour: 40 ", "maxAddedCost: 40 ")
    .replace("by: kubernetes ", "by: kubernets ")
    .replace("group: shop-web, rpsPerReplica: 250", "grup: shop-web, rpsPerReplica: 0")
    .replace("    eu-west-1:\n      by: command", "    eu-wst-1:\n      by: command")
    .replace("maxReplicas: 40, ", "maxReplicas: 4, ")
    .replace("environment: [CLOUD_TOKEN]", "environment: [CLOUD TOKEN]\n      token: very-secret");
  const again = readConfig(broken);
  expect("problems" in again && problemLines("houston.yaml", again.problems).join("\n")).toMatchInlineSnapshot(`
    "houston.yaml:63:1  scale.maxAddedCostPerHour: maxAddedCostPerHour is missing  (bad-value)
        fix: add it: number
    houston.yaml:64:3  scale.dryRun: Invalid input: expected boolean, received string  (bad-value)
        fix: write a boolean
    houston.yaml:65:3  scale.maxAddedCost: maxAddedCost is not a setting here  (bad-value)
        fix: remove it; known here: dryRun, asksPerMinute, maxAddedCostPerHour, locations
    houston.yaml:68:7  scale.locations.us-east-1.by: there is no such kind: "kubernets"  (bad-value)
        fix: did you mean kubernetes?
    houston.yaml:77:11  scale.locations.us-west-2.parts[0].group: group is missing  (bad-value)
        fix: add it: string
    houston.yaml:77:13  scale.locations.us-west-2.parts[0].grup: grup is not a setting here  (bad-value)
        fix: did you mean group?
    houston.yaml:77:29  scale.locations.us-west-2.parts[0].rpsPerReplica: Too small: expected number to be >0  (bad-value)
        fix: more than 0
    houston.yaml:78:5  scale.locations.eu-wst-1: there is no location eu-wst-1  (unknown-location)
        fix: did you mean eu-west-1?
    houston.yaml:81:21  scale.locations.eu-wst-1.environment[0]: a variable's name  (bad-value)
        fix: see examples/houston.yaml
    houston.yaml:82:7  scale.locations.eu-wst-1.token: token is not a setting here  (bad-value)
        fix: remove it; known here: by, readyWithinSeconds, argv, environment, parts
    houston.yaml:85:62  scale.locations.eu-wst-1.parts[0].maxReplicas: at most 4 replicas, and 10 at rest  (most-under-rest)
        fix: at least 10"
  `);
});

const codes = (text: string): string[] => {
  const read = readConfig(text);
  return "problems" in read ? read.problems.map(({ path, code, says }) => `${path} ${code}: ${says}`) : [];
};

test("a token goes over TLS or stays on this machine, and a group is in a zone or in a region", () => {
  const parts = "parts: [{ group: web, rpsPerReplica: 10 }]";
  const withScaler = (east: string, west: string): string =>
    `${example.slice(0, example.indexOf("scale:\n"))}
scale:
  maxAddedCostPerHour: 0
  locations:
    us-east-1: { by: kubernetes, server: "${east}", namespace: shop, parts: [{ deployment: web, rpsPerReplica: 10 }] }
    us-west-2: { by: google, project: shop-1, ${west}, ${parts} }
`;
  expect(codes(withScaler("https://10.0.0.1:6443", "region: europe-west1"))).toEqual([]);
  expect(codes(withScaler("http://127.0.0.1:6443", "zone: europe-west1-b"))).toEqual([]);
  expect(codes(withScaler("http://10.0.0.1:6443", "zone: a, region: b"))).toEqual([
    "scale.locations.us-east-1.server bad-address: server points to http://10.0.0.1:6443",
    "scale.locations.us-west-2 zone-or-region: zone and region are both given",
  ]);
});

test("every mistake shows at once, with its line, its path and the fix", () => {
  const broken = example
    .replace("mode: observe ", "mode: obsrve  ")
    .replace("needlessMovesPerYear: 1 ", "needlessMovesPerYear: -1 ")
    .replace("provider: aws, country: IE", "providr: aws, country: IE")
    .replace("oneWriter: us-east-1", "oneWriter: us-esat-1")
    .replace("capacityRps: 4000 }", "capacityRps: lots }")
    .replace("cart: { dependsOn: [dynamodb] }", "cart: { dependsOn: [dynamobd, web] }")
    .replace("layer: resource, provider: aws", "layer: resource, provider: asw")
    .replace("peopleOnly: [internal]", "peopleOnly: [intern]\n  minLocationsServed: 2")
    .replace("minLocationsServing: 2", "minLocationsServing: 3");
  const read = readConfig(broken);
  expect("problems" in read && problemLines("houston.yaml", read.problems).join("\n")).toMatchInlineSnapshot(`
    "houston.yaml:2:1  mode: Invalid option: expected one of "observe"|"approve"|"act"  (bad-value)
        fix: did you mean observe?
    houston.yaml:4:1  needlessMovesPerYear: Too small: expected number to be >0  (bad-value)
        fix: more than 0
    houston.yaml:8:86  locations[0].capacityRps: Invalid input: expected number, received string  (bad-value)
        fix: write a number
    houston.yaml:18:5  locations[2].provider: provider is missing  (bad-value)
        fix: add it: string
    houston.yaml:18:24  locations[2].providr: providr is not a setting here  (bad-value)
        fix: did you mean provider?
    houston.yaml:30:43  classes[1].data.oneWriter: there is no location us-esat-1  (unknown-location)
        fix: did you mean us-east-1?
    houston.yaml:36:23  services.cart.dependsOn[0]: there is no service dynamobd  (unknown-service)
        fix: did you mean dynamodb?
    houston.yaml:36:33  services.cart.dependsOn[1]: web -> cart -> web is a circle  (dependency-circle)
        fix: leave out the direction that users need less
    houston.yaml:38:32  services.dynamodb.provider: there is no provider asw  (unknown-provider)
        fix: one of aws
    houston.yaml:52:3  guards.minLocationsServing: with 3 locations and at least 3 serving, none could ever be left  (guard-blocks-all)
        fix: at most 2
    houston.yaml:54:16  guards.peopleOnly[0]: there is no class intern  (unknown-class)
        fix: did you mean internal?
    houston.yaml:55:3  guards.minLocationsServed: minLocationsServed is not a setting here  (bad-value)
        fix: did you mean minLocationsServing?"
  `);
});

test("what is no YAML, no estate or far too large is said in words, whatever it is", () => {
  const cases = [
    "",
    "- a\n- b",
    "locations: [",
    "a: &a [*a]",
    "\u0000",
    "locations: {}\n",
    `x: ${"y".repeat(2_000_001)}`,
    "a: 1\na: 2",
  ];
  for (const text of cases) {
    const read = readConfig(text);
    if (!("problems" in read)) throw new Error(`taken as good: ${text.slice(0, 40)}`);
    expect(read.problems.length).toBeGreaterThan(0);
    for (const problem of read.problems) {
      expect(problem.line).toBeGreaterThanOrEqual(1);
      expect(problem.says).not.toBe("");
      expect(problem.fix).not.toBe("");
    }
  }
});

const PIECES = [
  "\n",
  "  ",
  "- ",
  ": ",
  "{",
  "}",
  "[",
  "]",
  '"',
  "&a ",
  "*a ",
  "!!binary ",
  "~",
  "1e999",
  "-1",
  "<<: ",
  "|",
  "%",
  "\t",
  "\u0000",
  "é",
];

/** YAML takes a millisecond or two a file, so these are fewer than the 100,000 cases of the other parsers. */
const DAMAGED_FILES = 1000;

test(`${DAMAGED_FILES} damaged files: never a throw; an estate, or problems that each have a place and a fix`, () => {
  const pick = damage(19).below;
  let estates = 0;
  for (let round = 0; round < DAMAGED_FILES; round++) {
    let text = example;
    for (let times = 1 + pick(3); times > 0; times--) text = damagedText(text, PIECES, pick);
    const read = readConfig(text);
    if ("estate" in read) {
      estates++;
      continue;
    }
    const lines = text.split("\n").length;
    const { problems } = read;
    const sound =
      problems.length > 0 &&
      problems.length <= 100 &&
      problems.every(
        ({ line, column, says, fix }) => line >= 1 && line <= lines && column >= 1 && says !== "" && fix !== "",
      );
    if (!sound) throw new Error(`${JSON.stringify(problems)}\n${text}`);
  }
  expect(estates).toBeGreaterThan(DAMAGED_FILES / 20);
  expect(estates).toBeLessThan(DAMAGED_FILES);
}, 60_000);
