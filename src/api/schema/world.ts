import { z } from "zod";
import type { DataPlace, Estate, ForbiddenHours, Journey, ModeRule, Service, Unanswered } from "../../core/estate.ts";
import type { Load, NetworkRate, Outlook, OwnView, ServiceRate, Sight } from "../../core/summary.ts";
import type { Suspect } from "../../core/suspects.ts";
import type { LocationDetail, World } from "../contract.ts";
import {
  because,
  cause,
  count,
  layer,
  mode,
  moment,
  name,
  promise,
  proof,
  rate,
  ratio,
  share,
  sufficient,
  verdictState,
  watchedHours,
} from "./parts.ts";
import { describes } from "./same.ts";
import { locationView } from "./view.ts";

/** What does not change while it runs, and all that is known of one place. */

const dataPlace = describes<DataPlace>("DataPlace")(
  z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("everywhere") }),
    z.object({ kind: z.literal("one-writer"), location: name }),
    z.object({ kind: z.literal("stays") }),
  ]),
);
const service = describes<Service>("Service")(
  z.object({ layer, dependsOn: z.array(name), provider: z.string().exactOptional() }),
);
const journey = describes<Journey>("Journey")(z.object({ needs: z.array(name) }));

const placesByClass = z.record(name, z.array(name));

const unanswered = describes<Unanswered>("Unanswered")(
  z.object({ answer: z.enum(["approve", "deny"]), afterSeconds: count }),
);
const modeRule = describes<ModeRule>("ModeRule")(
  z.object({
    mode,
    classes: z.array(name).exactOptional(),
    faults: z.array(z.enum(["hard-down", "failing", "path", "overload"])).exactOptional(),
    maxShare: share.meta({ description: "of all traffic, 0 to 1" }).exactOptional(),
    unanswered: unanswered.exactOptional(),
  }),
);
const forbiddenHours = describes<ForbiddenHours>("ForbiddenHours")(
  z.object({
    says: z.string(),
    days: z.array(z.number().int().min(0).max(6)).meta({ description: "on which they begin, 0 is Monday" }),
    fromMinute: count,
    untilMinute: count,
    clocks: z.array(z.object({ from: z.number(), aheadMinutes: z.number().int() })),
    classes: z.array(name).exactOptional(),
    losses: z.enum(["move", "stay"]),
  }),
);

export const estate = describes<Estate>("Estate")(
  z.object({
    locations: z.array(
      z.object({
        name,
        provider: z.string(),
        country: z.string(),
        latitude: z.number(),
        longitude: z.number(),
        capacityRps: rate,
        costPerRps: z.number(),
        pools: z
          .record(name, rate)
          .meta({ description: "classes that have servers of their own there; capacityRps is what all others share" })
          .exactOptional(),
        limits: z
          .array(z.object({ name: z.string(), rps: rate }))
          .meta({ description: "what lets it take no more however large it grows; the least wins" })
          .exactOptional(),
      }),
    ),
    zones: z.array(
      z.object({
        name,
        country: z.string(),
        latencyMs: z.record(name, z.number()).meta({ description: "a location that is missing is forbidden" }),
        forbidden: placesByClass.meta({ description: "law: by class, where it is never served" }).exactOptional(),
        preferred: placesByClass
          .meta({ description: "by class, where it is served while there is room" })
          .exactOptional(),
        farthestMs: z
          .record(name, z.number())
          .meta({ description: "by class, the longest round trip that its users are sent over" })
          .exactOptional(),
        latitude: z.number().exactOptional(),
        longitude: z.number().exactOptional(),
      }),
    ),
    classes: z.array(z.object({ name, priority: z.number(), latencyWeight: z.number(), data: dataPlace })),
    services: z.record(name, service),
    journeys: z.record(name, journey),
    objective: z.object({ errorRatio: share, slowMs: z.number(), burnRate: z.number() }),
    needlessMovesPerYear: z.number(),
    guards: z.object({
      maxShareMovedPerMinute: share,
      minLocationsServing: count,
      maxUtilisation: share,
      peopleOnly: z.array(name),
      forbidden: z.array(forbiddenHours).exactOptional(),
    }),
    mode,
    modeRules: z.array(modeRule).exactOptional(),
    unanswered: unanswered.exactOptional(),
    mostMode: mode.meta({ description: "the most that the mode may be set to; absent: act" }).exactOptional(),
    restore: z.enum(["person", "auto"]),
    actWithoutPromise: z.boolean(),
    ttlSeconds: z.number(),
    events: z
      .array(
        z.object({
          name,
          from: moment,
          until: moment,
          factor: z.number(),
          demandFactor: z.number().exactOptional(),
          was: z.enum(["fault", "chance"]).exactOptional(),
          locations: z.array(name).exactOptional(),
        }),
      )
      .exactOptional(),
    headroom: z.enum(["location", "provider", "none"]).exactOptional(),
    headroomKeptSeconds: count.exactOptional(),
    prepare: z.object({ maxAddedCostShare: share, ttlSeconds: count }).exactOptional(),
    unprovenShare: share.exactOptional(),
    slowStartSeconds: count.exactOptional(),
    conditions: z
      .array(
        z.object({
          name,
          kind: z.enum(["tls", "replica-lag", "parity", "quota", "third-party", "http", "promql", "command"]),
          classes: z.array(name).exactOptional(),
          locations: z.array(name).exactOptional(),
          doubt: z.enum(["bars", "passes"]),
          doubtAfterSeconds: z.number(),
          askedBy: z.enum(["houston", "location"]),
        }),
      )
      .exactOptional(),
  }),
);

export const world = describes<World>("World")(
  z.object({
    version: z.string(),
    estate,
    addresses: z.record(name, z.string()).meta({ description: "edge addresses without port" }),
  }),
);

const load = describes<Load>("Load")(
  z.object({
    servedRps: rate,
    enteredRps: rate,
    readyRps: rate,
    capacityRps: rate,
    utilisation: ratio,
    shedRps: rate,
    queueMs: ratio,
    failedRatio: share,
  }),
);
const serviceRate = describes<ServiceRate>("ServiceRate")(
  z.object({ service: name, bad: ratio, total: ratio, logMs: z.number().nullable() }),
);
const network = describes<NetworkRate>("NetworkRate")(
  z.object({
    name: z.string().meta({ description: "as its users' beacons name it: `users:de`" }),
    bad: ratio,
    total: ratio,
    ill: z.boolean().meta({ description: "hurt here lately; else others ask for it" }),
  }),
);
const suspect = describes<Suspect>("Suspect")(z.object({ class: name, bucket: count, share, nats: z.number() }));
const outlook = describes<Outlook>("Outlook")(
  z.object({
    natsPerSecond: z.number(),
    movableHurt: share,
    recovery: z
      .object({
        service: name,
        failingBelow: share.exactOptional(),
        slowerBelow: ratio.exactOptional(),
        natsPerSecond: ratio,
      })
      .exactOptional(),
    fault: z.object({ service: name, rps: rate, failing: share, seconds: ratio }).exactOptional(),
  }),
);
const own = describes<OwnView>("OwnView")(
  z.object({
    verdict: verdictState,
    evidenceNats: z.number(),
    aloneNats: z.number(),
    barNats: z.number(),
    promise,
    proof: proof.exactOptional(),
    watchedHours: watchedHours.exactOptional(),
    usersHurt: share,
    worthMoving: z.boolean(),
    healthyNats: z.number(),
    habitSince: moment.exactOptional(),
    causes: z.array(cause),
    because: z.array(because),
    rates: z.array(serviceRate),
    deploys: z.array(z.object({ service: name, version: z.string(), at: moment })),
    load,
    suspects: z.array(suspect),
    networks: z.array(network).exactOptional(),
    cutOff: z.boolean(),
    sufficient: sufficient.exactOptional(),
    outlook: outlook.exactOptional(),
  }),
);
const sight = describes<Sight>("Sight")(
  z.object({
    lookedAt: moment,
    failedLooks: count,
    errors: count.exactOptional(),
    looks: count,
    failures: count,
    lossNats: z.number(),
    grayNats: z.number(),
  }),
);
export const locationDetail = describes<LocationDetail>("LocationDetail")(
  z.object({
    view: locationView,
    own: own.nullable(),
    seenBy: z.record(name, sight).meta({ description: "by who looks" }),
  }),
);
