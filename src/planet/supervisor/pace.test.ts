import { expect, test } from "vitest";
import { firstPace, nextPace, paceUsers, type Pace } from "./pace.ts";

const WANTED = 200;
/** The paces under a machine that is so busy, one look after the other. */
function under(busy: (rps: number, look: number) => number, looks: number): Pace {
  let pace = firstPace(WANTED);
  for (let look = 0; look < looks; look++) pace = nextPace(pace, { busy: busy(pace.rps, look), wantedRps: WANTED });
  return pace;
}

test("a machine with room has all its users within half a minute, and then they stay", () => {
  expect(under(() => 0.4, 6)).toMatchObject({ rps: WANTED });
  expect(under((_, look) => (look < 10 ? 0.4 : 1), 40)).toMatchObject({ rps: WANTED, settled: true });
});

test("a machine that is full while it warms up has few users first and all of them later", () => {
  expect(under(() => 1, 20)).toMatchObject({ rps: 20, settled: false });
  expect(under((_, look) => (look < 20 ? 1 : 0.5), 40)).toMatchObject({ rps: WANTED, settled: true });
});

test("a machine with little room settles at what it carries, and never beyond", () => {
  const settled = under((rps) => 0.6 + rps / 400, 200);
  expect(settled.settled).toBe(true);
  expect(0.6 + settled.rps / 400).toBeLessThan(0.93);
  expect(settled.rps).toBeGreaterThan(40);
});

test("fewer than the fewest are wanted: they come at once", () => {
  expect(firstPace(5).rps).toBe(5);
  expect(nextPace(firstPace(5), { busy: 1, wantedRps: 5 }).rps).toBe(5);
});

test("users are told as often as their number changes, again where they could not be, and no more once it is broken off", async () => {
  const told: number[] = [];
  const stop = new AbortController();
  let looks = 0;
  const pacing = paceUsers({
    wantedRps: WANTED,
    setRps: async (rps) => {
      told.push(rps);
      if (told.length === 1) throw new Error("not ready yet");
    },
    signal: stop.signal,
    used: () => ({ busy: 0, all: ++looks * 10 }),
    lookMs: 1,
  });
  expect(await pacing).toBe(WANTED);
  expect(told).toEqual([40, 60, 90, 135, 200]);
  stop.abort();
  expect(await paceUsers({ wantedRps: WANTED, setRps: async () => {}, signal: stop.signal })).toBe(null);
});
