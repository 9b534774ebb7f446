import type { UnixMs } from "../step.ts";
import type { Elsewhere } from "./elsewhere.ts";
import type { Graph } from "./graph.ts";
import { over, type Stream } from "./stream.ts";
import { failingUsually, WARM_LOOKS } from "./usual.ts";
import { aloneOf, relativeOf, slower } from "./weigh.ts";

/**
 * How many users' requests are hurt beyond the usual: what the edge counts, or, when it is more, what is to be
 * expected of a needed service or resource that is failing or unusually slow. Certain is not yet worth moving.
 */
export function usersHurt(
  streams: readonly Stream[],
  graph: Graph,
  elsewhere: ReadonlyMap<string, Elsewhere>,
  othersSlower: number,
  at: UnixMs,
): Impact {
  let [alone, relative] = [0, 0];
  for (const stream of streams) {
    const share = graph.neededShare(stream.service);
    const there = elsewhere.get(stream.service);
    // Chance alone makes some requests fail each minute: only what there is evidence for counts as hurt.
    if (aloneOf(stream) >= EVIDENCE_LEAST_NATS)
      alone = Math.max(alone, share * hurtOf(stream, graph, { failing: 0, slower: null }, at));
    if (relativeOf(stream) >= EVIDENCE_LEAST_NATS)
      relative = Math.max(
        relative,
        share * hurtOf(stream, graph, { failing: there?.failing ?? 0, slower: othersSlower }, at),
      );
  }
  return { alone: Math.min(1, alone), relative: Math.min(1, relative) };
}

export type Impact = {
  /** Beyond this place's own usual. */
  readonly alone: number;
  /** Beyond what the others suffer now as well: what moving would spare them. */
  readonly relative: number;
};

/** `slower` is null when the others are left out of account. */
function hurtOf(stream: Stream, graph: Graph, there: { failing: number; slower: number | null }, at: UnixMs): number {
  const failed = over(stream, at, FAILED_OVER_MS);
  const usual = Math.max(failingUsually(stream.usual), there.failing);
  const failing = failed.total > 0 ? Math.max(0, failed.bad / (failed.total + FEW_REQUESTS) - usual) : 0;
  const lately = over(stream, at, SLOW_OVER_MS);
  if (lately.count === 0 || stream.usual.looks < WARM_LOOKS) return failing;
  if (graph.layerOf(stream.service) === "edge")
    return failing + Math.max(0, lately.slow / lately.count - stream.usual.slow - SLOW_SLACK);
  // A machine that stalls under all locations slows every service; what users feel of it the edge counts.
  if (there.slower === null) return failing;
  return failing + unusuallySlow(slower(stream, lately, there.slower).relative.shift, Math.sqrt(stream.usual.spread));
}

/**
 * The share of requests slower than 999 in 1,000 usually are, when all are slower by `shift`: no user feels a
 * resource's extra millisecond, but this share is who will feel it if it goes on.
 */
function unusuallySlow(shift: number, spread: number): number {
  if (shift <= 0) return 0;
  return Math.max(0, tail(ONE_IN_1000 - shift / Math.max(SPREAD_TO_FEEL, spread)) - 0.001);
}

/** P(Z > z) of the normal distribution (Abramowitz and Stegun 26.2.17, error below 1e-7). */
function tail(z: number): number {
  if (z < 0) return 1 - tail(-z);
  const t = 1 / (1 + 0.2316419 * z);
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  return density * t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
}

const ONE_IN_1000 = 3.09;
/** Very regular services are not worth leaving for a tenth more of very little. */
const SPREAD_TO_FEEL = 0.4;
const FAILED_OVER_MS = 10_000;
const SLOW_OVER_MS = 5_000;
/** A share of few requests is taken with a grain of salt. */
const FEW_REQUESTS = 10;
const SLOW_SLACK = 0.002;
const EVIDENCE_LEAST_NATS = 5;
