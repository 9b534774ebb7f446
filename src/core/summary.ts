import type { LocationName, ServiceName } from "./estate.ts";
import type { UnixMs } from "./step.ts";
import type { Suspect } from "./suspects.ts";
import type { Because, Cause, PromiseState, Proof, Sufficient, VerdictState } from "./verdict.ts";

/**
 * What one node tells the others each second, and at once when it changes its mind: evidence, not
 * readings. At most 4 kB as JSON (SUMMARY_BYTES_MAX), so what crosses the planet grows with the
 * number of locations only.
 */
export type Summary = {
  readonly from: LocationName;
  /** Grows by one with each summary of this node's life; a restart begins at the Unix millisecond. */
  readonly seq: number;
  readonly at: UnixMs;
  /** What the node thinks of its own location. */
  readonly own: OwnView;
  /** What its probes of the other locations say. A location it has not looked at lately is absent. */
  readonly sees: Readonly<Record<LocationName, Sight>>;
};

export const SUMMARY_BYTES_MAX = 4096;
/** A summary older than this is no evidence. */
export const SUMMARY_STALE_MS = 4000;
/** Long enough to reach every other node, short enough that what fails everywhere at once is seen at once. */
export const RATES_OVER_MS = 2000;

export type OwnView = {
  readonly verdict: VerdictState;
  /** Fused evidence that this location is worse than usual AND worse than the others now. */
  readonly evidenceNats: number;
  /** The same against its own past alone: high here and low above means that it is bad everywhere. */
  readonly aloneNats: number;
  readonly barNats: number;
  readonly promise: PromiseState;
  /** Absent before a day of its own past. */
  readonly proof?: Proof;
  /** Of its own past, while there is no proof; absent where what is usual was given. */
  readonly watchedHours?: number;
  /** Share of user requests hurt beyond the usual, 0..1, over the last look and as expected if it goes on. */
  readonly usersHurt: number;
  /** Beyond the bar, yet inside the operator's margin. */
  readonly worthMoving: boolean;
  /** Evidence that it is well again, for restoring. */
  readonly healthyNats: number;
  /** It suffers nothing that it had not suffered twice within ten minutes before this moment; absent: what it suffers is new, or lasts, or nothing. */
  readonly habitSince?: UnixMs;
  /** Most likely first, at most 5. */
  readonly causes: readonly Cause[];
  /** Strongest first, at most 5. */
  readonly because: readonly Because[];
  /**
   * Per service: failures and requests over the last RATES_OVER_MS, for the others' pooled usual; who hears them adds
   * them up over the last minute. Those it names as causes or in `because` first, then asked for, worst and busiest; at most 16.
   */
  readonly rates: readonly ServiceRate[];
  /** Newest deploys, at most 4. */
  readonly deploys: readonly { readonly service: ServiceName; readonly version: string; readonly at: UnixMs }[];
  readonly load: Load;
  /** Buckets that fail clearly more often than the others, the surest first, at most SUSPECTS_MAX; many of them weakly. */
  readonly suspects: readonly Suspect[];
  /** Users' networks that were hurt on their way here lately, or elsewhere by what others say, as told by their beacons; at most NETWORKS_MAX. */
  readonly networks?: readonly NetworkRate[];
  /** Its node sees nobody else well: the watcher itself is the suspect. */
  readonly cutOff: boolean;
  /** Absent below the bar, and where more than a few facts were needed. */
  readonly sufficient?: Sufficient;
  /** What would change its mind; absent where nothing is counted, and where there was no room. */
  readonly outlook?: Outlook;
};

/** Figures of now from which follows what would change a verdict. */
export type Outlook = {
  /** What the evidence gained in the last seconds, nats a second; below 0 it falls. */
  readonly natsPerSecond: number;
  /** Share of users' requests hurt beyond what the others suffer as well, 0..1: what a move would spare them. */
  readonly movableHurt: number;
  /** What proves it well again; absent while nothing is ill. */
  readonly recovery?: {
    /** The ill service that has the least proof so far. */
    readonly service: ServiceName;
    /** A look proves something while fewer of its requests fail than this; absent when it is only slow. */
    readonly failingBelow?: number;
    /** And while it takes less than so many times as long as usual; absent when it is not slow. */
    readonly slowerBelow?: number;
    /** What looks as usual would prove, nats a second. */
    readonly natsPerSecond: number;
  };
  /** How soon a fault would be certain of which so large a share of a service's requests fail, at its traffic of now. */
  readonly fault?: {
    readonly service: ServiceName;
    readonly rps: number;
    readonly failing: number;
    readonly seconds: number;
  };
};

export type ServiceRate = {
  readonly service: ServiceName;
  readonly bad: number;
  readonly total: number;
  /** Mean of log milliseconds over the same time; null when unknown. */
  readonly logMs: number | null;
};

/** How users of one network have fared at a location over the last NETWORK_OVER_MS or up to twice that, by their beacons. */
export type NetworkRate = {
  /** As their beacons name it: `users:de`. */
  readonly name: string;
  readonly bad: number;
  readonly total: number;
  /** Hurt here lately: the others tell of it too, so that it is known where its users are well. */
  readonly ill: boolean;
};

export const NETWORKS_MAX = 6;
/** A canary of a small zone must come to some tens of requests in it, and what is long past must be forgotten. */
export const NETWORK_OVER_MS = 8_000;

/** The location's own counters over the last second or two: what a look at a receiver needs. */
export type Load = {
  /** Requests a second that this location served itself. */
  readonly servedRps: number;
  /** Requests a second that came to its edge, relayed onwards or not. */
  readonly enteredRps: number;
  readonly readyRps: number;
  readonly capacityRps: number;
  /** served / ready. */
  readonly utilisation: number;
  readonly shedRps: number;
  /** Wait in the admission queue, milliseconds. */
  readonly queueMs: number;
  /** Share of served requests that failed other than by shedding. */
  readonly failedRatio: number;
};

/** How one node's probes see another location. */
export type Sight = {
  readonly lookedAt: UnixMs;
  /** Consecutive failed looks up to now. */
  readonly failedLooks: number;
  /** How many of these were answered, with an error; absent: none. */
  readonly errors?: number;
  /** Looks in the last 10 s and how many failed. */
  readonly looks: number;
  readonly failures: number;
  /** Evidence of a hard loss from this vantage, capped per look. */
  readonly lossNats: number;
  /** Evidence of a gray fault from this vantage. */
  readonly grayNats: number;
};
