import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { memoryStore as memoryJournal, type Entry } from "@reactive-production/continuity";
import { request } from "undici";
import { vi } from "vitest";
import type { Hop } from "../../src/api/contract.ts";
import { MADE_START as START, MADE_TOKEN as TOKEN, startMadeApi } from "../../src/api/made-api.testing.ts";
import { startedAnswer } from "../../src/cli/commands/up.ts";
import { houstonProgram } from "../../src/cli/program.ts";
import { drillReport } from "../../src/planet/drills/report.ts";
import { journalDesk } from "../../src/planet/journal-desk.ts";
import { journalServer } from "../../src/planet/journal/server.ts";
import { tracer } from "../../src/planet/trace.ts";
import { chunkHomes, chunkIndex } from "../../src/planet/users/chunk-homes.ts";
import { recordRing } from "../../src/planet/users/records.ts";
import { tallyRequests } from "../../src/planet/users/tally.ts";

/**
 * What the commands really print with `--json`, without a planet: the real program against the real API of a made
 * Houston, whose `east` is failing. Each answer is what one call printed, document by document.
 */
export type Answers = Readonly<Record<string, readonly unknown[]>>;

export async function realAnswers(given: { readonly problem: unknown }): Promise<Answers> {
  const folder = mkdtempSync(join(tmpdir(), "json-docs-"));
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const houston = await houstonWithTrouble();
  const ask = (...words: string[]) => printed([...words, "--api", houston.api, "--token", TOKEN, "--json"]);
  try {
    const recording = file("incident.ndjson", await (await request(`${houston.api}/api/recording`)).body.text());
    const readings = file("readings.ndjson", readingsOfAnIncident());
    return {
      status: await ask("status"),
      why: await ask("why", "east"),
      "plan --without": await ask("plan", "--without", "west"),
      "plan --problem": await printed([
        "plan",
        "--problem",
        file("problem.json", JSON.stringify(given.problem)),
        "--json",
      ]),
      size: await printed([
        "size",
        "--problem",
        file("problem.json", JSON.stringify(given.problem)),
        "--further",
        "10",
        "--json",
      ]),
      trace: await ask("trace", "key-1"),
      "doubt list": await ask("doubt", "list"),
      "doubt settle": await ask("doubt", "settle", "checkout:key-1", "--not-done", "--by", "ana"),
      hold: await houston.meanwhile(ask("hold", "east")),
      evacuate: await houston.meanwhile(ask("evacuate", "west", "--yes")),
      report: await ask("report", "1"),
      "planet zones": await printed(["planet", "zones", "--json"]),
      "scorecard mark": await ask("scorecard", "mark", "1", "right", "--by", "ana"),
      scorecard: await ask("scorecard"),
      "gate deploy": await ask("gate", "deploy", "west"),
      init: await printed([
        "init",
        "--output",
        join(folder, "first.yaml"),
        "--kubeconfig",
        file("kubeconfig", KUBECONFIG),
        "--json",
      ]),
      check: await printed(["check", "--config", "examples/houston.yaml", "--json"]),
      "check --reach": await printed([
        "check",
        "--reach",
        "--config",
        file(
          "reach.yaml",
          configToReach({
            grow: file("grow.cjs", 'console.log(\'{"floor":10,"ready":9,"most":40}\')'),
            licence: file("licence.cjs", LICENCE),
          }),
        ),
        "--json",
      ]),
      "check with problems": await printed(["check", "--config", file("houston.yaml", BROKEN_CONFIG), "--json"]),
      judge: await printed(["judge", readings, "--json"]),
      "judge --scores": await printed(["judge", readings, "--scores"]),
      "judge --where-at": await printed(["judge", readings, "--where-at", String(START + 100_000)]),
      replay: await printed(["replay", recording, "--json"]),
      simulate: await printed(["simulate", "hard-down", "--seed", "1", "--seconds", "2", "--json"]),
      drill: [aReport()],
      up: [
        startedAnswer({
          api: "http://127.20.0.70:7070",
          dns: "127.20.0.53:5353",
          supervisor: "http://127.20.0.71:7000",
          startMs: 9000,
        }),
        ...houston.timeline(),
      ],
    };
  } finally {
    await houston.stop();
    rmSync(folder, { recursive: true });
  }
}

const KUBECONFIG = `
clusters: [{ name: a, cluster: { server: "https://ABC.gr7.us-east-1.eks.amazonaws.com" } }]
contexts: [{ name: shop, context: { cluster: a } }]
`;

/** Runs a command in this process, and gives the documents that it printed. */
async function printed(words: readonly string[]): Promise<unknown[]> {
  let text = "";
  const out = vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  const complaints = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const exitCode = process.exitCode;
  try {
    await houstonProgram().parseAsync(words, { from: "user" });
  } finally {
    out.mockRestore();
    complaints.mockRestore();
    process.exitCode = exitCode;
  }
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as unknown);
}

async function houstonWithTrouble() {
  const traces = await traceWorld();
  const made = await startMadeApi({
    calmSeconds: 8,
    illSeconds: 2,
    api: { trace: traces.trace, readings: async () => Readable.from([edgeReadings()]) },
  });
  return {
    api: made.url,
    timeline: () => made.timeline.entries({ limit: 1000 }),
    meanwhile: <Answer>(answer: Promise<Answer>) => made.meanwhile(answer, () => made.houston.second(["east"])),
    async stop() {
      await made.stop();
      await traces.stop();
    },
  };
}

/** What the edge of east counted, and what its provider posted. */
function edgeReadings(): string {
  const edge = { at: START + 9000, location: "east", service: "edge" };
  const lines = [
    { recording: 1, locations: ["east"], services: {} },
    { ...edge, signal: "requests", good: 90, total: 100 },
    { ...edge, signal: "latency_hist", bounds: [512, 1024], counts: [70, 28, 2] },
    {
      at: START + 9500,
      signal: "status",
      provider: "aws",
      region: "east",
      state: "degraded",
      text: "Increased errors",
    },
  ];
  return lines.map((line) => JSON.stringify(line)).join("\n");
}

/** A real journal with one checkout that went on elsewhere, and a made world that remembers its hops. */
async function traceWorld() {
  const store = memoryJournal();
  const envelope = { v: 1, run: "run-1", epoch: 1, location: "us-east-1" } as const;
  const next = { ...envelope, run: "run-2", epoch: 2, location: "us-east-2" };
  const answer = { status: 201, headers: {}, body: "{}" };
  const entries: Entry[] = [
    {
      ...envelope,
      at: START,
      kind: "begun",
      workflow: "checkout",
      version: 1,
      key: "key-1",
      fingerprint: "f",
      names: ["4bf92f35"],
    },
    {
      ...envelope,
      at: START + 4,
      kind: "intent",
      step: "reserve",
      attempt: 1,
      effect: "askable",
      notAfter: START + 2000,
    },
    { ...next, at: START + 900, kind: "taken", from: "us-east-1", why: "gone", names: ["9e107d9d"] },
    {
      ...next,
      at: START + 911,
      kind: "result",
      step: "reserve",
      attempt: 1,
      effect: "askable",
      outcome: "done",
      how: "asked",
      result: '"r"',
    },
    { ...next, at: START + 950, kind: "answered", answer, names: ["order-7"] },
  ];
  await store.append({ id: "checkout/key-1", expect: { seq: 0, epoch: 0 }, entries });
  const journal = journalServer(store, { token: TOKEN }).listen(0, "127.0.0.1");
  const hop: Hop = { at: START, location: "us-east-1", kind: "edge", ms: 31, status: 503 };
  const counts = { failed: 12, relayed: 3, keyed: 40, sampled: 812, notSampled: 15_428, tooMany: 0, lost: 0 };
  const kept = { location: "us-east-1", since: START, oneIn: 32, ...counts };
  const world = createServer((asked, response) =>
    response.end(JSON.stringify({ hops: asked.url === "/trace/4bf92f35" ? [hop] : [], kept })),
  ).listen(0, "127.0.0.1");
  await Promise.all([once(journal, "listening"), once(world, "listening")]);
  const at = (server: typeof world) => ({ host: "127.0.0.1", port: (server.address() as AddressInfo).port });
  return {
    trace: tracer({
      journal: journalDesk({ journal: at(journal), token: TOKEN }),
      worldAdmins: { "us-east-1": at(world) },
      token: TOKEN,
    }),
    async stop() {
      for (const server of [journal, world]) {
        server.close();
        server.closeAllConnections();
      }
      await store.close();
    },
  };
}

const BROKEN_CONFIG = "mode: sleep\nlocations:\n  - { name: us-east-1 }\n";

/** Three places; after 80 s a tenth of the carts fail in one, and its dynamodb with them. */
function readingsOfAnIncident(): string {
  const locations = ["us-east-1", "us-east-2", "eu-west-1"];
  const services = { cart: { dependsOn: ["dynamodb"] }, dynamodb: { layer: "resource", dependsOn: [] } };
  const lines: unknown[] = [{ recording: 1, locations, services, journeys: { buy: { needs: ["cart"] } } }];
  for (let second = 0; second < 120; second++) {
    for (const location of locations) {
      for (const service of ["dynamodb", "cart"]) {
        const ill = second >= 80 && location === "us-east-1";
        const bad = ill ? 10 + (second % 3) : second % 20 === 0 ? 1 : 0;
        lines.push({ at: START + second * 1000, location, service, signal: "requests", good: 100 - bad, total: 100 });
      }
    }
  }
  return lines.map((line) => JSON.stringify(line)).join("\n");
}

/** A report in which everything that a report can hold is there. */
function aReport() {
  const homes = chunkHomes(2);
  const chunk = { zone: 0, class: 0, bucket: 7 };
  homes.learn(chunkIndex(chunk), 0, START - 1000);
  homes.mark(START);
  const ring = recordRing(4096);
  const usual = { ...chunk, habit: "obeys", called: 0, served: 0, ms: 40 } as const;
  for (let second = 0; second < 90; second++) {
    const away = second >= 6 && second < 80;
    const outcome = second < 6 ? "refused" : "ok";
    const at = START + second * 1000;
    for (let each = 0; each < 10; each++) {
      ring.add({ ...usual, at: at + each, kind: "page", outcome, ...(away ? { called: 1, served: 1 } : {}) });
    }
  }
  homes.learn(chunkIndex(chunk), 1, START + 6500);
  const range = { since: START, until: START + 90_000 };
  const tally = tallyRequests((each) => ring.forEach(range, each), {
    ...range,
    locations: ["us-east-1"],
    locationNames: ["us-east-1", "us-east-2"],
    mark: homes.marked(START),
    zones: ["us-northeast"],
    zoneNames: ["us-northeast", "us-mid-atlantic"],
    roundTripMs: () => 12,
  });
  const verdict = {
    location: "us-east-1",
    verdict: "failing",
    certainty: 1,
    evidenceNats: 40,
    barNats: 20,
    scope: "location",
    action: "leave",
    promise: "none",
    impact: { usersHurt: 0.9 },
    causes: [{ layer: "resource", name: "dynamodb", share: 0.9 }],
    because: [],
  } as const;
  const question = {
    id: "question-1",
    asks: "May I?",
    choices: ["approve", "deny"],
    defaultChoice: 2,
    deadline: START,
  };
  return drillReport({
    drill: "hard-down",
    locations: ["us-east-1"],
    houston: true,
    moves: "must",
    // Of a path only, so that the verdict below is a wrong one.
    rightVerdict: { scope: "path", action: "move-zones" },
    faultAt: START,
    until: range.until,
    endedAt: range.until,
    tally,
    whole: tally,
    checkouts: [],
    droppedCheckouts: 0,
    runLocations: new Map(),
    ledger: [],
    waitedForBack: true,
    timeline: [{ at: START + 1800, what: "us-east-1 is lost", location: "us-east-1", question }],
    decided: {
      decisions: [
        {
          at: START + 1800,
          event: "tick",
          effects: [],
          evidence: null,
          reasons: [{ code: "evacuate-lost", says: "us-east-1 is lost", location: "us-east-1" }],
        },
      ],
      verdicts: [{ at: START + 1800, state: "serving", verdict }],
    },
    edges: [{ location: "us-east-1", class: "public", served: 900, shed: 10 }],
    houstonPolls: { total: 90, failed: 0 },
    polls: [0, 1, 2].map((second) => ({ at: START + 3000 + second * 1000, location: "us-east-2", utilisation: 1.02 })),
    did: [
      { at: START - 5000, says: "houston is killed", process: { name: "houston", action: "kill" } },
      { at: START, says: "hard-down us-east-1" },
    ],
  });
}

/** The example with two commands as its scalers: one answers, the other is not there. */
/** East has a licence, west can't tell, Europe has none. */
const LICENCE = `
  const location = process.argv[2];
  if (location === "eu-west-1") console.log("no licence left");
  process.exit({ "us-east-1": 0, "us-west-2": 75 }[location] ?? 1);
`;

function configToReach({ grow, licence }: { readonly grow: string; readonly licence: string }): string {
  const example = readFileSync("examples/houston.yaml", "utf8");
  const scale = {
    maxAddedCostPerHour: 0,
    locations: {
      "us-east-1": { by: "command", argv: [process.execPath, grow], parts: [{ name: "web", rpsPerReplica: 100 }] },
      "eu-west-1": { by: "command", argv: ["/usr/local/bin/grow"], parts: [{ name: "web", rpsPerReplica: 100 }] },
    },
  };
  // A busy machine may take its time to start a program.
  const conditions = [{ name: "licence", kind: "command", argv: [process.execPath, licence], withinSeconds: 60 }];
  const rest = example.slice(0, example.indexOf("scale:\n"));
  // Nothing listens there.
  const prometheus = { url: "http://127.0.0.1:1", good: "good", bad: "bad" };
  const rules = { scale, conditions, watch: { entry: "web", prometheus } };
  return Object.entries(rules).reduce((text, [key, rule]) => `${text}${key}: ${JSON.stringify(rule)}\n`, rest);
}
