import { setImmediate as othersFirst } from "node:timers/promises";
import type { DemandForecast } from "../core/control-contract.ts";
import type { Estate } from "../core/estate.ts";
import { forecastOf, HOUR_MS, newForecaster, observe, weekAhead } from "../core/forecast/forecaster.ts";
import { demandLearntOf, takeUpDemand, type DemandLearnt } from "../core/forecast/learnt.ts";
import type { ZoneDemand } from "../core/control/state.ts";
import type { Moment } from "../core/size/question.ts";
import type { Clock } from "./clock.ts";
import type { LearntKeeper } from "./learnt-keeper.ts";

/**
 * The forecaster beside the deciding Houston: it looks at what all zones want, and tells what they will want at most. What it tells
 * enters the log like all that is decided on, so a replay needs no forecaster.
 */
export type DemandForecasting = {
  /** The hours of the coming week with the upper band of each row; empty before a week is known. Worked out once an hour, whoever asks. */
  week(): Promise<readonly Moment[]>;
  stop(): void;
};

/** Hours are learnt: a look a minute is plenty. */
const LOOK_EACH_MS = 60_000;
const TELL_EACH_MS = 5 * 60_000;
/** A forecast outlives a few that were not told. */
const HOLDS_MS = 15 * 60_000;
/** Capacity takes minutes to come: what is told is the most of the next hour and a half. */
const LEAD_MS = 90 * 60_000;
/** An hour's learning is what a crash may cost. */
const KEEP_EACH_MS = 60 * 60_000;

export function startForecasting(options: {
  readonly clock: Clock;
  readonly estate: Estate;
  /** Null: nothing is known yet. */
  readonly demand: () => ZoneDemand | null;
  readonly tell: (forecast: DemandForecast) => void;
  readonly keeper?: LearntKeeper<DemandLearnt>;
}): DemandForecasting {
  const { clock, estate, keeper } = options;
  const forecaster = newForecaster();
  const before = keeper?.takeUp(clock.now()) ?? null;
  if (before !== null) takeUpDemand(forecaster, before);
  const events = estate.events ?? [];
  const keep = (): void => keeper?.keep(demandLearntOf(forecaster));
  const ends = [
    clock.every(LOOK_EACH_MS, () => {
      const demand = options.demand();
      if (demand !== null) observe(forecaster, { at: clock.now(), demand, estate });
    }),
    clock.every(TELL_EACH_MS, () => {
      const at = clock.now();
      const rps = forecastOf(forecaster, { at, forMs: LEAD_MS, events });
      if (Object.keys(rps).length > 0) options.tell({ until: at + HOLDS_MS, rps });
    }),
    clock.every(KEEP_EACH_MS, keep),
  ];
  let week: {
    readonly hour: number;
    readonly learnt: number | null;
    readonly moments: Promise<readonly Moment[]>;
  } | null = null;
  return {
    week() {
      const at = clock.now();
      const [hour, learnt] = [Math.floor(at / HOUR_MS), forecaster.hour];
      if (week?.hour !== hour || week.learnt !== learnt)
        week = { hour, learnt, moments: byTurns(weekAhead(forecaster, { at, events })) };
      return week.moments;
    },
    stop() {
      for (const end of ends) end();
      keep();
    },
  };
}

/** All of them; whatever else waits for this thread, which decides, has its turn in between. */
async function byTurns(moments: Iterable<Moment>): Promise<readonly Moment[]> {
  const all: Moment[] = [];
  for (const moment of moments) {
    all.push(moment);
    await othersFirst();
  }
  return all;
}
