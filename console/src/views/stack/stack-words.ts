import { RATES_OVER_MS, type ServiceRate, type Sight } from "../../../../src/core/summary.ts";
import type { Action, Because, Scope, Verdict, VerdictState } from "../../../../src/core/verdict.ts";
import { amount, counted, millis, percent, rps } from "../shared/figures.ts";
import type { Rest } from "./stack-choice.ts";
import { isOfSilence, type NodeEvidence } from "./stack-evidence.ts";
import type { StackNode } from "./stack-graph.ts";

/** What the picture shows, in words: for whoever can't see it, and for whoever is too tired to. */

export function verdictSentence(verdict: Verdict): string {
  const { location, causes, impact } = verdict;
  if (isOfSilence(verdict)) return `The node of ${location} is silent: what happens inside is not known now.`;
  if (verdict.verdict === "healthy") {
    return verdict.evidenceNats > 0
      ? `${location} is healthy: what little speaks against it is far from enough.`
      : `${location} is healthy: nothing speaks against it.`;
  }
  const [cause] = causes;
  const likely = cause === undefined ? "" : `: likely ${cause.name} (${percent(cause.share)} of the evidence)`;
  return `${location} is ${verdict.verdict}${likely}. ${percent(impact.usersHurt)} of its users' requests are hurt beyond the usual.`;
}

export const SCOPES: Readonly<Record<Scope, string>> = {
  location: "this place alone",
  path: "the way to it, not the place",
  provider: "its provider, in other places too",
  deploy: "a new version, wherever that runs",
  dependency: "a dependency that all places share",
  everywhere: "all places alike",
  "follows-the-traffic": "it goes along with some of the traffic",
  overload: "more users than it has room for",
  watcher: "its watcher, which may be cut off itself",
  unknown: "not known yet",
};

export const ACTIONS: Readonly<Record<Action, string>> = {
  leave: "leaving helps",
  "move-zones": "users of that network are better off elsewhere",
  spill: "what is over can go elsewhere",
  hold: "moving would make it worse",
  none: "moving would not help",
};

export type Figures = { readonly failedShare: number | null; readonly rps: number; readonly ms: number | null };

/** Null: its node has said nothing of it. */
export function figuresOf(rate: ServiceRate | undefined): Figures | null {
  if (rate === undefined) return null;
  return {
    failedShare: rate.total === 0 ? null : rate.bad / rate.total,
    rps: rate.total / (RATES_OVER_MS / 1000),
    ms: rate.logMs === null ? null : Math.exp(rate.logMs),
  };
}

/** `5.5 % · 880/s · 38 ms`; in a narrow box without the middle one; spoken `5.5 % failed, 880 rps, 38 ms`. */
export function figureWords(figures: Figures, room: "narrow" | "wide" | "spoken"): string {
  const { failedShare, ms } = figures;
  const parts = [
    ...(failedShare === null ? [] : [room === "spoken" ? `${percent(failedShare)} failed` : percent(failedShare)]),
    ...(room === "narrow" ? [] : [room === "wide" ? `${amount(figures.rps)}/s` : rps(figures.rps)]),
    ...(ms === null ? [] : [millis(ms)]),
  ];
  return parts.join(room === "spoken" ? ", " : " · ");
}

/** How much of it is known: `likely cause`, `suspect`, `suffers`; null: nothing speaks against it. */
export function partOf(evidence: NodeEvidence | undefined): "likely cause" | "suspect" | "suffers" | null {
  if (evidence === undefined) return null;
  if (evidence.isLikelyCause) return "likely cause";
  return evidence.causeShare === null ? "suffers" : "suspect";
}

const NEEDY = "needs what is ill";

/** Of those that are only counted. */
export function restWords({ names, needy }: Rest): string {
  if (needy === 0) return "no evidence";
  return needy === names.length ? NEEDY : `${needy} need what is ill`;
}

export function restSentence(rest: Rest): string {
  return rest.needy === 0
    ? "No evidence against them, and none of them lies between what is ill and who is hurt."
    : `Not drawn for want of room; ${restWords(rest)}.`;
}

/**
 * What a box says, in this order: `[name], resource; [likely cause 81 %]; 20.6 nats; 5.5 % failed, 880 rps, 38 ms`. Only what is
 * in brackets is seen, for the picture shows the rest; a screen reader says all of it.
 */
export function nodeWords(
  node: StackNode,
  told: {
    readonly evidence: NodeEvidence | undefined;
    readonly figures: Figures | null;
    /** Of a journey that can't be done without what is ill: the evidence that reaches it; undefined: none such. */
    readonly reachedByNats: number | undefined;
    readonly room: "narrow" | "wide";
  },
): { readonly heard: string; readonly seen: string; readonly heardAfter: string } {
  const { evidence, figures, reachedByNats, room } = told;
  const part = partOf(evidence);
  const share = evidence?.causeShare ?? null;
  const blamed =
    share === null ? null : `${room === "narrow" && part === "likely cause" ? "cause" : part} ${percent(share)}`;
  const needs = reachedByNats === undefined ? null : reachedByNats > 0 ? "users hurt" : NEEDY;
  const felt = figures === null ? "" : figureWords(figures, room);
  return {
    heard: `, ${node.layer}; `,
    seen: blamed ?? needs ?? felt,
    heardAfter: [
      ...(part === "suffers" ? ["suffers"] : []),
      ...(evidence === undefined ? [] : [`${evidence.nats.toFixed(1)} nats`]),
      ...(blamed === null || figures === null ? [] : [figureWords(figures, "spoken")]),
    ]
      .map((says) => `; ${says}`)
      .join(""),
  };
}

/** A judge's sentence in its three parts: how it is now, what is usual, how it is elsewhere. Strange ones stay whole. */
export function becauseParts({ says }: Because): {
  readonly now: string;
  readonly usual: string;
  readonly elsewhere: string;
} {
  const [now = "", usual = "", ...elsewhere] = says.split("; ");
  return { now, usual, elsewhere: elsewhere.join("; ") };
}

/** How the other places see it, in a line. */
export function seenSentence(sights: readonly Sight[]): string {
  if (sights.length === 0) return "No other place has looked at it lately.";
  const ill = sights.filter(({ failures, failedLooks }) => failures > 0 || failedLooks > 0).length;
  const lost = sights.filter(({ failedLooks }) => failedLooks >= LOST_LOOKS).length;
  const looked = `${counted(sights.length, "other place looks", "other places look")} at it`;
  if (ill === 0) return `${looked}: all see it well.`;
  return lost > 0
    ? `${looked}: ${lost} can't reach it, ${ill - lost} more see some looks fail.`
    : `${looked}: ${ill} ${ill === 1 ? "sees" : "see"} some looks fail, none has lost it.`;
}

export function sightVerdict({ failedLooks, failures }: Sight): VerdictState {
  if (failedLooks >= LOST_LOOKS) return "failing";
  return failures > 0 ? "shaky" : "healthy";
}

export function sightWords({ failedLooks, failures, looks }: Sight): string {
  if (failedLooks >= LOST_LOOKS) return `can't reach it, ${failedLooks} looks in a row`;
  return failures > 0 ? `${failures} of ${looks} looks failed` : `${counted(looks, "look")}, all well`;
}

export function sightEvidence({ lossNats, grayNats }: Sight): string {
  if (lossNats <= 0 && grayNats <= 0) return "none";
  return lossNats >= grayNats ? `lost: ${lossNats.toFixed(1)} nats` : `ill: ${grayNats.toFixed(1)} nats`;
}

/** One failed look may be the network's; with two in a row the judge begins to count a loss. */
const LOST_LOOKS = 2;
