import { byName } from "../route/by-name.ts";
import { SUSPECTS_MAX } from "../suspects.ts";
import { RATES_OVER_MS, type Load, type OwnView, type ServiceRate, type Summary } from "../summary.ts";
import type { Promised } from "../verdict.ts";
import { askedFor } from "./elsewhere.ts";
import { fitSummary } from "./fit-summary.ts";
import { isCutOff, isFresh } from "./loss.ts";
import { seesMostFailing, sightsAt } from "./sight.ts";
import type { JudgeState } from "./state.ts";
import { emptyLook, meanLogMs, over } from "./stream.ts";
import { aloneOf, relativeOf } from "./weigh.ts";
import { networksTold } from "./zones.ts";

/** What this node tells the others now: evidence and sights, in 4 kB. */
export function tell(state: JudgeState): Summary {
  state.seq += 1;
  const sees = sightsAt(state.sights, state.at);
  const { view } = state;
  const networks = networksTold(state.zones, state.others, state.at);
  const own: OwnView = {
    verdict: view.verdict,
    evidenceNats: round(view.evidenceNats, 10),
    aloneNats: round(view.aloneNats, 10),
    barNats: round(state.barNats, 100),
    ...promiseOf(state),
    usersHurt: round(view.usersHurt, 10_000),
    worthMoving: view.worthMoving,
    healthyNats: round(view.healthyNats, 10),
    ...(view.habitSince === null ? {} : { habitSince: view.habitSince }),
    causes: view.causes,
    because: view.because,
    rates: ratesOf(state),
    deploys: state.deploys,
    load: roundLoad(state.load),
    suspects: state.suspects.slice(0, SUSPECTS_MAX),
    ...(networks.length === 0 ? {} : { networks }),
    cutOff: seesMostFailing(sees) || hearsNobody(state),
    ...(view.sufficient === null ? {} : { sufficient: view.sufficient }),
    ...(view.outlook === null ? {} : { outlook: view.outlook }),
  };
  return fitSummary({ from: state.location, seq: state.seq, at: state.at, own, sees });
}

/** A baseline brings its promise along; else the location's own past certifies it, or does not. */
function promiseOf({ baseline, past }: JudgeState): Promised {
  if (baseline !== null) return { promise: baseline.promise };
  if (past.proof === null) return { promise: "none", watchedHours: Math.floor(past.peaks.length / PEAKS_AN_HOUR) };
  return { promise: past.proof.holds ? "certified" : "none", proof: past.proof };
}

/** Nobody else has been heard of for a while: whatever it sees, it is on its own. */
function hearsNobody(state: JudgeState): boolean {
  if (
    (state.estate?.locations.length ?? 0) < 3 ||
    state.at - state.startedAt < HEARS_AFTER_MS ||
    state.others.size === 0
  )
    return false;
  return ![...state.others.values()].some((summary) => isFresh(summary, state.at) && !isCutOff(summary));
}

/** What this summary itself points at, what others ask for, the worst and the busiest first: the last leave first where room is short. */
function ratesOf(state: JudgeState): ServiceRate[] {
  const asked = askedFor(state.others, state.at);
  const { causes, because } = state.view;
  const named = new Set([...causes.map(({ name }) => name), ...because.map(({ service }) => service)]);
  const rated: { rate: ServiceRate; named: boolean; nats: number }[] = [];
  const scratch = emptyLook(state.at);
  for (const stream of state.streams.values()) {
    // What is not believed here must not pass for what is usual elsewhere.
    if (stream.key !== stream.service || state.unfelt.has(stream.key)) continue;
    const lately = over(stream, state.at, RATES_OVER_MS, scratch);
    if (lately.total === 0 && lately.count === 0) continue;
    const logMs = lately.count > 0 ? round(meanLogMs(lately), 1000) : null;
    const rate = { service: stream.service, bad: lately.bad, total: lately.total, logMs };
    rated.push({
      rate,
      named: named.has(stream.service),
      nats: Math.max(relativeOf(stream), aloneOf(stream), asked.has(stream.service) ? ASKED_NATS : 0),
    });
  }
  rated.sort(
    (a, b) =>
      Number(b.named) - Number(a.named) ||
      Math.round(b.nats - a.nats) ||
      b.rate.total - a.rate.total ||
      byName(a.rate.service, b.rate.service),
  );
  return rated.slice(0, RATES_TOLD).map(({ rate }) => rate);
}

function roundLoad(load: Load): Load {
  return {
    servedRps: round(load.servedRps, 10),
    enteredRps: round(load.enteredRps, 10),
    readyRps: round(load.readyRps, 10),
    capacityRps: round(load.capacityRps, 10),
    utilisation: round(load.utilisation, 1000),
    shedRps: round(load.shedRps, 10),
    queueMs: round(load.queueMs, 10),
    failedRatio: round(load.failedRatio, 10_000),
  };
}

const round = (value: number, per: number): number => Math.round(value * per) / per;

/** Ten minutes each (past.ts). */
const PEAKS_AN_HOUR = 6;
const RATES_TOLD = 16;
/** A service that others suspect comes before what is only a little unusual here. */
const ASKED_NATS = 10;
const HEARS_AFTER_MS = 10_000;
