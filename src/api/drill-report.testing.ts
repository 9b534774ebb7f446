import type { DrillReport } from "./drill-report.ts";

/** A drill's report with something in every field. */
export function aDrillReport(): DrillReport {
  const at = 1_795_000_000_000;
  return {
    drill: "hard-down",
    location: "east",
    locations: ["east"],
    faultAt: at,
    certainAt: at + 1800,
    decidedAt: at + 1800,
    moved99At: at + 6000,
    requests: { total: 900, failed: 60, failedAfterMoved99: 0 },
    checkouts: { started: 90, completed: 90, continuedElsewhere: 2, lost: 0, doubled: 0 },
    overloadedReceivers: [{ location: "west", seconds: 2.5, worstUtilisation: 1.1 }],
    stubbornUsers: { total: 40, failed: 3 },
    needlessMoves: 0,
    restoredAt: null,
    timeline: [{ at: at + 1800, says: "east is lost" }],
    more: {
      houston: true,
      until: at + 90_000,
      first60s: { total: 600, failed: 60, secondsOfTraffic: 6 },
      worstMinuteFailedShare: 0.1,
      felt: [
        { percent: 0.5, at: at + 1000 },
        { percent: 1, at: null },
      ],
      worstMinuteUntilCertain: 0.02,
      beyondBarAt: at + 1800,
      wrongVerdicts: [
        { at: at + 3000, location: "west", verdict: "shaky", scope: "location", action: "none", cause: "edge" },
      ],
      movedOutAt: at + 2000,
      everyone: { total: 5000, failed: 63, slow: 4, p99OverDistanceMs: 96 },
      bots: { total: 0, failed: 0 },
      tenant: null,
      path: {
        zones: ["us-florida"],
        requests: { total: 90, failed: 6 },
        wellAt: at + 6000,
        movedShare: 1,
        others: { requests: { total: 800, failed: 0 }, movedShare: 0 },
      },
      why: { refused: 60 },
      chunksMoved: [{ location: "east", share: 0.9 }],
      waitedForBack: false,
      failuresAfterMoved99: [
        { class: "public", kind: "page", called: "east", served: null, outcome: "timeout", count: 2 },
      ],
      cause: { layer: "edge", name: "edge", share: 0.98 },
      worseVerdicts: 1,
      questions: [{ at, asks: "May I?", choices: ["approve", "deny"], defaultChoice: 2 }],
      receivers: [
        {
          location: "west",
          chunks: 10,
          chunksShare: 1,
          requests: 700,
          peakShare: 1,
          diedAt: null,
          badAt: at + 20_000,
          failingAt: null,
          whenBad: { chunksShare: 0, requestsShare: 0.01 },
        },
      ],
      edges: [{ location: "east", class: "public", served: 800, shed: 10 }],
      stubbornAfter20s: { total: 30, failed: 0 },
      requestsAfter20s: { total: 600, failed: 0 },
      houstonDown: {
        killedAt: at + 3000,
        restartedAt: at + 5000,
        goesOnAt: null,
        requests: { total: 20, failed: 1 },
        others: { total: 90, failed: 0 },
      },
      missedPolls: 0,
      houstonPolls: { total: 90, failed: 0 },
    },
  };
}
