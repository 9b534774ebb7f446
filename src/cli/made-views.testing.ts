import { statusOf, type Status } from "../api/status.ts";
import type { ControlView, Incident, LocationView, Question } from "../core/control-contract.ts";

/** Views as a person meets them at night, made by hand: nine places and one trouble each. */

/** 03:12:41 UTC on 23 November 2026. */
export const AT = Date.UTC(2026, 10, 23, 3, 12, 41);

const NAMES = [
  "us-east-1",
  "us-east-2",
  "us-west-2",
  "ca-central-1",
  "eu-west-1",
  "eu-central-1",
  "asia-southeast1",
  "ap-northeast-1",
  "australia-southeast1",
] as const;
type Name = (typeof NAMES)[number];

export function place(name: string, given: Partial<LocationView> = {}): LocationView {
  return {
    name,
    state: "serving",
    hold: null,
    verdict: {
      location: name,
      verdict: "healthy",
      certainty: 0,
      evidenceNats: 0,
      barNats: 20,
      scope: "location",
      action: "none",
      promise: "none",
      impact: { usersHurt: 0 },
      causes: [],
      because: [],
    },
    demandRps: 100,
    servedRps: 100,
    capacityRps: 400,
    readyRps: 160,
    failedRatio: 0.0002,
    shedRps: 0,
    movedShare: 0,
    summaryAt: AT,
    ...given,
  };
}

const sick = (name: string, given: Partial<LocationView["verdict"]>): LocationView["verdict"] => ({
  ...place(name).verdict,
  verdict: "failing",
  certainty: 1,
  evidenceNats: 22.2,
  action: "leave",
  impact: { usersHurt: 0.034 },
  ...given,
});

export function viewWith(
  places: Readonly<Partial<Record<Name, Partial<LocationView>>>>,
  given: Partial<ControlView> = {},
): ControlView {
  return {
    at: AT,
    mode: "act",
    hold: null,
    routeTableVersion: 12,
    stopped: null,
    blind: false,
    bars: [],
    liftedConditions: [],
    locations: NAMES.map((name) => place(name, places[name])),
    questions: [],
    incidents: [],
    flows: [],
    servedBy: [],
    ...given,
  };
}

export function incident(given: Partial<Incident>): Incident {
  return {
    number: 47,
    openedAt: AT - 62_000,
    closedAt: null,
    location: "us-east-1",
    level: "change",
    what: "us-east-1 is not good enough. PUBLIC is leaving it.",
    users: "4 of 1,000 checkouts fail there (usual now 0.2; elsewhere 0.2); p99 1.9 s (usual 0.41).",
    why: "cart, session and stock each got a little worse since 03:09:50; they share DynamoDB in us-east-1 (81 % of the evidence). No deploy there for 26 h. The other 8 are fine.",
    certain: "as sure as this by mistake less than once a year, all locations together.",
    doing:
      "5 %, look 20 s, then double: us-east-2 62 % (peaks at 71 % full), ca-central-1 38 % (68 %); +9 ms; out by about 03:17.",
    notDoing:
      "EDITOR stays, its only writer database is in us-east-1 (a person may: `houston evacuate us-east-1 --class editor`).",
    youNeedTo: "do nothing. I will not go back without you.",
    brief:
      "Leaving us-east-1: 62 % out, done 03:17. Likely DynamoDB. Receivers 71 % full at most. You need to do nothing.",
    questions: [],
    progress: null,
    ...given,
  };
}

export const calm: ControlView = viewWith({});

export const brownoutLeft: ControlView = viewWith(
  {
    "us-east-1": {
      state: "draining",
      verdict: sick("us-east-1", {
        causes: [{ layer: "resource", name: "dynamodb", share: 0.81 }],
        because: [
          {
            service: "cart",
            signal: "requests",
            nats: 12.1,
            says: "3.4 % of requests fail; at most 0.20 % is usual; 0.02 % elsewhere",
          },
          {
            service: "dynamodb",
            signal: "latency",
            nats: 9.4,
            says: "41.0 ms typical; 4.20 ms is usual; x9.10 against the others",
          },
        ],
      }),
      failedRatio: 0.034,
      servedRps: 38,
      movedShare: 0.62,
    },
    "us-east-2": { servedRps: 113, demandRps: 138 },
  },
  {
    incidents: [
      incident({
        progress: {
          movedShare: 0.62,
          wantedShare: 1,
          doneAt: AT + 260_000,
          receivers: [
            { name: "us-east-2", share: 0.62, utilisation: 0.71, readyRps: 160 },
            { name: "ca-central-1", share: 0.38, utilisation: 0.68, readyRps: 160 },
          ],
          noRoomRps: 0,
        },
      }),
      incident({
        number: 46,
        location: "eu-west-1",
        openedAt: AT - 3_000_000,
        closedAt: AT - 2_400_000,
        what: "eu-west-1 was left and is back",
      }),
    ],
  },
);

export const badDeploy: ControlView = viewWith(
  Object.fromEntries(
    NAMES.map((name) => [
      name,
      {
        failedRatio: 0.18,
        verdict: sick(name, {
          scope: "deploy",
          action: "none",
          causes: [{ layer: "service", name: "checkout", share: 0.9 }],
        }),
      },
    ]),
  ),
  {
    incidents: [
      incident({
        number: 48,
        location: null,
        level: "urgent",
        what: "I am moving nothing: all 9 locations fail alike since checkout 2026.11.23-4.",
        users: "18 % of checkouts fail everywhere (usual 0.02 %); browsing is fine.",
        why: "in each location it began within 40 s of version -4 arriving.",
        certain: "as sure as this by mistake less than once a year.",
        doing: "nothing moves, nothing should.",
        notDoing: "I shall not move anyone for this fault; a location that dies is still left at once.",
        youNeedTo: "roll back to 2026.11.23-3.",
        brief: "Bad everywhere, not a place: checkout 2026.11.23-4. Nothing moves, nothing should. Roll it back.",
      }),
    ],
  },
);

export const roomQuestion: Question = {
  id: "question-7",
  asks: "450 rps of us-east-1 have no place. What now?",
  choices: [
    "shed INTERNAL in us-east-2: room for 260",
    "send 190 to eu-west-1: +78 ms",
    "receivers to 95 % for 30 min: never proven",
    "leave them",
  ],
  defaultChoice: 1,
  deadline: AT + 252_000,
};

export const cannotGrow: ControlView = viewWith(
  {
    "us-east-1": {
      state: "draining",
      verdict: sick("us-east-1", {
        evidenceNats: 61.5,
        causes: [{ layer: "resource", name: "dynamodb", share: 0.92 }],
      }),
      failedRatio: 0.41,
      movedShare: 0.637,
    },
    "us-east-2": { servedRps: 136, capacityRps: 160 },
    "ca-central-1": { servedRps: 137, capacityRps: 160 },
  },
  {
    questions: [roomQuestion],
    incidents: [
      incident({
        number: 49,
        level: "urgent",
        what: "us-east-1 is failing and 450 rps of its users have no place. I need a person by 03:16.",
        youNeedTo: "choose 1 to 4 by 03:16: `houston answer question-7 NUMBER`.",
        brief: "us-east-1 failing; 450 rps have no place. Decide 1-4; I do 1 in 4:12.",
        questions: [roomQuestion],
        progress: {
          movedShare: 0.637,
          wantedShare: 1,
          doneAt: null,
          receivers: [{ name: "us-east-2", share: 1, utilisation: 0.85, readyRps: 160 }],
          noRoomRps: 450,
        },
      }),
    ],
  },
);

export const blind: ControlView = viewWith({}, { blind: true });

export const held: ControlView = viewWith(
  { "us-west-2": { hold: { by: "ben", at: AT - 60_000 } } },
  { hold: { by: "ana", at: AT - 120_000 } },
);

export const statusFor = (view: ControlView): Status =>
  statusOf(view, {
    leader: "houston",
    addresses: Object.fromEntries(NAMES.map((name, index) => [name, `127.20.${index + 1}.1`])),
    needlessMovesPerYear: 1,
    requests: null,
    effects: [],
    tails: [],
    answers: [],
  });
