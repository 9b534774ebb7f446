import { createHash } from "node:crypto";
import { learntOf } from "../../src/core/judge/judge.ts";
import { DAY_TICKS, HealthyWorld, TICK_SECONDS, type Disturbance, type WorldState } from "./healthy-world.ts";
import { fromPlain, judgedEstate, passTick, plainOf, type JudgedEstate, type PlainEstate } from "./judged-estate.ts";
import { round } from "./limit.ts";

/** A month of one seed's healthy locations, and each time that one of them would have been left. */
export type Month = {
  readonly seed: number;
  /** Days that were judged, after those in which it was learnt what is usual. */
  readonly days: number;
  readonly needless: readonly Needless[];
  /** Of all that the judges had learnt by its end: the same for the same seed and judge, however often it was interrupted. */
  readonly digest: string;
};

export type Needless = {
  readonly location: string;
  readonly day: number;
  readonly during: Disturbance;
  readonly says: string;
};

/** A month that is going on: plain data, from which it is taken up where a run ended in the middle of it. */
export type Going = {
  readonly seed: number;
  readonly tick: number;
  readonly world: WorldState;
  readonly judged: PlainEstate;
  readonly needless: Needless[];
  /** When each location was last told to be left, in ticks. */
  readonly left: Map<string, number>;
};

export type MonthOptions = {
  readonly days: number;
  readonly learningDays: number;
  readonly from: Going | null;
  /** Asked after each so many ticks, with what it could be taken up from; false: it ends there. */
  readonly goOn: (going: Going) => boolean;
};

/** Null where it was ended before it was over. */
export function passMonth(seed: number, { days, learningDays, from, goOn }: MonthOptions): Month | null {
  const world = new HealthyWorld(from?.world.chance.state ?? seed, from === null ? {} : { from: from.world });
  const judged = from === null ? judgedEstate(world.estate, TICK_SECONDS) : fromPlain(from.judged);
  const needless = from?.needless ?? [];
  const left = from?.left ?? new Map<string, number>();
  for (let tick = (from?.tick ?? 0) + 1; tick <= (learningDays + days) * DAY_TICKS; tick++) {
    const at = tick * TICK_SECONDS * 1000;
    for (const verdict of passTick(judged, at, world.pass(tick, at))) {
      if (verdict.action !== "leave" && verdict.action !== "move-zones") continue;
      const { location } = verdict;
      const isNew = tick - (left.get(location) ?? -EPISODE_TICKS) >= EPISODE_TICKS;
      left.set(location, tick);
      const day = round(tick / DAY_TICKS - learningDays);
      if (!isNew || day < 0) continue;
      const says = `${verdict.causes[0]?.name ?? "?"}: ${verdict.because[0]?.says ?? ""}`;
      needless.push({ location, day, during: world.disturbanceAt(location, tick), says });
    }
    if (tick % ASKED_EACH_TICKS !== 0) continue;
    if (!goOn({ seed, tick, world: world.state, judged: plainOf(judged), needless, left })) return null;
  }
  return { seed, days, needless, digest: digestOf(judged) };
}

function digestOf({ judges }: JudgedEstate): string {
  const hash = createHash("sha256");
  for (const state of judges.values()) hash.update(JSON.stringify(learntOf(state)));
  return hash.digest("hex").slice(0, 16);
}

/** One trouble is left once. */
const EPISODE_TICKS = 360;
/** Five minutes, in a fraction of a second. */
const ASKED_EACH_TICKS = 30;
