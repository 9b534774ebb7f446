import { execFile } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { Plan } from "../../core/plan/problem.ts";
import type { WhatIf } from "../../core/plan/what-if.ts";

const houston = fileURLToPath(new URL("../../../bin/houston.js", import.meta.url));

const problem = {
  locations: [
    { name: "near", capacityRps: 10, costPerRps: 1 },
    { name: "far", capacityRps: 100, costPerRps: 0 },
  ],
  zones: [
    { name: "coast", demandRps: { public: 8, internal: 5 }, latencyMs: { near: 1, far: 50 } },
    { name: "inland", demandRps: { public: 12 }, latencyMs: { near: 2 } },
  ],
  classes: { public: { priority: 2, latencyWeight: 1 }, internal: { priority: 1, latencyWeight: 0.5 } },
  current: [{ zone: "coast", class: "public", location: "near", rps: 3 }],
  churnWeight: 2,
};

test("plan --problem - --json: who goes where, who has no place, what room would save; the same bytes each time", async () => {
  const first = await run(["--json"], JSON.stringify(problem));
  expect(first).toMatchObject({ code: 0, stderr: "" });
  expect(JSON.parse(first.stdout)).toEqual({
    assignment: [
      { zone: "coast", class: "internal", location: "far", rps: 5 },
      { zone: "coast", class: "public", location: "far", rps: 8 },
      { zone: "inland", class: "public", location: "near", rps: 10 },
    ],
    unserved: [{ zone: "inland", class: "public", rps: 2 }],
    objective: { latency: 545, cost: 10, churn: 6, total: 561 },
    prices: { far: 0, near: 50 },
    whyUnserved: [{ zone: "inland", class: "public", why: "no-way" }],
  });
  expect(await run(["--json"], JSON.stringify(problem))).toEqual(first);
  const timed = await run(["--json", "--timing"], JSON.stringify(problem));
  expect(JSON.parse(timed.stdout).solveMs).toBeGreaterThan(0);
}, 30_000);

test("every mistake in a problem is listed with its path and the fix, and nothing is printed", async () => {
  const broken = JSON.stringify({
    ...problem,
    locations: [...problem.locations, { name: "near", capacityRps: -1, costPerRps: 0 }],
    zones: [{ name: "coast", demandRps: { public: 777 }, latencyMs: { near: "soon" } }],
  }).replace("777", "NaN");
  const answer = await run(["--json"], broken);
  expect(answer).toMatchObject({ code: 1, stdout: "" });
  expect(answer.stderr).toContain("\n  locations[2].capacityRps: -1 is negative; fix:");
  expect(answer.stderr).toContain("zones[0].demandRps.public: NaN is not a finite number; fix:");
  expect(answer.stderr).toContain("zones[0].latencyMs.near: soon is not a finite number; fix:");
  const unknown = await run(
    ["--json"],
    JSON.stringify({ ...problem, without: ["nere"], locations: [...problem.locations, problem.locations[0]] }),
  );
  expect(unknown).toMatchObject({ code: 1, stdout: "" });
  expect(unknown.stderr).toContain("without[0]: no location nere; fix: did you mean near?");
  expect(unknown.stderr).toContain("locations[2].name: near is already locations[0]; fix:");
  expect(await run([], "{")).toMatchObject({ code: 1, stdout: "" });
}, 30_000);

test("law, preference, distance and pools are part of a problem; a misspelt name in them is a mistake, not a warning", async () => {
  const ruled = {
    ...problem,
    locations: [problem.locations[0], { ...problem.locations[1], pools: { internal: 3 } }],
    zones: [{ ...problem.zones[0], forbidden: { public: ["far"] }, preferred: { internal: ["far"] } }],
  };
  const { stdout } = await run([], JSON.stringify(ruled));
  expect(stdout).toMatch(/far\/internal +3\.0 +3\.0 +100 %/);
  const json = JSON.parse((await run(["--json"], JSON.stringify(ruled))).stdout) as Plan;
  expect(json.assignment).toEqual([
    { zone: "coast", class: "internal", location: "far", rps: 3 },
    { zone: "coast", class: "internal", location: "near", rps: 2 },
    { zone: "coast", class: "public", location: "near", rps: 8 },
  ]);
  expect(json.objective.preference).toBe(200);
  expect(json.poolPrices).toEqual({ far: { internal: expect.any(Number) as number } });
  const wrong = JSON.stringify({
    ...ruled,
    locations: [problem.locations[0], { ...problem.locations[1], pools: { intern: 3 } }],
    zones: [{ ...problem.zones[0], forbidden: { publik: ["farr"] }, farthestMs: { public: -1 } }],
  });
  expect((await run([], wrong)).stderr).toContain("zones[0].farthestMs.public: -1 is negative; fix:");
  const { stderr } = await run([], wrong.replace("-1", "1"));
  expect(stderr).toContain("locations[1].pools.intern: no such class; fix: did you mean internal?");
  expect(stderr).toContain("zones[0].forbidden.publik: no such class; fix: did you mean public?");
  expect(stderr).toContain("zones[0].forbidden.publik[0]: no location farr; fix: did you mean far?");
}, 30_000);

test("what is merely odd is said with its path and answered all the same: a field that nobody reads, a location that is gone", async () => {
  const [coast, inland] = problem.zones;
  const odd = {
    ...problem,
    zones: [
      { ...coast, forbiden: { public: ["far"] } },
      { ...inland, latencyMs: { near: 2, faar: 9 } },
    ],
    current: [{ zone: "hinterland", class: "public", location: "near", rps: 3 }],
  };
  const answer = await run(["--json"], JSON.stringify(odd));
  expect(answer.code).toBe(0);
  expect(answer.stderr.trim().split("\n")).toEqual([
    "houston: zones[0].forbiden is no field of a problem; ignored; did you mean forbidden?",
    "houston: zones[1].latencyMs.faar: faar is not among the locations; ignored, there and wherever it stands; did you mean far?",
    "houston: current names hinterland, which is not in the problem; what was there counts as moved",
  ]);
}, 30_000);

test("a person gets a table", async () => {
  const { stdout } = await run([], JSON.stringify(problem));
  expect(stdout).toMatch(/near +10 +10 +100 % +50\.0/);
  expect(stdout).toContain("no place for 2.0 rps: PUBLIC 2.0 (inland)");
}, 30_000);

test("plan --without asks the running Houston and says who would go where, how far, and what grows first", async () => {
  const answer: WhatIf = {
    without: "near",
    lost: ["near"],
    suspects: ["acme"],
    badPaths: [],
    reason: null,
    moves: [
      { class: "public", zone: "coast", from: "near", to: "far", rps: 30 },
      { class: "public", zone: "coast", from: "near", to: "farther", rps: 10 },
    ],
    utilisationBefore: { near: 0.4, far: 0.2, farther: 0 },
    utilisationAfter: { near: 0, far: 0.5, farther: 0.1 },
    addedMs: { p50: 12, p95: 40, worstZone: { zone: "coast", ms: 40 } },
    unserved: [
      { class: "editor", zone: "coast", rps: 2, why: "data" },
      { class: "editor", zone: "hills", rps: 30, why: "data" },
      { class: "editor", zone: "inland", rps: 4, why: "data" },
      { class: "public", zone: "coast", rps: 1, why: "law" },
    ],
    prices: { near: 0, far: 3.5, farther: 0 },
    grow: [{ location: "far", toRps: 60 }],
  };
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.authorization}`);
    response.setHeader("content-type", "application/json").end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const live = [
    "--without",
    "near",
    "--api",
    `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    "--token",
    "secret",
  ];
  const json = await houstonPlan([...live, "--json"]);
  const { stdout } = await houstonPlan(live);
  server.close();
  expect(asked).toEqual(["GET /api/plan?without=near Bearer secret", "GET /api/plan?without=near Bearer secret"]);
  expect(JSON.parse(json.stdout)).toEqual(answer);
  expect(stdout).toContain("PUBLIC of near -> far 75 %, farther 25 %");
  expect(stdout).toMatch(/far +20 % +50 % +\+30 +to 60 rps +3\.50/);
  expect(stdout).toContain("at worst +40 ms in coast");
  // A line for each zone would say one thing many times.
  expect(stdout).toContain("no place for 37 rps: EDITOR 36 (3 zones, most in hills: 30), PUBLIC 1.0 (coast)\n");
  expect(stdout).toContain(
    "  EDITOR: no place that has its data has room\n  PUBLIC: no place that law allows has room\n",
  );
  expect(stdout).toContain("acme is the suspect: its locations get users only when others are full");
}, 30_000);

function run(args: string[], stdin: string): Promise<{ code: number; stdout: string; stderr: string }> {
  return houstonPlan(["--problem", "-", ...args], stdin);
}

function houstonPlan(args: string[], stdin = ""): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [houston, "plan", ...args], (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
    child.stdin!.end(stdin);
  });
}
