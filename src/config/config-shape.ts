import { z } from "zod";
import { nameShape as name } from "./name-shape.ts";
import { conditionShape } from "./condition-shape.ts";
import { forbiddenHoursShape } from "./forbidden-hours.ts";
import { modeShape } from "./mode-shape.ts";
import { peopleShape } from "./people-shape.ts";
import { probesShape } from "./probes-shape.ts";
import { scaleShape } from "./scale-shape.ts";
import { steeringShape } from "./steering-shape.ts";
import { watchShape } from "./watch-shape.ts";

/** The shape of houston.yaml, with every default. What refers to something else is checked in config-file.ts. */
const rps = z.number().nonnegative().max(1e9);
const share = z.number().min(0).max(1);
const latitude = z.number().min(-90).max(90);
const longitude = z.number().min(-180).max(180);

const location = z.strictObject({
  name,
  provider: name,
  country: z.string().length(2).toUpperCase(),
  latitude,
  longitude,
  /** The most it can grow to. */
  capacityRps: rps.positive(),
  costPerRps: z.number().nonnegative().default(1),
  /** By which its users' clocks go, as IANA names it; only known events ask for it. */
  timezone: z.string().optional(),
  /** Classes that have servers of their own here, with what those carry; `capacityRps` is what all others share. */
  pools: z.record(name, rps).exactOptional(),
  /** What lets it take no more however large it grows: so many requests a second, or so many units that carry so much each. */
  limits: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(60),
        rps: rps.positive().exactOptional(),
        units: z.number().positive().max(1e9).exactOptional(),
        rpsPerUnit: z.number().positive().max(1e6).exactOptional(),
      }),
    )
    .max(20)
    .default([]),
});

/** For every class alike, or for each class by its name. */
const placesByClass = z.union([z.array(name), z.record(name, z.array(name))], {
  error: "a list of locations is needed, or one for each class",
});
const milliseconds = z.number().positive().max(10_000);

/** Measured latencies, or a place on the map from which they are estimated. */
const zone = z
  .strictObject({
    name,
    country: z.string().length(2).toUpperCase(),
    latitude: latitude.optional(),
    longitude: longitude.optional(),
    latencyMs: z.record(name, z.number().nonnegative().max(10_000)).optional(),
    /** Law: never served there, whatever happens. */
    forbidden: placesByClass.optional(),
    /** Served there while there is room. */
    preferred: placesByClass.optional(),
    /** The longest round trip its users are sent over; in place of the class's own. */
    farthestMs: z
      .union([milliseconds, z.record(name, milliseconds)], {
        error: "a number of milliseconds is needed, or one for each class",
      })
      .optional(),
  })
  .refine(
    (each) => each.latencyMs !== undefined || (each.latitude !== undefined && each.longitude !== undefined),
    "latencyMs is missing, and so is a place to estimate it from: write latencyMs, or latitude and longitude",
  );

const trafficClass = z.strictObject({
  name,
  priority: z.number().int().min(0).max(1000),
  latencyWeight: z.number().nonnegative().default(1),
  data: z
    .union([z.literal("everywhere"), z.literal("stays"), z.strictObject({ oneWriter: name })], {
      error: "everywhere, stays, or { oneWriter: LOCATION } is needed",
    })
    .default("everywhere"),
  /** The longest round trip that this class's users are sent over, in every zone that does not say another. */
  farthestMs: milliseconds.optional(),
});

const service = z.strictObject({
  layer: z.enum(["journey", "edge", "service", "resource", "network", "provider"]).default("service"),
  dependsOn: z.array(name).default([]),
  /** Only locations of this provider have it. */
  provider: name.optional(),
});

/** With the zone it is meant in: `2026-11-27T00:00:00Z`, or `+01:00` in place of the `Z`; without either it is local (local-time.ts). */
const moment = z.iso.datetime({ offset: true, local: true, error: "a day with its time is needed" });

/** When and where; what is checked of it beyond its shape is in config-file.ts. */
export const eventTimes = z.object({
  from: moment,
  to: moment,
  /** In which times are meant that have no zone of their own; absent: in each location's own. */
  timezone: z.string().optional(),
  locations: z.array(name).min(1).optional(),
});

const knownEvent = z.strictObject({
  ...eventTimes.shape,
  name: z.string().min(1).max(60),
  /** So many times as much is usual then; `wide` is ten times, and what is meant where nothing is written. */
  factor: z
    .union([z.number().min(1).max(100), z.literal("wide")], { error: "a number from 1 to 100 is needed, or wide" })
    .optional(),
  /** So many times as many requests as otherwise are expected then. */
  demandFactor: z.number().positive().max(1000).optional(),
  /** In place of a factor, of a time that is over: what made evidence rise. */
  was: z.enum(["fault", "chance"]).optional(),
});

export const configShape = z.strictObject({
  /** What this estate is called, as no other of yours is: a signed order is for the one that it names. */
  name: name.optional(),
  locations: z
    .array(location)
    .min(3, "three locations at least: two others must be able to take what one leaves")
    .max(50),
  zones: z.array(zone).min(1).max(2000),
  classes: z
    .array(trafficClass)
    .min(1)
    .max(16)
    .default([{ name: "public", priority: 10, latencyWeight: 1, data: "everywhere" }]),
  services: z.record(name, service),
  journeys: z.record(name, z.strictObject({ needs: z.array(name).min(1) })),
  objective: z
    .strictObject({
      errorRatio: z.number().gt(0).lt(1).default(0.001),
      slowMs: z.number().positive().default(1000),
      burnRate: z.number().min(1).default(5),
    })
    .prefault({}),
  needlessMovesPerYear: z.number().positive().max(1000).default(1),
  guards: z
    .strictObject({
      maxShareMovedPerMinute: share.default(0.3),
      minLocationsServing: z.number().int().min(1).default(2),
      maxUtilisation: z.number().gt(0).max(1).default(0.85),
      peopleOnly: z.array(name).default([]),
      /** When nothing moves by itself; what people order moves. */
      forbidden: z.array(forbiddenHoursShape).max(50).default([]),
    })
    .prefault({}),
  /** What people know of beforehand: sales, holidays, migrations. */
  events: z.array(knownEvent).max(500).default([]),
  /** `location`: what is ready at rest is to have room for the loss of any one; `provider`: for that of all of a provider's too; `none`: that is not watched. */
  headroom: z.enum(["location", "provider", "none"]).default("location"),
  /** What was asked for so that a loss fits stays for so long: tomorrow's peak will want it again. */
  headroomKeptSeconds: z.number().int().min(60).max(2_592_000).default(86_400),
  /** What is done at half the evidence that it takes to leave a location: who would take its users grows, and answers are kept for less long. */
  prepare: z
    .strictObject({
      /** Of what all that is ready costs (`costPerRps`): the most that growth may add for it. */
      maxAddedCostShare: share.default(0.1),
      ttlSeconds: z.number().int().min(1).max(86_400).default(10),
    })
    .prefault({}),
  /** Beyond what a location has carried well in the last 30 days, so large a share of what its scaler says counts. */
  unprovenShare: z.number().gt(0).max(1).default(0.8),
  /** So long it takes until all of what has just become ready counts: caches and connections warm up. */
  slowStartSeconds: z.number().int().min(0).max(3600).default(0),
  /** What a receiver must be beside having room. */
  conditions: z.array(conditionShape).max(32).default([]),
  /** Who keeps each other's request journals: no cell may cross a border that a zone's law draws. */
  cells: z
    .array(
      z.strictObject({
        name,
        locations: z.array(name).length(3, "three locations: two of them go on without the third"),
      }),
    )
    .max(16)
    .default([]),
  /** Who may give orders: by signed files, and in Slack. */
  people: peopleShape,
  /** Absent: nobody is asked to grow. */
  scale: scaleShape.optional(),
  /** Absent: nobody is moved, whatever is decided. */
  steering: steeringShape.optional(),
  /** Absent: nobody looks from outside. */
  probes: probesShape.optional(),
  /** What `houston run` judges by. */
  watch: watchShape.optional(),
  /** One word for all, or `{ default, rules, unanswered }`. */
  mode: modeShape,
  restore: z.enum(["person", "auto"]).default("person"),
  ttlSeconds: z.number().int().min(1).max(86_400).default(60),
});

export type Config = z.output<typeof configShape>;
