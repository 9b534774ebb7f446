import type { BarView, ControlView, Forced, LocationState, PinView, Weight, Words } from "../core/control-contract.ts";
import type { LocationName } from "../core/estate.ts";
import type { UnixMs } from "../core/step.ts";
import type { Verdict } from "../core/verdict.ts";
import type { LogStore } from "../drivers/store/contract.ts";
import type { Tail } from "./tail.ts";
import type { Decision, NotedVerdict } from "../runtime/recorder.ts";

/** What `houston why` shows: what is thought of a location, what was decided about it, and what was said. */
export type Why = {
  readonly location: LocationName;
  /** The moment that was asked about; null: now. */
  readonly at: UnixMs | null;
  readonly state: LocationState | null;
  /** Null when nothing had been noted by then. */
  readonly verdict: Verdict | null;
  /** What it is given no more of now; of another moment the words tell. */
  readonly bars: readonly BarView[];
  /** What people have set by hand there now, beside what is measured; of another moment the words tell. */
  readonly byHand: {
    readonly forced: Forced | null;
    readonly weight: Weight | null;
    readonly pins: readonly PinView[];
  } | null;
  /** Who still comes although they are led elsewhere, as of now; null: nobody was led away lately, or another moment was asked about. */
  readonly tail: Tail | null;
  /** Newest first. */
  readonly decisions: readonly (Decision & { readonly at: UnixMs })[];
  readonly words: readonly Words[];
};

const DECISIONS_MAX = 10;
/** That Houston was blind, or a mode was set, is about every location. */
const DECISIONS_EVERYWHERE_MAX = 5;
const WORDS_MAX = 20;

export async function whyOf(question: {
  readonly location: LocationName;
  readonly at: UnixMs | null;
  readonly view: ControlView;
  readonly store: LogStore;
  readonly tails: readonly Tail[];
}): Promise<Why> {
  const { location, at, view, store, tails } = question;
  const until = at === null ? {} : { until: at };
  const [noted, own, everywhere, words] = await Promise.all([
    store.records({ kind: "verdict", location, limit: 1, ...until }),
    store.records({ kind: "decision", location, limit: DECISIONS_MAX, ...until }),
    store.records({ kind: "decision", location: null, limit: DECISIONS_EVERYWHERE_MAX, ...until }),
    store.records({ kind: "words", location, limit: WORDS_MAX, ...until }),
  ]);
  const place = view.locations.find((each) => each.name === location);
  const then = noted[0]?.body as NotedVerdict | undefined;
  return {
    location,
    at,
    state: (at === null ? place?.state : then?.state) ?? null,
    verdict: (at === null ? place?.verdict : then?.verdict) ?? null,
    bars: at === null ? view.bars.filter((bar) => bar.location === location) : [],
    byHand:
      at === null
        ? {
            forced: place?.forced ?? null,
            weight: place?.weight ?? null,
            pins: (view.pins ?? []).filter((pin) => pin.location === location),
          }
        : null,
    tail: (at === null ? tails.find((each) => each.location === location) : undefined) ?? null,
    decisions: [...own, ...everywhere]
      .sort((a, b) => b.at - a.at)
      .map((record) => ({ at: record.at, ...(record.body as Decision) })),
    words: words.map((record) => record.body as Words),
  };
}
