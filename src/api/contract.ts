import type { ControlView, Incident, LocationView, Words } from "../core/control-contract.ts";
import type { RoomBound } from "../core/control/bound-words.ts";
import type { ClassName, Estate, LocationName, ZoneName } from "../core/estate.ts";
import type { Order } from "../core/order.ts";
import type { WhatIf } from "../core/plan/what-if.ts";
import type { Moment } from "../core/size/question.ts";
import type { Reason, UnixMs } from "../core/step.ts";
import type { OwnView, Sight } from "../core/summary.ts";
import type { TimelineEntry } from "../drivers/chat/timeline.ts";
import type { Frame } from "../runtime/frame.ts";
import type { DrillReport } from "./drill-report.ts";

export type { Frame, FrameLocation } from "../runtime/frame.ts";
export type { DrillReport } from "./drill-report.ts";

/**
 * What Houston's faces ask and are told: console, command and chat speak to the API in these words, and the OpenAPI document
 * says the same. Types only, so that a browser can use them.
 */

/** `GET /api/world`: what does not change while it runs. */
export type World = {
  readonly version: string;
  readonly estate: Estate;
  /** Edge addresses without port. */
  readonly addresses: Readonly<Record<LocationName, string>>;
};

/** `GET /api/locations/{name}`: all that is known of one place, from users down to the last resource. */
export type LocationDetail = {
  readonly view: LocationView;
  /** Its node's newest word; null when it was never heard. */
  readonly own: OwnView | null;
  /** How the others see it, by who looks. */
  readonly seenBy: Readonly<Record<LocationName, Sight>>;
};

/** `POST /api/orders/preview` with `{order}`: what it would do as things are; changes nothing. */
export type OrderPreview = {
  readonly order: Order;
  /** Lines for a person: "moves 1,240 rps of PUBLIC to 3 places, highest 71 % full, +9 ms median". */
  readonly says: readonly string[];
  readonly movesRps: number;
  /** Utilisation after it, of capacity; the fullest first. */
  readonly receivers: readonly {
    readonly name: LocationName;
    readonly takesRps: number;
    readonly utilisation: number;
  }[];
  readonly addedMs: { readonly median: number; readonly p95: number };
  /** What a person types to confirm it (a big one: the location's name); null: a click will do. */
  readonly typed: string | null;
  /** What takes it back; null when nothing can or need. */
  readonly undo: Order | null;
};

/** `POST /api/orders`. */
export type OrderAnswer = {
  readonly accepted: true;
  readonly words: readonly Words[];
  readonly reasons: readonly Reason[];
};

/**
 * `GET /api/frames?since=&until=&limit=`: the world as it was, every FRAME_EVERY_MS for 2 h, then a minute apart for 30 days. Oldest first;
 * where there are more than `limit`, evenly apart, the first and the last among them.
 */
export type Frames = { readonly frames: readonly Frame[] };

/** `GET /api/incidents`: the open ones and those of the last 30 days, newest first. */
export type Incidents = { readonly incidents: readonly Incident[] };

/** `GET /api/drills?limit=`: the newest first. `POST /api/drills` takes one report. */
export type Drills = { readonly drills: readonly KeptDrill[] };

export type KeptDrill = { readonly at: UnixMs; readonly report: DrillReport };

/** `GET /api/stream`, server-sent events: first a `view`, then each as it comes. */
export type StreamEvent =
  | { readonly event: "view"; readonly data: ControlView }
  | { readonly event: "words"; readonly data: TimelineEntry }
  /** Nothing has changed, and the line is alive. */
  | { readonly event: "alive"; readonly data: { readonly at: UnixMs } };

/** `GET /api/trace/{id}?at=`: a request's way, what its journal says, and every hop that locations have kept, in order of time. */
export type Trace = {
  readonly id: string;
  /** The journal's entry; null when it knows no such request. */
  readonly journal: unknown;
  readonly hops: readonly Hop[];
  /** Who did not answer: what they know is missing here. */
  readonly silent: readonly string[];
  /** What each location kept at all, of the minute `at` or of all that it still knows: what is missing here may have been left out. */
  readonly kept: readonly KeptShare[];
};

/** Each request of a location is in one of the counts: kept for that it failed, was relayed, has a key or is in the sample; or not kept, and why. */
export type KeptShare = {
  readonly location: string;
  /** The first minute of it; null: nothing is known of it, for it is too long ago or nothing came. */
  readonly since: UnixMs | null;
  /** Of what went well one in so many was to be kept, where it was fewest; 1: all of it. */
  readonly oneIn: number;
  readonly failed: number;
  readonly relayed: number;
  readonly keyed: number;
  readonly sampled: number;
  readonly notSampled: number;
  readonly tooMany: number;
  readonly lost: number;
};

/** What a world remembers of a request; more fields by kind. */
export type Hop = {
  readonly at: number;
  readonly location: string;
  readonly kind: string;
  readonly ms?: number;
  readonly status?: number;
};

/** `GET /api/doubts`: requests whose journal waits for a person, the one that waits longest first. */
export type Doubts = { readonly doubts: readonly Doubt[] };

export type Doubt = {
  readonly id: string;
  readonly workflow: string;
  readonly tenant: string | null;
  /** Who ran it last. */
  readonly location: string;
  readonly reason: {
    /** `in-doubt`, `code-changed`, `unkeepable`, `too-many-runs`. */
    readonly code: string;
    readonly says: string;
    readonly step: string | null;
    readonly attempt: number;
  };
  /** What to look for in the receiver's books; null when no step is in question. */
  readonly receiverKey: string | null;
  readonly quietMs: number;
};

/** `POST /api/doubts/{id}/settle`: a person's word on what became of the step in question. */
export type DoubtWord = { readonly by: string; readonly done: boolean; readonly result?: unknown };

/** Every error: what, and the fix. */
export type ApiError = { readonly code: string; readonly says: string; readonly hint: string };

/** An order that is not carried out is answered as it is recorded. */
export type OrderRefused = ApiError & { readonly words: readonly Words[]; readonly reasons: readonly Reason[] };

/** `GET /health`: 200 while it decides and sees, else 503. */
export type Health = {
  readonly deciding: boolean;
  readonly blind: boolean;
  readonly broken: { readonly at: UnixMs; readonly says: string } | null;
  readonly behind: readonly string[];
};

/** `GET /api/timeline?since=&until=&limit=`: what Houston said, oldest first. */
export type Timeline = { readonly entries: readonly TimelineEntry[] };

/** `POST /api/drills`. */
export type KeptAt = { readonly at: UnixMs };

/** `GET /api/demand`: requests a second by class and zone. */
export type DemandAnswer = {
  readonly at: UnixMs;
  readonly demandRps: Readonly<Record<ClassName, Readonly<Record<ZoneName, number>>>>;
};

/** `GET /api/demand/week`. */
export type WeekDemand = { readonly at: UnixMs; readonly hours: readonly Moment[] };

/** `GET /api/plan?without=`. */
export type PlanAnswer = WhatIf & {
  /** Locations whose scalers say more than plans count on, in the estate's order; absent: none. */
  readonly bounds?: readonly ({ readonly location: LocationName; readonly readyRps: number } & RoomBound)[];
};
