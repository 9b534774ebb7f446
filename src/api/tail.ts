import type { LocationName } from "../core/estate.ts";
import type { UnixMs } from "../core/step.ts";

/** Those who are led elsewhere and still come to a location: how many, by whom, and until when. */
export type Tail = {
  readonly location: LocationName;
  readonly since: UnixMs;
  /** Share of those who are led elsewhere that come no more, 0..1. */
  readonly outShare: number;
  /** Whether it was counted at the location's own edge; else it follows from how long answers are kept. */
  readonly isMeasured: boolean;
  /** By then whoever obeys has asked again: the last answer that named it was given before, and is kept no longer. */
  readonly until: UnixMs;
  /** Share that holds names for longer: as it was counted at the last move, or 0.5 % before any was. */
  readonly holdsLongerShare: number;
  /** Resolvers that were told of it lately and may still hold it, those with the most answers first; only of our own name server. */
  readonly resolvers: readonly TailResolver[];
};

export type TailResolver = {
  readonly address: string;
  readonly until: UnixMs;
  /** Of the answers that named the location and may still be held, 0..1. */
  readonly share: number;
};
