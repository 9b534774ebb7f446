import { expect, test } from "vitest";
import { etcdClock, markEveryMs } from "./etcd-clock.ts";

/** A clock in a process that has its own time. */
function started() {
  let now = 0;
  const clock = etcdClock(() => now);
  return { clock, pass: (ms: number) => (now += ms) };
}

test("a change is as old as the first look that showed it, never older", () => {
  const { clock, pass } = started();
  clock.saw(10);
  pass(500);
  clock.saw(20);
  pass(100);
  expect(clock.ageMs(10)).toBe(600);
  expect(clock.ageMs(11)).toBe(100);
  expect(clock.ageMs(20)).toBe(100);
  expect(clock.ageMs(21)).toBe(0);
});

test("looks in quick succession are kept apart by their distance, and no age is told too long", () => {
  const { clock, pass } = started();
  const written: { revision: number; at: number }[] = [];
  let at = 0;
  for (let revision = 1; revision <= 30_000; revision += 1) {
    pass(1);
    at += 1;
    written.push({ revision, at });
    clock.saw(revision);
  }
  for (const { revision, at: then } of written.slice(-20_000)) {
    const told = clock.ageMs(revision);
    expect(told <= at - then && told >= at - then - 21, `${told} for ${at - then}`).toBe(true);
  }
});

test("who comes later counts by the minutes that others have marked", () => {
  const first = started();
  first.clock.saw(100);
  expect(first.clock.nextMarks()).toBe(null);
  first.pass(markEveryMs);
  const one = first.clock.nextMarks();
  expect(one).toEqual({ minute: 1, revisions: [[1, 100]] });
  first.clock.saw(101);
  first.clock.readMarks(one ?? { minute: 0, revisions: [] }, 101);
  expect(first.clock.nextMarks()).toBe(null);
  first.pass(markEveryMs);
  first.clock.saw(200);
  const two = first.clock.nextMarks();
  expect(two).toEqual({
    minute: 2,
    revisions: [
      [1, 100],
      [2, 200],
    ],
  });
  const late = started();
  late.clock.saw(201);
  late.clock.readMarks(two ?? { minute: 0, revisions: [] }, 201);
  expect(late.clock.ageMs(100)).toBe(markEveryMs);
  expect(late.clock.ageMs(150)).toBe(0);
});

test("marks of a month stay few: each minute of two hours, each hour before", () => {
  const { clock, pass } = started();
  let marks = { minute: 0, revisions: [] as readonly (readonly [number, number])[] };
  for (let minute = 1; minute <= 10_000; minute += 1) {
    pass(markEveryMs);
    clock.saw(minute * 10);
    marks = clock.nextMarks() ?? marks;
    clock.saw(minute * 10 + 1);
    clock.readMarks(marks, minute * 10 + 1);
  }
  expect(marks.minute).toBe(10_000);
  expect(marks.revisions.length).toBeLessThan(300);
  expect(clock.ageMs(1_001 * 10)).toBeGreaterThan(8_900 * markEveryMs);
});
