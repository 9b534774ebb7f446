import type { UnixMs } from "../step.ts";
import type { Outlook } from "../summary.ts";
import { capFor, FAIR, FAILURE_CAP_NATS, failureIncrements, SIZES } from "./evidence.ts";
import { eachPiece, type Parts } from "./fuse.ts";
import { emptyLook, lastLook, over, type Stream } from "./stream.ts";
import { failingUsually, WARM_LOOKS } from "./usual.ts";
import { disproofs, FAILING_TO_PROVE, isIllBeyondTrifle, PROOF_CAP_NATS, SHIFT_TO_PROVE, slower } from "./weigh.ts";

/**
 * What would change this judge's mind, in figures of now: how fast the evidence grows, what would prove that it is well again, and how
 * soon a fault would be certain that nobody has seen yet. Worked out by the judge's own arithmetic from its traffic of the last ten
 * seconds, with what may be expected in place of what chance will bring.
 */
export function outlookOf(
  parts: Parts,
  now: {
    readonly at: UnixMs;
    readonly lookMs: number;
    readonly barNats: number;
    readonly pace: Pace;
    readonly movableHurt: number;
  },
): Outlook {
  const recovery = recoveryOf(parts.streams, now);
  const fault = recovery === null ? faultOf(parts, now) : null;
  return {
    natsPerSecond: Math.round(paceOf(now.pace) * 100) / 100,
    movableHurt: Math.round(now.movableHurt * 10_000) / 10_000,
    ...(recovery === null ? {} : { recovery }),
    ...(fault === null ? {} : { fault }),
  };
}

/** The evidence of the last seconds, oldest first. */
export type Pace = { at: UnixMs; nats: number }[];

export function keepPace(pace: Pace, at: UnixMs, nats: number): void {
  // A clock that was put right begins anew.
  if ((pace.at(-1)?.at ?? at) > at) pace.length = 0;
  pace.push({ at, nats });
  while (pace.length > 2 && at - pace[1]!.at >= PACE_OVER_MS) pace.shift();
}

function paceOf(pace: Pace): number {
  const [first, last] = [pace[0], pace.at(-1)];
  if (first === undefined || last === undefined || last.at <= first.at) return 0;
  return ((last.nats - first.nats) * 1000) / (last.at - first.at);
}

type Now = Parameters<typeof outlookOf>[1];

/** Of the ill service that has the least proof, from which fewer failures and less slowness than this are proof of health (weigh.ts). */
function recoveryOf(streams: readonly Stream[], now: Now): NonNullable<Outlook["recovery"]> | null {
  let least: Stream | null = null;
  for (const stream of streams)
    if (isIllBeyondTrifle(stream) && (least === null || stream.healthyNats < least.healthyNats)) least = stream;
  if (least === null || least.ill === null) return null;
  const { ill, usual, service } = least;
  const usually = failingUsually(usual);
  const lately = over(least, now.at, TRAFFIC_OVER_MS);
  const looks = Math.max(1, lately.overMs / now.lookMs);
  const proofs: number[] = [];
  let [failingBelow, slowerBelow]: [number | null, number | null] = [null, null];
  if (ill.failing > usually * FAILING_TO_PROVE) {
    const { eachBad, eachGood } = disproofs(usually, ill.failing);
    failingBelow = eachGood / (eachGood - eachBad);
    proofs.push((lately.total / looks) * (usually * eachBad + (1 - usually) * eachGood));
  }
  if (ill.shift > SHIFT_TO_PROVE && lately.count > 0 && usual.looks >= WARM_LOOKS) {
    slowerBelow = Math.exp(ill.shift / 4);
    const aLook = { ...lately, count: lately.count / looks, sum: lately.sum / looks };
    proofs.push((ill.shift * ill.shift) / 8 / slower(least, aLook, 0).alone.variance);
  }
  const proof = proofs.length === 0 ? 0 : Math.max(0, Math.min(PROOF_CAP_NATS, ...proofs));
  return {
    service,
    ...(failingBelow === null ? {} : { failingBelow: threeDigits(failingBelow) }),
    ...(slowerBelow === null ? {} : { slowerBelow: threeDigits(slowerBelow) }),
    natsPerSecond: Math.round((proof * 1000 * 100) / now.lookMs) / 100,
  };
}

/**
 * How soon it would be certain that FAULT of the requests fail by which users come in. A Shiryaev-Roberts sum that gains g nats a look has
 * after m looks m x g - log(1 - e^-g) (a geometric series); the size of fault that gets there first decides.
 */
function faultOf(parts: Parts, now: Now): NonNullable<Outlook["fault"]> | null {
  const entry = entryOf(parts, now);
  if (entry === null) return null;
  const { stream, perLook } = entry;
  const usual = failingUsually(stream.usual);
  if (FAULT <= usual) return null;
  let needNats = now.barNats + Math.log(SIZES);
  eachPiece(parts, (piece, logWeight) => {
    if (piece === stream) needNats -= logWeight;
  });
  const { numbers } = stream.failures;
  const gains = expectedGains(Math.min(perLook, REQUESTS_MOST), usual, capFor(FAILURE_CAP_NATS, now.lookMs));
  let looks = Number.POSITIVE_INFINITY;
  for (let k = 0; k < SIZES; k++) {
    const gain = gains[k]! - Math.log(numbers[FAIR + k]!);
    if (gain > 0) looks = Math.min(looks, (needNats + Math.log(1 - Math.exp(-gain))) / gain);
  }
  const everyMs = heardEveryMs(stream, now);
  const seconds = Math.round((Math.max(1, Math.ceil((looks * now.lookMs) / everyMs)) * everyMs) / 1000);
  if (seconds > FAULT_SECONDS_MOST) return null;
  return { service: stream.service, rps: threeDigits((perLook * 1000) / now.lookMs), failing: FAULT, seconds };
}

/** Counters that are read more seldom than is looked tell of a fault that much later. */
function heardEveryMs({ rhythm }: Stream, { lookMs }: Now): number {
  return rhythm === null || rhythm.gapMs < SELDOM * lookMs ? lookMs : rhythm.gapMs;
}

/** Where users come in, or else what has most to do. */
function entryOf({ streams, graph }: Parts, now: Now): { readonly stream: Stream; readonly perLook: number } | null {
  let [stream, mostTotal]: [Stream | null, number] = [null, 0];
  for (const each of streams) {
    if (each.key !== each.service) continue;
    const total = lastTotal(each);
    if (total > 0 && graph.layerOf(each.service) === "edge") {
      stream = each;
      break;
    }
    if (total > mostTotal) [stream, mostTotal] = [each, total];
  }
  if (stream === null) return null;
  const { total, overMs } = over(stream, now.at, TRAFFIC_OVER_MS);
  return total === 0 ? null : { stream, perLook: total / Math.max(1, overMs / now.lookMs) };
}

/** The look that is being asked about. */
const last = emptyLook(0);
const lastTotal = (stream: Stream): number => lastLook(stream, last).total;

/** What a look is expected to add for each size of fault: over how many fail by chance (Poisson), since the cap takes from the best looks. */
function expectedGains(total: number, usual: number, capNats: number): Float64Array {
  const mean = total * FAULT;
  const most = Math.ceil(mean + 6 * Math.sqrt(mean) + 6);
  const none = new Float32Array(SIZES);
  const one = new Float32Array(SIZES);
  failureIncrements(none, { bad: 0, total, usual });
  failureIncrements(one, { bad: 1, total, usual });
  let [chance, chances, means] = [Math.exp(-mean), 0, 0];
  for (let bad = 0; bad <= most; bad++) {
    if (bad > 0) chance *= mean / bad;
    chances += chance;
    means += chance * bad;
    upTo[2 * bad] = chances;
    upTo[2 * bad + 1] = means;
  }
  const gains = new Float64Array(SIZES);
  for (let k = 0; k < SIZES; k++) {
    const [from, each] = [none[k]!, one[k]! - none[k]!];
    // More than so many that fail, and the cap takes the rest.
    const below = Math.min(most, Math.floor((capNats - from) / each));
    if (below < 0) gains[k] = capNats * chances;
    else gains[k] = from * upTo[2 * below]! + each * upTo[2 * below + 1]! + capNats * (chances - upTo[2 * below]!);
  }
  return gains;
}

/** How likely it is that at most so many fail, and how many of those are expected: in pairs. */
const upTo: number[] = [];

const threeDigits = (value: number): number => Number(value.toPrecision(3));

/** Short, since evidence of a fault that has just begun says nothing of before. */
const PACE_OVER_MS = 3_000;
const TRAFFIC_OVER_MS = 10_000;
/** One request in twenty: a fault that people would call serious, and that nobody sees in an average. */
/** So many looks apart are no jitter. */
const SELDOM = 1.5;
const FAULT = 0.05;
/** Of more than these every look reaches the cap. */
const REQUESTS_MOST = 2_000;
/** Longer than this is not what anybody would wait for. */
const FAULT_SECONDS_MOST = 3_600;
