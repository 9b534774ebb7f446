import { expect, test } from "vitest";
import type { Reading, RecordingHeader } from "../../core/reading.ts";
import { judgeRecording, scoreRecording } from "./judge-recording.ts";
import { parseLine, type RecordingLine } from "./line.ts";
import type { Recording } from "./reader.ts";

const AT = 1_700_000_000_000;
const HEADER: RecordingHeader = { recording: 1, locations: ["here", "there"], services: { cart: {} }, tickMs: 1000 };

function recordingOf(readings: readonly Reading[]): Recording {
  async function* lines(): AsyncGenerator<RecordingLine> {
    for (const reading of readings) yield { kind: "reading", at: reading.at, reading };
  }
  return { header: HEADER, lines: lines() };
}

async function allOf<Line>(lines: AsyncIterable<Line>): Promise<Line[]> {
  const all: Line[] = [];
  for await (const line of lines) all.push(line);
  return all;
}

test("what is set aside is told at the end, and makes no verdict", async () => {
  const cart = { location: "here", service: "cart" };
  const readings: Reading[] = Array.from({ length: 30 }, (_, second) => [
    { ...cart, at: AT + second * 1000, signal: "requests" as const, good: 10, total: 1e12 },
    { ...cart, at: AT + second * 1000, signal: "set-aside" as const, kind: "reset", count: 1 },
  ]).flat();
  const told: string[] = [];
  const verdicts = await allOf(
    judgeRecording(recordingOf(readings), (location, count, says) => told.push(`${location} ${count}: ${says}`)),
  );
  expect(verdicts).toEqual([]);
  expect(told).toEqual([
    "here 60: cart's counter went backwards 30 times (reset); cart told 30 times what can't be (more than a location can count)",
  ]);
});

const last = async (readings: readonly Reading[]): Promise<number | undefined> =>
  (await allOf(scoreRecording(recordingOf(readings)))).at(-1)?.score;

test("scores of any number of names need a bounded memory: the one used least is new again", async () => {
  const gauge = { location: "here", service: "cart", signal: "gauge", worse: "up" } as const;
  const known = Array.from({ length: 40 }, (_, i): Reading => ({ ...gauge, at: AT + i, name: "known", value: i % 7 }));
  const strange: Reading = { ...gauge, at: AT + 50, name: "known", value: 50 };
  const crowd = Array.from({ length: 10_000 }, (_, i): Reading => ({ ...gauge, at: AT + 45, name: `n${i}`, value: 1 }));
  expect(await last([...known, strange])).toBeGreaterThan(0.5);
  expect(await last([...known, ...crowd, strange])).toBe(0);
});

test("a line of what was refused is checked like any other", () => {
  const line = {
    at: 1,
    location: "here",
    service: "cart",
    signal: "set-aside",
    kind: "ahead",
    count: 2,
    by: 3_600_000,
  };
  expect(parseLine(JSON.stringify(line))).toMatchObject({ kind: "reading", reading: line });
  expect(parseLine(JSON.stringify({ ...line, count: -1 }))).toMatchObject({ kind: "problem" });
  expect(parseLine(JSON.stringify({ ...line, by: "much" }))).toMatchObject({ kind: "problem" });
});
