import type { Decided } from "../../api/decided.ts";
import type { Question } from "../../core/control-contract.ts";
import type { LocationName } from "../../core/estate.ts";
import type { UnixMs } from "../../core/step.ts";
import type { Action, Scope } from "../../core/verdict.ts";
import type { LedgerEntry } from "../outside/ledger.ts";
import type { UserCheckout } from "../users/checkout-book.ts";
import type { Count, Tally } from "../users/tally.ts";

/** All that was seen in a drill: what the report is made of, and nothing else. */
export type DrillSeen = {
  readonly drill: string;
  readonly locations: readonly LocationName[];
  readonly houston: boolean;
  /** Whether anything has to move; `may`: spilling is right, and staying as well. */
  readonly moves: "must" | "may" | "none";
  /** The only right kind of a failing verdict, and what it may call for; null: the drill does not say. */
  readonly rightVerdict: RightVerdict | null;
  readonly faultAt: UnixMs;
  readonly until: UnixMs;
  /** When the books were read: users who had begun to check out before `until` have an order or gave up by then. */
  readonly endedAt: UnixMs;
  /** Whether they were read only when whoever had left was back, or had had time to be. */
  readonly waitedForBack: boolean;
  readonly tally: Tally;
  /** The same to `endedAt`: for the way back. */
  readonly whole: Tally;
  readonly checkouts: readonly UserCheckout[];
  readonly droppedCheckouts: number;
  /** Of those for which `stepLocations` can't say it: the locations that ran them, in order. */
  readonly runLocations: ReadonlyMap<string, readonly LocationName[]>;
  readonly ledger: readonly LedgerEntry[];
  readonly timeline: readonly TimelineEntry[];
  /** From a minute before the fault on, so that what was so already is no news. */
  readonly decided: Decided;
  /** How often Houston was asked what it says and decides while it should have been there, and how often that failed. */
  readonly houstonPolls: Count;
  readonly polls: readonly UtilisationPoll[];
  /** What came to the edges of `locations` between the fault and the end of the watch. */
  readonly edges: readonly EdgeCounts[];
  /** What the drill itself did, for the timeline. */
  readonly did: readonly DrillDeed[];
};

export type RightVerdict = { readonly scope: Scope; readonly action: Action };

export type DrillDeed = {
  readonly at: UnixMs;
  readonly says: string;
  readonly process?: { readonly name: string; readonly action: "kill" | "start" };
  /** Where the place is null, everywhere. */
  readonly fault?: { readonly name: string; readonly location: LocationName | null };
};

export type TimelineEntry = {
  readonly at: UnixMs;
  readonly what: string;
  readonly location?: string;
  readonly incident?: number;
  readonly level?: string;
  readonly question?: Question;
};

/** What a location was offered over what was ready, about once a second; null: it did not answer. */
export type UtilisationPoll = {
  readonly at: UnixMs;
  readonly location: LocationName;
  readonly utilisation: number | null;
};

/** By class: what an edge answered itself, and what it turned away for want of capacity. */
export type EdgeCounts = {
  readonly location: LocationName;
  readonly class: string;
  readonly served: number;
  readonly shed: number;
};
