import { byHandWords, pinLine } from "../../core/control/by-hand-words.ts";
import type { OrderPreview } from "../../api/contract.ts";
import type { Why } from "../../api/why.ts";
import { percent } from "../../core/control/words.ts";
import { guardLines } from "../../core/control/guard-words.ts";
import { firstLine, openIncidents } from "../../core/control/first-line.ts";
import type { ControlView, Question, Words } from "../../core/control-contract.ts";
import type { Order } from "../../core/order.ts";
import { orderWords } from "../../core/order-words.ts";
import type { WhatIf } from "../../core/plan/what-if.ts";
import type { UnixMs } from "../../core/step.ts";
import { HELP } from "../grammar.ts";
import { plain } from "../plain.ts";
import { bold, buttons, fallback, type Message, quiet, rich, sentence } from "./blocks.ts";

/** What people who ask in Slack are answered: a title, and lines that each say one thing. Pure. */

const LINES_MAX = 24;
const LINE_MAX = 400;

export function linesAnswer(title: string, lines: readonly string[]): Message {
  const shown = lines.slice(0, LINES_MAX);
  const left = lines.length - shown.length;
  const more = left > 0 ? [quiet(`\nand ${left} more lines; \`houston\` in a terminal shows them all`)] : [];
  return {
    blocks: [
      rich([
        bold(plain(title)),
        ...shown.flatMap((line) => [{ type: "text" as const, text: "\n" }, ...sentence(line, LINE_MAX)]),
        ...more,
      ]),
    ],
    text: fallback(title),
  };
}

export function helpAnswer(): Message {
  return linesAnswer("What I understand, after my name or after /houston", HELP);
}

export function mistakeAnswer({ says, fix }: { readonly says: string; readonly fix: string }): Message {
  return linesAnswer(`${says}.`, [fix.replaceAll("`", "")]);
}

export function whyAnswer(why: Why): Message {
  const { location, verdict, state } = why;
  if (verdict === null) return linesAnswer(`${location}: nothing has been noted of it yet`, []);
  const { evidenceNats, barNats, causes, because, scope, action } = verdict;
  const cause = causes.map(({ name, layer, share }) => `${name} (${layer}) ${percent(share)}`).join(", ");
  return linesAnswer(`${location} is ${state ?? "unknown"} and ${verdict.verdict}`, [
    `${evidenceNats.toFixed(1)} nats of ${barNats.toFixed(1)}; promise ${verdict.promise}; scope ${scope}, so: ${action}`,
    `${percent(verdict.impact.usersHurt)} of its users' requests are hurt beyond the usual; likely cause: ${cause === "" ? "none" : cause}`,
    ...because
      .slice(0, EVIDENCE_MAX)
      .map(({ nats, service, signal, says }) => `${nats.toFixed(1)} nats: ${service} ${signal}: ${says}`),
    ...(verdict.sufficient === undefined ? [] : [verdict.sufficient.says]),
    ...(verdict.wouldChange ?? []).map(({ to, says }) => `would change to ${to}: ${says}`),
    ...why.decisions
      .slice(0, DECISIONS_MAX)
      .flatMap(({ at, reasons }) => reasons.map(({ says }) => `decided ${utc(at)}: ${says}`)),
  ]);
}

const EVIDENCE_MAX = 6;
const DECISIONS_MAX = 5;

export function planAnswer(plan: WhatIf): Message {
  const { without, moves, unserved, grow, addedMs, utilisationAfter } = plan;
  const to = new Map<string, number>();
  for (const move of moves) to.set(move.to, (to.get(move.to) ?? 0) + move.rps);
  const total = [...to.values()].reduce((sum, value) => sum + value, 0);
  const noPlace = unserved.reduce((sum, { rps }) => sum + rps, 0);
  const title =
    total === 0
      ? without === null
        ? "Nothing would be better elsewhere"
        : `Without ${without} nobody would have to move`
      : `${without === null ? "A better plan" : `Without ${without}`}: ${Math.round(total)} rps move, +${Math.round(addedMs.p50)} ms for half of them, +${Math.round(addedMs.p95)} ms for the furthest 5 %`;
  return linesAnswer(title, [
    ...[...to]
      .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
      .map(
        ([name, rps]) =>
          `${name} takes ${Math.round(rps)} rps (${percent(rps / total)}), then ${percent(utilisationAfter[name] ?? 0)} full`,
      ),
    ...grow.map(({ location, toRps }) => `${location} grows to ${Math.round(toRps)} rps first`),
    ...(noPlace > 0 ? [`${Math.round(noPlace)} rps find no place`] : []),
  ]);
}

export function statusAnswer(view: ControlView): Message {
  const { text, more } = firstLine(view);
  const title = more === 0 ? text : `${text} And ${more} more.`;
  const then = view.modeThen === undefined ? "" : ` until ${utc(view.modeThen.at)}, then ${view.modeThen.mode}`;
  return linesAnswer(`${title} Mode ${view.mode}${then}.`, [
    ...(view.stopped === null ? [] : [`Stopped: ${view.stopped.says}. Say go on to let me go on.`]),
    ...(view.hold === null
      ? []
      : [
          `Held by ${view.hold.by}${view.hold.until === undefined ? "" : ` until ${utc(view.hold.until)}`}: nothing moves by itself. Say release to end it.`,
        ]),
    ...view.locations.flatMap((place) => byHandWords(view, place, utc)),
    ...(view.pins ?? []).map((pin) => `${pinLine(pin, utc)}.`),
    ...guardLines(view),
    ...openIncidents(view).map(({ number, brief, what }) => `Incident ${number}: ${brief || what}`),
    ...view.questions.flatMap(questionLines),
  ]);
}

export function questionLines({ id, asks, choices, deadline, defaultChoice }: Question): string[] {
  return [
    `${asks} Until ${utc(deadline)}, else ${defaultChoice}. Say answer ${id} NUMBER:`,
    ...choices.map((choice, index) => `${index + 1}  ${choice}`),
  ];
}

export function wordsAnswer(words: readonly Words[]): Message {
  const [first, ...more] = words;
  if (first === undefined) return linesAnswer("Done.", []);
  return linesAnswer(
    first.what,
    [first.doing, first.notDoing, first.youNeedTo, ...more.map(({ what }) => what)].filter(
      (line) => line !== undefined,
    ),
  );
}

/** What a confirmation brings back: the order, and when its preview was made. */
export type Confirmed = { readonly order: Order; readonly asked: UnixMs };

/** What the order would do as things are, and two buttons. A big one is asked for a second time by Slack itself. */
export function previewCard(order: Order, preview: Pick<OrderPreview, "says" | "typed">, asked: UnixMs): Message {
  const what = orderWords(order);
  const { blocks, text } = linesAnswer(`${what}?`, preview.says);
  const value: Confirmed = { order, asked };
  const confirm =
    preview.typed === null
      ? {}
      : { confirm: { title: "This is a big one", text: `${what}. ${preview.says[0] ?? ""}`, yes: "Yes, do it" } };
  return {
    blocks: [
      ...blocks,
      buttons([
        { id: "confirm", text: "Do it", value, style: "danger", ...confirm },
        { id: "leave", text: "Leave it", value },
      ]),
      rich([quiet("Good for five minutes.")]),
    ],
    text,
  };
}

const utc = (at: UnixMs): string => `${new Date(at).toISOString().slice(11, 19)} UTC`;
