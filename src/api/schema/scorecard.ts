import { z } from "zod";
import type { Mark, MarkBody, MarkWord, Scorecard, WantedMove } from "../scorecard/contract.ts";
import { count, mode, moment, name, share, text } from "./parts.ts";
import { describes } from "./same.ts";

/** Whether moves that Houston wanted were right, as people say. */

const markWord = describes<MarkWord>()(z.enum(["right", "needless", "not-worth-it"]));

export const markBody = describes<MarkBody>("MarkBody")(
  z.object({
    by: z.string().min(1).max(100),
    mark: markWord,
    note: z.string().min(1).max(2000).exactOptional(),
    pagedAt: moment.exactOptional(),
    postedAt: moment.exactOptional(),
  }),
);

const mark = describes<Mark>("Mark")(
  z.object({
    by: z.string(),
    at: moment,
    mark: markWord,
    note: z.string().nullable(),
    pagedAt: moment.nullable().meta({ description: "when people were first paged for it" }),
    postedAt: moment.nullable().meta({ description: "when the provider first posted anything" }),
  }),
);

const leadMs = z.number().nullable().meta({ description: "milliseconds; negative: Houston was later" });

const wantedMove = describes<WantedMove>("WantedMove")(
  z.object({
    incident: count,
    location: name,
    openedAt: moment,
    closedAt: moment.nullable(),
    what: text,
    became: z.enum(["moved", "asked", "would", "held-back"]),
    why: z.string().nullable(),
    certainAt: moment,
    usersHurt: share,
    mark: mark.nullable(),
    leadOverPageMs: leadMs,
    leadOverPostMs: leadMs,
  }),
);

export const scorecard = describes<Scorecard>("Scorecard")(
  z.object({
    version: z.literal(1),
    madeAt: moment,
    days: count,
    since: moment,
    watchedDays: count,
    mode,
    needlessMovesPerYear: z.number().nonnegative(),
    counts: z.object({
      wanted: count,
      right: count,
      needless: count,
      notWorthIt: count,
      unmarked: count,
      alike: count.meta({ description: "troubles that all locations had alike: nothing is moved for them" }),
    }),
    medianLeadMs: z.object({ page: leadMs, post: leadMs }),
    wanted: z.array(wantedMove),
    ready: z.boolean(),
    says: z.array(z.string()),
  }),
);
