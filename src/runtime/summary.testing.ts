import type { Summary } from "../core/summary.ts";

/** A calm summary for tests: healthy, carrying 100 of 200 requests a second. */
export function summaryOf(from: string, more: Pick<Summary, "seq" | "at"> & Partial<Summary>): Summary {
  return {
    from,
    sees: {},
    own: {
      verdict: "healthy",
      evidenceNats: 0,
      aloneNats: 0,
      barNats: 20,
      promise: "none",
      usersHurt: 0,
      worthMoving: false,
      healthyNats: 30,
      causes: [],
      because: [],
      rates: [],
      deploys: [],
      load: {
        servedRps: 100,
        enteredRps: 100,
        readyRps: 200,
        capacityRps: 400,
        utilisation: 0.5,
        shedRps: 0,
        queueMs: 0,
        failedRatio: 0,
      },
      suspects: [],
      cutOff: false,
    },
    ...more,
  };
}
