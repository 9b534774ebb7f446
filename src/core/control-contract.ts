import type { ConditionAnswer, ConditionBar, LiftedCondition } from "./conditions.ts";
import type { Capacity, ClassName, Estate, LocationName, Mode, ZoneName } from "./estate.ts";
import type { RoomBound } from "./control/bound-words.ts";
import type { Proven } from "./control/usable.ts";
import type { Order, Pinned } from "./order.ts";
import type { LocationOrProvider } from "./plan/what-if.ts";
import type { LossNotice, RouteTable } from "./route/table.ts";
import type { UnixMs } from "./step.ts";
import type { Summary } from "./summary.ts";
import type { Verdict } from "./verdict.ts";

/** What control.step takes in. This, and nothing else, enters the shared log. */
export type ControlEvent =
  | { readonly event: "config"; readonly at: UnixMs; readonly estate: Estate }
  | { readonly event: "tick"; readonly at: UnixMs }
  | { readonly event: "summary"; readonly at: UnixMs; readonly summary: Summary }
  | { readonly event: "capacity"; readonly at: UnixMs; readonly capacity: Capacity }
  | { readonly event: "demand"; readonly at: UnixMs; readonly demand: EntryDemand }
  | { readonly event: "forecast"; readonly at: UnixMs; readonly forecast: DemandForecast }
  /** The most that each location carried well in the last weeks; one that is left out has carried nothing that is known. */
  | { readonly event: "proven"; readonly at: UnixMs; readonly proven: readonly Proven[] }
  /** A server says that it answers from this version, and we have made none so high. */
  | { readonly event: "routeTable"; readonly at: UnixMs; readonly version: number }
  | { readonly event: "conditions"; readonly at: UnixMs; readonly answers: readonly ConditionAnswer[] }
  | { readonly event: "order"; readonly at: UnixMs; readonly by: string; readonly order: Order }
  | { readonly event: "outcome"; readonly at: UnixMs; readonly effect: string; readonly outcome: Outcome };

/** What came to one location's edge, before any relaying, by class and zone; and by bucket. */
export type EntryDemand = {
  readonly from: LocationName;
  readonly rps: Readonly<Record<ClassName, Readonly<Record<ZoneName, number>>>>;
  /** Share of the class's requests in each of the 256 buckets; absent when too few to say. */
  readonly buckets?: Readonly<Record<ClassName, readonly number[]>>;
};

/** What will be wanted at most in the time to come, as sure as the forecaster could learn to be; what it can't say yet is left out. */
export type DemandForecast = {
  readonly until: UnixMs;
  readonly rps: Readonly<Record<ClassName, Readonly<Record<ZoneName, number>>>>;
};

/** What the world answered to an effect: a value, never an exception. */
export type Outcome =
  | { readonly kind: "done"; readonly says?: string }
  | { readonly kind: "retry"; readonly code: string; readonly says?: string }
  | {
      readonly kind: "refused";
      readonly code: string;
      readonly says?: string;
      /** Of several, those that took it all the same; absent: nobody did. */
      readonly took?: readonly string[];
    };

/** What control.step asks of the world. Each has an id; its outcome comes back as an event. */
export type ControlEffect =
  | { readonly kind: "publish"; readonly id: string; readonly table: RouteTable }
  /** Grow (or let shrink) to this many requests a second; a floor, kept until the next. */
  | { readonly kind: "scale"; readonly id: string; readonly location: LocationName; readonly targetRps: number }
  | { readonly kind: "notice"; readonly id: string; readonly notice: LossNotice }
  /** Ask the conditions of these places now: a wave is about to go there. */
  | { readonly kind: "ask"; readonly id: string; readonly locations: readonly LocationName[] }
  | { readonly kind: "say"; readonly id: string; readonly words: Words };

/**
 * What Houston says. An incident's parts come in this order in every face: what, users, why, certain,
 * doing, not doing, you need to.
 */
export type Words = {
  readonly at: UnixMs;
  /** Absent for the minute's summary and for answers to orders. */
  readonly incident?: number;
  readonly location?: LocationName;
  readonly level: "info" | "change" | "urgent";
  /** One line, as on the timeline. */
  readonly what: string;
  readonly users?: string;
  readonly why?: string;
  readonly certain?: string;
  readonly doing?: string;
  readonly notDoing?: string;
  readonly youNeedTo?: string;
  readonly question?: Question;
};

/** Numbered choices with a stated default for when nobody answers. */
export type Question = {
  readonly id: string;
  readonly asks: string;
  readonly choices: readonly string[];
  /** 1-based, as in `choices`; what happens at the deadline. */
  readonly defaultChoice: number;
  readonly deadline: UnixMs;
};

export type LocationState = "serving" | "draining" | "evacuated" | "restoring";

/** What every face shows; `houston status` prints it. A pure view of the control state. */
export type ControlView = {
  readonly at: UnixMs;
  readonly mode: Mode;
  /** It was set for a while: then it is this one again; absent: it stays. */
  readonly modeThen?: { readonly mode: Mode; readonly at: UnixMs };
  /** What is done otherwise than by the mode, in words; absent: nothing. */
  readonly modeRules?: readonly string[];
  /** Locations, and providers with all of theirs, whose loss takes more than a rule lets move by itself: no server follows it, and a person is asked; absent: none. */
  readonly beyondRules?: readonly LocationOrProvider[];
  /** The hours in which nothing, or nothing of some classes, moves by itself, while it is one of them; absent: it is none. */
  readonly forbiddenNow?: readonly string[];
  readonly hold: Hold | null;
  readonly routeTableVersion: number;
  /** Set when automatic moves have been stopped by a receiver that sickened in the sender's way. */
  readonly stopped: { readonly at: UnixMs; readonly says: string } | null;
  readonly blind: boolean;
  /** Who is where a person wants them, in the order in which they were ordered; absent: nobody. */
  readonly pins?: readonly PinView[];
  /** Who may be given no more of what, because a condition does not hold there. */
  readonly bars: readonly BarView[];
  /** Conditions that bar nobody although they don't hold: see docs/decisions/0015. */
  readonly liftedConditions: readonly LiftedCondition[];
  readonly locations: readonly LocationView[];
  readonly questions: readonly Question[];
  /** Open ones first, the newest first; then what was closed in the last hour. */
  readonly incidents: readonly Incident[];
  /** What is served away from home now, in requests a second. */
  readonly flows: readonly MovedFlow[];
  /** Losses that would not fit now, the worst first; absent: all would, or that is not watched. */
  readonly headroom?: readonly HeadroomShort[];
  /** For each zone of the estate, in its order: who serves most of the highest class, as an index into `locations`; -1: nobody yet. */
  readonly servedBy: readonly number[];
};

/**
 * A trouble from its first sign until all is well, as it stands now. Every face shows these parts, in this order; each is a
 * sentence or more, and none is empty.
 */
export type Incident = {
  readonly number: number;
  readonly openedAt: UnixMs;
  readonly closedAt: UnixMs | null;
  /** Null: it is about all locations alike, or about Houston itself that hears too few of them. */
  readonly location: LocationName | null;
  readonly level: Words["level"];
  readonly what: string;
  readonly users: string;
  readonly why: string;
  readonly certain: string;
  readonly doing: string;
  readonly notDoing: string;
  readonly youNeedTo: string;
  /** All of it in one line, for where there is no room. */
  readonly brief: string;
  /** Those of this incident that wait for an answer. */
  readonly questions: readonly Question[];
  /** Null when nothing is or was to be moved. */
  readonly progress: IncidentProgress | null;
};

export type IncidentProgress = {
  /** Share of its traffic that is elsewhere now, 0..1. */
  readonly movedShare: number;
  /** How much is wanted elsewhere, 0..1. */
  readonly wantedShare: number;
  readonly doneAt: UnixMs | null;
  readonly receivers: readonly {
    readonly name: LocationName;
    /** Of what is or will be moved, 0..1. */
    readonly share: number;
    /** Served / ready. */
    readonly utilisation: number;
    readonly readyRps: number;
  }[];
  /** Requests a second that find no place. */
  readonly noRoomRps: number;
};

/** A loss for which the others have no room, looked at while all is at rest. */
export type HeadroomShort = {
  /** A location, or a provider with all of its locations. */
  readonly without: LocationOrProvider;
  /** Of its users, 0..1: who would have no place in what is ready now. */
  readonly share: number;
  /** `if eu-west-1 went now, 4 % of its users would have no place; I grow eu-central-1 by 300 rps` */
  readonly what: string;
  /** Null: nothing is left to people. */
  readonly youNeedTo: string | null;
};

/** A place that is given no more of these chunks. */
export type BarView = Pick<ConditionBar, "condition" | "location" | "because" | "says"> & {
  readonly classes: readonly ClassName[];
  /** Null: all of the classes. */
  readonly buckets: readonly number[] | null;
};

export type MovedFlow = { readonly from: LocationName; readonly to: LocationName; readonly rps: number };

/** Without `until` it lasts until somebody releases. */
export type Hold = { readonly by: string; readonly at: UnixMs; readonly until?: UnixMs };

/** What a person says that a location is, whatever is measured. Without `until` it lasts until `auto`. */
export type Forced = {
  readonly to: "up" | "down";
  readonly by: string;
  readonly at: UnixMs;
  readonly until?: UnixMs;
  readonly why?: string;
};

/** Without `until` it lasts until `unpin`. */
export type Pin = Pinned & {
  readonly location: LocationName;
  readonly by: string;
  readonly at: UnixMs;
  readonly until?: UnixMs;
  readonly why?: string;
};

export type PinView = Pin & {
  /** Of the requests of who is pinned, 0..1: what is led there now. */
  readonly share: number;
};

/** Of its own users it serves this share by a person's order, 0..1; the others are led elsewhere. */
export type Weight = {
  readonly share: number;
  readonly classes: readonly ClassName[];
  readonly by: string;
  readonly at: UnixMs;
  readonly until?: UnixMs;
  readonly why?: string;
};

export type LocationView = {
  readonly name: LocationName;
  readonly state: LocationState;
  readonly hold: Hold | null;
  /** Beside what is measured; absent: nobody forces it. */
  readonly forced?: Forced;
  /** Absent: nobody has set one. */
  readonly weight?: Weight;
  readonly verdict: Verdict;
  readonly demandRps: number;
  readonly servedRps: number;
  readonly capacityRps: number;
  readonly readyRps: number;
  /** What keeps `readyRps` below what its scaler says is ready; absent: nothing does. */
  readonly bound?: RoomBound;
  /** The most that it carried well lately, and when; absent: nothing is known yet. */
  readonly proven?: Omit<Proven, "location">;
  /** Share of served requests that failed other than by shedding, 0..1. */
  readonly failedRatio: number;
  readonly shedRps: number;
  /** Share of what it normally serves that has been moved out, 0..1. */
  readonly movedShare: number;
  readonly summaryAt: UnixMs | null;
  /** Zones whose users are hurt on their way to it, while it and all others of its users are well; absent: none. */
  readonly badPaths?: readonly BadPathView[];
};

export type BadPathView = {
  readonly zone: ZoneName;
  readonly since: UnixMs;
  /** Share of their requests that failed when it was seen, 0..1. */
  readonly hurt: number;
  /** Who serves them instead, whoever has most first; empty: they stay. */
  readonly movedTo: readonly LocationName[];
  /** How much further those who moved are than before, milliseconds; null: nobody moved. */
  readonly furtherMs: number | null;
};
