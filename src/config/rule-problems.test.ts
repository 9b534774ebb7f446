import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { problemLines, readConfig } from "./config-file.ts";

const example = readFileSync(new URL("../../examples/houston.yaml", import.meta.url), "utf8");
const IRELAND = "latitude: 53.3, longitude: -6.3 }\n  - { name: germany";

/** The example with rules for Ireland. */
function withRules(rules: string): string {
  const changed = example.replace(IRELAND, `latitude: 53.3, longitude: -6.3, ${rules} }\n  - { name: germany`);
  expect(changed).not.toBe(example);
  return changed;
}

test("a rule of a zone is for all classes or for some; a class's own distance holds where the zone says none", () => {
  const read = readConfig(
    withRules("preferred: [eu-west-1], forbidden: { internal: [us-west-2] }, farthestMs: { internal: 90 }").replace(
      "{ name: public, priority: 30 }",
      "{ name: public, priority: 30, farthestMs: 160 }",
    ),
  );
  if ("problems" in read) throw new Error(problemLines("houston.yaml", read.problems).join("\n"));
  const zones = new Map(read.estate.zones.map((zone) => [zone.name, zone]));
  expect(zones.get("ireland")).toMatchObject({
    forbidden: { internal: ["us-west-2"] },
    preferred: { public: ["eu-west-1"], editor: ["eu-west-1"], internal: ["eu-west-1"] },
    farthestMs: { public: 160, internal: 90 },
  });
  expect(zones.get("germany")).toMatchObject({ forbidden: { public: ["us-west-2"] }, farthestMs: { public: 160 } });
  expect(read.estate.classes[0]).not.toHaveProperty("farthestMs");
});

test("a pool of its own is read with its size", () => {
  const read = readConfig(example.replace("costPerRps: 1.1,", "costPerRps: 1.1,\n      pools: { internal: 50 },"));
  expect("estate" in read && read.estate.locations[1]).toMatchObject({ capacityRps: 3000, pools: { internal: 50 } });
});

test("a limit is read as requests a second, however it is given; what counts before it is proven is four fifths", () => {
  const limits = "[{ name: licences, units: 40, rpsPerUnit: 50 }, { name: database connections, rps: 2500 }]";
  const read = readConfig(example.replace("costPerRps: 1.1,", `costPerRps: 1.1,\n      limits: ${limits},`));
  expect("estate" in read && read.estate).toMatchObject({ unprovenShare: 0.8, slowStartSeconds: 0 });
  expect("estate" in read && read.estate.locations.map((each) => each.limits)).toEqual([
    undefined,
    [
      { name: "licences", rps: 2000 },
      { name: "database connections", rps: 2500 },
    ],
    undefined,
  ]);
});

const linesOf = (text: string): string => {
  const read = readConfig(text);
  return "problems" in read ? problemLines("houston.yaml", read.problems).join("\n") : "good";
};

test.each([
  ["{ name: licences }", "a limit needs a figure"],
  ["{ name: licences, units: 4 }", "a limit needs a figure"],
  ["{ name: licences, rps: 4, units: 4 }", "a limit has one figure"],
])("a limit that says %s is a mistake with its place and the fix", (limit, says) => {
  expect(linesOf(example.replace("costPerRps: 1.1,", `costPerRps: 1.1,\n      limits: [${limit}],`)))
    .toBe(`houston.yaml:17:16  locations[1].limits[0]: ${says}  (limit-figure)
    fix: write rps: 3000, or units: 60 and rpsPerUnit: 50`);
});

test("rules that name what is not there, or leave a class nobody, are said with their path and the fix", () => {
  expect(linesOf(withRules("forbidden: { publik: [us-wst-2] }, preferred: [eu-wst-1], farthestMs: { intern: 5 }")))
    .toMatchInlineSnapshot(`
    "houston.yaml:24:81  zones[2].forbidden.publik: there is no class publik  (unknown-class)
        fix: did you mean public?
    houston.yaml:24:90  zones[2].forbidden.publik[0]: there is no location us-wst-2  (unknown-location)
        fix: did you mean us-west-2?
    houston.yaml:24:115  zones[2].preferred[0]: there is no location eu-wst-1  (unknown-location)
        fix: did you mean eu-west-1?
    houston.yaml:24:140  zones[2].farthestMs.intern: there is no class intern  (unknown-class)
        fix: did you mean internal?"
  `);
  expect(linesOf(withRules("forbidden: [us-east-1]"))).toMatchInlineSnapshot(`
    "houston.yaml:24:68  zones[2].forbidden: editor of ireland may be served by nobody: its only writer is in us-east-1  (nobody-may-serve)
        fix: allow one location, or forbid by class: { CLASS: [LOCATION] }"
  `);
  expect(linesOf(withRules("farthestMs: 20"))).toMatchInlineSnapshot(`
    "houston.yaml:24:68  zones[2].farthestMs: editor of ireland may be served by nobody: its only writer is in us-east-1  (nobody-may-serve)
        fix: let it be further, for this class: { CLASS: MILLISECONDS }"
  `);
  expect(linesOf(withRules("farthestMs: soon"))).toMatchInlineSnapshot(`
    "houston.yaml:24:68  zones[2].farthestMs: a number of milliseconds is needed, or one for each class  (bad-value)
        fix: see examples/houston.yaml"
  `);
  expect(linesOf(example.replace("costPerRps: 1.1,", "costPerRps: 1.1,\n      pools: { intern: 50 },")))
    .toMatchInlineSnapshot(`
    "houston.yaml:17:16  locations[1].pools.intern: there is no class intern  (unknown-class)
        fix: did you mean internal?"
  `);
});

/** At the end of the example, wherever that is. */
const CELL = (locations: string) => `${example}\ncells:\n  - { name: north, locations: [${locations}] }\n`;
const cellLines = (locations: string): string =>
  linesOf(CELL(locations)).replaceAll(/houston.yaml:\d+/g, "houston.yaml:END");

test("a cell whose journals would lie where a zone's law forbids its requests is a mistake, with the place and the fix", () => {
  expect(cellLines("us-east-1, us-west-2, eu-west-1")).toMatchInlineSnapshot(`
    "houston.yaml:END:43  cells[0].locations[1]: public of germany may be served in us-east-1, and the cell north would keep its journals in us-west-2 too, where it is forbidden  (cell-across-border)
        fix: put us-west-2 into another cell, or forbid us-east-1 to public of germany as well"
  `);
  const lawful = CELL("us-east-1, us-west-2, eu-west-1").replace(", forbidden: { public: [us-west-2] }", "");
  const read = readConfig(lawful);
  expect("cells" in read && read.cells).toEqual([
    { name: "north", locations: ["us-east-1", "us-west-2", "eu-west-1"] },
  ]);
});

test("a cell has three locations that are there, each in one cell", () => {
  expect(cellLines("us-east-1, us-wst-2, us-east-1")).toMatchInlineSnapshot(`
    "houston.yaml:END:43  cells[0].locations[1]: there is no location us-wst-2  (unknown-location)
        fix: did you mean us-west-2?
    houston.yaml:END:53  cells[0].locations[2]: us-east-1 is in the cell north already  (cell-shared)
        fix: a location keeps the journals of one cell: leave it out of one"
  `);
  expect(linesOf(CELL("us-east-1"))).toContain("three locations: two of them go on without the third");
});
