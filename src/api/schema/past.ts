import { z } from "zod";
import type { Frame, FrameLocation } from "../../runtime/frame.ts";
import type { DecidedEffect, Decision, NotedVerdict } from "../../runtime/recorder.ts";
import type { Drills, Frames, Incidents, KeptDrill, Timeline } from "../contract.ts";
import type { Decided } from "../decided.ts";
import type { Why } from "../why.ts";
import { drillReport } from "./drill-report.ts";
import { order } from "./orders.ts";
import { count, locationState, moment, name, rate, reason, share, verdict, verdictState } from "./parts.ts";
import { describes } from "./same.ts";
import { bar, byHand, flow, incident, servedBy, tail, timelineEntry, words } from "./view.ts";

/** What was: said, decided, thought, seen, rehearsed. */

export const timeline = describes<Timeline>("Timeline")(z.object({ entries: z.array(timelineEntry) }));

const notice = z.object({
  location: name,
  tableVersion: count,
  seenBy: z.array(name),
  at: moment,
  expires: moment,
});
export const effect = describes<DecidedEffect>("DecidedEffect")(
  z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("publish"), id: name, version: count }),
    z.object({ kind: z.literal("scale"), id: name, location: name, targetRps: rate }),
    z.object({ kind: z.literal("notice"), id: name, notice }),
  ]),
);

const decisionFields = {
  event: z.enum([
    "config",
    "tick",
    "summary",
    "capacity",
    "demand",
    "forecast",
    "proven",
    "routeTable",
    "conditions",
    "order",
    "outcome",
  ]),
  by: z.string().exactOptional(),
  order: order.exactOptional(),
  effects: z.array(effect),
  reasons: z.array(reason),
  evidence: verdict.nullable(),
};
const decision = describes<Decision & { readonly at: number }>("Decision")(z.object({ at: moment, ...decisionFields }));
const notedVerdict = describes<NotedVerdict & { readonly at: number }>("NotedVerdict")(
  z.object({ at: moment, state: locationState, verdict }),
);
export const decided = describes<Decided>("Decided")(
  z.object({ decisions: z.array(decision), verdicts: z.array(notedVerdict) }),
);

export const why = describes<Why>("Why")(
  z.object({
    location: name,
    at: moment.nullable(),
    state: locationState.nullable(),
    verdict: verdict.nullable(),
    bars: z.array(bar),
    byHand: byHand.nullable().meta({ description: "what people have set there by hand now; null: another moment" }),
    tail: tail.nullable(),
    decisions: z.array(decision),
    words: z.array(words),
  }),
);

const frameLocation = describes<FrameLocation>("FrameLocation")(
  z.object({
    name,
    state: locationState,
    held: z.boolean(),
    verdict: verdictState,
    cause: z.string().nullable(),
    demandRps: rate,
    servedRps: rate,
    readyRps: rate,
    failedRatio: share,
    usersHurt: share,
    movedShare: share,
  }),
);
const frame = describes<Frame>("Frame")(
  z.object({
    at: moment,
    routeTableVersion: count,
    held: z.boolean(),
    locations: z.array(frameLocation),
    flows: z.array(flow),
    servedBy,
    incidents: z.array(z.object({ number: count, brief: z.string() })),
  }),
);
export const frames = describes<Frames>("Frames")(z.object({ frames: z.array(frame) }));
export const incidents = describes<Incidents>("Incidents")(z.object({ incidents: z.array(incident) }));

const keptDrill = describes<KeptDrill>("KeptDrill")(z.object({ at: moment, report: drillReport }));
export const drills = describes<Drills>("Drills")(z.object({ drills: z.array(keptDrill) }));
