import type { Estate, LocationName, ServiceName } from "../estate.ts";
import type { UnixMs } from "../step.ts";
import type { Load, Outlook, OwnView, Summary } from "../summary.ts";
import type { Cause, Sufficient, VerdictState } from "../verdict.ts";
import { LOOK_MS } from "./bar.ts";
import type { Heard } from "./elsewhere.ts";
import { newAll, type Joint, type Together } from "./fuse.ts";
import type { Gauges } from "./gauge.ts";
import { newGaugeCase, type GaugeCase } from "./gauge-case.ts";
import { graphOf, type Graph } from "./graph.ts";
import type { Pace } from "./outlook.ts";
import { newPast, type Past } from "./past.ts";
import { newDoor, type Door } from "./room.ts";
import { newSetAside, type SetAside } from "./set-aside.ts";
import { newSilence, type Silence } from "./silence.ts";
import { newHistories, type Histories } from "./rank.ts";
import type { Sights } from "./sight.ts";
import type { Stream } from "./stream.ts";
import type { Units } from "./units.ts";
import type { Baseline } from "./usual.ts";
import type { Zones } from "./zones.ts";

/** All that the judge of one location keeps. It is changed inside for speed: who steps keeps no old one. */
export type JudgeState = {
  at: UnixMs;
  seq: number;
  location: LocationName;
  estate: Estate | null;
  graph: Graph;
  baseline: Baseline | null;
  barNats: number;
  /** What its own past says of the bar. */
  past: Past;
  /** How often ticks come. */
  lookMs: number;
  startedAt: UnixMs;
  /** Whether it has taken up what an earlier life had learnt. */
  hasPast: boolean;
  streams: Map<string, Stream>;
  /** The same, by key, as of the last tick. */
  order: readonly Stream[];
  joints: Joint[];
  all: Together;
  gauges: Gauges;
  /** Whether anybody asks who is unlike themselves (where.ts). */
  asksWhere: boolean;
  /** Each signal's own past, for ranking that; kept for who asks, and where nothing counts requests. */
  histories: Histories;
  /** Whether anything here counts requests: else gauges make a case of their own. */
  countsRequests: boolean;
  gaugeCase: GaugeCase;
  zones: Zones;
  versions: Map<ServiceName, { version: string; at: UnixMs }>;
  deploys: { service: ServiceName; version: string; at: UnixMs }[];
  sights: Sights;
  others: Map<LocationName, Summary>;
  heard: Heard;
  /** How much slower than usual the others are as a whole, from the last tick. */
  othersSlower: number;
  load: Load;
  suspects: OwnView["suspects"];
  units: Units;
  /** Streams whose trouble nobody who calls them feels. */
  unfelt: Set<string>;
  silence: Silence;
  /** Readings that made no sense, and names beyond the limit: set aside, counted and named. */
  setAside: SetAside;
  doors: Readonly<Record<"services" | "gauges" | "networks" | "versions", Door>>;
  wellNats: number;
  failing: boolean;
  pace: Pace;
  view: View;
};

/** What it thought at the last tick. */
export type View = {
  verdict: VerdictState;
  evidenceNats: number;
  aloneNats: number;
  usersHurt: number;
  worthMoving: boolean;
  healthyNats: number;
  /** Since when what it suffers is nothing new (bursts.ts). */
  habitSince: UnixMs | null;
  causes: Cause[];
  because: OwnView["because"];
  sufficient: Sufficient | null;
  outlook: Outlook | null;
};

export function initialJudge(): JudgeState {
  return {
    at: 0,
    seq: 0,
    location: "",
    estate: null,
    graph: graphOf({ services: {}, journeys: {} }),
    baseline: null,
    barNats: 0,
    past: newPast(),
    lookMs: LOOK_MS,
    startedAt: 0,
    hasPast: false,
    streams: new Map(),
    order: [],
    joints: [],
    all: newAll(),
    gauges: new Map(),
    asksWhere: false,
    histories: newHistories(),
    countsRequests: false,
    gaugeCase: newGaugeCase(),
    zones: new Map(),
    versions: new Map(),
    deploys: [],
    sights: new Map(),
    others: new Map(),
    heard: new Map(),
    othersSlower: 0,
    load: NO_LOAD,
    suspects: [],
    units: new Map(),
    unfelt: new Set(),
    silence: newSilence(),
    setAside: newSetAside(),
    doors: { services: newDoor(), gauges: newDoor(), networks: newDoor(), versions: newDoor() },
    wellNats: 0,
    failing: false,
    pace: [],
    view: NO_VIEW,
  };
}

const NO_LOAD: Load = {
  servedRps: 0,
  enteredRps: 0,
  readyRps: 0,
  capacityRps: 0,
  utilisation: 0,
  shedRps: 0,
  queueMs: 0,
  failedRatio: 0,
};
const NO_VIEW: View = {
  verdict: "healthy",
  evidenceNats: 0,
  aloneNats: 0,
  usersHurt: 0,
  worthMoving: false,
  healthyNats: 0,
  habitSince: null,
  causes: [],
  because: [],
  sufficient: null,
  outlook: null,
};
