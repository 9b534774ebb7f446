import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { chanceFrom } from "../plan/made-estate.ts";

/** A series of hourly means. */
export type Hours = {
  readonly name: string;
  readonly kind: string;
  readonly hours: readonly { readonly hour: number; readonly rps: number }[];
  readonly eventFactor?: (hour: number) => number;
};

/** People who ride taxis, write about companies and call a shop: the series of the Numenta benchmark that are traffic, by the hour. */
export function nabSeries(folder: string): readonly Hours[] {
  const data = join(folder, "nab", "data");
  const tweets = readdirSync(join(data, "realTweets"))
    .filter((name) => name.endsWith(".csv"))
    .sort()
    .map((name) => join("realTweets", name));
  return [join("realKnownCause", "nyc_taxi.csv"), ...tweets].map((file) => ({
    name: file.replace(/^.*\//, "").replace(".csv", ""),
    kind: "NAB",
    hours: hourlyMeans(readFileSync(join(data, file), "utf8")),
  }));
}

function hourlyMeans(csv: string): Hours["hours"] {
  const sums = new Map<number, { sum: number; count: number }>();
  for (const row of csv.trim().split("\n").slice(1)) {
    const [time, value] = row.split(",") as [string, string];
    const hour = Math.floor(Date.parse(`${time.slice(0, 19).replace(" ", "T")}Z`) / 3_600_000);
    const known = sums.get(hour) ?? { sum: 0, count: 0 };
    sums.set(hour, { sum: known.sum + Number(value), count: known.count + 1 });
  }
  return [...sums].sort(([a], [b]) => a - b).map(([hour, { sum, count }]) => ({ hour, rps: sum / count }));
}

const WEEKS = 14;
/** A Monday. */
const FIRST_HOUR = Date.UTC(2026, 5, 1) / 3_600_000;

/** Zones as a shop has them: each with what makes forecasting it hard. */
export function madeSeries(): readonly Hours[] {
  let wander = 0;
  return [
    made("a zone as usual", 1, (hour, noise) => 400 * shape(hour) * Math.exp(0.05 * noise())),
    made("growing 3 % a week", 2, (hour, noise) => 200 * 1.03 ** (hour / 168) * shape(hour) * Math.exp(0.06 * noise())),
    made("wandering level", 3, (hour, noise) => {
      wander = 0.995 * wander + 0.03 * noise();
      return 300 * shape(hour) * Math.exp(wander + 0.05 * noise());
    }),
    made("very few users", 4, (hour, noise) => 2 * shape(hour) + Math.sqrt((2 * shape(hour)) / 60) * noise()),
    made("no rhythm", 5, (_, noise) => 100 * Math.exp(0.2 * noise())),
    made("doubles in the sixth week and stays", 6, (hour, noise) => {
      const level = hour < 6 * 168 ? 150 : 300;
      return level * shape(hour) * Math.exp(0.06 * noise());
    }),
    {
      ...made("a sale that was told of", 7, (hour, noise) => sale(hour) * 250 * shape(hour) * Math.exp(0.05 * noise())),
      eventFactor: (hour) => sale(hour - FIRST_HOUR),
    },
    made("noisier by day", 8, (hour, noise) => {
      const wide = hour % 24 > 8 && hour % 24 < 20 ? 0.2 : 0.03;
      return 300 * shape(hour) * Math.exp(wide * noise());
    }),
  ];
}

function made(name: string, seed: number, rpsAt: (hour: number, noise: () => number) => number): Hours {
  const chance = chanceFrom(seed);
  const noise = (): number => Math.sqrt(-2 * Math.log(1 - chance())) * Math.cos(2 * Math.PI * chance());
  const hours = Array.from({ length: WEEKS * 168 }, (_, index) => ({
    hour: FIRST_HOUR + index,
    rps: Math.max(0, rpsAt(index, noise)),
  }));
  return { name, kind: "made", hours };
}

/** An hour of the week, with 1 for an average working day's. */
function shape(hour: number): number {
  const weekend = Math.floor(hour / 24) % 7 >= 5;
  return (weekend ? 0.7 : 1) * (1 + 0.6 * Math.cos((2 * Math.PI * ((hour % 24) - (weekend ? 15 : 11))) / 24));
}

/** Three times as much on the tenth Friday. */
function sale(hour: number): number {
  const friday = 9 * 168 + 4 * 24;
  return hour >= friday && hour < friday + 24 ? 3 : 1;
}
