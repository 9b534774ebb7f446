import type { Words } from "../../core/control-contract.ts";
import { percent } from "../../core/control/words.ts";
import { orderWords } from "../../core/order-words.ts";
import type { UnixMs } from "../../core/step.ts";
import type { DecidedEffect } from "../../runtime/recorder.ts";
import type { IncidentReport, StatusPageLead, UsersTouched, WithoutMove } from "./incident-report.ts";

/**
 * A report as a person reads it, before it is Markdown or HTML: plain text in few kinds of pieces. Names and sentences from outside are text here,
 * and whoever writes them out escapes them.
 */
export type Section = { readonly title: string; readonly pieces: readonly Piece[] };

export type Piece =
  | { readonly kind: "text"; readonly text: string }
  /** A word and what it says: the parts of an incident. */
  | { readonly kind: "parts"; readonly parts: readonly { readonly name: string; readonly text: string }[] }
  | { readonly kind: "table"; readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] }
  | { readonly kind: "commands"; readonly lines: readonly string[] };

export function titleOf({ incident }: IncidentReport): string {
  return `Incident ${incident.number}: ${incident.location ?? "all locations"}`;
}

/** Always these sections, in this order. */
export function sectionsOf(report: IncidentReport): readonly Section[] {
  const { leftOut } = report;
  const clock = clockOf(report);
  return [
    { title: "What happened", pieces: [text(spanWords(report)), partsOf(report), ...notRead(leftOut.notReadFrom)] },
    {
      title: "Timeline",
      pieces: [
        ...table(
          ["When (UTC)", "What Houston said"],
          report.timeline.map((words) => [clock(words.at), lineOf(words)]),
          "Nothing was said of it.",
        ),
        ...more(leftOut.timeline, "timeline"),
      ],
    },
    {
      title: "Evidence",
      pieces: [
        ...table(
          ["When (UTC)", "Where", "Thought", "Evidence", "Likely cause", "Because"],
          report.evidence.map(({ at, location, state, verdict }) => [
            clock(at),
            `${location} (${state})`,
            `${verdict.verdict}, scope ${verdict.scope}`,
            `${verdict.evidenceNats.toFixed(1)} nats of ${verdict.barNats.toFixed(1)}`,
            verdict.causes[0] === undefined
              ? "none"
              : `${verdict.causes[0].name} (${verdict.causes[0].layer}) ${percent(verdict.causes[0].share)}`,
            verdict.because
              .slice(0, BECAUSE_SHOWN_MAX)
              .map(({ service, signal, says }) => `${service} ${signal}: ${says}`)
              .join("; "),
          ]),
          "No verdict but healthy was noted.",
        ),
        ...more(leftOut.evidence, "decisions"),
      ],
    },
    {
      title: "Decisions",
      pieces: [
        ...table(
          ["When (UTC)", "Decided", "Done"],
          report.decisions.map(({ at, effects, reasons }) => [
            clock(at),
            reasons.map(({ says }) => says).join("; "),
            effects.map(effectWords).join("; "),
          ]),
          "Nothing was decided.",
        ),
        ...more(leftOut.decisions, "decisions"),
      ],
    },
    {
      title: "Not done, and why",
      pieces: [
        ...table(
          ["When (UTC)", "Reason", "Code"],
          report.notTaken.map(({ at, says, code }) => [clock(at), says, code]),
          "Nothing was held back.",
        ),
        ...more(leftOut.notTaken, "decisions"),
      ],
    },
    {
      title: "Orders",
      pieces: [
        ...table(
          ["When (UTC)", "By", "Order", "Answer"],
          report.orders.map(({ at, by, order, accepted, says }) => [
            clock(at),
            by,
            order === null ? "" : orderWords(order),
            accepted ? says : `refused: ${says}`,
          ]),
          "Nobody ordered anything.",
        ),
        ...more(leftOut.orders, "decisions"),
      ],
    },
    {
      title: "Users touched",
      pieces: [text(usersWords(report.users)), text(report.users.how), ...hurtPiece(report.withoutMove)],
    },
    { title: "The provider's status page", pieces: [text(statusWords(report.statusPage))] },
    {
      title: "Receivers",
      pieces: table(
        ["Who", "Took at most", "Fullest", "When (UTC)"],
        report.receivers.map(({ name, tookRps, worstUtilisation, worstAt }) => [
          name,
          `${Math.round(tookRps)} rps`,
          `${percent(worstUtilisation)} of what was ready`,
          clock(worstAt),
        ]),
        "Nobody took its traffic.",
      ),
    },
    { title: "Without a move (worked out, not measured)", pieces: withoutWords(report.withoutMove, clock) },
    {
      title: "Recording",
      pieces: [
        text("What all this was decided on can be saved, judged and decided again, as long as it is kept:"),
        { kind: "commands", lines: report.recordings },
        text(
          `Made ${moment(report.madeAt)} from ${moment(report.since)} to ${moment(report.until)}; incident ${report.incident.number}.`,
        ),
      ],
    },
  ];
}

const BECAUSE_SHOWN_MAX = 3;

function text(words: string): Piece {
  return { kind: "text", text: words };
}

function table(head: readonly string[], rows: readonly (readonly string[])[], none: string): readonly Piece[] {
  return [rows.length === 0 ? text(none) : { kind: "table", head, rows }];
}

/** Nothing is left out in silence. */
function more(lines: number, endpoint: "timeline" | "decisions"): readonly Piece[] {
  if (lines === 0) return [];
  return [
    text(
      `${number(lines)} more, from the middle of it, ${lines === 1 ? "is" : "are"} left out here: GET /api/${endpoint} with since and until gives ${lines === 1 ? "it" : "them"}.`,
    ),
  ];
}

function notRead(from: UnixMs | null): readonly Piece[] {
  if (from === null) return [];
  return [text(`So much was noted that this report does not know all of it: nothing after ${moment(from)} was read.`)];
}

/** The same parts in the same order as in every face. */
function partsOf({ incident }: IncidentReport): Piece {
  return {
    kind: "parts",
    parts: [
      { name: "What", text: incident.what },
      { name: "Users", text: incident.users },
      { name: "Why", text: incident.why },
      { name: "Certain", text: incident.certain },
      { name: "Doing", text: incident.doing },
      { name: "Not doing", text: incident.notDoing },
      { name: "You need to", text: incident.youNeedTo },
    ],
  };
}

function spanWords({ incident, madeAt }: IncidentReport): string {
  const { openedAt, closedAt } = incident;
  const lasted = lengthWords((closedAt ?? madeAt) - openedAt);
  if (closedAt === null) return `It began at ${moment(openedAt)} and is still open, ${lasted} later.`;
  return `From ${moment(openedAt)} to ${moment(closedAt)}: ${lasted}.`;
}

function lineOf({ what, youNeedTo }: Words): string {
  if (youNeedTo === undefined || youNeedTo === "do nothing") return what;
  return `${what}${/[.?!]$/.test(what) ? "" : "."} You need to ${youNeedTo}`;
}

function effectWords(effect: DecidedEffect): string {
  switch (effect.kind) {
    case "publish":
      return `route table ${effect.version}`;
    case "scale":
      return `${effect.location} to ${Math.round(effect.targetRps)} rps`;
    case "notice":
      return `loss notice for ${effect.notice.location}, seen by ${effect.notice.seenBy.length}`;
  }
}

function usersWords({ location, requests, failed, slow, slowMs }: UsersTouched): string {
  const where = location === null ? "in all locations together" : `in ${location}`;
  const slowly = slow === null ? "" : `; ${number(slow)} took longer than ${slowMs} ms`;
  return `${number(failed)} of ${number(requests)} requests failed ${where}${slowly}.`;
}

/** Who got no answer at all is counted nowhere: that can only be worked out. */
function hurtPiece(without: WithoutMove): readonly Piece[] {
  if (without.kind !== "estimate") return [];
  return [
    text(
      `Hurt beyond the usual, with those who got no answer at all: some ${number(without.hurt)} requests. This is worked out, as below.`,
    ),
  ];
}

function statusWords(lead: StatusPageLead): string {
  if (!lead.watched)
    return "Nothing can be said of when the provider posted: no status page is watched there, or its node did not hand out what it read.";
  if (lead.postedAt === null) return "The provider posted nothing in that time.";
  const post = `The provider posted at ${moment(lead.postedAt)}: ${lead.text ?? ""}.`;
  if (lead.leadMs === null) return `${post} Houston was never certain.`;
  const by = lengthWords(Math.abs(lead.leadMs));
  return lead.leadMs >= 0 ? `${post} Houston was certain ${by} before.` : `${post} Houston was certain ${by} later.`;
}

const UNTIL: Readonly<Record<Extract<WithoutMove, { kind: "estimate" }>["untilWhy"], string>> = {
  "well-again": "when it had proved that it was well again",
  "incident-over": "when the incident was over",
  report: "when this report was made",
  limit: "when half an hour had been decided again, which is as far as this goes",
};

function withoutWords(without: WithoutMove, clock: (at: UnixMs) => string): readonly Piece[] {
  switch (without.kind) {
    case "nothing-moved":
      return [text("Nothing was moved, so what happened is what would have happened.")];
    case "unknown":
      return [text(`It can't be said: ${without.why}.`)];
    case "estimate": {
      const { hurt, hurtWithout, until, untilWhy, assumes, wouldHave, wouldHaveMore = 0 } = without;
      return [
        text(
          `Some ${number(hurtWithout)} requests would have been hurt beyond the usual, in place of some ${number(hurt)}, up to ${moment(until)} (${UNTIL[untilWhy]}).`,
        ),
        text(`This is an estimate. It assumes that ${assumes}.`),
        ...table(
          ["When (UTC)", "What the same code says in the mode observe, on the same events"],
          wouldHave.map(({ at, says }) => [clock(at), says]),
          "In the mode observe the same code says nothing of it.",
        ),
        ...(wouldHaveMore === 0 ? [] : [text(`It says ${number(wouldHaveMore)} more, which are left out here.`)]),
      ];
    }
  }
}

/** `2026-11-23 03:12:41 UTC`: reports are read in other zones, weeks later. */
function moment(at: UnixMs): string {
  return `${new Date(at).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** The time of day says it all, unless it is about more than one day. */
function clockOf({ since, until }: IncidentReport): (at: UnixMs) => string {
  const sameDay = moment(since).slice(0, 10) === moment(until).slice(0, 10);
  const from = sameDay ? 11 : 5;
  return (at) => new Date(at).toISOString().slice(from, 19).replace("T", " ");
}

function lengthWords(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function number(value: number): string {
  return String(Math.round(value)).replaceAll(/\B(?=(?:\d{3})+$)/g, ",");
}
