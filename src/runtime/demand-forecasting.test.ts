import { expect, test } from "vitest";
import { makeEstate } from "../../test/stories/control-world.ts";
import type { DemandForecast } from "../core/control-contract.ts";
import type { LearntStore } from "../drivers/store/learnt-file.ts";
import { startForecasting } from "./demand-forecasting.ts";
import { readDemandLearnt } from "./demand-learnt-schema.ts";
import { keeperOf } from "./learnt-keeper.ts";
import { madeClock } from "./made-clock.testing.ts";

const HOUR_MS = 3_600_000;
const estate = makeEstate([
  { name: "a", position: 0, demandRps: 0, readyRps: 0, capacityRps: 0 },
  { name: "b", position: 10, demandRps: 0, readyRps: 0, capacityRps: 0 },
  { name: "c", position: 20, demandRps: 0, readyRps: 0, capacityRps: 0 },
]);

function memoryFile(): LearntStore & { text: string | null; aside: number } {
  const file = {
    text: null as string | null,
    aside: 0,
    read: () => file.text,
    write: (text: string) => void (file.text = text),
    putAside: () => void (file.aside += 1),
  };
  return file;
}

function life(file: LearntStore, startMs: number) {
  const clock = madeClock(startMs);
  const told: DemandForecast[] = [];
  const keeper = keeperOf(file, readDemandLearnt);
  const forecasting = startForecasting({
    clock,
    estate,
    demand: () => ({ public: { "at-a": 100 + 50 * Math.cos((2 * Math.PI * clock.now()) / (24 * HOUR_MS)) } }),
    tell: (forecast) => told.push(forecast),
    keeper,
  });
  return { clock, told, keeper, forecasting };
}

test("the first day nothing is told; then what the next hours bring, which holds for minutes; a restart loses none of it", async () => {
  const file = memoryFile();
  const start = Date.UTC(2026, 5, 1);
  const first = life(file, start);
  await first.clock.pass(24 * HOUR_MS);
  expect(first.told).toEqual([]);
  await first.clock.pass(8 * 24 * HOUR_MS);
  const last = first.told.at(-1)!;
  expect(last.until - first.clock.now()).toBeLessThanOrEqual(15 * 60_000);
  expect(last.rps["public"]!["at-a"]).toBeGreaterThan(130);
  expect(last.rps["public"]!["at-a"]).toBeLessThan(180);
  expect(await first.forecasting.week()).toHaveLength(168);
  first.forecasting.stop();
  const second = life(file, first.clock.now() + 60_000);
  expect(second.keeper.counters).toMatchObject({ takenUp: 1, refused: null });
  await second.clock.pass(2 * HOUR_MS);
  expect(second.told.at(-1)!.rps["public"]!["at-a"]).toBeGreaterThan(130);
  second.forecasting.stop();
});

test("a week ahead is worked out by turns, and once an hour, however many ask", async () => {
  const { clock, forecasting } = life(memoryFile(), Date.UTC(2026, 5, 1));
  await clock.pass(9 * 24 * HOUR_MS + 2 * 60_000);
  let turns = 0;
  let isCounting = true;
  const count = (): void => {
    turns += 1;
    if (isCounting) setImmediate(count);
  };
  setImmediate(count);
  const [one, another] = await Promise.all([forecasting.week(), forecasting.week()]);
  isCounting = false;
  expect(turns, "others have had their turns").toBeGreaterThan(100);
  expect(another).toBe(one);
  await clock.pass(50 * 60_000);
  expect(await forecasting.week()).toBe(one);
  await clock.pass(10 * 60_000);
  const next = await forecasting.week();
  expect(next.map(({ name }) => name)).toEqual([...one.slice(1), one[0]!].map(({ name }) => name));
  forecasting.stop();
});

test("a damaged file costs what was known and nothing else, and is put aside by name", () => {
  const file = memoryFile();
  file.text = "{";
  const { keeper, forecasting } = life(file, Date.UTC(2026, 5, 1));
  expect(keeper.counters.refused).toContain("it is no JSON");
  expect(file.aside).toBe(1);
  forecasting.stop();
});
