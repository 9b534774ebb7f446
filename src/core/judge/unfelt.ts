import { byName } from "../route/by-name.ts";
import type { UnixMs } from "../step.ts";
import type { Graph } from "./graph.ts";
import { forgetUnlearnt } from "./recent.ts";
import { putAside, type SetAside } from "./set-aside.ts";
import { emptyLook, letGo, over, type Stream } from "./stream.ts";
import { failingUsually, WARM_LOOKS } from "./usual.ts";

/**
 * One exporter alone moves nobody. Whose requests fail or crawl by the dozen has callers that feel it: when all of them
 * that are measured go on as ever, its figures are wrong, or a fallback works, and no user is hurt either way. Nothing is
 * learnt from it meanwhile, and its evidence begins anew at the moment at which a caller feels anything.
 *
 * Changes `unfelt`, the keys of those that are not believed, and gives back the streams that are.
 */
export function believed(question: {
  readonly streams: readonly Stream[];
  /** The same, by key. */
  readonly byKey: ReadonlyMap<string, Stream>;
  readonly unfelt: Set<string>;
  readonly graph: Graph;
  readonly book: SetAside;
  readonly at: UnixMs;
}): readonly Stream[] {
  const { streams, byKey, unfelt, graph, book, at } = question;
  const hurts = new Map<string, Hurt>();
  const hurtIn = (stream: Stream): Hurt => {
    const known = hurts.get(stream.key) ?? hurtOf(stream, at);
    hurts.set(stream.key, known);
    return known;
  };
  for (const stream of streams) {
    const own = hurtOf(stream, at);
    // Mostly nobody is unfelt, and nobody is hurt.
    const wasUnfelt = unfelt.size > 0 && unfelt.has(stream.key);
    const least = wasUnfelt ? own.share * 2 : own.share - 2.5 * own.chance;
    if (least < MUCH || own.requests < REQUESTS_TO_FEEL) {
      if (wasUnfelt) unfelt.delete(stream.key);
      continue;
    }
    let [asked, felt] = [0, 0];
    for (const caller of graph.callersOf(stream.service)) {
      const theirs = byKey.get(caller);
      if (theirs === undefined) continue;
      const hurt = hurtIn(theirs);
      asked += hurt.of;
      felt += hurt.requests;
    }
    // Who is not believed is believed again by more than a caller's chance failure.
    const enough = own.requests * (wasUnfelt ? FELT_AGAIN : FELT);
    if (asked < REQUESTS_TO_FEEL || felt >= enough) unfelt.delete(stream.key);
    else {
      unfelt.add(stream.key);
      putAside(book, at, { kind: "unfelt", who: stream.service, by: own.share });
    }
  }
  if (unfelt.size === 0) return streams;
  for (const key of [...unfelt].sort(byName)) {
    const stream = byKey.get(key);
    if (stream === undefined) unfelt.delete(key);
    else {
      // Else a lie that stands for days would be ready to tip the scales at a caller's first hiccup.
      letGo(stream);
      forgetUnlearnt(stream.recent);
    }
  }
  return streams.filter(({ key }) => !unfelt.has(key));
}

/** How many of its requests were hurt beyond the usual, of how many; `chance`: how far off the share may be by chance. */
type Hurt = { readonly share: number; readonly chance: number; readonly requests: number; readonly of: number };

function hurtOf(stream: Stream, at: UnixMs): Hurt {
  const look = over(stream, at, LATELY_MS, lately);
  const failing = look.bad > 0 ? Math.max(0, look.bad / look.total - failingUsually(stream.usual)) : 0;
  const isKnown = look.count > 0 && stream.usual.looks >= WARM_LOOKS;
  const crawling = isKnown ? Math.max(0, look.slow / look.count - stream.usual.slow) : 0;
  const share = Math.min(1, failing + crawling);
  const of = Math.max(look.total, look.count);
  return { share, chance: Math.sqrt((share * (1 - share)) / Math.max(1, of)), requests: share * of, of };
}

/** The look that is being asked about. */
const lately = emptyLook(0);
/** Three looks of a second: their caps together are less than any bar, so it is asked before it could have moved anyone. */
const LATELY_MS = 3000;
/** From a quarter of its requests on, for certain, no retry hides a fault from every caller. */
const MUCH = 0.25;
const REQUESTS_TO_FEEL = 10;
const FELT = 0.05;
const FELT_AGAIN = 0.2;
