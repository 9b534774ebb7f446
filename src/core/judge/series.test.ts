import { expect, test } from "vitest";
import { addTo, newSeries, stretchesOf, type LevelOf } from "./series.ts";

const AT = 1_700_000_000_000;
const mean: LevelOf = ({ sum, weight }) => sum / weight;

/** A value each so many milliseconds, the number of its stretch of 150 s. */
function told(forMs: number, eachMs: number) {
  const series = newSeries(AT);
  for (let ms = 0; ms <= forMs; ms += eachMs) addTo(series, AT + ms, Math.floor(ms / 150_000), 1, mean);
  return series;
}

test("Q1: what came in the last stretch is given as it came, whether each ten seconds or each minute", () => {
  for (const [eachMs, least] of [
    [10_000, 15],
    [60_000, 2],
  ] as const) {
    const forMs = 3_600_000;
    const cut = stretchesOf(told(forMs, eachMs), AT + forMs, mean);
    expect(cut?.now.values.length).toBeGreaterThanOrEqual(least);
    for (const value of cut?.now.values ?? []) expect(value).toBeGreaterThanOrEqual(23);
  }
});

test("of each stretch of the last hours there is one level, of older ones ever fewer, and there is an end", () => {
  const twoHours = 7_200_000;
  const whole = stretchesOf(told(twoHours, 10_000), AT + twoHours, mean)?.past.map(({ level }) => Math.round(level));
  expect(new Set(whole).size).toBeGreaterThanOrEqual(46);
  const days = 5 * 86_400_000;
  const past = stretchesOf(told(days, 10_000), AT + days, mean)?.past ?? [];
  expect(past.length).toBeLessThanOrEqual(98);
  expect(past.filter(({ agoMs }) => agoMs < 3_600_000).length).toBeGreaterThanOrEqual(23);
  expect(Math.max(...past.map(({ agoMs }) => agoMs))).toBeGreaterThan(4 * 3_600_000);
});

test("who says nothing any more has no present", () => {
  expect(stretchesOf(told(600_000, 10_000), AT + 600_000 + 200_000, mean)).toBeNull();
});
