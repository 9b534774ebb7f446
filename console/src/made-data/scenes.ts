import type { ControlView, Incident, LocationView, MovedFlow, Question } from "../../../src/core/control-contract.ts";
import type { Estate, LocationName } from "../../../src/core/estate.ts";
import type { UnixMs } from "../../../src/core/step.ts";
import type { Verdict, VerdictState } from "../../../src/core/verdict.ts";
import { chanceOf } from "./made-estate.ts";

/** What may be going on in the made world, as Houston would show it. */
export const SCENES = [
  "calm",
  "evacuation",
  "everywhere",
  "no-room",
  "held",
  "blind",
  "stopped",
  "observe",
  "silent",
  "hostile",
] as const;
export type Scene = (typeof SCENES)[number];

type Ill = {
  readonly name: LocationName;
  readonly verdict: VerdictState;
  readonly movedShare: number;
  readonly failedRatio: number;
};

/** The world at a moment of a scene that began at `began`. */
export function sceneView(
  scene: Scene,
  now: { readonly estate: Estate; readonly at: UnixMs; readonly began: UnixMs },
): ControlView {
  const { estate, at, began } = now;
  const seconds = (at - began) / 1000;
  const ill = illOf(scene, seconds, estate);
  const home = homeOf(estate);
  const rates = baseRps(estate, home, at);
  const flows = flowsOf(estate, ill, rates);
  const incidents = seconds < 0 ? [] : incidentsOf(scene, { at, began, ill, flows, estate });
  return {
    at,
    mode: scene === "observe" ? "observe" : "act",
    hold: scene === "held" ? { by: "alice", at: began } : null,
    routeTableVersion: 12 + Math.max(0, Math.floor(seconds / 20)),
    stopped:
      scene === "stopped" && seconds >= 0
        ? { at: began, says: "us-east-2 sickens as us-east-1 did, after it took its users" }
        : null,
    blind: scene === "blind",
    bars: [],
    liftedConditions: [],
    locations: estate.locations.map(({ name, capacityRps }, index): LocationView => {
      const trouble = ill.find((each) => each.name === name);
      const demandRps = rates[index]!;
      const takes = flows.reduce((sum, flow) => sum + (flow.to === name ? flow.rps : 0), 0);
      return {
        name,
        state:
          trouble === undefined || trouble.movedShare === 0
            ? "serving"
            : trouble.movedShare >= 0.99
              ? "evacuated"
              : "draining",
        hold: null,
        // The blind judge nobody: what was thought last stays.
        verdict:
          scene === "silent" && isSilent(name, scene) && seconds > 0
            ? silentVerdict(name, seconds)
            : verdictOf(name, trouble, scene),
        demandRps,
        servedRps: demandRps * (1 - (trouble?.movedShare ?? 0)) + takes,
        capacityRps,
        readyRps: Math.max(20, Math.round(demandRps * 1.6 + takes * 1.3)),
        failedRatio: trouble?.failedRatio ?? 0.0004 * chanceOf(Math.floor(at / 1000) + index),
        shedRps: 0,
        movedShare: trouble?.movedShare ?? 0,
        summaryAt: isSilent(name, scene) ? Math.min(at, began) : at - 400,
      };
    }),
    questions: incidents.flatMap(({ questions }) => questions),
    incidents,
    flows,
    servedBy: home.map((index, zone) => movedTo(estate, { index, zone, ill, flows })),
  };
}

function illOf(scene: Scene, seconds: number, estate: Estate): readonly Ill[] {
  if (seconds < 0) return [];
  switch (scene) {
    case "evacuation":
    case "hostile":
    case "stopped": {
      const movedShare = Math.min(1, [0, 0.05, 0.1, 0.2, 0.4, 0.62, 0.8, 1][Math.floor(seconds / 15)] ?? 1);
      return [{ name: "us-east-1", verdict: "failing", movedShare, failedRatio: 0.041 * (1 - movedShare) }];
    }
    case "no-room":
      return [{ name: "us-east-1", verdict: "failing", movedShare: 0.64, failedRatio: 0.41 }];
    case "everywhere":
      return estate.locations.map(({ name }) => ({ name, verdict: "failing", movedShare: 0, failedRatio: 0.18 }));
    case "observe":
      return [{ name: "us-east-1", verdict: "shaky", movedShare: 0, failedRatio: 0.012 }];
    case "calm":
    case "held":
    case "blind":
    case "silent":
      return [];
  }
}

/** Who is nearest to each zone. */
function homeOf(estate: Estate): readonly number[] {
  return estate.zones.map(({ latencyMs }) =>
    estate.locations.reduce(
      (best, { name }, index) =>
        (latencyMs[name] ?? Infinity) < (latencyMs[estate.locations[best]!.name] ?? Infinity) ? index : best,
      0,
    ),
  );
}

function baseRps(estate: Estate, home: readonly number[], at: UnixMs): readonly number[] {
  const slow = 1 + 0.05 * Math.sin(at / 60_000);
  return estate.locations.map((_, index) => {
    const zones = home.filter((each) => each === index).length;
    const noise = 1 + 0.12 * (chanceOf(Math.floor(at / 1000) * 31 + index) - 0.5);
    return (2 + (1000 * zones) / estate.zones.length / 5) * slow * noise;
  });
}

function flowsOf(estate: Estate, ill: readonly Ill[], rates: readonly number[]): readonly MovedFlow[] {
  return ill.flatMap(({ name, movedShare }) => {
    const index = estate.locations.findIndex((each) => each.name === name);
    const moved = (rates[index] ?? 0) * movedShare;
    const takers: readonly (readonly [LocationName, number])[] = [
      ["us-east-2", 0.58],
      ["ca-central-1", 0.32],
      ["us-central1", 0.1],
    ];
    return moved === 0 ? [] : takers.map(([to, share]) => ({ from: name, to, rps: moved * share }));
  });
}

function movedTo(
  estate: Estate,
  zone: {
    readonly index: number;
    readonly zone: number;
    readonly ill: readonly Ill[];
    readonly flows: readonly MovedFlow[];
  },
): number {
  const trouble = zone.ill.find(({ name }) => name === estate.locations[zone.index]?.name);
  if (trouble === undefined || chanceOf(zone.zone) > trouble.movedShare) return zone.index;
  const flow = zone.flows.filter(({ from }) => from === trouble.name);
  const to = flow[zone.zone % Math.max(1, flow.length)]?.to;
  return estate.locations.findIndex(({ name }) => name === to);
}

function verdictOf(location: LocationName, trouble: Ill | undefined, scene: Scene): Verdict {
  const isIll = trouble !== undefined;
  const cause = scene === "everywhere" ? "checkout" : scene === "hostile" ? HOSTILE : "dynamodb";
  return {
    location,
    verdict: trouble?.verdict ?? "healthy",
    certainty: isIll ? 0.9999 : 0,
    evidenceNats: isIll ? 31.4 : 0.2,
    barNats: 20,
    scope: scene === "everywhere" ? "deploy" : "location",
    action: isIll ? "leave" : "none",
    promise: "certified",
    impact: { usersHurt: trouble?.failedRatio ?? 0 },
    causes: isIll ? [{ layer: scene === "everywhere" ? "service" : "resource", name: cause, share: 0.81 }] : [],
    because: isIll
      ? [
          { service: "cart", signal: "requests", nats: 12.1, says: "1.9 % of requests fail; 0.02 % is usual" },
          { service: "stock", signal: "latency", nats: 9.7, says: "p99 is 1.9 s; 0.41 s is usual" },
        ]
      : [],
  };
}

const isSilent = (name: LocationName, scene: Scene): boolean =>
  scene === "blind" || (scene === "silent" && name === "us-west-2");

/** As control thinks of a node that says nothing any more, with what it said last. */
function silentVerdict(location: LocationName, seconds: number): Verdict {
  const says = `its node has been silent for ${Math.round(seconds)} s; others' probes do not see it lost`;
  return {
    ...verdictOf(location, undefined, "silent"),
    verdict: "shaky",
    certainty: 0,
    evidenceNats: 0,
    scope: "watcher",
    because: [
      { service: "edge", signal: "scope", nats: 0, says },
      { service: "cart", signal: "requests", nats: 3.1, says: "0.4 % of requests fail; 0.02 % is usual" },
    ],
  };
}

/** A name that somebody hopes is shown as markup. */
export const HOSTILE = '<img src=x onerror="document.title=`owned`">';

type Story = {
  readonly at: UnixMs;
  readonly began: UnixMs;
  readonly ill: readonly Ill[];
  readonly flows: readonly MovedFlow[];
  readonly estate: Estate;
};

function incidentsOf(scene: Scene, story: Story): readonly Incident[] {
  switch (scene) {
    case "evacuation":
    case "stopped":
      return [leaving(story, "DynamoDB")];
    case "hostile":
      return [leaving(story, HOSTILE)];
    case "no-room":
      return [noRoom(story)];
    case "everywhere":
      return [everywhere(story)];
    case "observe":
    case "calm":
    case "held":
    case "blind":
    case "silent":
      return [];
  }
}

function leaving({ at, began, ill, flows, estate }: Story, cause: string): Incident {
  const moved = ill[0]?.movedShare ?? 0;
  const out = `${Math.round(moved * 100)} % out`;
  const total = flows.reduce((sum, { rps }) => sum + rps, 0);
  const isDone = moved >= 1;
  const others = estate.locations.length - 1;
  return {
    number: 47,
    openedAt: began,
    closedAt: null,
    location: "us-east-1",
    level: "change",
    what: isDone
      ? "us-east-1 is not good enough. PUBLIC has left it."
      : "us-east-1 is not good enough. PUBLIC is leaving it.",
    users: "4 of 1,000 checkouts fail there (usual now 0.2; elsewhere 0.2); p99 1.9 s (usual 0.41).",
    why: `cart, session and stock each got a little worse since 03:09:50; they share ${cause} in us-east-1 (81 % of the evidence). No deploy there for 26 h. The other ${others} are fine. AWS has posted nothing.`,
    certain:
      "As sure as this by mistake less than once a year, all locations together (31.4 nats of evidence, 20.0 are needed).",
    doing: `5 % first, a look of 20 s, then double: ${out}. us-east-2, ca-central-1 and us-central1 take them; +9 ms.`,
    notDoing: "EDITOR stays: its only writer is in eu-central-1. billing-cron has not stopped.",
    youNeedTo: "do nothing. I will not go back without you.",
    brief: isDone
      ? `us-east-1 has been left: ${cause}. Its users are served elsewhere. You need to do nothing.`
      : `Leaving us-east-1: ${out}. Likely ${cause}. Receivers 71 % full at most. You need to do nothing.`,
    questions: [],
    progress: {
      movedShare: moved,
      wantedShare: 1,
      doneAt: isDone ? began + 105_000 : Math.max(at, began + 105_000),
      receivers: flows.map(({ to, rps }) => ({
        name: to,
        share: rps / total,
        utilisation: to === "us-east-2" ? 0.71 : 0.62,
        readyRps: 120,
      })),
      noRoomRps: 0,
    },
  };
}

function noRoom({ began }: Story): Incident {
  const question: Question = {
    id: "q-49",
    asks: "450 rps of us-east-1 have no place. What shall I do?",
    choices: [
      "shed INTERNAL and previews in us-east-2: room for 260",
      "send 190 to eu-west-1: +78 ms, residency allows it",
      "receivers to 95 % for 30 min: never proven",
      "leave them",
    ],
    defaultChoice: 1,
    deadline: began + 300_000,
  };
  return {
    number: 49,
    openedAt: began,
    closedAt: null,
    location: "us-east-1",
    level: "urgent",
    what: "us-east-1 is failing and 450 rps of its users have no place. I need a person by 03:31.",
    users: "41 % of requests still in us-east-1 fail, rising.",
    why: "The other 14 are fine. us-east-2 InsufficientInstanceCapacity (14 tries since 03:20); ca-central-1 vCPU quota used up.",
    certain: "As sure as this by mistake less than once a year, all locations together.",
    doing: "790 of 1,240 rps moved; us-east-2 and ca-central-1 are at 85 %, the most they ever carried well.",
    notDoing: "More would slow 3,900 rps to save 450.",
    youNeedTo: "choose 1 to 4. No answer by 03:31: I do 1.",
    brief: "us-east-1 failing; 450 rps have no place. Decide 1 to 4; I do 1 when nobody does.",
    questions: [question],
    progress: {
      movedShare: 0.64,
      wantedShare: 1,
      doneAt: null,
      receivers: [
        { name: "us-east-2", share: 0.6, utilisation: 0.85, readyRps: 300 },
        { name: "ca-central-1", share: 0.4, utilisation: 0.88, readyRps: 200 },
      ],
      noRoomRps: 450,
    },
  };
}

function everywhere({ began, estate }: Story): Incident {
  return {
    number: 48,
    openedAt: began,
    closedAt: null,
    location: null,
    level: "urgent",
    what: `I am moving nothing: all ${estate.locations.length} locations fail alike since checkout 2026.11.23-4.`,
    users: "18 % of checkouts fail everywhere (usual 0.02 %); browsing is fine.",
    why: "In each location it began within 40 s of version -4 arriving (03:02 Tokyo ... 03:05 Virginia).",
    certain: "31.4 nats of evidence, 20.0 are needed.",
    doing: "Nothing: moving can't help, for no location runs -3.",
    notDoing: "I move nobody for this fault; a location that dies is still left at once.",
    youNeedTo: "roll checkout back to 2026.11.23-3",
    brief:
      "Bad everywhere, not a place: checkout 2026.11.23-4. Nothing moves, nothing should. You need to roll it back.",
    questions: [],
    progress: null,
  };
}
