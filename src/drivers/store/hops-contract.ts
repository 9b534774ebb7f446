import type { UnixMs } from "../../core/step.ts";

/**
 * Where a location keeps the way of requests through it, to be found by any of their names. All of it is synchronous and may throw: the disk's
 * failures are the recorder's to count.
 */
export type HopsStore = {
  /** Keeps what came in one go, and what was counted of its minutes: one transaction. */
  append(requests: readonly KeptRequest[], minutes: readonly KeptMinute[]): void;
  /** Of all that have this name, the newest `limit`, oldest first. */
  find(name: string, limit: number): readonly KeptHops[];
  /** What was kept of the minutes that begin at these moments, both included, added up; the minutes alone of what is still kept. */
  minutes(range: { readonly since: UnixMs; readonly until: UnixMs }): readonly KeptMinute[];
  /** Pieces that can't be read: what they held is missing in answers. */
  readonly unreadable: number;
  close(): void;
};

export type KeptHops = {
  /** When the first of its hops began. */
  readonly at: UnixMs;
  readonly hops: readonly KeptHop[];
};

export type KeptRequest = KeptHops & {
  /** Its id, its trace's id, its key: whatever it may be asked for by. */
  readonly names: readonly string[];
};

export type KeptHop = {
  /** edge, relayed, or a service's name. */
  readonly kind: string;
  readonly at: UnixMs;
  readonly ms: number;
  readonly status: number;
};

/** Every request of a minute is in exactly one of the counts; of those that no memory was left for each hop is counted as lost. */
export type KeptMinute = {
  /** When the minute begins. */
  readonly at: UnixMs;
  /** Of those that went well, one in so many was to be kept. */
  readonly oneIn: number;
} & Readonly<Record<HopCount, number>>;

/** Kept for that it failed, was relayed, has a key, or is in the sample; not kept for that it is not, there were too many, or the disk failed. */
export const HOP_COUNTS = ["failed", "relayed", "keyed", "sampled", "notSampled", "tooMany", "lost"] as const;
export type HopCount = (typeof HOP_COUNTS)[number];
