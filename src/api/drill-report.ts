import type { ClassName, LocationName } from "../core/estate.ts";
import type { UnixMs } from "../core/step.ts";
import type { Action, Cause, Scope, VerdictState } from "../core/verdict.ts";

/**
 * What `houston drill NAME --json` prints (DESIGN section 11): counted by the users and the bank, not by those who steer.
 * Only `certainAt`, `decidedAt`, the timeline and what `more` says of verdicts and questions are Houston's own.
 */
export type DrillReport = {
  readonly drill: string;
  readonly location: LocationName | null;
  readonly locations: readonly LocationName[];
  readonly faultAt: UnixMs;
  readonly certainAt: UnixMs | null;
  readonly decidedAt: UnixMs | null;
  readonly moved99At: UnixMs | null;
  /** Of the TTL-obeying users that the locations had at `faultAt`; of everybody when the drill names no location. */
  readonly requests: { readonly total: number; readonly failed: number; readonly failedAfterMoved99: number };
  readonly checkouts: {
    readonly started: number;
    readonly completed: number;
    readonly continuedElsewhere: number;
    readonly lost: number;
    readonly doubled: number;
  };
  readonly overloadedReceivers: readonly {
    readonly location: LocationName;
    readonly seconds: number;
    readonly worstUtilisation: number;
  }[];
  /** Requests of the same locations' users behind stubborn resolvers and pinned connections. */
  readonly stubbornUsers: { readonly total: number; readonly failed: number };
  readonly needlessMoves: number;
  readonly restoredAt: UnixMs | null;
  readonly timeline: readonly { readonly at: UnixMs; readonly says: string }[];
  /** Beyond the contract: for people who read closely. */
  readonly more: {
    /** False: nobody helped. */
    readonly houston: boolean;
    readonly until: UnixMs;
    /** The first 60 s after the fault; `secondsOfTraffic` is `failed` in seconds of these users' traffic. */
    readonly first60s: { readonly total: number; readonly failed: number; readonly secondsOfTraffic: number | null };
    /** The worst share that failed in any whole minute, 0..1. */
    readonly worstMinuteFailedShare: number;
    /**
     * When users would have noticed: the first second at which so many percent of the requests of the minute up to it had failed, the
     * minute before the fault with none failed counting too; null: it never came to that.
     */
    readonly felt: readonly { readonly percent: number; readonly at: UnixMs | null }[];
    /** The worst such share up to `certainAt`, 0..1; null: Houston was never certain. */
    readonly worstMinuteUntilCertain: number | null;
    /** When there was first enough evidence that something is wrong there, worth a move or not. */
    readonly beyondBarAt: UnixMs | null;
    /** What Houston thought and should not have; null where the drill does not say what is right. */
    readonly wrongVerdicts: readonly WrongVerdict[] | null;
    /** The first second from which each 10 s window had >= 99 % of what went well served elsewhere. */
    readonly movedOutAt: UnixMs | null;
    readonly everyone: Count & {
      readonly slow: number;
      /** Of whole answers: how much longer than one round trip to who answered 99 % of them took at most; null: none came. */
      readonly p99OverDistanceMs: number | null;
    };
    readonly bots: { readonly total: number; readonly failed: number };
    /** Where one tenant brings the trouble: what its users met and did; null in all other drills. */
    readonly tenant: TenantReport | null;
    /** Where only some zones' way is ill: what their users met, and who was moved; null in all other drills. */
    readonly path: PathReport | null;
    readonly why: Readonly<Record<string, number>>;
    /** Share of each location's chunks that DNS has given to others since the fault. */
    readonly chunksMoved: readonly { readonly location: LocationName; readonly share: number }[];
    /** False: `restoredAt` was not waited for. */
    readonly waitedForBack: boolean;
    /** What `failedAfterMoved99` were, alike ones together, the most first. */
    readonly failuresAfterMoved99: readonly {
      readonly class: ClassName;
      readonly kind: string;
      /** The location called first, and who answered; null: none. */
      readonly called: LocationName | null;
      readonly served: LocationName | null;
      readonly outcome: string;
      readonly count: number;
    }[];
    /** What Houston held for the cause when it became certain, or else when it first had a doubt. */
    readonly cause: Cause | null;
    /** Verdicts that were worse than healthy at the fault already, and each time that one became worse than it was. */
    readonly worseVerdicts: number;
    /** What Houston asked of people, with its numbered choices; `defaultChoice` counts from 1. */
    readonly questions: readonly {
      readonly at: UnixMs;
      readonly asks: string;
      readonly choices: readonly string[];
      readonly defaultChoice: number;
    }[];
    /** Where the locations' users were sent, of their chunks (each time that DNS newly said so) and of their requests. */
    readonly receivers: readonly {
      readonly location: LocationName;
      readonly chunks: number;
      readonly chunksShare: number;
      readonly requests: number;
      /** The largest share of their requests in any 10 s. */
      readonly peakShare: number;
      /** When the drill itself killed it. */
      readonly diedAt: UnixMs | null;
      /** When Houston first knew it to be lost, failing, or worse since it took users. */
      readonly badAt: UnixMs | null;
      readonly failingAt: UnixMs | null;
      /** What was newly sent to it, and what came, from the TTL + 4 s after `diedAt` on, else the TTL + 1.5 s after `badAt`; null: it was never bad. */
      readonly whenBad: { readonly chunksShare: number; readonly requestsShare: number } | null;
    }[];
    /** What the locations' edges turned away for want of capacity. */
    readonly edges: readonly {
      readonly location: LocationName;
      readonly class: ClassName;
      readonly served: number;
      readonly shed: number;
    }[];
    /** `stubbornUsers` from 20 s after the fault on. */
    readonly stubbornAfter20s: Count;
    /** Of `requests`, the same. */
    readonly requestsAfter20s: Count;
    /** While the deciding Houston was dead by the drill's own doing; null: it was not. */
    readonly houstonDown: {
      readonly killedAt: UnixMs;
      readonly restartedAt: UnixMs | null;
      /** The first move after the restart. */
      readonly goesOnAt: UnixMs | null;
      readonly requests: Count;
      /** Of the users of all other locations. */
      readonly others: Count;
    } | null;
    /** How often a location beside the drill's own did not say how full it was; it counts as full as before. */
    readonly missedPolls: number;
    /** How often Houston was asked what it says and decides, but for when the drill itself had stopped it. */
    readonly houstonPolls: Count;
  };
};

type Count = { readonly total: number; readonly failed: number };

/** Another location than the drill's became worse, or one of the drill's was failing of another kind, or called for another action. */
export type WrongVerdict = {
  readonly at: UnixMs;
  readonly location: LocationName;
  readonly verdict: VerdictState;
  readonly scope: Scope;
  readonly action: Action;
  readonly cause: string | null;
};

/** In a drill whose trouble is on the way of some zones' users: those who had the locations, TTL-obeying. */
export type PathReport = {
  readonly zones: readonly string[];
  readonly requests: Count;
  /** The first second from which each 10 s window of theirs has >= 99 % not failed, until 60 s after; null: never. */
  readonly wellAt: UnixMs | null;
  /** Of the chunks of these zones that the locations had, how many have been told another location since. */
  readonly movedShare: number;
  /** The users of all other zones who had the locations: whom moving does not help. */
  readonly others: { readonly requests: Count; readonly movedShare: number };
};

/** In a drill whose trouble one tenant brings: where its requests came, whom it hurt, and whether two places were sick at once. */
export type TenantReport = {
  /** Of `public`. */
  readonly bucket: number;
  /** Of the tenant's own users who were at home in the locations, its crowd too. */
  readonly requests: Count;
  /** Other locations that its requests came to, answered or not; those with most first. */
  readonly receivers: readonly {
    readonly location: LocationName;
    readonly requests: number;
    /** Of the tenant's requests from the fault on. */
    readonly share: number;
    readonly firstAt: UnixMs;
    readonly lastAt: UnixMs;
  }[];
  /** The TTL-obeying users of the same locations who are not the tenant's. */
  readonly innocent: Count;
  /** The first second from which each 10 s window of theirs has >= 99 % not failed, until 60 s after; null: never. */
  readonly innocentWellAt: UnixMs | null;
  /** Locations where others than the tenant failed, by what users met there: in how many seconds, and from when. */
  readonly sick: readonly { readonly location: LocationName; readonly seconds: number; readonly firstAt: UnixMs }[];
  /** In how many seconds one of the locations and one that took their users were sick, or two that took them. */
  readonly bothSickSeconds: number;
};
