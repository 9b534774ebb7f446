import type { ControlView } from "../../../src/core/control-contract.ts";
import { rps } from "../../../src/core/control/words.ts";
import type { Picture, Place } from "../picture/picture.ts";

/**
 * The first line answers four questions before anybody has read on: is anything wrong, where, what is being done, must I act?
 * What Houston says itself comes first; what it does not say (nobody has an incident yet) is counted here.
 */
export type FirstLine = {
  readonly level: Level;
  readonly text: string;
  /** Of how many more troubles there are. */
  readonly more: number;
};

/** ok: all is well. change: something is wrong and in hand. urgent: bad enough to look at, or a person is asked. */
export type Level = "ok" | "change" | "urgent";

export function firstLine(view: ControlView, picture: Picture): FirstLine {
  const open = view.incidents.filter(({ closedAt }) => closedAt === null);
  const [first, ...others] = open.sort((a, b) => rank(b.level) - rank(a.level));
  if (view.blind) {
    const text =
      "Houston is blind: it hears too few locations to judge any, and moves nothing. Traffic stays as it is.";
    return { level: "urgent", text, more: open.length };
  }
  if (first !== undefined) {
    const isUrgent = first.level === "urgent" || first.questions.length > 0;
    return { level: isUrgent ? "urgent" : "change", text: first.brief, more: others.length };
  }
  const [question, ...questions] = view.questions;
  if (question !== undefined) {
    return { level: "urgent", text: `${question.asks} You need to answer.`, more: questions.length };
  }
  return withoutIncident(picture, "now");
}

/** As Houston saw it at a past moment. */
export function pastFirstLine(picture: Picture): FirstLine {
  const [first, ...others] = picture.incidents;
  if (first !== undefined) return { level: "change", text: first.brief, more: others.length };
  return withoutIncident(picture, "then");
}

function withoutIncident({ places }: Picture, when: "now" | "then"): FirstLine {
  const [serves, serve, is, are] =
    when === "now" ? ["serves", "serve", "is", "are"] : ["served", "served", "was", "were"];
  if (places.length === 0) return { level: "change", text: "Houston knows of no location yet.", more: 0 };
  const total = `${rps(places.reduce((sum, { servedRps }) => sum + servedRps, 0))} rps.`;
  const odd = places.filter((place) => place.verdict !== "healthy" || place.state !== "serving");
  if (odd.length === 0) {
    return { level: "ok", text: `All ${places.length} locations ${serve} and ${are} healthy. ${total}`, more: 0 };
  }
  const named = odd.slice(0, NAMED_MAX).map((place) => `${place.name} ${is} ${oddWords(place)}`);
  const rest = odd.length - named.length;
  const fine = places.length - odd.length;
  const others = [
    ...(rest > 0 ? [`${rest} more ${rest === 1 ? is : are} not as usual`] : []),
    ...(fine > 1 ? [`the other ${fine} ${serve} and ${are} healthy`] : []),
    ...(fine === 1 ? [`the other one ${serves} and ${is} healthy`] : []),
  ];
  return { level: "change", text: `${[named.join(", "), ...others].join("; ")}. ${total}`, more: 0 };
}

/** More names than these nobody reads in a line. */
const NAMED_MAX = 2;

function oddWords(place: Place): string {
  return [
    ...(place.verdict === "healthy" ? [] : [place.verdict]),
    ...(place.state === "serving" ? [] : [place.state]),
  ].join(" and ");
}

function rank(level: "info" | "change" | "urgent"): number {
  return { info: 0, change: 1, urgent: 2 }[level];
}

/** In a tab among thirty others: a mark, and what is wrong where. */
export function tabTitle(line: FirstLine, isStale: boolean): string {
  if (isStale) return "? Houston: no word";
  if (line.level === "ok") return "Houston: all well";
  return `${line.level === "urgent" ? "!!" : "!"} ${line.text}`;
}
