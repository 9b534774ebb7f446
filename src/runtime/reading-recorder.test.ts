import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { Reading } from "../core/reading.ts";
import type { ReadingsStore } from "../drivers/store/readings-contract.ts";
import { sqliteReadings } from "../drivers/store/sqlite-readings.ts";
import { madeClock, type MadeClock } from "./made-clock.testing.ts";
import { madeEstate } from "./made-houston.testing.ts";
import { readingRecorder, type ReadingRecorder } from "./reading-recorder.ts";
import { judgeRecording, type VerdictLine } from "./recording/judge-recording.ts";
import { openRecording } from "./recording/reader.ts";
import { headerOf } from "./recording/recorded-estate.ts";

const folder = mkdtempSync(join(tmpdir(), "houston-readings-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A whole minute, so that minutes of the test are minutes of the clock. */
const START = 1_795_000_020_000;
const ALL = { since: 0, until: Number.MAX_SAFE_INTEGER };
let files = 0;

function made(more: { readonly file?: string; readonly clock?: MadeClock; readonly open?: () => ReadingsStore } = {}) {
  const clock = more.clock ?? madeClock(START);
  const file = more.file ?? join(folder, `readings-${(files += 1)}.sqlite`);
  const recorder = readingRecorder({ clock, estate: madeEstate, open: more.open ?? (() => sqliteReadings(file)) });
  return { clock, file, recorder };
}

async function textOf(recorder: ReadingRecorder, range = ALL): Promise<string> {
  let text = "";
  const recording = recorder.recording(range);
  if (recording === null) throw new Error("the file is not open");
  for await (const lines of recording) text += lines;
  return text;
}

type Line = Readonly<Record<string, unknown>> & { readonly at: number; readonly signal: string };

async function linesOf(recorder: ReadingRecorder, range = ALL): Promise<Line[]> {
  const [, ...lines] = (await textOf(recorder, range)).trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line) as Line);
}

/** What a node of `east` reads in one second: its own counters, and a look at `west`. */
function secondOf(at: number, badRatio = 0.001): Reading[] {
  const of = (service: string): Reading[] => [
    {
      at,
      location: "east",
      service,
      signal: "requests",
      good: Math.round(1000 * (1 - badRatio)),
      total: 1000,
      overMs: 1000,
    },
    {
      at,
      location: "east",
      service,
      signal: "latency_hist",
      bounds: [1, 8, 64],
      counts: [100, 800, 90, 10],
      overMs: 1000,
    },
  ];
  return [
    ...of("web"),
    ...of("dynamodb"),
    {
      at,
      location: "east",
      service: "dynamodb",
      signal: "gauge",
      name: "saturation-pool",
      value: badRatio,
      worse: "up",
    },
    { at, location: "east", service: "web", signal: "deploy", version: "7" },
    { at: at + 300, signal: "probe", location: "west", vantage: "east", journey: "browse", ok: at % 2000 > 0, ms: 40 },
  ];
}

/** The world is asked at a whole second and answers 200 ms later; the look's answer comes 100 ms after that. */
async function livesThrough(recorder: ReadingRecorder, clock: MadeClock, seconds: number, badRatio?: number) {
  for (let second = 0; second < seconds; second += 1) {
    const readings = secondOf(clock.now(), badRatio);
    await clock.pass(200);
    recorder.take(readings.slice(0, -1));
    await clock.pass(100);
    recorder.take(readings.slice(-1));
    await clock.pass(700);
  }
}

async function judged(file: string): Promise<VerdictLine[]> {
  const verdicts: VerdictLine[] = [];
  for await (const line of judgeRecording(await openRecording(file))) verdicts.push(line);
  return verdicts;
}

test("readings in, recording out: the same lines, judged the same", async () => {
  const { clock, recorder } = made();
  await livesThrough(recorder, clock, 90);
  await livesThrough(recorder, clock, 30, 0.2);
  await clock.pass(3000);
  const recorded = join(folder, "recorded.ndjson");
  writeFileSync(recorded, await textOf(recorder));
  recorder.stop();

  const readings = Array.from({ length: 120 }, (_, second) =>
    secondOf(START + second * 1000, second < 90 ? undefined : 0.2),
  );
  const direct = join(folder, "direct.ndjson");
  const lines = [headerOf(madeEstate, { tickMs: 1000 }), ...readings.flat()].map((line) => JSON.stringify(line));
  writeFileSync(direct, `${lines.join("\n")}\n`);

  const verdicts = await judged(recorded);
  expect(verdicts).toEqual(await judged(direct));
  expect(verdicts.map(({ location, verdict }) => `${location} ${verdict}`)).toContain("east failing");
});

test("a part of it: from a moment to a moment, both included, however many pieces lie between", async () => {
  const { clock, recorder } = made();
  await livesThrough(recorder, clock, 200);
  await clock.pass(3000);
  const lines = await linesOf(recorder, { since: START + 10_300, until: START + 180_000 });
  expect(lines[0]).toMatchObject({ at: START + 10_300, signal: "probe" });
  expect(lines.at(-1)).toMatchObject({ at: START + 180_000, signal: "deploy" });
  expect(lines).toHaveLength(170 * 7);
  recorder.stop();
});

test("after two hours minutes are left: counts summed, gauges with their span, looks counted", async () => {
  const { clock, recorder } = made();
  await livesThrough(recorder, clock, 61);
  await clock.pass(2 * 3_600_000 + 60_000);
  await livesThrough(recorder, clock, 65, 0.5);
  await clock.pass(5000);
  const lines = await linesOf(recorder);
  const seconds = lines.filter((line) => line.signal === "probe");
  // The first seconds are forgotten; those of the last minute are all there.
  expect(seconds).toHaveLength(65);
  const minutes = lines.filter(({ at }) => at < seconds[0]!.at - 1000);
  expect(minutes.filter(({ at }) => at === START + 60_000)).toEqual([
    expect.objectContaining({ service: "web", signal: "requests", good: 59_940, total: 60_000, overMs: 60_000 }),
    expect.objectContaining({ service: "web", signal: "latency_hist", counts: [6000, 48_000, 5400, 600] }),
    expect.objectContaining({ service: "dynamodb", signal: "requests", good: 59_940, total: 60_000 }),
    expect.objectContaining({ service: "dynamodb", signal: "latency_hist" }),
    expect.objectContaining({ name: "saturation-pool", value: expect.closeTo(0.001), min: 0.001, max: 0.001 }),
    expect.objectContaining({ signal: "deploy", version: "7" }),
    {
      at: START + 60_000,
      signal: "probes",
      location: "west",
      vantage: "east",
      journey: "browse",
      ok: 30,
      total: 60,
      ms: 40,
    },
  ]);
  expect(minutes.map(({ at }) => at)).toEqual(minutes.map(({ at }) => at).toSorted((a, b) => a - b));
  // Nobody read anything in the hours between: there are no minutes of them.
  expect(new Set(minutes.map(({ at }) => at)).size).toBe(2);
  const file = join(folder, "minutes.ndjson");
  writeFileSync(file, await textOf(recorder));
  let read = 0;
  for await (const line of (await openRecording(file)).lines) read += line.at > 0 ? 1 : 0;
  expect(read).toBe(lines.length);
  recorder.stop();
});

test("a restart in the middle of a minute forgets nothing of it, and time never goes back in the file", async () => {
  const first = made();
  await livesThrough(first.recorder, first.clock, 30);
  first.recorder.stop();
  const again = made({ file: first.file, clock: first.clock });
  // What was known only now is dated now: the file is in order.
  again.recorder.take(secondOf(START));
  await livesThrough(again.recorder, again.clock, 95);
  await again.clock.pass(5000);
  const lines = await linesOf(again.recorder);
  expect(lines.map(({ at }) => at)).toEqual(lines.map(({ at }) => at).toSorted((a, b) => a - b));
  expect(lines).toHaveLength((30 + 1 + 95) * 7);
  await again.clock.pass(2 * 3_600_000 + 60_000);
  await livesThrough(again.recorder, again.clock, 130);
  const minute = (await linesOf(again.recorder)).find(({ at, signal }) => at === START + 60_000 && signal === "probes");
  expect(minute).toMatchObject({ total: 61 });
  again.recorder.stop();
});

test("a disk that fails costs readings, which are counted; it is tried again, and nobody waits", async () => {
  let broken = true;
  const file = join(folder, "failing.sqlite");
  const { clock, recorder } = made({
    open() {
      if (broken) throw new Error("no space left on device");
      const store = sqliteReadings(file);
      return {
        ...store,
        append(pieces) {
          if (broken) throw new Error("no space left on device");
          store.append(pieces);
        },
      };
    },
  });
  await livesThrough(recorder, clock, 5);
  // Not an empty recording: nobody knows what there is.
  expect(recorder.recording(ALL)).toBeNull();
  expect(recorder.counters).toMatchObject({ kept: 0, failures: 1 });
  expect(recorder.counters.lost).toBeGreaterThan(0);
  broken = false;
  await livesThrough(recorder, clock, 20);
  expect(recorder.counters.kept).toBeGreaterThan(0);
  const kept = recorder.counters.kept;
  broken = true;
  await livesThrough(recorder, clock, 5);
  expect(recorder.counters).toMatchObject({ kept, failures: 2 });
  // A flood is bounded, and counted too.
  const lost = recorder.counters.lost;
  recorder.take(Array.from({ length: 25_000 }, () => secondOf(clock.now())[0]!));
  expect(recorder.counters.lost - lost).toBeGreaterThanOrEqual(15_000);
  broken = false;
  await clock.pass(30_000);
  await livesThrough(recorder, clock, 5);
  expect(recorder.counters.kept).toBeGreaterThan(kept);
  recorder.stop();
});

test("a piece that can't be read any more costs itself: its minute is made of the rest, and recordings go on", async () => {
  const file = join(folder, "unreadable.sqlite");
  const { clock, recorder } = made({
    open() {
      const store = sqliteReadings(file);
      return {
        ...store,
        read: (query) => store.read(query).map((piece) => (piece.number === 5 ? { ...piece, lines: null } : piece)),
      };
    },
  });
  await livesThrough(recorder, clock, 70);
  await clock.pass(3000);
  // Once for its minute.
  expect(recorder.counters).toMatchObject({ failures: 0, lost: 0, unreadable: 1 });
  const lines = await linesOf(recorder);
  expect(lines.length).toBeGreaterThan(60 * 7);
  expect(lines.length).toBeLessThan(70 * 7);
  expect(recorder.counters.unreadable).toBe(2);
  recorder.stop();
});
