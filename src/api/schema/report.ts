import { z } from "zod";
import type {
  IncidentReport,
  ReportedOrder,
  ReportedReceiver,
  StatusPageLead,
  UsersTouched,
  WithoutMove,
} from "../report/incident-report.ts";
import { order } from "./orders.ts";
import { count, moment, name, rate, ratio, reason, verdict } from "./parts.ts";
import { effect } from "./past.ts";
import { describes } from "./same.ts";
import { incident, words } from "./view.ts";

/** What is left to read after an incident. */

const reasonAt = z.object({ at: moment, code: name, says: z.string(), location: name.exactOptional() });

const reportedOrder = describes<ReportedOrder>("ReportedOrder")(
  z.object({ at: moment, by: z.string(), order: order.nullable(), accepted: z.boolean(), says: z.string() }),
);
const users = describes<UsersTouched>("UsersTouched")(
  z.object({
    location: name.nullable(),
    counted: z.enum(["by-the-edge", "from-frames"]),
    requests: ratio,
    failed: ratio,
    slow: ratio.nullable(),
    slowMs: z.number().nullable(),
    how: z.string(),
  }),
);
const statusPage = describes<StatusPageLead>("StatusPageLead")(
  z.discriminatedUnion("watched", [
    z.object({ watched: z.literal(false) }),
    z.object({
      watched: z.literal(true),
      postedAt: moment.nullable(),
      text: z.string().nullable(),
      leadMs: z.number().nullable(),
    }),
  ]),
);
const receiver = describes<ReportedReceiver>("ReportedReceiver")(
  z.object({ name, tookRps: rate, worstUtilisation: ratio, worstAt: moment }),
);
const withoutMove = describes<WithoutMove>("WithoutMove")(
  z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("nothing-moved") }),
    z.object({ kind: z.literal("unknown"), why: z.string() }),
    z.object({
      kind: z.literal("estimate"),
      hurt: count,
      hurtWithout: count,
      until: moment,
      untilWhy: z.enum(["well-again", "incident-over", "report", "limit"]),
      assumes: z.string(),
      wouldHave: z.array(reasonAt),
      wouldHaveMore: count.exactOptional(),
    }),
  ]),
);

export const incidentReport = describes<IncidentReport>("IncidentReport")(
  z.object({
    version: z.literal(1),
    madeAt: moment,
    incident,
    since: moment,
    until: moment,
    timeline: z.array(words),
    evidence: z.array(z.object({ at: moment, location: name, state: z.string(), verdict })),
    decisions: z.array(z.object({ at: moment, effects: z.array(effect), reasons: z.array(reason) })),
    notTaken: z.array(reasonAt),
    orders: z.array(reportedOrder),
    leftOut: z
      .object({
        timeline: count,
        evidence: count,
        decisions: count,
        notTaken: count,
        orders: count,
        notReadFrom: moment.nullable(),
      })
      .meta({ description: "how many lines each list lacks, from its middle; and from when on nothing was read" }),
    users,
    statusPage,
    receivers: z.array(receiver),
    withoutMove,
    recordings: z.array(z.string()),
  }),
);
