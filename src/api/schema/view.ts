import { z } from "zod";
import type { LiftedCondition } from "../../core/conditions.ts";
import type {
  BarView,
  BadPathView,
  ControlView,
  Forced,
  HeadroomShort,
  Incident,
  IncidentProgress,
  LocationView,
  MovedFlow,
  PinView,
  Question,
  Weight,
  Words,
} from "../../core/control-contract.ts";
import type { RoomBound } from "../../core/control/bound-words.ts";
import type { RequestCounts, Requests } from "../../core/requests.ts";
import type { TimelineEntry } from "../../drivers/chat/timeline.ts";
import type { Effect } from "../effect.ts";
import type { Tail } from "../tail.ts";
import type { LocationStatus, Status } from "../status.ts";
import {
  cause,
  count,
  hold,
  locationState,
  mode,
  moment,
  name,
  promise,
  proof,
  rate,
  ratio,
  share,
  verdict,
  verdictState,
  watchedHours,
} from "./parts.ts";
import { describes } from "./same.ts";

/** What is now: the status that programs rely on, and the view that every face shows. */

export const question = describes<Question>("Question")(
  z.object({
    id: name,
    asks: z.string(),
    choices: z.array(z.string()),
    defaultChoice: z.number().int().positive().meta({ description: "counted from 1: what happens at the deadline" }),
    deadline: moment,
  }),
);

const level = z.enum(["info", "change", "urgent"]);
const wordsFields = {
  at: moment,
  incident: count.exactOptional(),
  location: name.exactOptional(),
  level,
  what: z.string(),
  users: z.string().exactOptional(),
  why: z.string().exactOptional(),
  certain: z.string().exactOptional(),
  doing: z.string().exactOptional(),
  notDoing: z.string().exactOptional(),
  youNeedTo: z.string().exactOptional(),
  question: question.exactOptional(),
};
export const words = describes<Words>("Words")(z.object(wordsFields));
export const timelineEntry = describes<TimelineEntry>("TimelineEntry")(z.object({ id: name, ...wordsFields }));

const progress = describes<IncidentProgress>("IncidentProgress")(
  z.object({
    movedShare: share,
    wantedShare: share,
    doneAt: moment.nullable(),
    receivers: z.array(z.object({ name, share, utilisation: ratio, readyRps: rate })),
    noRoomRps: rate,
  }),
);
export const incident = describes<Incident>("Incident")(
  z.object({
    number: count,
    openedAt: moment,
    closedAt: moment.nullable(),
    location: name.nullable(),
    level,
    what: z.string(),
    users: z.string(),
    why: z.string(),
    certain: z.string(),
    doing: z.string(),
    notDoing: z.string(),
    youNeedTo: z.string(),
    brief: z.string(),
    questions: z.array(question),
    progress: progress.nullable(),
  }),
);

const headroomShort = describes<HeadroomShort>("HeadroomShort")(
  z.object({
    without: z.string().meta({ description: "a location, or a provider with all of its locations" }),
    share: share.meta({ description: "of its users: who would have no place in what is ready now" }),
    what: z.string(),
    youNeedTo: z.string().nullable(),
  }),
);

export const flow = describes<MovedFlow>("MovedFlow")(z.object({ from: name, to: name, rps: rate }));
export const servedBy = z
  .array(z.number().int().min(-1))
  .meta({ description: "for each zone of the estate who serves most of it, as an index into locations; -1: nobody" });

export const boundFields = {
  declaredRps: rate.meta({ description: "what its scaler says is ready" }),
  by: z
    .discriminatedUnion("kind", [
      z.object({ kind: z.literal("proven"), rps: rate, at: moment }),
      z.object({ kind: z.literal("unproven"), share }),
      z.object({ kind: z.literal("limit"), name: z.string(), rps: rate }),
      z.object({ kind: z.literal("warming"), until: moment }),
    ])
    .meta({ description: "what keeps readyRps below it" }),
};
const bound = describes<RoomBound>("RoomBound")(z.object(boundFields));
export const bar = describes<BarView>("Bar")(
  z.object({
    condition: name,
    location: name,
    because: z.enum(["fails", "unknown"]),
    classes: z.array(name),
    buckets: z.array(count).nullable().meta({ description: "null: all of the classes" }),
    says: z.string(),
  }),
);
const liftedCondition = describes<LiftedCondition>("LiftedCondition")(z.object({ condition: name, says: z.string() }));

const badPath = describes<BadPathView>("BadPathView")(
  z.object({
    zone: name,
    since: moment,
    hurt: share,
    movedTo: z.array(name),
    furtherMs: z.number().nullable(),
  }),
);
const lasting = { by: z.string(), at: moment, until: moment.exactOptional(), why: z.string().exactOptional() };
const forced = describes<Forced>("Forced")(z.object({ to: z.enum(["up", "down"]), ...lasting }));
const weight = describes<Weight>("Weight")(z.object({ share, classes: z.array(name), ...lasting }));
const pin = describes<PinView>("PinView")(
  z.object({
    what: z.enum(["zone", "tenant"]),
    name,
    class: name.exactOptional(),
    location: name,
    ...lasting,
    share: share.meta({ description: "of the requests of who is pinned, what is led there now" }),
  }),
);
export const locationView = describes<LocationView>("LocationView")(
  z.object({
    name,
    state: locationState,
    hold: hold.nullable(),
    forced: forced.exactOptional(),
    weight: weight.exactOptional(),
    verdict,
    demandRps: rate,
    servedRps: rate,
    capacityRps: rate,
    readyRps: rate,
    bound: bound.exactOptional(),
    proven: z
      .object({ rps: rate, at: moment })
      .meta({ description: "the most that it carried well in the last 30 days, and when" })
      .exactOptional(),
    failedRatio: share,
    shedRps: rate,
    movedShare: share,
    summaryAt: moment.nullable(),
    badPaths: z.array(badPath).exactOptional(),
  }),
);

export const view = describes<ControlView>("ControlView")(
  z.object({
    at: moment,
    mode,
    modeThen: z
      .object({ mode, at: moment })
      .meta({ description: "what the mode is again, and when, where it was set for a while" })
      .exactOptional(),
    modeRules: z
      .array(z.string())
      .meta({ description: "what is done otherwise than by the mode, the first that fits; absent: nothing" })
      .exactOptional(),
    beyondRules: z
      .array(name)
      .meta({
        description:
          "locations, and providers with all of theirs, whose loss takes more than a rule lets move by itself; absent: none",
      })
      .exactOptional(),
    forbiddenNow: z
      .array(z.string())
      .meta({ description: "the hours that keep moves back now; absent: none" })
      .exactOptional(),
    hold: hold.nullable(),
    routeTableVersion: count,
    stopped: z.object({ at: moment, says: z.string() }).nullable(),
    blind: z.boolean(),
    pins: z.array(pin).exactOptional(),
    bars: z.array(bar),
    liftedConditions: z.array(liftedCondition),
    locations: z.array(locationView),
    questions: z.array(question),
    incidents: z.array(incident),
    flows: z.array(flow),
    headroom: z.array(headroomShort).exactOptional(),
    servedBy,
  }),
);

const requestCounts = {
  inFlight: count.meta({ description: "begun and not finished" }),
  resumedElsewhere: count.meta({ description: "begun elsewhere and gone on with here, since its process began" }),
  parked: count.meta({ description: "they wait for a person" }),
  inDoubt: count.meta({ description: "of the parked, those of which nobody knows whether their last step happened" }),
};
const requests = describes<Requests>("Requests")(
  z.object({
    ...requestCounts,
    silent: z.array(z.string()).meta({ description: "journals that do not answer: counted as they last said" }),
  }),
);
const requestsAt = describes<RequestCounts>("RequestCounts")(z.object(requestCounts));

const locationStatus = describes<LocationStatus>("LocationStatus")(
  z.object({
    name,
    address: z.string().nullable(),
    state: locationState,
    verdict: verdictState,
    certainty: share,
    cause: cause.nullable(),
    promise,
    proof: proof.nullable(),
    watchedHours: watchedHours.nullable(),
    badPaths: z.array(badPath),
    hold: hold.nullable(),
    forced: forced.nullable().meta({ description: "by a person, beside what is measured; null: by nobody" }),
    weight: weight.nullable().meta({ description: "of its own users it serves this share; null: nobody has set one" }),
    demandRps: rate,
    capacityRps: rate,
    readyRps: rate,
    bound: bound.nullable(),
    proven: z.object({ rps: rate, at: moment }).nullable(),
    requests: requestsAt.nullable().meta({ description: "those that it ran last; null: no journal is known" }),
  }),
);
const effectAt = z.object({
  at: z.string().meta({ description: "who is asked: `203.0.113.53:53`" }),
  asked: count.meta({ description: "names and types, each with another answer than before" }),
  seenAt: moment.nullable().meta({ description: "when all of them were answered rightly first; null: not yet" }),
  dueAt: moment.meta({ description: "from then on it is late" }),
  isLate: z.boolean(),
  says: z.string().nullable().meta({ description: "what it answers instead, or why it can't be told" }),
});
const effect = describes<Effect>("Effect")(
  z.object({
    version: count,
    decidedAt: moment,
    state: z.enum(["waiting", "seen", "late", "replaced"]),
    servers: z.array(effectAt),
    resolvers: z.array(effectAt),
  }),
);

export const tail = describes<Tail>("Tail")(
  z.object({
    location: name,
    since: moment,
    outShare: share.meta({ description: "of those who are led elsewhere, who comes no more" }),
    isMeasured: z
      .boolean()
      .meta({ description: "counted at its own edge; else it follows from how long answers are kept" }),
    until: moment.meta({ description: "by then whoever obeys has asked again" }),
    holdsLongerShare: share,
    resolvers: z.array(z.object({ address: z.string(), until: moment, share })),
  }),
);

export const byHand = z.object({ forced: forced.nullable(), weight: weight.nullable(), pins: z.array(pin) });

export const status = describes<Status>("Status")(
  z.object({
    mode,
    leader: z.string().nullable(),
    hold: hold.nullable(),
    routeTableVersion: count,
    pins: z.array(pin).meta({ description: "who is where a person wants them" }),
    bars: z.array(bar),
    liftedConditions: z.array(liftedCondition),
    locations: z.array(locationStatus),
    headroom: z.array(headroomShort).meta({ description: "losses that would not fit now, the worst first" }),
    requests: requests.nullable(),
    needlessMoves: z.object({
      askedPerYear: z.number().nonnegative(),
      holdsPerYear: z.number().nonnegative().nullable(),
      locations: count,
      certified: count,
      watchedHours: watchedHours.nullable(),
    }),
    effects: z.array(effect).meta({ description: "whether the newest tables are what users are told, newest first" }),
    tails: z.array(tail).meta({ description: "who still comes to locations that users were led away from lately" }),
    steering: z
      .array(
        z.object({
          driver: name,
          version: count,
          state: z.enum(["done", "retry", "refused"]),
          code: name.nullable(),
          says: z.string().nullable(),
        }),
      )
      .meta({ description: "drivers that have not taken a table, or took it with a word" }),
  }),
);
