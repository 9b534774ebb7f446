import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { deserialize, serialize } from "node:v8";
import { DAY_TICKS, HealthyWorld, TICK_SECONDS, type Disturbance, type WorldState } from "./healthy-world.ts";
import { fromPlain, judgedEstate, passTick, plainOf, type PlainEstate } from "./judged-estate.ts";
import { round } from "./limit.ts";
import { poissonInterval } from "./poisson-interval.ts";

/**
 * Is the promise kept over years? Months of 15 healthy locations (healthy-world.ts), every one with its judge, until so many
 * location-years are full. Each time that a location would have been left is a needless move. Months are kept in `--results` as
 * they are done, and the one that is going on beside them (`.going`), each second day: another run goes on from there.
 *
 *   node --conditions=reactive-production:source bench/judge/years.ts [--years 100] [--results years.ndjson] [--json]
 */
const { values } = parseArgs({
  options: {
    json: { type: "boolean" },
    years: { type: "string", default: "100" },
    results: { type: "string" },
  },
});

type Month = { readonly seed: number; readonly needless: readonly Needless[] };
type Needless = {
  readonly location: string;
  readonly day: number;
  readonly during: Disturbance;
  readonly says: string;
};

const MONTH_DAYS = 30;
/** What is usual is learnt first. */
const LEARNING_DAYS = 2;
const LOCATIONS = 15;
const MONTH_YEARS = (LOCATIONS * MONTH_DAYS) / 365;

/** A month that is going on: what it is taken up from where a run ends in the middle of it. */
type Going = {
  readonly seed: number;
  readonly tick: number;
  readonly world: WorldState;
  readonly judged: PlainEstate;
  readonly needless: Needless[];
  readonly left: Map<string, number>;
};

function month(seed: number, going: Going | null): Month {
  const world =
    going === null ? new HealthyWorld(seed) : new HealthyWorld(going.world.chance.state, { from: going.world });
  const judged = going === null ? judgedEstate(world.estate, TICK_SECONDS) : fromPlain(going.judged);
  const needless = going?.needless ?? [];
  const left = going?.left ?? new Map<string, number>();
  for (let tick = (going?.tick ?? 0) + 1; tick <= (LEARNING_DAYS + MONTH_DAYS) * DAY_TICKS; tick++) {
    const at = tick * TICK_SECONDS * 1000;
    for (const verdict of passTick(judged, at, world.pass(tick, at))) {
      if (verdict.action !== "leave" && verdict.action !== "move-zones") continue;
      const { location } = verdict;
      const isNew = tick - (left.get(location) ?? -EPISODE_TICKS) >= EPISODE_TICKS;
      left.set(location, tick);
      const day = round(tick / DAY_TICKS - LEARNING_DAYS);
      if (!isNew || day < 0) continue;
      const says = `${verdict.causes[0]?.name ?? "?"}: ${verdict.because[0]?.says ?? ""}`;
      needless.push({ location, day, during: world.disturbanceAt(location, tick), says });
    }
    if (tick % KEPT_EACH_TICKS === 0) keep({ seed, tick, world: world.state, judged: plainOf(judged), needless, left });
  }
  return { seed, needless };
}

/** Written beside and then renamed: a run that is ended in the middle leaves the one before. */
function keep(going: Going): void {
  if (goingFile === null) return;
  writeFileSync(`${goingFile}.new`, serialize(going));
  renameSync(`${goingFile}.new`, goingFile);
}

/** One trouble is left once. */
const EPISODE_TICKS = 360;
const KEPT_EACH_TICKS = 2 * DAY_TICKS;

const file = values.results;
const goingFile = file === undefined ? null : `${file}.going`;
const done: Month[] =
  file === undefined || !existsSync(file)
    ? []
    : readFileSync(file, "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as Month);
const years = Number(values.years);
while (done.length * MONTH_YEARS < years) {
  const seed = done.length + 1;
  const kept = goingFile === null || !existsSync(goingFile) ? null : (deserialize(readFileSync(goingFile)) as Going);
  const next = month(seed, kept?.seed === seed ? kept : null);
  done.push(next);
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(next)}\n`);
  if (values.json !== true) console.log(`month ${done.length}: ${next.needless.length} needless`);
}

const all = done.flatMap(({ needless }) => needless);
const simulated = done.length * MONTH_YEARS;
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
