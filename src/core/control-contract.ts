import type { Capacity, ClassName, Estate, LocationName, Mode, ZoneName } from "./estate.ts";
import type { Order } from "./order.ts";
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
  | { readonly event: "order"; readonly at: UnixMs; readonly by: string; readonly order: Order }
  | { readonly event: "outcome"; readonly at: UnixMs; readonly effect: string; readonly outcome: Outcome };

/** What came to one location's edge, before any relaying, by class and zone; and by bucket. */
export type EntryDemand = {
  readonly from: LocationName;
  readonly rps: Readonly<Record<ClassName, Readonly<Record<ZoneName, number>>>>;
  /** Share of the class's requests in each of the 256 buckets; absent when too few to say. */
  readonly buckets?: Readonly<Record<ClassName, readonly number[]>>;
};

/** What the world answered to an effect: a value, never an exception. */
export type Outcome =
  | { readonly kind: "done"; readonly says?: string }
  | { readonly kind: "retry"; readonly code: string; readonly says?: string }
  | { readonly kind: "refused"; readonly code: string; readonly says?: string };

/** What control.step asks of the world. Each has an id; its outcome comes back as an event. */
export type ControlEffect =
  | { readonly kind: "publish"; readonly id: string; readonly table: RouteTable }
  /** Grow (or let shrink) to this many requests a second; a floor, kept until the next. */
  | { readonly kind: "scale"; readonly id: string; readonly location: LocationName; readonly targetRps: number }
  | { readonly kind: "notice"; readonly id: string; readonly notice: LossNotice }
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
  readonly hold: Hold | null;
  readonly routeTableVersion: number;
  /** Set when automatic moves have been stopped by a receiver that sickened in the sender's way. */
  readonly stopped: { readonly at: UnixMs; readonly says: string } | null;
  readonly blind: boolean;
  readonly locations: readonly LocationView[];
  readonly questions: readonly Question[];
};

export type Hold = { readonly by: string; readonly at: UnixMs };

export type LocationView = {
  readonly name: LocationName;
  readonly state: LocationState;
  readonly hold: Hold | null;
  readonly verdict: Verdict;
  readonly demandRps: number;
  readonly servedRps: number;
  readonly capacityRps: number;
  readonly readyRps: number;
  /** Share of what it normally serves that has been moved out, 0..1. */
  readonly movedShare: number;
  readonly summaryAt: UnixMs | null;
};
