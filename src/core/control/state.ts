import type { DemandForecast, Forced, Hold, Incident, LocationState, Pin, Question } from "../control-contract.ts";
import type { ConditionBar, ConditionFailure, ConditionName, LiftedCondition } from "../conditions.ts";
import type { Capacity, ClassName, Estate, LocationName, Mode, ProviderName, ZoneName } from "../estate.ts";
import type { LocationOrProvider } from "../plan/what-if.ts";
import type { Apart, Assignment, RouteTable } from "../route/table.ts";
import type { UnixMs } from "../step.ts";
import type { Summary } from "../summary.ts";
import type { Bucket, Suspect } from "../suspects.ts";
import type { Cause, Verdict } from "../verdict.ts";
import type { CapacityBound, Proven, WarmingPart } from "./usable.ts";

/**
 * All that the deciding Houston knows: plain JSON, so that it can be kept, compared and replayed. Records
 * are only ever read in the order of the estate's lists, never in the order of their own keys.
 */
export type ControlState = {
  readonly at: UnixMs;
  readonly configuredAt: UnixMs | null;
  readonly estate: Estate | null;
  readonly mode: Mode;
  /** What the mode is again, and when; absent: it was not set for a while. */
  readonly modeThen?: { readonly mode: Mode; readonly at: UnixMs } | null;
  readonly hold: Hold | null;
  readonly pins?: readonly Pin[];
  readonly stopped: Stopped | null;
  readonly blind: boolean;
  /** Whether a majority was ever heard: before that we are starting, not blind. */
  readonly heardMajority: boolean;
  readonly places: Readonly<Record<LocationName, Place>>;
  readonly demand: DemandBook;
  /** Null: nobody forecasts. */
  readonly forecast: DemandForecast | null;
  readonly headroom: Headroom;
  /** What was answered last, by condition and location. */
  readonly conditions: Readonly<Record<ConditionName, Readonly<Record<LocationName, ConditionKnown>>>>;
  /** Who may not be sent where because of it. */
  readonly bars: readonly ConditionBar[];
  readonly liftedConditions: readonly LiftedCondition[];
  /** New answers since bars were worked out last. */
  readonly unjudgedConditions: boolean;
  /** The newest table issued; what servers answer from once `flight` is done. */
  readonly table: RouteTable | null;
  /** The highest version that servers held when the log began: tables of an earlier log. 0: none. */
  readonly heldVersion: number;
  /** Where every chunk belongs when all is well. */
  readonly home: Assignment | null;
  /** The home plan was made before any demand was known, or for other rules, and is made once more, in parts where a guard asks for it. */
  readonly homeIsGuess: boolean;
  /** Not before this is it tried again. */
  readonly homeAgainAt: UnixMs;
  readonly flight: Flight | null;
  /** Republish without waiting for rest: contingencies must go or come (hold, mode, stop). */
  readonly republish: boolean;
  readonly basis: Basis | null;
  /** Since when load or readiness has drifted from the basis without a break. */
  readonly driftingSince: UnixMs | null;
  readonly apart: readonly Apart[];
  readonly questions: readonly OpenQuestion[];
  /** Answers and defaults by the question's purpose, so that nothing is asked twice in one incident; with its end they go. */
  readonly answers: Readonly<Record<string, Answer>>;
  /** What automatic moves took elsewhere lately, as shares of all traffic. */
  readonly movedShares: readonly { readonly at: UnixMs; readonly share: number }[];
  /** Where chunks went lately: the judge needs it to see trouble that follows the traffic. */
  readonly moved: readonly Moved[];
  readonly scalesAsked: readonly { readonly id: string; readonly location: LocationName; readonly at: UnixMs }[];
  /** What was said or reasoned already, so that it is said once. */
  readonly said: Readonly<Record<string, UnixMs>>;
  /** Effects so far: the next id. */
  readonly effects: number;
  readonly incidents: number;
  readonly openIncidents: readonly OpenIncident[];
  /** As they read when they closed, the newest first. */
  readonly closedIncidents: readonly Incident[];
  readonly nextMinuteAt: UnixMs;
  /** New summaries since the estate was judged last. */
  readonly unjudged: boolean;
};

/** What an incident is about, kept while it lasts; its words are made from this and from how things are now. */
export type OpenIncident = {
  readonly number: number;
  /** Null: all locations share it, or it is about ourselves. */
  readonly location: LocationName | null;
  readonly openedAt: UnixMs;
  /** We were blind, and heard no more locations than this when they were fewest; null: it is about something else. */
  readonly fewestHeard: number | null;
  /** The worst so far: a place that its users have left looks well. */
  readonly verdict: Verdict | null;
  /** How many failed alike when they were most. */
  readonly alike: number;
  /** What came to all of them before it began; null: nothing did. */
  readonly deploy: { readonly service: string; readonly version: string } | null;
  /** It was lost at some time. */
  readonly lost: boolean;
};

export type Moved = {
  readonly from: LocationName;
  readonly to: LocationName;
  readonly at: UnixMs;
  /** When the first of them went; absent in what an older version kept. */
  readonly firstAt?: UnixMs;
  /** What was wrong at the sender when they left; and which of its buckets it suspects, by now. */
  readonly causes: readonly Cause[];
  readonly suspects: readonly Suspect[];
};

/** Automatic moves are stopped: the trouble followed the traffic. */
export type Stopped = {
  readonly at: UnixMs;
  readonly says: string;
  readonly involved: readonly LocationName[];
  /** Since when all the involved are healthy again. */
  readonly wellSince: UnixMs | null;
};

/** The one publication under way. */
export type Flight = {
  readonly effect: string;
  readonly issuedAt: UnixMs;
  readonly tries: number;
  /** Set when it was not taken, or refused: when to try again. */
  readonly againAt: UnixMs | null;
};

/** What the newest contingencies were computed from: they are stale when this has changed enough. */
export type Basis = {
  readonly at: UnixMs;
  readonly loadRps: Readonly<Record<LocationName, number>>;
  readonly readyRps: Readonly<Record<LocationName, number>>;
  readonly barred: readonly LocationName[];
  /** Bars of conditions, which say more than a place's name. */
  readonly bars: readonly ConditionBar[];
  /** Providers under suspicion: their places were the last to be planned into. */
  readonly suspects: readonly ProviderName[];
  /** `at-lyon eu-west-1`: over which nobody was planned while others had room. */
  readonly badPaths: readonly string[];
  /** Lost places whose chunks are under watch where they went: no contingency takes those further. */
  readonly watched: readonly LocationName[];
  /** Classes that no hours forbade to move at a loss; absent in states of before there were such hours. */
  readonly free?: string;
  /** Which classes could go at the loss of a place, or of a provider, by the rules of the mode; absent as above. */
  readonly followed?: Followed;
  /** At whose loss a rule's share lets fewer classes go than it would let go of a smaller one; absent as above. */
  readonly beyondRules?: readonly LocationOrProvider[];
};

export type Followed = Readonly<Record<LocationOrProvider, readonly ClassName[]>>;

/** What is known of one condition at one location. */
export type ConditionKnown = {
  /** The newest answer that told anything; null: there was none yet. */
  readonly clear: {
    readonly at: UnixMs;
    /** None: it held. */
    readonly failures: readonly ConditionFailure[];
    readonly behindSeconds?: number;
  } | null;
  /** The newest answer, when it told nothing. */
  readonly unclear: { readonly at: UnixMs; readonly says: string } | null;
};

export type Answer = {
  readonly choice: number;
  readonly at: UnixMs;
  /** A yes to a move that nobody gave: it was stated that silence is one. */
  readonly isSilentYes: boolean;
};

export type OpenQuestion = Question & {
  /** That nobody answers is a yes to a move: that wants what an act wants. */
  readonly actsUnanswered: boolean;
  /** What the answer is for, with the trouble's number third: `leave:us-east-1:3`, `room:us-east-1:3`, `path:us-east-1:3:at-lyon`. */
  readonly purpose: string;
  readonly incident: number | null;
};

export type Place = {
  readonly name: LocationName;
  readonly state: LocationState;
  readonly hold: Hold | null;
  /** Absent in states of before there was such an order. */
  readonly forced?: Forced | null;
  readonly summary: Summary | null;
  readonly heardAt: UnixMs | null;
  /** What plans may count on: see usable.ts. */
  readonly capacity: Capacity | null;
  /** What its scaler says. */
  readonly declared: Capacity | null;
  /** It refused or queued requests below what it said to be ready for: what it served then, the mean of `looks` summaries, is believed in place of its word. */
  readonly shown: { readonly rps: number; readonly looks: number; readonly at: UnixMs } | null;
  readonly bound: CapacityBound | null;
  readonly proven: Proven | null;
  readonly warming: readonly WarmingPart[];
  /** What was ready when we met it: floors go back to this after an incident. */
  readonly restRps: number;
  readonly verdict: Verdict | null;
  /** A majority saw it lost, and it has not served since. */
  readonly lostAt: UnixMs | null;
  readonly healthySince: UnixMs | null;
  /** When many of its requests failed for a moment, the oldest first: see habit.ts. */
  readonly bursts: readonly Burst[];
  /** The trouble's number, from its first sign until all is well again. */
  readonly incident: number | null;
  /** Zones whose users are hurt on their way to it; nobody of them is sent here meanwhile, but for a loss that leaves no other room. */
  readonly badPaths: readonly BadPath[];
  /** Why it keeps its users although it is failing; null when nothing stands against leaving it. */
  readonly stays: string | null;
  readonly leave: Leave | null;
  readonly back: Back | null;
  /** Users belong there by order who have never left it, and are still to be brought: who ordered it, and who they are in words. */
  readonly comers?: { readonly by: string; readonly whose: string } | null;
  /** Where all belonged before its first users were on their way here; absent or null: they are not. */
  readonly homeBefore?: Assignment | null;
  /** It is new, and its first users have not come yet: no plan gives it any. */
  readonly isUnopened?: true;
  /** The newest step of its leave or its way back. */
  readonly step: StepTaken | null;
  /** How often it failed on its way back, and the wait that follows from it. */
  readonly failedBacks: number;
  readonly backNotBefore: UnixMs;
  /** The same of the ways back over a bad way: they say nothing of the place. */
  readonly failedPathBacks: number;
  readonly pathBackNotBefore: UnixMs;
  /** Since when there is half the evidence that it takes to leave it; null: there is less, or it is prepared for. */
  readonly doubtSince: UnixMs | null;
  readonly prepared: Prepared | null;
  /** What was ready when it began to be left: it keeps that until its users are back; 0: it is not left. */
  readonly keptRps: number;
  /** When it had its users back last; null: it has been left since. */
  readonly restoredAt: UnixMs | null;
  /** The floor that we asked its scaler for; 0: none. */
  readonly askedRps: number;
  readonly askedAt: UnixMs;
  readonly growthRefusedAt: UnixMs | null;
  /** When more became ready last, or was asked for while nothing was under way. */
  readonly grewAt: UnixMs;
  /** When its conditions were asked again before a wave. */
  readonly conditionsAskedAt: UnixMs | null;
};

/** A place that may have to be left: see prepare.ts. */
export type Prepared = {
  /** Since when the evidence is gone; null: it is there. */
  readonly calmSince: UnixMs | null;
  /** What others are to have ready for its users, and what that adds, in cost units. */
  readonly floors: Readonly<Record<LocationName, number>>;
  readonly addedCost: number;
};

/** A location failed requests for a moment, and got well by itself. */
export type Burst = {
  readonly until: UnixMs;
  /** At its worst, 0..1. */
  readonly failedRatio: number;
};

/** Users of a zone are hurt on their way to a location. */
export type BadPath = {
  readonly zone: ZoneName;
  /** As the beacons of its users name it: `users:de`. */
  readonly network: string;
  readonly since: UnixMs;
  /** Share of their requests that failed when it was seen, 0..1. */
  readonly hurt: number;
  /** Since when those of them who are still there are well; null: they are not, or nobody can say. */
  readonly wellSince: UnixMs | null;
  /** A few are being sent back to see whether the way is well again. */
  readonly isTried: boolean;
  /** They were hurt wherever they went: until then nobody is moved for it. */
  readonly leftUntil: UnixMs;
};

/** `path`, `condition`: only those whose way is bad, or whom conditions keep out; the place goes on for all others. */
export type LeaveWhy = "gray" | "lost" | "person" | "spill" | "path" | "condition";

/** A location is being left, or has been. */
export type Leave = {
  readonly why: LeaveWhy;
  readonly incident: number;
  readonly since: UnixMs;
  readonly by: string | null;
  readonly classes: readonly ClassName[];
  /** Only users of these; null: all. */
  readonly zones: readonly ZoneName[] | null;
  /** How much of it must go, 0..1. */
  readonly share: number;
  readonly expires: UnixMs | null;
  /** It was ordered as what stays, not as what leaves. */
  readonly weight?: { readonly why?: string };
  /** A person's order that stands beside this: so many stay out when all others may come back. Absent: there is none. */
  readonly overtook?: OrderedOut;
  /** A person's order that is over: who is out comes back as soon as the place bears them. Absent: it stands. */
  readonly ended?: { readonly by: string; readonly says: string };
  /** Those whom a person ordered back did not get there, and are tried again. */
  readonly isTriedAgain?: true;
  /** The assignment when it began: what "its traffic" means for shares, and what a roll-back returns to. */
  readonly from: Assignment;
  /** A lost location is left at once, unless a receiver died of what it took: then by canary, like a gray one. */
  readonly pace: "at-once" | "canary";
  /** The rung of the ladder: how much may be out after the next step, 0..share. */
  readonly rung: number;
  /** Receivers that worsened, and until when they get nothing more. */
  readonly avoid: Readonly<Record<LocationName, UnixMs>>;
  /** Nothing more goes before: a receiver began to fail, and what it caught may show only now. */
  readonly waitsUntil: UnixMs;
  /** A person allowed receivers to be filled this far. */
  readonly utilisation: number | null;
  /** What the sender's trouble looks like: receivers are compared with it. Its causes are those of when it was left. */
  readonly trouble: Trouble;
  /** Suspect buckets that were given back after their canary: they stay. */
  readonly tried: readonly Bucket[];
  readonly doneAt: UnixMs | null;
  /** Who took of a lost location lately, and since when: see luggage.ts. */
  readonly carriers: readonly Carrier[];
  /** Where the plan sends it, for words: shares by receiver. */
  readonly plan: readonly { readonly to: LocationName; readonly share: number }[];
  /** Requests a second that find no room even when all receivers have grown. */
  readonly noRoomRps: number;
  /** Since when forbidden hours keep it from going on; null: they don't. */
  readonly pausedAt: UnixMs | null;
};

/** Whom a person ordered out, kept as it was ordered. */
export type OrderedOut = Pick<Leave, "classes" | "share" | "expires" | "weight"> & {
  readonly by: string;
  readonly at: UnixMs;
};

/** A receiver of a lost location's chunks. */
export type Carrier = { readonly name: LocationName; readonly since: UnixMs };

export type Trouble = Pick<Moved, "causes" | "suspects">;

/** A location gets its own traffic back. */
export type Back = {
  readonly since: UnixMs;
  readonly by: string | null;
  readonly incident: number;
  readonly from: Assignment;
  readonly rung: number;
  /** So many stay out by a person's order; absent: all come back. */
  readonly order?: OrderedOut;
};

export type StepTaken = {
  readonly version: number;
  readonly at: UnixMs;
  readonly before: Assignment;
  readonly receivers: readonly StepReceiver[];
  /** When all receivers had been looked at and were well. */
  readonly lookedAt: UnixMs | null;
  /** How much was out (or back) after it, 0..1. */
  readonly reached: number;
  /** Set when one suspect bucket went alone. */
  readonly suspect: Bucket | null;
};

/** A receiver's own counters before the step, to compare with. */
export type StepReceiver = {
  readonly name: LocationName;
  readonly tookRps: number;
  readonly verdict: "healthy" | "shaky" | "failing";
  readonly failedRatio: number;
  readonly failedHabit: number;
  readonly queueMs: number;
  readonly shedRps: number;
};

/** Requests per second of each class by zone. */
export type ZoneDemand = Readonly<Record<ClassName, Readonly<Record<ZoneName, number>>>>;

/** What the edges counted, by the location whose edge it entered. */
export type DemandBook = {
  readonly entries: Readonly<Record<LocationName, Entry>>;
  /** Share of each class's requests by bucket, 256 numbers that sum to 1; a class without: all alike. */
  readonly bucketShares: Readonly<Record<ClassName, readonly number[]>>;
  readonly bucketSharesAt: UnixMs;
  /** What all zones wanted in the last seconds, oldest first. */
  readonly past: readonly { readonly at: UnixMs; readonly demand: ZoneDemand }[];
  /** The last day's hours, oldest first. */
  readonly hours: readonly HourMost[];
};

/** What all zones wanted at most in one hour; hours are counted from 1970. */
export type HourMost = { readonly hour: number; readonly mostRps: number };

export type Entry = {
  readonly at: UnixMs;
  readonly rps: ZoneDemand;
  readonly buckets: Readonly<Record<ClassName, readonly number[]>> | null;
  /** Set while it is silent: what its zones asked for in all when it fell silent. Demand is never forgotten because a location died. */
  readonly memory: ZoneDemand | null;
};

/** Whether the others have room for each loss, looked at one after the other. */
export type Headroom = {
  readonly nextAt: UnixMs;
  /** Which loss is next, as an index into those that are watched. */
  readonly next: number;
  /** Losses that did not fit when they were looked at last, by the location or the provider that would be lost. */
  readonly short: Readonly<Record<string, Shortfall>>;
  /** What was asked for so that every loss fits, by who must have it ready. */
  readonly floors: Readonly<Record<LocationName, { readonly rps: number; readonly at: UnixMs }>>;
};

export type Shortfall = {
  readonly since: UnixMs;
  /** Of its users, 0..1: who would have no place in what is ready now. */
  readonly share: number;
  readonly isSaid: boolean;
  /** As it was at the last look: what is short and what is done about it, and what is left to people. */
  readonly what: string;
  readonly youNeedTo: string | null;
};

export function initialControl(): ControlState {
  return {
    at: 0,
    configuredAt: null,
    estate: null,
    mode: "observe",
    hold: null,
    stopped: null,
    blind: false,
    heardMajority: false,
    places: {},
    demand: { entries: {}, bucketShares: {}, bucketSharesAt: 0, past: [], hours: [] },
    forecast: null,
    headroom: { nextAt: 0, next: 0, short: {}, floors: {} },
    conditions: {},
    bars: [],
    liftedConditions: [],
    unjudgedConditions: false,
    table: null,
    heldVersion: 0,
    home: null,
    homeIsGuess: true,
    homeAgainAt: 0,
    flight: null,
    republish: false,
    basis: null,
    driftingSince: null,
    apart: [],
    questions: [],
    answers: {},
    movedShares: [],
    moved: [],
    scalesAsked: [],
    said: {},
    effects: 0,
    incidents: 0,
    openIncidents: [],
    closedIncidents: [],
    nextMinuteAt: 0,
    unjudged: false,
  };
}

export function newPlace(name: LocationName): Place {
  return {
    name,
    state: "serving",
    hold: null,
    summary: null,
    heardAt: null,
    capacity: null,
    declared: null,
    shown: null,
    bound: null,
    proven: null,
    warming: [],
    restRps: 0,
    verdict: null,
    lostAt: null,
    healthySince: null,
    bursts: [],
    incident: null,
    badPaths: [],
    stays: null,
    leave: null,
    back: null,
    step: null,
    failedBacks: 0,
    backNotBefore: 0,
    failedPathBacks: 0,
    pathBackNotBefore: 0,
    doubtSince: null,
    prepared: null,
    keptRps: 0,
    restoredAt: null,
    askedRps: 0,
    askedAt: 0,
    growthRefusedAt: null,
    grewAt: 0,
    conditionsAskedAt: null,
  };
}
