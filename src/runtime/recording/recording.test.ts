import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { rowsOf, type Columns } from "../../core/columns.ts";
import type { Reading, RecordingHeader } from "../../core/reading.ts";
import { parseHeader, parseLine, type RecordingLine } from "./line.ts";
import { openRecording } from "./reader.ts";
import { createRecording } from "./writer.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "recording-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const header: RecordingHeader = { recording: 1, locations: ["here"], services: { cart: { dependsOn: ["dynamodb"] } } };
const readings: Reading[] = [
  { at: 1, location: "here", service: "cart", signal: "requests", good: 9, total: 10 },
  { at: 1, location: "here", service: "cart", signal: "latency_hist", bounds: [1, 2], counts: [3, 4, 0] },
  { at: 1, location: "here", service: "cart", signal: "latency_exp", scale: 3, offset: 9, counts: [4], unitMs: 1000 },
  { at: 1, location: "here", service: "cart", signal: "latency_log", count: 2, sum: 8, squares: 33, slow: 0 },
  { at: 2, location: "here", journey: "buy", signal: "probe", ok: false, ms: 5000, vantage: "there" },
  { at: 2, signal: "demand", zone: "de", class: "public", rps: 3.5 },
];

async function all(file: string): Promise<RecordingLine[]> {
  const lines: RecordingLine[] = [];
  for await (const line of (await openRecording(file)).lines) lines.push(line);
  return lines;
}

test.each(["plain.ndjson", "packed.ndjson.gz"])("what was written is read: %s", async (name) => {
  const file = join(folder, name);
  const writer = await createRecording(file, header);
  for (const reading of readings) await writer.write(reading);
  await writer.write({ at: 3, event: "tick" });
  await writer.close();
  expect((await openRecording(file)).header).toEqual(header);
  const lines = await all(file);
  expect(lines.slice(0, 6).map((line) => line.kind === "reading" && line.reading)).toEqual(readings);
  expect(lines[6]).toEqual({ kind: "event", at: 3, event: { at: 3, event: "tick" } });
});

const HEADER = JSON.stringify(header);
const GOOD = '{"at":5,"location":"here","service":"cart","signal":"requests","good":1,"total":1,"extra":{"kept":true}}';

test.each([
  ["cut", `${HEADER}\n${GOOD}\n{"at":6,"loc`, "file.ndjson:3: no JSON"],
  ["order", `${HEADER}\n${GOOD}\n\n${GOOD.replace("5", "4")}`, "file.ndjson:4: `at` 4 is before the line above (5)"],
  [
    "counts",
    `${HEADER}\n{"at":1,"location":"here","service":"a","signal":"latency_hist","bounds":[1],"counts":[1]}`,
    "file.ndjson:2: 1 counts for 1 bounds",
  ],
  [
    "scale",
    `${HEADER}\n{"at":1,"location":"here","service":"a","signal":"latency_exp","scale":30,"offset":0,"counts":[1]}`,
    "file.ndjson:2: a scale that is no whole number from -4 to 20",
  ],
  [
    "sums",
    `${HEADER}\n{"at":1,"location":"here","service":"a","signal":"latency_log","count":2,"sum":8,"squares":9,"slow":0}`,
    "file.ndjson:2: no requests have such sums of logarithms",
  ],
  ["good", `${HEADER}\n${GOOD.replace('"total":1', '"total":0')}`, "file.ndjson:2: `good` is more than `total`"],
  ["header", GOOD, "file.ndjson:1: the first line is no recording's header"],
  ["empty", "", "file.ndjson:1: the file is empty"],
])("a bad line names file and line: %s", async (_, text, says) => {
  const file = join(folder, "file.ndjson");
  await writeFile(file, text);
  await expect(all(file)).rejects.toMatchObject({
    message: expect.stringContaining(says),
    hint: expect.stringMatching(/./),
  });
});

test("columns are written in one line, and read as their rows", async () => {
  const file = join(folder, "columns.ndjson");
  const writer = await createRecording(file, header);
  const columns: Columns = {
    at: 7,
    overMs: 1000,
    location: "here",
    services: ["cart", "web"],
    requests: { service: Uint32Array.of(0, 1), good: Float64Array.of(9, 8), total: Float64Array.of(10, 8) },
    histograms: { service: Uint32Array.of(1), bounds: [1, 2], counts: Float64Array.of(1, 2, 3) },
    gauges: { service: [0], gauge: [0], gauges: [{ name: "queue_ms", worse: "up" }], value: Float64Array.of(88) },
  };
  await writer.writeColumns(columns);
  await writer.close();
  const lines = await all(file);
  expect(lines).toEqual([...rowsOf(columns)].map((reading) => ({ kind: "reading", at: 7, reading })));
  expect(lines).toHaveLength(4);
});

const COLUMNS = '{"at":7,"location":"here","signal":"columns","services":["cart"],"requests":REQUESTS}';
test.each([
  [
    "a column too short",
    '{"service":[0,0],"good":[1],"total":[1,1]}',
    "the columns of `requests` are not equally long",
  ],
  ["no number", '{"service":[0],"good":[null],"total":[1]}', "`requests.good` is no list of numbers"],
  [
    "below zero",
    '{"service":[0],"good":[-1],"total":[1]}',
    "row 1 of the columns: `good` and `total` are not both counts",
  ],
  ["a place where nobody is", '{"service":[1],"good":[1],"total":[1]}', "row 1 of the columns: `service` is missing"],
])("columns that can't be are named: %s", (_, requests, says) => {
  expect(parseLine(COLUMNS.replace("REQUESTS", requests))).toMatchObject({ kind: "problem", says });
});

test("a missing file, and one that is only called gz", async () => {
  await expect(all(join(folder, "none.ndjson"))).rejects.toMatchObject({ code: "no-recording" });
  await writeFile(join(folder, "not.gz"), HEADER);
  await expect(all(join(folder, "not.gz"))).rejects.toMatchObject({
    code: "bad-recording",
    hint: "is it whole, and really gzip?",
  });
});

test("unknown fields and signals are kept", () => {
  expect(parseLine(GOOD)).toMatchObject({ kind: "reading", reading: { extra: { kept: true } } });
  expect(parseLine('{"at":1,"signal":"toString"}')).toMatchObject({ kind: "other" });
  expect(
    parseLine('{"at":1,"location":"x","journey":"front","signal":"gauge","name":"n","value":1,"worse":"up"}'),
  ).toMatchObject({
    kind: "reading",
    reading: { service: "front" },
  });
});

test("100,000 garbled lines are each a line or a problem with its fix, never a throw", { timeout: 60_000 }, () => {
  const names = [
    "at",
    "location",
    "service",
    "signal",
    "event",
    "good",
    "total",
    "bounds",
    "counts",
    "scale",
    "offset",
    "sum",
    "journey",
    "__proto__",
    "kind",
    "recording",
    "locations",
  ];
  const values = [
    "requests",
    "latency_hist",
    "latency_exp",
    "latency_log",
    "probe",
    "gauge",
    "deploy",
    "x",
    "",
    0,
    1,
    -1,
    1e308,
    null,
    true,
    [],
    {},
    [1, 2],
    [null],
    "constructor",
    "\ud800",
  ];
  let [lines, problems] = [0, 0];
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const random = seeded(seed);
      const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
      const fields = (): [string, unknown][] =>
        Array.from({ length: Math.floor(random() * 8) }, () => [pick(names), pick(values)]);
      for (let i = 0; i < 1000; i++) {
        const at = Math.floor(random() * GOOD.length);
        const cut =
          GOOD.slice(0, at) + String.fromCharCode(random() * 0x250) + GOOD.slice(at + Math.floor(random() * 4));
        const text = random() < 0.5 ? JSON.stringify(Object.fromEntries(fields())) : cut;
        const parsed = parseLine(text);
        lines += 1;
        if (parsed.kind === "problem") problems += 1;
        if (parsed.kind === "problem" ? parsed.hint === "" : !(parsed.at >= 0)) throw new Error(text);
        parseHeader(text);
      }
    }),
    { numRuns: 100 },
  );
  expect(lines).toBe(100_000);
  expect(problems).toBeGreaterThan(10_000);
  expect(problems).toBeLessThan(90_000);
});

function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}
