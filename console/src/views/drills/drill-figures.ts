import type { DrillReport } from "../../../../src/api/contract.ts";
import { amount, percent, seconds } from "../shared/figures.ts";

/** A drill's report in the figures that a person compares: how soon, at what cost, and what should not have been. */

/** What happened when, for the small picture; in order of time, what never came left out. */
export type DrillMark = { readonly name: MarkName; readonly afterMs: number };
export type MarkName = "fault" | "certain" | "decided" | "99 % well" | "back";

export function drillMarks(report: DrillReport): readonly DrillMark[] {
  const { faultAt } = report;
  const times: readonly (readonly [MarkName, number | null])[] = [
    ["fault", faultAt],
    ["certain", report.certainAt],
    ["decided", report.decidedAt],
    ["99 % well", report.moved99At],
    ["back", report.restoredAt],
  ];
  return times
    .flatMap(([name, at]) => (at === null ? [] : [{ name, afterMs: at - faultAt }]))
    .sort((one, other) => one.afterMs - other.afterMs);
}

/** `9.4 s`, or a dash for what never came or was not waited for. */
export function afterFault(report: DrillReport, at: number | null): string {
  return at === null ? "–" : seconds(at - report.faultAt);
}

/** Null: nobody asked for anything. */
export function failedShare({ requests }: DrillReport): number | null {
  return requests.total === 0 ? null : requests.failed / requests.total;
}

export function failedWords(report: DrillReport): string {
  const share = failedShare(report);
  return share === null ? "no requests" : `${amount(report.requests.failed)} (${percent(share)})`;
}

/** The longest that anyone was over its capacity, in words; null: nobody was. */
export function overloadWords({ overloadedReceivers }: DrillReport): string | null {
  const worst = overloadedReceivers.toSorted((one, other) => other.seconds - one.seconds)[0];
  if (worst === undefined) return null;
  const others = overloadedReceivers.length > 1 ? ` and ${overloadedReceivers.length - 1} more` : "";
  return `${worst.location} ${seconds(worst.seconds * 1000)}${others}`;
}

/** What no drill should ever show, each as a sentence. */
export function drillFaults(report: DrillReport): readonly string[] {
  const { checkouts, needlessMoves } = report;
  const overload = overloadWords(report);
  return [
    ...(checkouts.lost > 0 ? [`${amount(checkouts.lost)} of ${amount(checkouts.started)} checkouts lost`] : []),
    ...(checkouts.doubled > 0 ? [`${amount(checkouts.doubled)} charged or reserved twice`] : []),
    ...(needlessMoves > 0 ? [`${amount(needlessMoves)} needless ${needlessMoves === 1 ? "move" : "moves"}`] : []),
    ...(overload === null ? [] : [`over capacity: ${overload}`]),
  ];
}

/** What a close reader wants beside the table, each with its name. */
export function reportFacts(report: DrillReport): readonly Fact[] {
  const { checkouts, stubbornUsers, requests, more } = report;
  const after = (at: number | null): string => (at === null ? "never" : `after ${afterFault(report, at)}`);
  return [
    ...(more.houston ? [] : [fact("Houston", "was not there: nobody helped")]),
    ...(more.cause === null ? [] : [fact("Cause named", `${more.cause.name} (${percent(more.cause.share)})`)]),
    fact(
      "Checkouts",
      `${amount(checkouts.completed)} of ${amount(checkouts.started)} completed, ${amount(checkouts.continuedElsewhere)} of them elsewhere`,
    ),
    fact("Worst minute", `${percent(more.worstMinuteFailedShare)} failed`),
    fact("Failed after 99 % were well", amount(requests.failedAfterMoved99)),
    ...(stubbornUsers.total === 0
      ? []
      : [
          fact(
            "Stubborn resolvers and connections",
            `${amount(stubbornUsers.failed)} of ${amount(stubbornUsers.total)} failed (${percent(stubbornUsers.failed / stubbornUsers.total)})`,
          ),
        ]),
    ...more.questions.map(({ asks, choices, defaultChoice }) =>
      fact(
        "Asked",
        `${asks} ${choices.map((choice, index) => `[${index + 1}] ${choice}`).join(" ")}; no answer: ${defaultChoice}`,
      ),
    ),
    ...(more.houstonDown === null
      ? []
      : [
          fact(
            "Houston itself",
            `killed ${after(more.houstonDown.killedAt)}, back ${after(more.houstonDown.restartedAt)}, moves on ${after(more.houstonDown.goesOnAt)}`,
          ),
        ]),
  ];
}

export type Fact = { readonly name: string; readonly says: string };

const fact = (name: string, says: string): Fact => ({ name, says });

/**
 * Where the marks of several drills stand on one scale: a second matters among the first ten and not among the last hundred,
 * so the scale is logarithmic from a second on.
 */
export function placeOfMark(afterMs: number, longestMs: number): number {
  return longestMs <= 0 ? 0 : scaled(afterMs) / scaled(longestMs);
}

const scaled = (ms: number): number => Math.log1p(Math.max(0, ms) / 1000);
