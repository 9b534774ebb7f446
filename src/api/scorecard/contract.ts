import type { LocationName, Mode } from "../../core/estate.ts";
import type { UnixMs } from "../../core/step.ts";

/** What a person says of a move that Houston wanted. */
export type MarkWord = "right" | "needless" | "not-worth-it";

/** `POST /api/incidents/{number}/mark`. */
export type MarkBody = {
  readonly by: string;
  readonly mark: MarkWord;
  readonly note?: string;
  /** When people were first paged for it. */
  readonly pagedAt?: UnixMs;
  /** When the provider first posted anything about it; without it: what its status page was seen to say. */
  readonly postedAt?: UnixMs;
};

/** As it is kept: each stays, and the newest counts. */
export type Mark = {
  readonly by: string;
  readonly at: UnixMs;
  readonly mark: MarkWord;
  readonly note: string | null;
  readonly pagedAt: UnixMs | null;
  readonly postedAt: UnixMs | null;
};

/** A trouble of one location that Houston wanted to move users for. */
export type WantedMove = {
  readonly incident: number;
  readonly location: LocationName;
  readonly openedAt: UnixMs;
  /** Null: it lasts. */
  readonly closedAt: UnixMs | null;
  readonly what: string;
  /** What came of it: users were moved, a person was asked, it was only said (mode observe), or something stood against it. */
  readonly became: "moved" | "asked" | "would" | "held-back";
  /** What stood against it; null: nothing did. */
  readonly why: string | null;
  /** When Houston was certain. */
  readonly certainAt: UnixMs;
  /** At worst: share of the requests it served, beyond what is usual, 0..1. */
  readonly usersHurt: number;
  /** Null: no person has said anything yet. */
  readonly mark: Mark | null;
  /** By how much Houston was certain earlier than the first page, and than the provider's word; negative: later. Null: not known. */
  readonly leadOverPageMs: number | null;
  readonly leadOverPostMs: number | null;
};

/** `GET /api/scorecard?days=`: what Houston would have done, and whether people agree. */
export type Scorecard = {
  readonly version: 1;
  readonly madeAt: UnixMs;
  readonly days: number;
  readonly since: UnixMs;
  /** How many whole days of these were watched. */
  readonly watchedDays: number;
  readonly mode: Mode;
  readonly needlessMovesPerYear: number;
  readonly counts: {
    readonly wanted: number;
    readonly right: number;
    readonly needless: number;
    readonly notWorthIt: number;
    readonly unmarked: number;
    /** Troubles that all locations had alike, such as a bad deploy: nothing is moved for them. */
    readonly alike: number;
  };
  /** Of right moves; null: not known of any. */
  readonly medianLeadMs: { readonly page: number | null; readonly post: number | null };
  /** The newest first. */
  readonly wanted: readonly WantedMove[];
  /** Whether anything here speaks against letting Houston act. */
  readonly ready: boolean;
  /** What it means for going from observe to act, in sentences. */
  readonly says: readonly string[];
};
