import type { Condition } from "./conditions.ts";
import type { UnixMs } from "./step.ts";

/** What is known before anything happens: the places, the users' zones, the classes, the services. */
export type Estate = {
  readonly locations: readonly Location[];
  readonly zones: readonly Zone[];
  /** Highest priority first is not required; `priority` decides. */
  readonly classes: readonly TrafficClass[];
  readonly services: Readonly<Record<string, Service>>;
  readonly journeys: Readonly<Record<string, Journey>>;
  readonly objective: Objective;
  /** One budget for the whole estate: how often a year we may leave a location that was good enough. */
  readonly needlessMovesPerYear: number;
  readonly guards: Guards;
  readonly mode: Mode;
  /** What is done otherwise than by the mode, while that is no `observe`: the first rule that fits a move of a class counts; absent: nothing. */
  readonly modeRules?: readonly ModeRule[];
  /** Of questions that no rule says another for; absent: five minutes, and then no. */
  readonly unanswered?: Unanswered;
  /** The most that the mode may be set to, whoever orders it; absent: `act`. Where nothing can be steered it is `observe`. */
  readonly mostMode?: Mode;
  /** `person`: a restore waits for an order. `auto`: it starts by itself after proof of health. */
  readonly restore: "person" | "auto";
  /** A made baseline without a day of past gives no promise; only a planet may act on it. */
  readonly actWithoutPromise: boolean;
  readonly ttlSeconds: number;
  /** Times in which more is usual than otherwise; absent: none are known. */
  readonly events?: readonly KnownEvent[];
  /**
   * `location`: what is ready at rest is to have room for the loss of any one location; `provider`: for that of all of a provider's at once
   * too; absent or `none`: that is not watched.
   */
  readonly headroom?: "location" | "provider" | "none";
  /** What was asked for so that a loss fits stays for so long after it was short last; absent: a day. */
  readonly headroomKeptSeconds?: number;
  /** What is done when a location may have to be left and it is not certain yet; absent: nothing. */
  readonly prepare?: Preparation;
  /** Beyond what a location has carried well lately, so large a share of what its scaler says counts, 0..1; absent: all of it. */
  readonly unprovenShare?: number;
  /** So long it takes until all of what has just become ready counts; absent: it counts at once. */
  readonly slowStartSeconds?: number;
  /** What receivers must be beside having room; absent: nothing. */
  readonly conditions?: readonly Condition[];
};

export type LocationName = string;
export type ZoneName = string;
export type ClassName = string;
export type ServiceName = string;
export type ProviderName = string;

export type Location = {
  readonly name: LocationName;
  readonly provider: ProviderName;
  readonly country: string;
  readonly latitude: number;
  readonly longitude: number;
  /** The most it can grow to. What it can take now arrives as a `capacity` event. */
  readonly capacityRps: number;
  readonly costPerRps: number;
  /** Classes that have servers of their own here, with what those carry; `capacityRps` is what all others share. */
  readonly pools?: Readonly<Record<ClassName, number>>;
  /** What lets it take no more however large it grows: a quota, connections, licences. The least wins, and is named. */
  readonly limits?: readonly Limit[];
};

export type Preparation = {
  /** The most that growth may add for it, as a share of what all that is ready costs (`costPerRps`), 0..1. */
  readonly maxAddedCostShare: number;
  /** Answers that name such a location are kept for so long, where `ttlSeconds` is longer. */
  readonly ttlSeconds: number;
};

export type Limit = { readonly name: string; readonly rps: number };

/** The providers and their locations, both in the estate's order. */
export function providersOf(estate: Estate): ReadonlyMap<ProviderName, readonly LocationName[]> {
  const providers = new Map<ProviderName, LocationName[]>();
  for (const { name, provider } of estate.locations) {
    const known = providers.get(provider);
    if (known === undefined) providers.set(provider, [name]);
    else known.push(name);
  }
  return providers;
}

/** Users who are alike for the network. */
export type Zone = {
  readonly name: ZoneName;
  readonly country: string;
  /** Round trip in milliseconds; a location that is missing is forbidden for this zone. */
  readonly latencyMs: Readonly<Record<LocationName, number>>;
  /** Law: by class, where it is never served, whatever happens. */
  readonly forbidden?: Readonly<Record<ClassName, readonly LocationName[]>>;
  /** By class, where it is served while there is room; anywhere else counts as `PREFERENCE_COST` dearer. */
  readonly preferred?: Readonly<Record<ClassName, readonly LocationName[]>>;
  /** By class, the longest round trip that its users are sent over, in milliseconds. */
  readonly farthestMs?: Readonly<Record<ClassName, number>>;
  /** Where it is drawn on a map; nothing is decided by it. */
  readonly latitude?: number;
  readonly longitude?: number;
};

export const BUCKETS = 256;
export const ALL_BUCKETS: readonly number[] = Array.from({ length: BUCKETS }, (_, bucket) => bucket);

export type TrafficClass = {
  readonly name: ClassName;
  /** Higher is served first; the lowest is shed first. */
  readonly priority: number;
  /** Cost units per request and millisecond in the plan's objective. */
  readonly latencyWeight: number;
  readonly data: DataPlace;
};

/** Where a class's data can be served. A class never goes where it is not. */
export type DataPlace =
  | { readonly kind: "everywhere" }
  | { readonly kind: "one-writer"; readonly location: LocationName }
  /** Each user's data is where the user is served, and nowhere else: nobody moves, whatever is lost. */
  | { readonly kind: "stays" };

/** Whether the class may be served in another place than it is now. */
export function mayMove({ data }: TrafficClass): boolean {
  return data.kind === "everywhere";
}

export type Service = {
  readonly layer: Layer;
  readonly dependsOn: readonly ServiceName[];
  /** Only locations of this provider have it (`dynamodb`: aws); absent: all have it. */
  readonly provider?: string;
};

/** From what a user does down to what the provider gives. */
export type Layer = "journey" | "edge" | "service" | "resource" | "network" | "provider";

/** What a user does, with the services it cannot do without. */
export type Journey = { readonly needs: readonly ServiceName[] };

export type Objective = {
  /** The share of requests that may fail, for example 0.001. */
  readonly errorRatio: number;
  /** Slower than this counts as hurt. */
  readonly slowMs: number;
  /** Leaving is worth it when the budget burns at least this many times too fast. Default 5. */
  readonly burnRate: number;
};

/** Checked at the last step before any driver; nothing gets past them. */
export type Guards = {
  /** The most of all traffic that automatic moves may take to other places in any 60 s, 0..1. Hard losses are exempt. */
  readonly maxShareMovedPerMinute: number;
  /** Never fewer locations left serving. */
  readonly minLocationsServing: number;
  /** No plan fills a receiver further than this share of what is ready, 0..1. */
  readonly maxUtilisation: number;
  /** Classes that only a person may move. */
  readonly peopleOnly: readonly ClassName[];
  /** When nothing moves by itself; absent: never. */
  readonly forbidden?: readonly ForbiddenHours[];
};

/** Hours that come again each week, by the clock on people's walls. */
export type ForbiddenHours = {
  /** As people say them: `22:00-06:00 fri, sat (Europe/Berlin)`. */
  readonly says: string;
  /** On which it begins, 0 is Monday. */
  readonly days: readonly number[];
  /** Minutes after midnight. */
  readonly fromMinute: number;
  /** The first minute after it; one that is not after `fromMinute` is the next day's. */
  readonly untilMinute: number;
  /** How far those clocks are ahead of UTC from when on, the oldest first: the core knows no time zones. At least one. */
  readonly clocks: readonly { readonly from: UnixMs; readonly aheadMinutes: number }[];
  /** Absent: all. */
  readonly classes?: readonly ClassName[];
  /** Whether a location that is lost is left then all the same. */
  readonly losses: "move" | "stay";
};

/** observe: say what we would do. approve: ask a person. act: do it. */
export type Mode = "observe" | "approve" | "act";

/** From what does least to what does most. */
const MODES: readonly Mode[] = ["observe", "approve", "act"];

export function isBeyond(mode: Mode, most: Mode | undefined): boolean {
  return most !== undefined && MODES.indexOf(mode) > MODES.indexOf(most);
}

/** Why a location is left: nobody gets an answer from it, it fails, some users' way to it is bad, or more come than it can serve. */
export type FaultKind = "hard-down" | "failing" | "path" | "overload";

/** What is done of a move that fits all that a rule says of it. */
export type ModeRule = {
  readonly mode: Mode;
  /** Absent: of all. */
  readonly classes?: readonly ClassName[];
  /** Absent: whatever it is. */
  readonly faults?: readonly FaultKind[];
  /** While what it takes of these classes, and what other moves that nobody ordered hold away, is no larger share of all traffic, 0..1; absent: however much. */
  readonly maxShare?: number;
  /** Of its questions; absent: the estate's. */
  readonly unanswered?: Unanswered;
};

/** What happens of itself to a question whether something may be done, and after how long. */
export type Unanswered = { readonly answer: "approve" | "deny"; readonly afterSeconds: number };

/** A sale, a holiday, a migration: what people know of beforehand, and the past can't. */
export type KnownEvent = {
  readonly name: string;
  readonly from: UnixMs;
  /** The first moment after it. */
  readonly until: UnixMs;
  /** So many times as many failures as otherwise are usual then, and requests may take so many times as long. */
  readonly factor: number;
  /** So many times as many requests as otherwise are expected then, wherever users are; absent: as many. */
  readonly demandFactor?: number;
  /** Told afterwards, and for the judge's promise alone: evidence in that time was a fault's, or chance. Then nothing else is usual in it. */
  readonly was?: "fault" | "chance";
  /** Only there; absent: everywhere. */
  readonly locations?: readonly LocationName[];
};

/** What a location can take, as its scaler and its own admission control report it. */
export type Capacity = {
  readonly at: UnixMs;
  readonly location: LocationName;
  /** The most it may grow to now. */
  readonly capacityRps: number;
  /** What it can take this second. */
  readonly readyRps: number;
};
