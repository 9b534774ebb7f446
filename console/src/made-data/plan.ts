import type { ControlView, LocationView } from "../../../src/core/control-contract.ts";
import type { WhatIf } from "../../../src/core/plan/what-if.ts";
import { MADE_AT, madeDetail, madeEstate } from "./stack.ts";

/** Made: what would become of us-east-1's users, once with room for all who may move, once without. */

const names = madeEstate.locations.map(({ name }) => name);

const place = (name: string, index: number): LocationView => ({
  ...madeDetail.view,
  name,
  state: "serving",
  verdict: {
    ...madeDetail.view.verdict,
    location: name,
    verdict: "healthy",
    evidenceNats: 0,
    certainty: 0,
    action: "none",
    impact: { usersHurt: 0 },
    causes: [],
    because: [],
  },
  demandRps: 700 + index * 60,
  servedRps: 700 + index * 60,
  readyRps: 1_100 + index * 40,
  failedRatio: 0.0002,
  movedShare: 0,
});

export const madeView: ControlView = {
  at: MADE_AT,
  mode: "act",
  hold: null,
  routeTableVersion: 9,
  stopped: null,
  blind: false,
  bars: [],
  liftedConditions: [],
  locations: names.map((name, index) => (name === "us-east-1" ? madeDetail.view : place(name, index))),
  questions: [],
  incidents: [],
  flows: [{ from: "us-east-1", to: "us-east-2", rps: 60 }],
  servedBy: madeEstate.zones.map(() => 0),
};

export const madePlan: WhatIf = {
  without: "us-east-1",
  lost: ["us-east-1"],
  suspects: [],
  badPaths: [],
  reason: null,
  moves: [
    { class: "public", zone: "us-mid-atlantic", from: "us-east-1", to: "us-east-2", rps: 420 },
    { class: "public", zone: "us-southeast", from: "us-east-1", to: "us-east-2", rps: 248 },
    { class: "public", zone: "us-northeast", from: "us-east-1", to: "ca-central-1", rps: 370 },
    { class: "internal", zone: "us-mid-atlantic", from: "us-east-1", to: "ca-central-1", rps: 44 },
    { class: "public", zone: "brazil", from: "us-east-1", to: "us-central1", rps: 98 },
    { class: "public", zone: "canada-east", from: "ca-central-1", to: "us-central1", rps: 60 },
  ],
  utilisationBefore: {
    "us-east-1": 0.5,
    "us-east-2": 0.43,
    "ca-central-1": 0.51,
    "us-central1": 0.36,
    "eu-west-1": 0.39,
    "ap-northeast-1": 0.42,
  },
  utilisationAfter: {
    "us-east-1": 0,
    "us-east-2": 0.71,
    "ca-central-1": 0.66,
    "us-central1": 0.43,
    "eu-west-1": 0.39,
    "ap-northeast-1": 0.42,
  },
  addedMs: { p50: 9, p95: 22, worstZone: { zone: "brazil", ms: 22 } },
  unserved: [{ class: "editor", zone: "us-northeast", rps: 60, why: "data" }],
  prices: { "us-east-1": 0, "us-east-2": 4, "ca-central-1": 0, "us-central1": 0, "eu-west-1": 0 },
  grow: [
    { location: "us-east-2", toRps: 2_005 },
    { location: "ca-central-1", toRps: 1_864 },
  ],
};

export const madeFullPlan: WhatIf = {
  ...madePlan,
  utilisationAfter: { ...madePlan.utilisationAfter, "us-east-2": 0.85, "ca-central-1": 0.85 },
  unserved: [
    { class: "internal", zone: "us-northeast", rps: 260, why: "full" },
    { class: "public", zone: "brazil", rps: 190, why: "law" },
  ],
};
