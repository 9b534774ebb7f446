import type { DrillReport } from "./report.ts";

/** A drill's report in which nothing happened, but for what is given. */
export type MadeReport = Partial<Omit<DrillReport, "more" | "checkouts">> & {
  readonly more?: Partial<DrillReport["more"]>;
  readonly checkouts?: Partial<DrillReport["checkouts"]>;
};

const FAULT = 1_000_000;
const SECONDS = 90;

export function madeReport(drill: string, given: MadeReport = {}): DrillReport {
  const { more, checkouts, ...rest } = given;
  return {
    drill,
    location: "us-east-1",
    locations: ["us-east-1"],
    faultAt: FAULT,
    certainAt: null,
    decidedAt: null,
    moved99At: null,
    requests: { total: 3000, failed: 0, failedAfterMoved99: 0 },
    overloadedReceivers: [],
    stubbornUsers: { total: 90, failed: 0 },
    needlessMoves: 0,
    restoredAt: null,
    timeline: [],
    ...rest,
    checkouts: { started: 300, completed: 300, continuedElsewhere: 0, lost: 0, doubled: 0, ...checkouts },
    more: {
      houston: true,
      until: FAULT + SECONDS * 1000,
      first60s: { total: 2000, failed: 0, secondsOfTraffic: 0 },
      worstMinuteFailedShare: 0,
      felt: [
        { percent: 0.2, at: null },
        { percent: 0.5, at: null },
        { percent: 1, at: null },
      ],
      worstMinuteUntilCertain: null,
      beyondBarAt: null,
      wrongVerdicts: null,
      movedOutAt: null,
      everyone: { total: 18_000, failed: 0, slow: 0, p99OverDistanceMs: 90 },
      bots: { total: 0, failed: 0 },
      tenant: null,
      path: null,
      why: {},
      chunksMoved: [],
      waitedForBack: false,
      failuresAfterMoved99: [],
      cause: null,
      worseVerdicts: 0,
      questions: [],
      receivers: [],
      edges: [],
      stubbornAfter20s: { total: 70, failed: 0 },
      requestsAfter20s: { total: 2300, failed: 0 },
      houstonDown: null,
      missedPolls: 0,
      houstonPolls: { total: 90, failed: 0 },
      ...more,
    },
  };
}
