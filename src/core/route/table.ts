import type { ClassName, LocationName, ProviderName, ZoneName } from "../estate.ts";
import type { UnixMs } from "../step.ts";

/**
 * Who answers whom, now: one small immutable value. Every DNS server and edge answers from its newest
 * copy, and from its last good copy when cut off.
 */
export type RouteTable = {
  /** Grows; an older table never replaces a newer one. */
  readonly version: number;
  readonly at: UnixMs;
  /** The index space of `Run.location`: all configured locations, in the estate's order. */
  readonly locations: readonly LocationName[];
  readonly assignment: Assignment;
  /**
   * For each location's loss: the rows that change, solved in advance to fit what the receivers can take
   * now. Chunks that fit nowhere stay with the lost location.
   */
  readonly contingency: Readonly<Record<LocationName, Assignment>>;
  /**
   * For the loss of a whole provider: followed instead when each of its locations has a loss notice. Absent: none is
   * known, or the provider has one location, or all.
   */
  readonly providerContingency?: Readonly<Record<ProviderName, ProviderLoss>>;
  /** Answers that name these locations are kept for so many seconds only; absent: all are kept as long as usual. */
  readonly ttlSeconds?: Readonly<Record<LocationName, number>>;
  /** Buckets set apart (a query of death): pinned to a place, or shed everywhere. */
  readonly apart: readonly Apart[];
};

export type ProviderLoss = {
  /** All of the provider's, in the table's order. */
  readonly locations: readonly LocationName[];
  /** The rows that change when all of them are gone. */
  readonly rows: Assignment;
};

/** Runs by class and zone; a zone or class without a row is answered by the location that was asked. */
export type Assignment = Readonly<Record<ClassName, Readonly<Record<ZoneName, readonly Run[]>>>>;

/** `[location index, how many buckets]`; a row's runs cover buckets 0 to 255 in order and sum to 256. */
export type Run = readonly [location: number, buckets: number];

export type Apart = { readonly class: ClassName; readonly bucket: number; readonly location: LocationName | null };

/** "L is gone": lets DNS servers and edges follow the table's contingency without a leader. */
export type LossNotice = {
  readonly location: LocationName;
  readonly tableVersion: number;
  /** Locations with fresh summaries that see the loss: a majority of all configured ones, or it is void. */
  readonly seenBy: readonly LocationName[];
  readonly at: UnixMs;
  readonly expires: UnixMs;
};

/** A chunk's address. */
export type Chunk = { readonly class: ClassName; readonly zone: ZoneName; readonly bucket: number };
