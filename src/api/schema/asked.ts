import { z } from "zod";
import type {
  DemandAnswer,
  Doubt,
  Doubts,
  DoubtWord,
  Health,
  Hop,
  KeptAt,
  PlanAnswer,
  KeptShare,
  Trace,
  WeekDemand,
} from "../contract.ts";
import type { WorkWord } from "../../runtime/work-feed.ts";
import type { Gate } from "../gate.ts";
import { count, moment, name, rate, ratio } from "./parts.ts";
import { describes } from "./same.ts";
import { boundFields } from "./view.ts";

/** What is worked out when it is asked for. */

const move = z.object({ class: name, zone: name, from: name, to: name, rps: rate });
export const plan = describes<PlanAnswer>("WhatIf")(
  z.object({
    without: name.nullable().meta({ description: "a location or a provider" }),
    lost: z.array(name).meta({ description: "the locations that are left out: of a provider all" }),
    suspects: z.array(name).meta({ description: "providers whose locations are planned into last" }),
    badPaths: z
      .array(z.object({ zone: name, location: name }))
      .meta({ description: "ways that are bad for a zone's users, who go over them last" }),
    reason: z
      .object({ code: z.string(), says: z.string(), location: name.exactOptional() })
      .nullable()
      .meta({ description: "without `without`: why anybody should move, or nobody" }),
    moves: z.array(move),
    utilisationBefore: z.record(name, ratio),
    utilisationAfter: z.record(name, ratio),
    addedMs: z.object({
      p50: z.number(),
      p95: z.number(),
      worstZone: z.object({ zone: name, ms: z.number() }).nullable(),
    }),
    unserved: z.array(
      z.object({
        class: name,
        zone: name,
        rps: rate,
        why: z
          .enum(["condition", "bad-path", "law", "data", "too-far", "no-way", "none-left", "own-pools-full", "full"])
          .meta({ description: "what keeps it from the places that have room" }),
        closedBy: z
          .array(z.object({ location: name, conditions: z.array(name) }))
          .meta({ description: "of `condition`: the places with room, and the conditions that keep it from them" })
          .exactOptional(),
      }),
    ),
    prices: z.record(name, z.number()).meta({ description: "what one more request a second of room there would save" }),
    grow: z.array(z.object({ location: name, toRps: rate })),
    bounds: z
      .array(z.object({ location: name, readyRps: rate, ...boundFields }))
      .meta({ description: "locations whose scalers say more than plans count on" })
      .exactOptional(),
  }),
);

export const demand = describes<DemandAnswer>("Demand")(
  z.object({ at: moment, demandRps: z.record(name, z.record(name, rate)) }),
);

export const weekDemand = describes<WeekDemand>("WeekDemand")(
  z.object({
    at: moment,
    hours: z.array(z.object({ name: z.string(), demandRps: z.record(name, z.record(name, rate)) })),
  }),
);

const hop = describes<Hop>("Hop")(
  z
    .object({
      at: moment,
      location: name,
      kind: z.string(),
      ms: z.number().exactOptional(),
      status: z.number().exactOptional(),
    })
    .meta({ description: "more fields by kind", additionalProperties: true }),
);
const requests = z.number().int();
const keptShare = describes<KeptShare>("KeptShare")(
  z.object({
    location: name,
    since: moment.nullable().meta({ description: "the first minute of it; null: nothing is known of it" }),
    oneIn: z.number().meta({ description: "of what went well one in so many was to be kept, where it was fewest" }),
    failed: requests,
    relayed: requests,
    keyed: requests.meta({ description: "kept for their Idempotency-Key" }),
    sampled: requests,
    notSampled: requests.meta({ description: "not kept: not in the sample" }),
    tooMany: requests.meta({ description: "not kept: more in a second than are kept of one" }),
    lost: requests.meta({ description: "not kept: the disk failed, or the memory was full" }),
  }),
);
export const trace = describes<Trace>("Trace")(
  z.object({
    id: z.string(),
    journal: z.unknown().meta({ description: "the journal's record of it; null when it knows no such request" }),
    hops: z.array(hop),
    silent: z.array(z.string()).meta({ description: "who did not answer" }),
    kept: z.array(keptShare).meta({ description: "what each location kept at all" }),
  }),
);

export const doubt = describes<Doubt>("Doubt")(
  z.object({
    id: z.string(),
    workflow: z.string(),
    tenant: z.string().nullable(),
    location: name.meta({ description: "who ran it last" }),
    reason: z.object({
      code: z.string().meta({ description: "in-doubt, code-changed, unkeepable or too-many-runs" }),
      says: z.string(),
      step: z.string().nullable(),
      attempt: z.number(),
    }),
    receiverKey: z.string().nullable().meta({ description: "what to look for in the receiver's books" }),
    quietMs: z.number(),
  }),
);
export const doubts = describes<Doubts>("Doubts")(z.object({ doubts: z.array(doubt) }));
export const doubtWord = describes<DoubtWord>("DoubtWord")(
  z.object({
    by: z.string().min(1).max(100),
    done: z.boolean().meta({ description: "whether the step in question happened; if not, it never will" }),
    result: z.unknown().meta({ description: "what the step would have returned, had it been heard" }).exactOptional(),
  }),
);

export const gate = describes<Gate>("Gate")(
  z.object({
    location: name,
    allowed: z.boolean(),
    code: z.enum([
      "clear",
      "stopped-deciding",
      "stale",
      "blind",
      "held",
      "stopped",
      "bad-deploy",
      "moving",
      "receiving",
      "silent",
      "failing",
    ]),
    says: z.string(),
  }),
);

export const work = describes<WorkWord>("Work")(
  z.object({
    version: z.literal(1),
    location: name,
    mayWork: z.boolean(),
    code: z
      .string()
      .meta({ description: "serving, partly-left, leaving, left, restoring, lost; not-known-yet: nobody has looked" }),
    says: z.string(),
    change: count.meta({ description: "grows by one when a yes becomes a no, or a no a yes" }),
    since: moment.meta({ description: "when it changed last" }),
    confirmedAt: moment.meta({ description: "when Houston last stood by it" }),
  }),
);

export const health = describes<Health>("Health")(
  z.object({
    deciding: z.boolean(),
    blind: z.boolean(),
    broken: z.object({ at: moment, says: z.string() }).nullable(),
    behind: z.array(z.string()).meta({ description: "servers that answer from an older table" }),
  }),
);
export const keptAt = describes<KeptAt>("KeptAt")(z.object({ at: moment }));
