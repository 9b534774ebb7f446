import type { DrillReport } from "./report.ts";

/** What a drill should show, and what it showed: the rows of docs/measurements.md. */
export type Wanted = {
  readonly drill: string;
  readonly wanted: string;
  /** The figures that the wish is about; the median of three is taken of each. */
  readonly figures: (report: DrillReport) => Readonly<Record<string, number | null>>;
  readonly met: (median: Readonly<Record<string, number | null>>) => boolean;
};

/** The planet's TTL. */
const TTL_SECONDS = 5;
/** A number that never came is worse than any. */
const NEVER = Infinity;

export const WANTED: readonly Wanted[] = [
  left("hard-down", {
    wanted: `99 % well within TTL + 1.5 s; <= 4 s worth of traffic failed in 60 s`,
    seconds: TTL_SECONDS + 1.5,
    trafficSeconds: 4,
  }),
  left("leaderless-hard-down", {
    wanted: `99 % well within TTL + 1.5 s; <= 4 s worth of traffic failed in 60 s`,
    seconds: TTL_SECONDS + 1.5,
    trafficSeconds: 4,
  }),
  left("black-hole", { wanted: "99 % well within TTL + 4 s", seconds: TTL_SECONDS + 4 }),
  left("gray", {
    wanted: "certain within 15 s; 99 % well within 20 s; nobody overloaded",
    seconds: 20,
    certainSeconds: 15,
  }),
  left("slow", {
    wanted: "certain within 15 s; 99 % well within 20 s; nobody overloaded",
    seconds: 20,
    certainSeconds: 15,
  }),
  {
    drill: "provider-brownout",
    wanted: "out before 0.5 % of its users' requests of any minute failed",
    figures: (report) => ({
      ...always(report),
      worstMinutePercent: report.more.worstMinuteFailedShare * 100,
      movedOutSeconds: after(report, report.more.movedOutAt),
    }),
    met: (median) =>
      sound(median) && (median["worstMinutePercent"] ?? NEVER) < 0.5 && median["movedOutSeconds"] !== null,
  },
  still("bad-deploy"),
  still("cut-off"),
  still("link"),
  still("surge"),
  still("flap"),
  kept("receiver-slow"),
  kept("two-down"),
  kept("cannot-grow"),
  kept("surge-and-hard-down"),
  kept("replica-lag-and-hard-down"),
  still("poison-tenant", "at most one canary chunk reaches a second location"),
  still("ddos", "spills or sheds; not evacuated onto others"),
  {
    drill: "houston-killed",
    wanted: "edges and DNS go on; the shift goes on within 10 s of the restart",
    figures: (report) => ({ ...always(report), movedOutSeconds: after(report, report.more.movedOutAt) }),
    met: (median) => sound(median) && median["movedOutSeconds"] !== null,
  },
  still("calm", "0 moves, 0 verdicts worse than healthy"),
];

type Figures = Readonly<Record<string, number | null>>;

function left(
  drill: string,
  limits: { wanted: string; seconds: number; trafficSeconds?: number; certainSeconds?: number },
): Wanted {
  return {
    drill,
    wanted: `${limits.wanted}; 0 lost or doubled`,
    figures: (report) => ({
      ...always(report),
      moved99Seconds: after(report, report.moved99At),
      trafficSecondsFailed: report.more.first60s.secondsOfTraffic,
      certainSeconds: after(report, report.certainAt),
    }),
    met: (median) =>
      sound(median) &&
      (median["moved99Seconds"] ?? NEVER) <= limits.seconds &&
      (limits.trafficSeconds === undefined || (median["trafficSecondsFailed"] ?? NEVER) <= limits.trafficSeconds) &&
      (limits.certainSeconds === undefined ||
        ((median["certainSeconds"] ?? NEVER) <= limits.certainSeconds && (median["overloadedSeconds"] ?? 0) === 0)),
  };
}

function still(drill: string, wanted = "nothing moves"): Wanted {
  return { drill, wanted, figures: always, met: (median) => sound(median) && median["needlessMoves"] === 0 };
}

function kept(drill: string): Wanted {
  return {
    drill,
    wanted: "no receiver over capacity for more than 2 s; 0 lost or doubled",
    figures: (report) => ({ ...always(report), moved99Seconds: after(report, report.moved99At) }),
    met: (median) => sound(median) && (median["overloadedSeconds"] ?? 0) <= 2,
  };
}

function always(report: DrillReport): Figures {
  return {
    failedPercent: (100 * report.requests.failed) / Math.max(1, report.requests.total),
    lost: report.checkouts.lost,
    doubled: report.checkouts.doubled,
    overloadedSeconds: Math.max(0, ...report.overloadedReceivers.map(({ seconds }) => seconds)),
    needlessMoves: report.needlessMoves,
  };
}

function sound(median: Figures): boolean {
  return median["lost"] === 0 && median["doubled"] === 0;
}

function after({ faultAt }: DrillReport, at: number | null): number | null {
  return at === null ? null : (at - faultAt) / 1000;
}
