import { byName } from "../route/by-name.ts";
import type { LocationName, ServiceName } from "../estate.ts";
import type { UnixMs } from "../step.ts";
import { FAIR, SIDES } from "./evidence.ts";
import { NUMBERS_A_SIZE } from "./fair.ts";
import { gaugesLearnt, takeUpGauges, type GaugeLearnt } from "./gauge.ts";
import { gaugeCaseLearnt, takeUpGaugeCase, type GaugeCaseLearnt } from "./gauge-case.ts";
import { boundApart, boundLogMs } from "./log-ms.ts";
import type { Past } from "./past.ts";
import { historiesLearnt, takeUpHistories, type HistoriesLearnt } from "./rank.ts";
import type { JudgeState } from "./state.ts";
import { seasonLearnt, takeUpSeason, type SeasonLearnt } from "./season.ts";
import { newContrast, newStream, type Evidence, type Stream } from "./stream.ts";
import { takeUpUnits, unitsLearnt, type UnitLearnt } from "./units.ts";
import type { Unrest, Usual } from "./usual.ts";

/**
 * What a judge has learnt, as plain JSON: what is usual for each service, its seasons, what a usual look adds, the past that the
 * promise rests on, what gauges said and in which units latencies are told. A node keeps it on disk and takes it up again, so that a restart costs no day. What was suspected is left out:
 * a fault that goes on is found again within seconds, and one that is over must not be remembered.
 */
export type Learnt = {
  /** Another version's judge learnt something else, and is not taken up. */
  readonly version: typeof LEARNT_VERSION;
  readonly location: LocationName;
  readonly at: UnixMs;
  readonly services: readonly ServiceLearnt[];
  readonly shared: readonly ({ readonly name: ServiceName } & FairPair)[];
  readonly all: FairPair;
  readonly past: Omit<Past, "proof">;
  /** In which unit each stream tells its latency. */
  readonly units: readonly UnitLearnt[];
  readonly gauges: readonly GaugeLearnt[];
  readonly histories: HistoriesLearnt;
  /** Null where gauges make no case, since requests are counted. */
  readonly gaugeCase: GaugeCaseLearnt | null;
};

export const LEARNT_VERSION = 2;

export type ServiceLearnt = FairPair & {
  readonly key: string;
  readonly service: ServiceName;
  readonly weighed: number;
  readonly usual: Omit<Usual, "errorRatio" | "season" | "widened" | "borrowed">;
  readonly season: SeasonLearnt;
  /** How much slower it usually is than each other location. */
  readonly contrast: {
    readonly unrest: Unrest;
    readonly usual: readonly { readonly from: LocationName; readonly logMs: number; readonly looks: number }[];
  };
};

type FairPair = { readonly failures: FairLearnt; readonly latency: FairLearnt };

/** What a usual look adds: FAIR_NUMBERS, divisors first, then means, then means of squares; of each the relative sizes, then the alone ones. */
export type FairLearnt = { readonly looks: number; readonly numbers: readonly number[] };
export const FAIR_NUMBERS = NUMBERS_A_SIZE * SIDES;

export function learntOf(state: JudgeState): Learnt {
  const streams = [...state.streams.values()].sort((a, b) => byName(a.key, b.key));
  const { proof: _followsFromTheRest, numbers, peaks, ceilings, ...now } = state.past;
  return {
    version: LEARNT_VERSION,
    location: state.location,
    at: state.at,
    services: streams.map(serviceOf),
    shared: state.joints.map(({ name, failures, latency }) => ({ name, ...fairPairOf({ failures, latency }) })),
    all: fairPairOf(state.all),
    past: { numbers: [...numbers], peaks: [...peaks], ceilings: [...ceilings], ...now },
    units: unitsLearnt(state.units),
    gauges: gaugesLearnt(state.gauges),
    histories: historiesLearnt(state.histories),
    gaugeCase: state.gaugeCase.looks === 0 ? null : gaugeCaseLearnt(state.gaugeCase),
  };
}

/** Takes up what an earlier life of this node has learnt. What has been learnt in this one already stays. */
export function takeUp(state: JudgeState, learnt: Learnt): void {
  const ageMs = state.at - learnt.at;
  for (const each of learnt.services) {
    if (state.streams.has(each.key)) continue;
    const stream = newStream(each.key, each.service, state.baseline?.services[each.service]);
    takeUpService(stream, each, ageMs);
    state.streams.set(each.key, stream);
  }
  for (const { name, ...fair } of learnt.shared) {
    const joint = state.joints.find((other) => other.name === name);
    if (joint !== undefined) takeUpPair(joint, fair);
  }
  takeUpPair(state.all, learnt.all);
  const { numbers, peaks, ceilings, ...now } = learnt.past;
  Object.assign(state.past, { numbers: [...numbers], peaks: [...peaks], ceilings: [...ceilings], ...now });
  if (ageMs < DAY_MS) takeUpHistories(state.histories, learnt.histories, state.at);
  if (ageMs < DAY_MS && learnt.gaugeCase !== null && state.gaugeCase.looks === 0)
    takeUpGaugeCase(state.gaugeCase, learnt.gaugeCase);
  if (ageMs > LATELY_MS) return;
  takeUpUnits(state.units, learnt.units);
  takeUpGauges(state.gauges, learnt.gauges, state.at);
}

function serviceOf(stream: Stream): ServiceLearnt {
  const { usual: others, unrest: apart } = stream.contrast ?? newContrast();
  const { season, errorRatio: _ofBaseline, widened: _ofEvent, borrowed: _ofOthers, unrest, ...usual } = stream.usual;
  return {
    key: stream.key,
    service: stream.service,
    weighed: stream.weighed,
    usual: { ...usual, logMs: boundLogMs(usual.logMs), unrest: { ...unrest } },
    season: seasonLearnt(season),
    contrast: {
      unrest: { ...apart },
      usual: others.from
        .map((from, i) => ({ from, logMs: boundApart(others.logMs[i]!), looks: others.looks[i]! }))
        .sort((a, b) => byName(a.from, b.from)),
    },
    ...fairPairOf(stream),
  };
}

function takeUpService(stream: Stream, learnt: ServiceLearnt, ageMs: number): void {
  const { usual } = stream;
  const { unrest, ...rest } = learnt.usual;
  Object.assign(usual, rest);
  Object.assign(usual.unrest, unrest);
  takeUpSeason(usual.season, learnt.season);
  takeUpPair(stream, learnt);
  stream.weighed = learnt.weighed;
  if (ageMs > LATELY_MS) {
    // How much fails is a matter of days; how long things take changes with each deploy, and the last ten minutes are over.
    Object.assign(usual, { bad: 0, total: 0, looks: 0 });
    return;
  }
  const { unrest: apart, usual: others } = learnt.contrast;
  if (others.length === 0) return;
  stream.contrast = {
    unrest: { ...apart },
    usual: {
      from: others.map(({ from }) => from),
      logMs: others.map(({ logMs }) => logMs),
      looks: others.map(({ looks }) => looks),
    },
    shift: null,
  };
}

const fairPairOf = ({ failures, latency }: { failures: Evidence; latency: Evidence }): FairPair => ({
  failures: fairOf(failures),
  latency: fairOf(latency),
});

function fairOf({ fairLooks, numbers }: Evidence): FairLearnt {
  return { looks: fairLooks, numbers: Array.from(numbers.subarray(FAIR), short) };
}

function takeUpPair(evidence: { readonly failures: Evidence; readonly latency: Evidence }, learnt: FairPair): void {
  takeUpFair(evidence.failures, learnt.failures);
  takeUpFair(evidence.latency, learnt.latency);
}

function takeUpFair(evidence: Evidence, { looks, numbers }: FairLearnt): void {
  evidence.fairLooks = looks;
  evidence.numbers.set(numbers, FAIR);
}

/** Nine digits bring every 32-bit number back as it was. */
const short = (value: number): number => Number(value.toPrecision(9));

/** Longer than an upgrade takes. */
const LATELY_MS = 15 * 60_000;
/** What gauges said the day before yesterday says little of today. */
const DAY_MS = 24 * 3_600_000;
