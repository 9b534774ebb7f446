import type { ControlView, Incident, LocationView } from "../core/control-contract.ts";
import type { UnixMs } from "../core/step.ts";
import type { TimelineEntry } from "../drivers/chat/timeline.ts";
import type { Moment } from "./contract.ts";

/** Incidents as Houston would tell them, for tests: the brownout of incident 47, and a view around it. */
export const OPENED_AT = Date.UTC(2026, 10, 23, 3, 12, 41);

export function madeIncident(given: Partial<Incident> = {}): Incident {
  return {
    number: 47,
    openedAt: OPENED_AT,
    closedAt: null,
    location: "us-east-1",
    level: "change",
    what: "us-east-1 is not good enough. PUBLIC is leaving it.",
    users: "4 of 1,000 checkouts fail there (usual now 0.2; elsewhere 0.2); p99 1.9 s (usual 0.41).",
    why: "cart, session and stock each got a little worse since 03:09:50; they share dynamodb there (81 % of the evidence).",
    certain: "as sure as this by mistake less than once a year, all locations together.",
    doing: "5 %, look 20 s, then double: us-east-2 62 %, ca-central-1 38 %; out by about 03:17.",
    notDoing: "EDITOR stays, its only writer is there (a person may: `houston evacuate us-east-1 --class editor`).",
    youNeedTo: "do nothing. I will not go back without you.",
    brief: "Leaving us-east-1: 5 % out, done 03:17. Likely dynamodb.",
    questions: [],
    progress: {
      movedShare: 0.05,
      wantedShare: 1,
      doneAt: null,
      receivers: [
        { name: "us-east-2", share: 0.62, utilisation: 0.66, readyRps: 1900 },
        { name: "ca-central-1", share: 0.38, utilisation: 0.58, readyRps: 1100 },
      ],
      noRoomRps: 0,
    },
    ...given,
  };
}

/** Receivers can't grow: a question with a deadline. */
export function madeQuestion(given: Partial<Incident> = {}): Incident {
  return madeIncident({
    number: 49,
    level: "urgent",
    what: "us-east-1 is failing and 450 rps of its users have no place. I need a person by 03:31.",
    brief: "us-east-1 failing; 450 rps have no place. Decide 1-4; I do 1 in 4:12.",
    youNeedTo: "choose by 03:31. No answer: I do 1, never 3.",
    questions: [
      {
        id: "question-9",
        asks: "450 rps of us-east-1 have no place. What shall I do?",
        choices: [
          "shed INTERNAL and previews in us-east-2: room for 260",
          "send 190 to eu-west-1: +78 ms, residency allows it",
          "receivers to 95 % for 30 min: never proven",
          "leave them",
        ],
        defaultChoice: 1,
        deadline: OPENED_AT + 300_000,
      },
    ],
    ...given,
  });
}

export function madeLocation(given: Partial<LocationView> = {}): LocationView {
  const name = given.name ?? "us-east-1";
  return {
    name,
    state: "draining",
    hold: null,
    verdict: {
      location: name,
      verdict: "failing",
      certainty: 1,
      evidenceNats: 21.6,
      barNats: 20,
      scope: "location",
      action: "leave",
      promise: "certified",
      impact: { usersHurt: 0.006 },
      causes: [{ layer: "resource", name: "dynamodb", share: 0.81 }],
      because: [],
    },
    demandRps: 1240,
    servedRps: 1178,
    capacityRps: 1800,
    readyRps: 1500,
    failedRatio: 0.004,
    shedRps: 0,
    movedShare: 0.05,
    summaryAt: OPENED_AT,
    ...given,
  };
}

export function madeView(given: Partial<ControlView> = {}): ControlView {
  return {
    at: OPENED_AT,
    mode: "act",
    hold: null,
    routeTableVersion: 12,
    stopped: null,
    blind: false,
    bars: [],
    liftedConditions: [],
    locations: [madeLocation()],
    questions: given.incidents?.flatMap(({ questions }) => questions) ?? [],
    incidents: [],
    flows: [],
    servedBy: [],
    ...given,
  };
}

export function madeMoment(incidents: readonly Incident[], given: Partial<Moment> = {}): Moment {
  const at = given.at ?? OPENED_AT;
  return { at, view: madeView({ at, incidents }), words: [], silentSince: null, ...given };
}

export function madeWords(what: string, given: Partial<TimelineEntry> = {}): TimelineEntry {
  return { id: `say-${what}`, at: OPENED_AT, level: "change", incident: 47, location: "us-east-1", what, ...given };
}

const PATIENCE_MS = 30_000;

/** Waits for what real sockets bring about. */
export async function until(holds: () => boolean, what: string): Promise<void> {
  const end: UnixMs = Date.now() + PATIENCE_MS;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
