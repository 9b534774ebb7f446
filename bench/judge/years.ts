import { createHash } from "node:crypto";
import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { parseArgs } from "node:util";
import { deserialize, serialize } from "node:v8";
import { DAY_TICKS } from "./healthy-world.ts";
import { passMonth, type Going, type Month } from "./healthy-month.ts";
import { round } from "./limit.ts";
import { poissonInterval } from "./poisson-interval.ts";

/**
 * Is the promise kept over years? Months of 15 healthy locations (healthy-world.ts), every one with its judge, until so many
 * location-years are full, or so many seconds are over. Each time that a location would have been left is a needless move. Months are
 * kept in `--results` as they are done, and the one that is going on beside them (`.going`), each `--keep-each` seconds: another run goes
 * on from there, to the very same result. Several at once each need a file and a first seed of their own; put one behind the other their
 * files are one.
 *
 *   node --conditions=reactive-production:source bench/judge/years.ts [--years 100] [--seconds 240] [--results years.ndjson] [--seed 1] [--json]
 */
const { values } = parseArgs({
  options: {
    json: { type: "boolean" },
    years: { type: "string", default: "100" },
    seconds: { type: "string", default: "Infinity" },
    results: { type: "string" },
    seed: { type: "string", default: "1" },
    "keep-each": { type: "string", default: "10" },
    days: { type: "string", default: "30" },
    /** What is usual is learnt first. */
    "learning-days": { type: "string", default: "2" },
  },
});

const LOCATIONS = 15;
const [days, learningDays] = [Number(values.days), Number(values["learning-days"])];
const file = values.results;
const goingFile = file === undefined ? null : `${file}.going`;
const keptEachMs = Number(values["keep-each"]) * 1000;
const judgeIs = versionOfJudge();
const begun = performance.now();
let keptAt = begun;

const done = file === undefined || !existsSync(file) ? [] : monthsIn(file);
let going = goingFile === null || !existsSync(goingFile) ? null : takenUp(goingFile);
const isTimeLeft = (): boolean => performance.now() - begun < Number(values.seconds) * 1000;

while (yearsOf(daysIn(done)) < Number(values.years) && isTimeLeft()) {
  const seed = nextSeed();
  const from = going?.seed === seed ? going : null;
  const month = passMonth(seed, { days, learningDays, from, goOn: keepAndGoOn });
  if (month === null) break;
  going = null;
  done.push(month);
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(month)}\n`);
  if (values.json !== true) console.log(`month ${seed}: ${month.needless.length} needless`);
}

const partly = going !== null && going.seed === nextSeed() ? going : null;
const all = [...done, ...(partly === null ? [] : [partly])].flatMap(({ needless }) => needless);
const simulated = yearsOf(daysIn(done) + (partly === null ? 0 : Math.max(0, partly.tick / DAY_TICKS - learningDays)));
const scale = 100 / simulated;
const [low, high] = poissonInterval(all.length);
const during: Record<string, number> = {};
for (const each of all) during[each.during] = (during[each.during] ?? 0) + 1;
const report = {
  locationYears: round(simulated),
  needlessMoves: all.length,
  in100Years: round(all.length * scale),
  interval95: [round(low * scale), round(high * scale)],
  // One a year of 15 locations.
  budget: round(100 / LOCATIONS),
  during,
};
if (values.json === true) console.log(JSON.stringify({ ...report, needless: all }));
else {
  console.table(all);
  console.log(report);
}

/** The first that is not done. */
function nextSeed(): number {
  const taken = new Set(done.map(({ seed }) => seed));
  let seed = Number(values.seed);
  while (taken.has(seed)) seed += 1;
  return seed;
}

function keepAndGoOn(now: Going): boolean {
  const goesOn = isTimeLeft();
  going = now;
  if (goingFile === null || (goesOn && performance.now() - keptAt < keptEachMs)) return goesOn;
  keptAt = performance.now();
  // Written beside and then renamed: a run that is ended in the middle leaves the one before.
  writeFileSync(`${goingFile}.new`, serialize({ judgeIs, days, learningDays, now }));
  renameSync(`${goingFile}.new`, goingFile);
  return goesOn;
}

/** What another version of the judge has begun is begun anew, and so is a month of another length. */
function takenUp(path: string): Going | null {
  const kept = deserialize(readFileSync(path)) as Record<string, unknown> & { now: Going };
  return kept["judgeIs"] === judgeIs && kept["days"] === days && kept["learningDays"] === learningDays
    ? kept.now
    : null;
}

/** A line that was being written when a run ended is no month: it is taken off, and the month goes on from before. */
function monthsIn(path: string): Month[] {
  const text = readFileSync(path, "utf8");
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  if (whole.length < text.length) truncateSync(path, Buffer.byteLength(whole));
  return whole
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Month);
}

function daysIn(months: readonly Month[]): number {
  let sum = 0;
  for (const month of months) sum += month.days;
  return sum;
}

function yearsOf(daysOfAll: number): number {
  return (LOCATIONS * daysOfAll) / 365;
}

function versionOfJudge(): string {
  const hash = createHash("sha256");
  const folder = new URL("../../src/core/judge/", import.meta.url);
  for (const name of readdirSync(folder).sort()) hash.update(readFileSync(new URL(name, folder)));
  return hash.digest("hex");
}
