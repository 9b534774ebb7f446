import { aDrillReport } from "../../../src/api/drill-report.testing.ts";
import type { DrillReport, KeptDrill } from "../../../src/api/contract.ts";
import { MADE_AT } from "./stack.ts";

/** Made: four drills of one evening, one of which went badly. */
export const madeDrills: readonly KeptDrill[] = [
  made("gray", 0, { certain: 5_200, decided: 5_400, moved99: 16_000, back: 71_000, failed: 211, total: 5_930 }),
  made("hard-down", 7, { certain: 3_300, decided: null, moved99: 8_000, back: null, failed: 255, total: 4_241 }),
  {
    ...made("two-down", 16, {
      certain: 3_100,
      decided: 3_300,
      moved99: null,
      back: null,
      failed: 1_204,
      total: 6_020,
      locations: ["us-east-1", "us-east-2"],
    }),
  },
  made("calm", 80, {
    certain: null,
    decided: null,
    moved99: null,
    back: null,
    failed: 2,
    total: 61_300,
    locations: [],
  }),
].map((run) =>
  run.report.drill === "two-down"
    ? {
        ...run,
        report: {
          ...run.report,
          checkouts: { ...run.report.checkouts, lost: 3, doubled: 1 },
          needlessMoves: 1,
          overloadedReceivers: [{ location: "ca-central-1", seconds: 6.5, worstUtilisation: 1.31 }],
        },
      }
    : run,
);

function made(
  drill: string,
  minutesBefore: number,
  figures: {
    readonly certain: number | null;
    readonly decided: number | null;
    readonly moved99: number | null;
    readonly back: number | null;
    readonly failed: number;
    readonly total: number;
    readonly locations?: readonly string[];
  },
): KeptDrill {
  const faultAt = MADE_AT - minutesBefore * 60_000 - 120_000;
  const after = (ms: number | null): number | null => (ms === null ? null : faultAt + ms);
  const locations = figures.locations ?? ["us-east-1"];
  const { more } = aDrillReport();
  const report: DrillReport = {
    drill,
    location: locations[0] ?? null,
    locations,
    faultAt,
    certainAt: after(figures.certain),
    decidedAt: after(figures.decided),
    moved99At: after(figures.moved99),
    requests: { total: figures.total, failed: figures.failed, failedAfterMoved99: 0 },
    checkouts: { started: 935, completed: 935, continuedElsewhere: 12, lost: 0, doubled: 0 },
    overloadedReceivers: [],
    stubbornUsers: { total: 123, failed: 3 },
    needlessMoves: 0,
    restoredAt: after(figures.back),
    timeline: [
      { at: faultAt - 60, says: `drill: ${drill}${locations.length === 0 ? "" : ` ${locations.join(" ")}`}` },
      ...(figures.certain === null
        ? []
        : [{ at: faultAt + figures.certain, says: `${locations[0]}: shaky -> failing  21.6 nats of 20.0` }]),
      ...(figures.moved99 === null
        ? []
        : [
            {
              at: faultAt + figures.moved99,
              says: `${locations[0]}: done, 100 % out; receivers keep what they have grown to`,
            },
          ]),
    ],
    more: {
      ...more,
      cause: figures.certain === null ? null : { layer: "resource", name: "dynamodb", share: 0.81 },
      questions: [],
      houstonDown: null,
    },
  };
  return { at: faultAt + 110_000, report };
}
