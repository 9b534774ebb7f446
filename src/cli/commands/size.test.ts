import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startMadeApi, type MadeApi } from "../../api/made-api.testing.ts";
import type { SizingReport } from "../../core/size/sizing-report.ts";
import { captured, type Ended } from "../captured.testing.ts";
import { runHouston } from "../run.ts";

const folder = mkdtempSync(join(tmpdir(), "houston-size-"));
let made: MadeApi;
beforeAll(async () => {
  // The whole program is loaded by the first command: not in that test's time.
  await import("../program.ts");
  made = await startMadeApi();
}, 60_000);
afterAll(async () => {
  await made.stop();
  rmSync(folder, { recursive: true, force: true });
});

const problem = {
  locations: [
    { name: "us-east-1", provider: "aws", capacityRps: 900, costPerRps: 1 },
    { name: "us-east-2", provider: "aws", capacityRps: 600, costPerRps: 1 },
    { name: "eu-west-1", provider: "google", capacityRps: 600, costPerRps: 1 },
  ],
  zones: [
    {
      name: "us-northeast",
      demandRps: { public: 500 },
      latencyMs: { "us-east-1": 12, "us-east-2": 24, "eu-west-1": 80 },
    },
    { name: "ireland", demandRps: { public: 300 }, latencyMs: { "us-east-1": 80, "eu-west-1": 5 } },
    { name: "peru", demandRps: { public: 40 }, latencyMs: { "us-east-1": 90 } },
  ],
  classes: { public: { priority: 2, latencyWeight: 1 } },
};
const problemFile = file("problem.json", JSON.stringify(problem));

test("each location has its size and what decides it; beside it the floor and the usual ways; and who no size helps", async () => {
  const { code, out } = await run(["size", "--problem", problemFile]);
  expect(code).toBe(0);
  expect(out).toMatchInlineSnapshot(`
    "For 840 rps at the peak: any one location may be lost, and users at most 50 ms further than their nearest.

    LOCATION   SIZE  NOW AT MOST  CARRIES  AT HOME  DECIDED BY
    eu-west-1   300          600      300      300  without us-east-2 840 in eu-west-1, us-east-1
    us-east-1   540          900      540      540  without us-east-2 840 in eu-west-1, us-east-1
    us-east-2   500          600      500        0  without us-east-1 500 in us-east-2

    sizes sum to 1340 rps and cost 1340
    BUFFER          OF THE PEAK
    these sizes            60 %  0 % over the floor, from whole requests a second
    floor                  60 %  the least possible: the linear program's optimum
    even spread            50 %  if any user could be anywhere
    active-passive        100 %  a second one of everything
    by how much further users may be: 0 ms 95 %, 25 ms 60 %, 50 ms 60 %, 100 ms 48 %, any 48 %
    further than that without eu-west-1, for nothing nearer is left: 300 rps, at worst ireland by 75 ms
    no place without us-east-1 that is allowed: 40 rps of PUBLIC (peru); no size helps them
    "
  `);
});

test("what capacityRps allows is too little: each loss that is short is named with where to grow, and the exit code is 1", async () => {
  const { code, out } = await run([
    "size",
    "--problem",
    file(
      "small.json",
      JSON.stringify({ ...problem, locations: problem.locations.map((each) => ({ ...each, capacityRps: 300 })) }),
    ),
    "--within-capacity",
    "--json",
  ]);
  expect(code).toBe(1);
  const { short, locations } = JSON.parse(out) as { short: { lost: string }[]; locations: { sizedRps: number }[] };
  expect(locations.map(({ sizedRps }) => sizedRps)).toEqual([300, 300, 300]);
  expect(short.map(({ lost }) => lost)).toContain("us-east-1");
});

test("where capacity costs nothing the floor is one of capacity, and whole requests are seen to be over it", async () => {
  const [east, west] = ["east", "west"].map((name) => ({ name, capacityRps: 9, costPerRps: 0 }));
  const zones = [
    { name: "a", demandRps: { public: 1.4 }, latencyMs: { east: 5, west: 20 } },
    { name: "b", demandRps: { public: 1.4 }, latencyMs: { east: 20, west: 5 } },
  ];
  const free = { locations: [east, west], zones, classes: problem.classes };
  const asked = ["size", "--problem", file("free.json", JSON.stringify(free)), "--further", "0", "--json"];
  const { buffers, overFloorShare } = JSON.parse((await run(asked)).out) as SizingReport;
  expect(buffers.sized).toBeGreaterThan(buffers.floor);
  expect(overFloorShare).toBeCloseTo((1 + buffers.sized) / (1 + buffers.floor) - 1, 6);
});

test("a recording's demand counts hour by hour; strangers in it are told; one without any is an error with the fix", async () => {
  const config = "examples/houston.yaml";
  const at = Date.UTC(2026, 10, 23, 9);
  const demand = (hour: number, zone: string, rps: number) =>
    JSON.stringify({ at: at + hour * 3_600_000, zone, class: "public", signal: "demand", rps });
  const header = JSON.stringify({ recording: 1, locations: ["us-east-1"], services: {} });
  const lines = [
    header,
    demand(0, "germany", 900),
    demand(0, "us-east", 100),
    demand(1, "mars", 7),
    demand(9, "germany", 100),
    demand(9, "us-east", 900),
  ];
  const sized = await run(["size", "--config", config, "--recording", file("week.ndjson", lines.join("\n")), "--json"]);
  expect(sized.code).toBe(0);
  expect(sized.err).toContain("zone mars is not in examples/houston.yaml");
  expect(JSON.parse(sized.out)).toMatchObject({ moments: 2, peakRps: 1000 });
  const [, documented = ""] = /```json\n([\s\S]*?)```/.exec(readFileSync("docs/how-to/size.md", "utf8")) ?? [];
  const asTold = await run(["size", "--config", config, "--recording", file("told.ndjson", documented), "--json"]);
  expect(JSON.parse(asTold.out)).toMatchObject({ moments: 1, peakRps: 1200 });
  const limited = readFileSync(config, "utf8").replace(
    "longitude: -6.3, capacityRps: 4000 }",
    "longitude: -6.3, capacityRps: 4000, limits: [{ name: quota, rps: 500 }] }",
  );
  const limitedFile = file("limited.yaml", limited);
  const week = join(folder, "week.ndjson");
  const words = ["size", "--config", limitedFile, "--recording", week, "--within-capacity", "--json"];
  const bounded = await run(words);
  const { locations } = JSON.parse(bounded.out) as { locations: { name: string; mostRps: number; sizedRps: number }[] };
  expect(locations.find(({ name }) => name === "eu-west-1")).toMatchObject({ mostRps: 500 });
  expect(locations.find(({ name }) => name === "eu-west-1")!.sizedRps).toBe(500);
  const empty = await run(["size", "--config", config, "--recording", file("empty.ndjson", header)]);
  expect(empty).toMatchObject({ code: 1, out: "" });
  expect(empty.err).toContain("has no demand of the zones in examples/houston.yaml");
  expect(readFileSync(config, "utf8")).toContain("germany");
});

test("a running Houston is asked for its estate and its users", async () => {
  const { code, out } = await run(["size", "--api", made.url, "--growth", "50%", "--json"]);
  expect(code).toBe(0);
  const { peakRps, locations } = JSON.parse(out) as { peakRps: number; locations: { name: string }[] };
  expect(peakRps).toBeGreaterThan(0);
  expect(locations.map(({ name }) => name)).toEqual(["east", "middle", "north", "south", "west"]);
});

test("options that make no sense are bad usage", async () => {
  for (const words of [
    ["--loss", "planet"],
    ["--further", "far"],
    ["--calm", "-1"],
    ["--growth", "0"],
    ["--recording", "x"],
  ])
    expect((await run(["size", "--problem", problemFile, ...words])).code, words.join(" ")).toBe(2);
});

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

const run = (words: readonly string[]): Promise<Ended> => captured(() => runHouston(words));
