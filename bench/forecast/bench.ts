import { parseArgs } from "node:util";
import { ahead, DISTANCES, learn, LEVELS, newSeries, type Bands } from "../../src/core/forecast/series.ts";
import { madeSeries, nabSeries, type Hours } from "./hours.ts";
import { seasonalNaive } from "./seasonal-naive.ts";

/**
 * Is the demand forecast worth its memory, and do its bands cover what they claim? Ours beside seasonal-naive (this hour last week, with the
 * bands that its own errors so far give), on held-out weeks: each hour is said before it is seen, and counted after three weeks.
 *
 *     node --conditions=reactive-production:source bench/forecast/bench.ts [--data FOLDER] [--json] [--each]
 *
 * `pinball`: the mean loss over the levels 5, 50, 95 and 99 %, in shares of the series' mean; lower is better.
 * `covers`: the share of hours at or below each band.
 */
const { values } = parseArgs({
  options: { data: { type: "string" }, json: { type: "boolean" }, each: { type: "boolean" } },
});
const WEEKS_LEARNT = 3;

type Score = { readonly pinball: number; readonly covers: readonly number[] };
type Row = {
  readonly series: string;
  readonly aheadHours: number;
  readonly hours: number;
  readonly ours: Score;
  readonly naive: Score;
};

const all = [...madeSeries(), ...(values.data === undefined ? [] : nabSeries(values.data))];
const begun = performance.now();
const rows = all.flatMap((series) => DISTANCES.map((hours) => rowOf(series, hours)));
const tookMs = performance.now() - begun;
const groups = [...new Set(all.map(({ kind }) => kind))];
const summary = groups.flatMap((kind) =>
  DISTANCES.map((hours) => {
    const group = rows.filter((row) => row.aheadHours === hours && kindOf(row.series) === kind && row.hours > 0);
    const covers = LEVELS.map((_, level) => range(group.map(({ ours }) => ours.covers[level]!)));
    return {
      kind,
      aheadHours: hours,
      series: group.length,
      // A geometric mean: no one series' size counts more.
      pinballOfNaive: round(Math.exp(mean(group.map(({ ours, naive }) => Math.log(ours.pinball / naive.pinball))))),
      better: group.filter(({ ours, naive }) => ours.pinball < naive.pinball).length,
      ...Object.fromEntries(LEVELS.map((level, index) => [`covers${Math.round(100 * level)}`, covers[index]!])),
    };
  }),
);
if (values.json) console.log(JSON.stringify({ levels: LEVELS, rows, summary, tookMs: round(tookMs) }));
else {
  if (values.each)
    console.table(
      rows.map(({ series, aheadHours, hours, ours, naive }) => ({
        series,
        aheadHours,
        hours,
        ours: ours.pinball,
        naive: naive.pinball,
        covers: ours.covers.join(" "),
        naiveCovers: naive.covers.join(" "),
      })),
    );
  console.table(summary);
}

function kindOf(name: string): string {
  return all.find((each) => each.name === name)!.kind;
}

function rowOf(series: Hours, distance: number): Row {
  const ours = newSeries();
  const naive = seasonalNaive();
  const said = new Map<number, { readonly ours: Bands | null; readonly naive: readonly number[] | null }>();
  const counted = { ours: tally(), naive: tally() };
  const first = series.hours[0]!.hour;
  let [sum, count] = [0, 0];
  for (const { hour, rps } of series.hours) {
    const before = said.get(hour);
    said.delete(hour);
    if (before !== undefined && hour - first >= WEEKS_LEARNT * 168 && before.ours !== null && before.naive !== null) {
      counted.ours.add(rps, [before.ours.low, before.ours.median, before.ours.high, before.ours.highest]);
      counted.naive.add(rps, before.naive);
      sum += rps;
      count += 1;
    }
    learn(ours, hour, rps, series.eventFactor?.(hour) ?? 1);
    naive.learn(hour, rps);
    const factor = series.eventFactor?.(hour + distance) ?? 1;
    said.set(hour + distance, { ours: ahead(ours, distance, factor), naive: naive.ahead(hour, distance) });
  }
  const scale = count > 0 && sum > 0 ? sum / count : 1;
  return {
    series: series.name,
    aheadHours: distance,
    hours: count,
    ours: counted.ours.score(scale),
    naive: counted.naive.score(scale),
  };
}

function tally() {
  let [loss, count] = [0, 0];
  const below = LEVELS.map(() => 0);
  return {
    add(value: number, bands: readonly number[]): void {
      count += 1;
      LEVELS.forEach((level, index) => {
        const over = value - bands[index]!;
        loss += (over > 0 ? level * over : (level - 1) * over) / LEVELS.length;
        if (over <= 0) below[index]! += 1;
      });
    },
    score: (scale: number): Score => ({
      pinball: round(loss / Math.max(1, count) / scale),
      covers: below.map((each) => round(each / Math.max(1, count))),
    }),
  };
}

function range(shares: readonly number[]): string {
  return `${round(mean(shares))} (${Math.min(...shares)} to ${Math.max(...shares)})`;
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / Math.max(1, numbers.length);
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}
