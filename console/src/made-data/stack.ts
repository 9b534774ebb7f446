import type { LocationDetail, World } from "../../../src/api/contract.ts";
import type { Why } from "../../../src/api/why.ts";
import type { Estate, Journey, Service } from "../../../src/core/estate.ts";
import type { OwnView, ServiceRate, Sight } from "../../../src/core/summary.ts";
import type { Verdict } from "../../../src/core/verdict.ts";

/** Made: a shop in six places, of which us-east-1 suffers from its dynamodb. For looking at views without a Houston, and for tests. */

export const MADE_AT = Date.UTC(2026, 10, 23, 3, 12, 41);

const service = (...dependsOn: readonly string[]): Service => ({ layer: "service", dependsOn });
const resource: Service = { layer: "resource", dependsOn: [] };

export const madeShop: Pick<Estate, "services" | "journeys"> = {
  services: {
    edge: { layer: "edge", dependsOn: ["web", "catalog", "cart", "checkout", "orders"] },
    web: service("cache", "recommend", "profile"),
    catalog: service("cache", "search", "pricing", "dynamodb", "firestore"),
    search: service("disk"),
    recommend: service("dynamodb", "firestore"),
    cart: service("session", "stock", "pricing"),
    session: service("dynamodb", "firestore"),
    pricing: service("cache"),
    stock: service("dynamodb", "firestore"),
    checkout: service("stock", "payment", "orders"),
    payment: service(),
    orders: service("email", "disk", "dynamodb", "firestore"),
    email: service("queue"),
    profile: service("cache"),
    dynamodb: resource,
    firestore: resource,
    cache: resource,
    queue: resource,
    disk: resource,
  },
  journeys: {
    browse: { needs: ["edge", "web", "catalog"] },
    fill: { needs: ["edge", "cart", "session", "stock"] },
    buy: { needs: ["edge", "cart", "checkout", "stock", "payment", "orders"] },
    follow: { needs: ["edge", "orders"] },
  },
};

const PLACES: readonly (readonly [
  name: string,
  provider: string,
  country: string,
  latitude: number,
  longitude: number,
])[] = [
  ["us-east-1", "aws", "US", 38.95, -77.45],
  ["us-east-2", "aws", "US", 39.96, -83],
  ["ca-central-1", "aws", "CA", 45.5, -73.57],
  ["us-central1", "google", "US", 41.26, -95.86],
  ["eu-west-1", "aws", "IE", 53.35, -6.26],
  ["ap-northeast-1", "aws", "JP", 35.68, 139.69],
];

const ZONES: readonly (readonly [name: string, latencyMs: readonly number[]])[] = [
  ["us-northeast", [12, 24, 15, 31, 76, 165]],
  ["us-mid-atlantic", [8, 19, 21, 29, 80, 168]],
  ["us-southeast", [18, 26, 33, 34, 92, 172]],
  ["canada-east", [21, 27, 6, 33, 71, 160]],
  ["brazil", [118, 127, 126, 140, 178, 256]],
  ["uk-ireland", [74, 84, 72, 96, 9, 230]],
  ["japan", [162, 154, 158, 140, 225, 5]],
];

export const madeEstate: Estate = {
  locations: PLACES.map(([name, provider, country, latitude, longitude]) => ({
    name,
    provider,
    country,
    latitude,
    longitude,
    capacityRps: 2400,
    costPerRps: 0,
  })),
  zones: ZONES.map(([name, latencyMs]) => ({
    name,
    country: "US",
    latencyMs: Object.fromEntries(PLACES.map(([place], index) => [place, latencyMs[index]!])),
  })),
  classes: [
    { name: "public", priority: 3, latencyWeight: 1, data: { kind: "everywhere" } },
    { name: "editor", priority: 2, latencyWeight: 1, data: { kind: "one-writer", location: "us-east-1" } },
    { name: "internal", priority: 1, latencyWeight: 0.2, data: { kind: "everywhere" } },
  ],
  ...madeShop,
  objective: { errorRatio: 0.001, slowMs: 1000, burnRate: 5 },
  needlessMovesPerYear: 1,
  guards: { maxShareMovedPerMinute: 0.5, minLocationsServing: 3, maxUtilisation: 0.85, peopleOnly: [] },
  mode: "act",
  restore: "person",
  actWithoutPromise: true,
  ttlSeconds: 5,
};

export const madeWorld: World = {
  version: "made",
  estate: madeEstate,
  addresses: Object.fromEntries(PLACES.map(([name], index) => [name, `127.0.0.${index + 1}`])),
};

const rate = (name: string, total: number, bad: number, ms: number): ServiceRate => ({
  service: name,
  total,
  bad,
  logMs: Math.log(ms),
});

const rates: readonly ServiceRate[] = [
  rate("edge", 2480, 101, 41),
  rate("web", 1210, 0, 14),
  rate("catalog", 940, 11, 24),
  rate("cart", 610, 34, 61),
  rate("session", 604, 31, 48),
  rate("stock", 588, 30, 46),
  rate("checkout", 122, 9, 96),
  rate("orders", 140, 6, 52),
  rate("payment", 118, 0, 31),
  rate("pricing", 800, 0, 3),
  rate("search", 320, 0, 9),
  rate("recommend", 410, 4, 22),
  rate("profile", 390, 0, 4),
  rate("dynamodb", 1760, 96, 38),
  rate("cache", 2900, 0, 0.6),
  rate("disk", 410, 0, 1.9),
];

export const madeVerdict: Verdict = {
  location: "us-east-1",
  verdict: "failing",
  certainty: 1,
  evidenceNats: 21.6,
  barNats: 20,
  scope: "location",
  action: "leave",
  promise: "certified",
  proof: { days: 9, raised: 0, leftOut: 0, askedPerYear: 0.067, holdsPerYear: 0.04, raisedNats: 0, holds: true },
  impact: { usersHurt: 0.041 },
  causes: [
    { layer: "resource", name: "dynamodb", share: 0.81 },
    { layer: "service", name: "cart", share: 0.12 },
  ],
  because: [
    {
      service: "dynamodb",
      signal: "requests",
      nats: 20.6,
      says: "5.5 % of requests fail; at most 0.14 % is usual; 0.06 % elsewhere",
    },
    {
      service: "cart",
      signal: "requests",
      nats: 13.2,
      says: "5.6 % of requests fail; at most 0.21 % is usual; 0.05 % elsewhere",
    },
    {
      service: "session",
      signal: "requests",
      nats: 11.9,
      says: "5.1 % of requests fail; at most 0.18 % is usual; 0.04 % elsewhere",
    },
    {
      service: "dynamodb",
      signal: "latency",
      nats: 9.7,
      says: "38.2 ms typical; 4.10 ms is usual; x9.12 against the others",
    },
    {
      service: "edge@users",
      signal: "requests",
      nats: 8.4,
      says: "4.1 % of requests fail; at most 0.20 % is usual; 0.09 % elsewhere",
    },
  ],
  sufficient: {
    facts: [
      { of: "service", name: "dynamodb", signal: "requests", nats: 20.6 },
      { of: "sharing", name: "dynamodb", signal: "requests", nats: 21.1 },
    ],
    nats: 20.3,
    says: "These two alone would have been enough: dynamodb failing; all that share dynamodb, taken together, failing (20.3 nats of 20.0)",
  },
  wouldChange: [
    {
      to: "healthy",
      nats: 5,
      seconds: 5,
      says: "5.0 nats of proof that dynamodb is well: 5 s as usual at least; what counts is fewer than 0.91 % of its requests failing",
    },
  ],
};

const own: OwnView = {
  verdict: "failing",
  evidenceNats: 21.6,
  aloneNats: 22.4,
  barNats: 20,
  promise: "certified",
  usersHurt: 0.041,
  worthMoving: true,
  healthyNats: 0,
  causes: madeVerdict.causes,
  because: madeVerdict.because,
  rates,
  deploys: [{ service: "cart", version: "2026.11.22-1", at: MADE_AT - 26 * 3_600_000 }],
  load: {
    servedRps: 1_204,
    enteredRps: 1_240,
    readyRps: 1_600,
    capacityRps: 2_400,
    utilisation: 0.75,
    shedRps: 0,
    queueMs: 2,
    failedRatio: 0.041,
  },
  suspects: [],
  cutOff: false,
};

const sight = (failures: number, grayNats: number): Sight => ({
  lookedAt: MADE_AT - 600,
  failedLooks: failures > 2 ? 1 : 0,
  looks: 10,
  failures,
  lossNats: 0,
  grayNats,
});

export const madeDetail: LocationDetail = {
  view: {
    name: "us-east-1",
    state: "draining",
    hold: null,
    verdict: madeVerdict,
    demandRps: 1_240,
    servedRps: 1_204,
    capacityRps: 2_400,
    readyRps: 1_600,
    failedRatio: 0.041,
    shedRps: 0,
    movedShare: 0.05,
    summaryAt: MADE_AT - 400,
  },
  own,
  seenBy: {
    "us-east-2": sight(1, 1.8),
    "ca-central-1": sight(0, 0),
    "us-central1": sight(0, 0.2),
    "eu-west-1": sight(3, 4.4),
    "ap-northeast-1": sight(0, 0),
  },
};

export const madeWhy: Why = {
  location: "us-east-1",
  at: null,
  state: "draining",
  verdict: madeVerdict,
  bars: [],
  tail: null,
  byHand: null,
  decisions: [
    {
      at: MADE_AT,
      event: "tick",
      effects: [{ kind: "publish", id: "publish-9", version: 9 }],
      reasons: [
        { code: "evacuate", says: "us-east-1 is failing and is left, canary first", location: "us-east-1" },
        { code: "canary", says: "us-east-1: 5 % out, to us-east-2", location: "us-east-1" },
      ],
      evidence: madeVerdict,
    },
    {
      at: MADE_AT - 22_000,
      event: "tick",
      effects: [],
      reasons: [
        {
          code: "not-certain",
          says: "us-east-1 is shaky at 14.2 nats of 20.0: too little to leave it for",
          location: "us-east-1",
        },
      ],
      evidence: { ...madeVerdict, verdict: "shaky", evidenceNats: 14.2 },
    },
  ],
  words: [
    {
      at: MADE_AT,
      incident: 47,
      location: "us-east-1",
      level: "change",
      what: "us-east-1 is not good enough. PUBLIC is leaving it.",
    },
    {
      at: MADE_AT - 22_000,
      incident: 47,
      location: "us-east-1",
      level: "info",
      what: "us-east-1: healthy -> shaky  14.2 nats of 20.0  cause: dynamodb 74 %",
    },
  ],
};

/** As large as it gets: services in four tiers, each of which needs three of the next. */
export function madeLargeEstate(count: number): Pick<Estate, "services" | "journeys"> {
  const tiers = 4;
  const perTier = Math.floor(count / tiers);
  const nameOf = (tier: number, index: number): string => `tier${tier + 1}-service-${(index % perTier) + 1}`;
  const services: Record<string, Service> = {
    edge: { layer: "edge", dependsOn: Array.from({ length: perTier }, (_, index) => nameOf(0, index)) },
    dynamodb: resource,
    kafka: resource,
  };
  for (let tier = 0; tier < tiers; tier++) {
    for (let index = 0; index < perTier; index++) {
      const last = tier === tiers - 1;
      services[nameOf(tier, index)] = {
        layer: "service",
        dependsOn: last
          ? [index % 3 === 0 ? "dynamodb" : "kafka"]
          : [0, 7, 31].map((offset) => nameOf(tier + 1, index * 3 + offset)),
      };
    }
  }
  const journeys: Record<string, Journey> = {};
  for (let index = 0; index < 30; index++)
    journeys[`journey-${index + 1}`] = { needs: ["edge", nameOf(0, index), nameOf(0, index + 40)] };
  return { services, journeys };
}
