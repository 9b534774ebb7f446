import { z } from "zod";
import type { DrillReport } from "../drill-report.ts";
import { action, cause, count, moment, name, ratio, scope, text, verdictState } from "./parts.ts";
import { describes } from "./same.ts";

/** Lines of a drill that was watched for a day; more is no report. */
const TIMELINE_MAX = 5_000;
const PLACES_MAX = 200;
const FAILURES_MAX = 500;

const counts = z.object({ total: count, failed: count });
const place = name;

export const drillReport = describes<DrillReport>("DrillReport")(
  z.object({
    drill: name,
    location: place.nullable(),
    locations: z.array(place).max(PLACES_MAX),
    faultAt: moment,
    certainAt: moment.nullable(),
    decidedAt: moment.nullable(),
    moved99At: moment.nullable(),
    requests: z.object({ total: count, failed: count, failedAfterMoved99: count }),
    checkouts: z.object({ started: count, completed: count, continuedElsewhere: count, lost: count, doubled: count }),
    overloadedReceivers: z
      .array(z.object({ location: place, seconds: ratio, worstUtilisation: ratio }))
      .max(PLACES_MAX),
    stubbornUsers: counts,
    needlessMoves: count,
    restoredAt: moment.nullable(),
    timeline: z.array(z.object({ at: moment, says: text })).max(TIMELINE_MAX),
    more: z.object({
      houston: z.boolean(),
      until: moment,
      first60s: z.object({ total: count, failed: count, secondsOfTraffic: ratio.nullable() }),
      worstMinuteFailedShare: ratio,
      felt: z.array(z.object({ percent: ratio, at: moment.nullable() })).max(PLACES_MAX),
      worstMinuteUntilCertain: ratio.nullable(),
      beyondBarAt: moment.nullable(),
      wrongVerdicts: z
        .array(
          z.object({
            at: moment,
            location: place,
            verdict: verdictState,
            scope,
            action,
            cause: name.nullable(),
          }),
        )
        .max(TIMELINE_MAX)
        .nullable(),
      movedOutAt: moment.nullable(),
      everyone: z.object({ total: count, failed: count, slow: count, p99OverDistanceMs: z.number().nullable() }),
      bots: counts,
      tenant: z
        .object({
          bucket: count,
          requests: counts,
          receivers: z
            .array(z.object({ location: place, requests: count, share: ratio, firstAt: moment, lastAt: moment }))
            .max(PLACES_MAX),
          innocent: counts,
          innocentWellAt: moment.nullable(),
          sick: z.array(z.object({ location: place, seconds: count, firstAt: moment })).max(PLACES_MAX),
          bothSickSeconds: count,
        })
        .nullable(),
      path: z
        .object({
          zones: z.array(name).max(PLACES_MAX),
          requests: counts,
          wellAt: moment.nullable(),
          movedShare: ratio,
          others: z.object({ requests: counts, movedShare: ratio }),
        })
        .nullable(),
      why: z.record(name, count),
      chunksMoved: z.array(z.object({ location: place, share: ratio })).max(PLACES_MAX),
      waitedForBack: z.boolean(),
      failuresAfterMoved99: z
        .array(
          z.object({
            class: name,
            kind: name,
            called: place.nullable(),
            served: place.nullable(),
            outcome: name,
            count,
          }),
        )
        .max(FAILURES_MAX),
      cause: cause.nullable(),
      worseVerdicts: count,
      questions: z
        .array(z.object({ at: moment, asks: text, choices: z.array(text).max(64), defaultChoice: count }))
        .max(PLACES_MAX),
      receivers: z
        .array(
          z.object({
            location: place,
            chunks: count,
            chunksShare: ratio,
            requests: count,
            peakShare: ratio,
            diedAt: moment.nullable(),
            badAt: moment.nullable(),
            failingAt: moment.nullable(),
            whenBad: z.object({ chunksShare: ratio, requestsShare: ratio }).nullable(),
          }),
        )
        .max(PLACES_MAX),
      edges: z.array(z.object({ location: place, class: name, served: count, shed: count })).max(PLACES_MAX),
      stubbornAfter20s: counts,
      requestsAfter20s: counts,
      houstonDown: z
        .object({
          killedAt: moment,
          restartedAt: moment.nullable(),
          goesOnAt: moment.nullable(),
          requests: counts,
          others: counts,
        })
        .nullable(),
      missedPolls: count,
      houstonPolls: counts,
    }),
  }),
);
