import type { Estate, LocationName } from "../estate.ts";
import type { Reading } from "../reading.ts";
import type { Step, UnixMs } from "../step.ts";
import type { Load, OwnView, Summary } from "../summary.ts";
import { barNats } from "./bar.ts";
import { look, seesMostFailing, sightsAt, type Sights } from "./sight.ts";
import type { Baseline } from "./usual.ts";

/** Watches one node's own location. The state is mutated inside: keep no old one. */
export const judge: Step<JudgeState, JudgeEvent, JudgeEffect> = (state, event) => {
  switch (event.event) {
    case "config":
      return {
        state: { ...initialJudge(), at: event.at, seq: event.at, location: event.location, estate: event.estate },
        effects: [],
        reasons: [],
      };
    case "readings": {
      state.at = Math.max(state.at, event.at);
      let changed = false;
      for (const reading of event.readings) {
        if (reading.signal === "probe" && reading.location !== state.location)
          changed = look(state.sights, reading) || changed;
      }
      return { state, effects: changed ? summarise(state) : [], reasons: [] };
    }
    case "load":
      state.load = event.load;
      state.suspects = event.suspects;
      return { state, effects: [], reasons: [] };
    case "summary":
      state.others.set(event.summary.from, event.summary);
      return { state, effects: [], reasons: [] };
    case "tick":
      state.at = Math.max(state.at, event.at);
      return { state, effects: summarise(state), reasons: [] };
  }
};

export type JudgeEvent =
  /** `tickMs`: how often ticks come, which sets the bar; a second when absent. */
  | {
      readonly event: "config";
      readonly at: UnixMs;
      readonly location: LocationName;
      readonly estate: Estate;
      readonly baseline?: Baseline;
      readonly tickMs?: number;
    }
  /** Own services' and resources' readings, and probes made by this node of other locations. */
  | { readonly event: "readings"; readonly at: UnixMs; readonly readings: readonly Reading[] }
  | { readonly event: "load"; readonly at: UnixMs; readonly load: Load; readonly suspects: OwnView["suspects"] }
  /** Another node's. */
  | { readonly event: "summary"; readonly at: UnixMs; readonly summary: Summary }
  | { readonly event: "tick"; readonly at: UnixMs };

export type JudgeEffect = { readonly kind: "summary"; readonly summary: Summary };

export type JudgeState = {
  at: UnixMs;
  seq: number;
  location: LocationName;
  estate: Estate | null;
  sights: Sights;
  others: Map<LocationName, Summary>;
  load: Load;
  suspects: OwnView["suspects"];
};

export function initialJudge(): JudgeState {
  return {
    at: 0,
    seq: 0,
    location: "",
    estate: null,
    sights: new Map(),
    others: new Map(),
    load: NO_LOAD,
    suspects: [],
  };
}

function summarise(state: JudgeState): JudgeEffect[] {
  if (state.estate === null) return [];
  state.seq += 1;
  const sees = sightsAt(state.sights, state.at);
  const own: OwnView = {
    verdict: "healthy",
    evidenceNats: 0,
    aloneNats: 0,
    barNats: barNats(state.estate),
    promise: "none",
    usersHurt: 0,
    worthMoving: false,
    healthyNats: 0,
    causes: [],
    because: [],
    rates: [],
    deploys: [],
    load: state.load,
    suspects: state.suspects.slice(0, 3),
    cutOff: seesMostFailing(sees),
  };
  return [{ kind: "summary", summary: { from: state.location, seq: state.seq, at: state.at, own, sees } }];
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
