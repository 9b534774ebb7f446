import { round } from "../limit.ts";
import { poissonInterval } from "../poisson-interval.ts";
import { PEERS } from "./all-peers.ts";
import { BURN_DOCUMENTED, BURN_RATE, BURN_SETTINGS, burnRateAlerts, episodesIn } from "./burn-rate.ts";
import type { Scrapes } from "./counters.ts";
import { SCRAPE_SECONDS } from "./counters.ts";
import type { Delay, FaultRun } from "./fault-runs.ts";
import { WATCH_SECONDS } from "./fault-runs.ts";
import { FAULTS, type Fault } from "./faults.ts";
import { LEARNING_DAYS, type Healthy } from "./healthy.ts";
import { OUR_DOCUMENTED, OUR_SETTINGS, OURS } from "./ours.ts";
import { DAY_SECONDS } from "../healthy-world.ts";

/** One setting of one way to decide, at one fault: how late, against how often it is wrong. */
export type Row = {
  readonly fault: string;
  readonly who: string;
  readonly setting: string;
  readonly isDocumented: boolean;
  /** Seconds; null where so many runs were not decided within the hour. */
  readonly median: Delay;
  readonly p95: Delay;
  readonly missedPercent: number;
  readonly needless: Needless;
};

/** Decisions in a year of one healthy location: what was counted, and the 95 % interval of the mean. */
export type Needless = {
  readonly count: number;
  readonly perYear: number;
  readonly interval95: readonly [number, number];
};

/** Everyone's needless decisions and delays, with the burn rates that a real Prometheus finds in the same counters. */
export async function rowsOf(of: {
  readonly healthy: Healthy;
  readonly healthyScrapes: ReadonlyMap<string, Scrapes>;
  readonly runs: readonly FaultRun[];
  readonly learntScrapes: Record<string, Scrapes>;
}): Promise<Row[]> {
  const { healthy, runs } = of;
  const years = locationYears(healthy);
  const burns = { healthy: await burnsInHealth(of), delays: await burnDelays(of) };
  const everyone = [
    {
      who: OURS,
      settings: OUR_SETTINGS,
      documented: OUR_DOCUMENTED,
      delays: ({ ours }: FaultRun): readonly Delay[] => ours.delays,
    },
    ...PEERS.map(({ name: who, settings, documented }) => ({
      who,
      settings,
      documented,
      delays: ({ peers }: FaultRun): readonly Delay[] => peers[who]!,
    })),
    {
      who: BURN_RATE,
      settings: BURN_SETTINGS,
      documented: BURN_DOCUMENTED,
      delays: (run: FaultRun): readonly Delay[] => burns.delays.get(placeOf(run))!,
    },
  ];
  const counts: Record<string, readonly number[]> = { ...healthy.episodes.counts, [BURN_RATE]: burns.healthy };
  return FAULTS.flatMap(({ name: fault }) =>
    everyone.flatMap(({ who, settings, documented, delays }) =>
      settings.map((setting, which) => ({
        fault,
        who,
        setting,
        isDocumented: which === documented,
        ...delayOf(runs.filter((run) => run.fault === fault).map((run) => delays(run)[which] ?? null)),
        needless: needlessOf(counts[who]?.[which] ?? 0, years),
      })),
    ),
  );
}

export const locationYears = ({ day }: Healthy): number => (Math.max(0, day - LEARNING_DAYS) * LOCATIONS) / 365;

function needlessOf(count: number, years: number): Needless {
  const [low, high] = poissonInterval(count);
  return { count, perYear: round(count / years), interval95: [round(low / years), round(high / years)] };
}

/** A run that was not decided is later than all. */
export function delayOf(delays: readonly Delay[]): Pick<Row, "median" | "p95" | "missedPercent"> {
  const sorted = delays.map((delay) => delay ?? Infinity).sort((a, b) => a - b);
  const at = (share: number): Delay => {
    const delay = sorted[Math.ceil(share * sorted.length) - 1];
    return delay === undefined || delay === Infinity ? null : delay;
  };
  const missed = delays.filter((delay) => delay === null).length;
  return { median: at(0.5), p95: at(0.95), missedPercent: Math.round((100 * missed) / Math.max(1, delays.length)) };
}

async function burnsInHealth({
  healthy,
  healthyScrapes,
}: {
  healthy: Healthy;
  healthyScrapes: ReadonlyMap<string, Scrapes>;
}) {
  const from = LEARNING_DAYS * DAY_SECONDS;
  const firing = await burnRateAlerts(healthyScrapes, { from, to: healthy.day * DAY_SECONDS });
  return firing.map((places) => [...places.values()].reduce((sum, seconds) => sum + episodesIn(seconds), 0));
}

/** By run. What it scraped before the fault is the day from which all runs begin. */
async function burnDelays({
  runs,
  learntScrapes,
}: {
  runs: readonly FaultRun[];
  learntScrapes: Record<string, Scrapes>;
}) {
  const places = new Map(runs.map((run) => [placeOf(run), [...learntScrapes[run.location]!, ...run.scrapes]]));
  const first = Math.min(...runs.map(({ began }) => began));
  const last = Math.max(...runs.map(({ began }) => began));
  const from = Math.floor(first / SCRAPE_SECONDS) * SCRAPE_SECONDS;
  const firing = await burnRateAlerts(places, { from, to: last + WATCH_SECONDS });
  return new Map(
    runs.map((run) => {
      const delays = firing.map((byPlace): Delay => {
        const at = byPlace.get(placeOf(run))?.find((second) => second > run.began);
        return at === undefined || at > run.began + WATCH_SECONDS ? null : at - run.began;
      });
      return [placeOf(run), delays] as const;
    }),
  );
}

const placeOf = ({ fault, run }: FaultRun): string => `${fault} ${run}`;

/** Ours at one fault: how long before users felt it, and whether what was said of it was right. */
export type HarderRow = {
  readonly fault: string;
  readonly runs: number;
  readonly certainSeconds: Delay;
  readonly leftSeconds: Delay;
  readonly p95: Delay;
  /** Of the runs in which 0.5 % of a minute's requests failed. Below zero: users felt it before. */
  readonly leadSeconds: Delay;
  readonly feltAfterSeconds: Delay;
  readonly wrongScope: number;
  readonly wrongCause: number;
  /** Runs in which another scope was said within a minute, and in which another location was to be left. */
  readonly turned: number;
  readonly othersLeft: number;
};

export function harderRows(runs: readonly FaultRun[]): HarderRow[] {
  return FAULTS.map(({ name, wanted }) => {
    const of = runs.filter(({ fault }) => fault === name);
    const left = delayOf(of.map(({ ours }) => ours.delays[OUR_DOCUMENTED] ?? null));
    const leads = of.flatMap(({ felt, ours }) => {
      const decided = ours.delays[OUR_DOCUMENTED] ?? null;
      return felt === null || decided === null ? [] : [felt - decided];
    });
    return {
      fault: name,
      runs: of.length,
      certainSeconds: delayOf(of.map(({ ours }) => ours.certain)).median,
      leftSeconds: left.median,
      p95: left.p95,
      leadSeconds: delayOf(leads).median,
      feltAfterSeconds: delayOf(of.map(({ felt }) => felt)).median,
      wrongScope: of.filter(({ ours }) => isWrong(wanted, ours.scope, "scope")).length,
      wrongCause: of.filter(({ ours }) => isWrong(wanted, ours.cause, "cause")).length,
      turned: of.filter(({ ours }) => ours.turnedTo !== null).length,
      othersLeft: of.filter(({ ours }) => ours.others.length > 0).length,
    };
  });
}

/** What was never said is missed, not wrong. */
const isWrong = (wanted: Fault["wanted"], said: string | null, what: "scope" | "cause"): boolean =>
  said !== null && said !== wanted[what];

const LOCATIONS = 15;
