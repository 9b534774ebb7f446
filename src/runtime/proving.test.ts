import { expect, test } from "vitest";
import { makeEstate } from "../../test/stories/control-world.ts";
import type { Proven } from "../core/control/usable.ts";
import type { ControlView, LocationView } from "../core/control-contract.ts";
import type { LearntStore } from "../drivers/store/learnt-file.ts";
import { keeperOf } from "./learnt-keeper.ts";
import { madeClock } from "./made-clock.testing.ts";
import { readProvenLearnt } from "./proven-learnt-schema.ts";
import { startProving } from "./proving.ts";

const MINUTE_MS = 60_000;
const START = Date.UTC(2026, 10, 12, 19, 40);

function life(file: LearntStore, startMs: number, servedRps: number) {
  const clock = madeClock(startMs);
  const told: (readonly Proven[])[] = [];
  const keeper = keeperOf(file, readProvenLearnt);
  const place = { name: "east", servedRps, shedRps: 0, failedRatio: 0, verdict: { verdict: "healthy" } };
  const proving = startProving({
    clock,
    estate: makeEstate([{ name: "east", position: 0, demandRps: 0, readyRps: 0, capacityRps: 0 }]),
    view: () =>
      ({ locations: [{ ...place, summaryAt: clock.now() } as unknown as LocationView] }) as unknown as ControlView,
    tell: (proven) => told.push(proven),
    keeper,
  });
  return { clock, told, keeper, proving };
}

test("what is carried is told in minutes, once for as long as it is the most, and a restart begins with it", async () => {
  const file = {
    text: null as string | null,
    read: () => file.text,
    write: (text: string) => void (file.text = text),
    putAside: () => {},
  };
  const first = life(file, START, 400);
  await first.clock.pass(30 * MINUTE_MS);
  expect(first.told.map((proven) => proven.map(({ rps }) => rps))).toEqual([[400]]);
  first.proving.stop();
  const second = life(file, START + 60 * MINUTE_MS, 300);
  expect(second.keeper.counters).toMatchObject({ takenUp: 1, refused: null });
  expect(second.told).toMatchObject([[{ location: "east", rps: 400 }]]);
  second.proving.stop();
});

test("what is kept and makes no sense is refused by name", () => {
  const learnt = { version: 1, at: START, places: [{ location: "east", days: [{ day: 1, rps: 400, at: START }] }] };
  const refused = (value: unknown, at = START): string => {
    const read = readProvenLearnt(typeof value === "string" ? value : JSON.stringify(value), at);
    return "refused" in read ? read.refused : "taken";
  };
  expect(refused(learnt)).toBe("taken");
  expect(refused("{")).toContain("it is no JSON");
  expect(refused({ ...learnt, version: 7 })).toContain("version");
  expect(refused(learnt, START - 3_600_000)).toContain("of a time to come");
  expect(refused({ ...learnt, places: [{ location: "east", days: [{ day: 1, rps: -1, at: START }] }] })).toContain(
    "places.0.days.0.rps",
  );
});
