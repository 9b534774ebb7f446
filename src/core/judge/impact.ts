import type { UnixMs } from "../step.ts";
import type { Elsewhere } from "./elsewhere.ts";
import type { Graph } from "./graph.ts";
import { over, type Stream } from "./stream.ts";
import { failingUsually, WARM_LOOKS } from "./usual.ts";
import { aloneOf, relativeOf } from "./weigh.ts";

/**
 * How many users' requests are hurt beyond the usual: what the edge counts, or, when it is more, what is to be
 * expected of a needed service or resource that fails, or is slower than the objective allows. Certain is not yet worth moving.
 */
export function usersHurt(
  streams: readonly Stream[],
  graph: Graph,
  elsewhere: ReadonlyMap<string, Elsewhere>,
  at: UnixMs,
): Impact {
  let [alone, relative] = [0, 0];
  for (const stream of streams) {
    // Chance alone makes some requests fail each minute: only what there is evidence for counts as hurt.
    const isAlone = aloneOf(stream) >= EVIDENCE_LEAST_NATS;
    const isRelative = relativeOf(stream) >= EVIDENCE_LEAST_NATS;
    if (!isAlone && !isRelative) continue;
    const share = graph.neededShare(stream.service);
    const there = elsewhere.get(stream.service);
    if (isAlone) alone = Math.max(alone, share * hurtOf(stream, 0, at));
    if (isRelative) relative = Math.max(relative, share * hurtOf(stream, there?.failing ?? 0, at));
  }
  return { alone: Math.min(1, alone), relative: Math.min(1, relative) };
}

export type Impact = {
  /** Beyond this place's own usual. */
  readonly alone: number;
  /** Beyond what the others suffer now as well: what moving would spare them. */
  readonly relative: number;
};

/** `failingElsewhere`: what the others suffer now; 0 leaves them out of account. */
function hurtOf(stream: Stream, failingElsewhere: number, at: UnixMs): number {
  const failed = over(stream, at, FAILED_OVER_MS);
  const usual = Math.max(failingUsually(stream.usual), failingElsewhere);
  const failing = failed.total > 0 ? Math.max(0, failed.bad / (failed.total + FEW_REQUESTS) - usual) : 0;
  const lately = over(stream, at, SLOW_OVER_MS);
  if (lately.count === 0 || stream.usual.looks < WARM_LOOKS) return failing;
  // No user feels a resource's extra milliseconds: only what is slower than the objective allows is hurt.
  return failing + Math.max(0, lately.slow / lately.count - stream.usual.slow - SLOW_SLACK);
}

const FAILED_OVER_MS = 10_000;
const SLOW_OVER_MS = 5_000;
/** A share of few requests is taken with a grain of salt. */
const FEW_REQUESTS = 10;
const SLOW_SLACK = 0.002;
const EVIDENCE_LEAST_NATS = 5;
