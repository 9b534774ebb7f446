import type { ClassName, LocationName } from "../estate.ts";
import { promiseWords, type Cause, type Verdict } from "../verdict.ts";

/** How figures and names read in what Houston says: short and true. */

export const percent = (share: number): string => {
  const value = share * 100;
  if (value > 0 && value < 0.1) return "under 0.1 %";
  // Never rounded up to "all": 99.96 % out is not everyone out.
  const shown = value >= 10 && value < 99 ? Math.round(value) : Math.floor(value * 10) / 10;
  return `${shown} %`;
};

export const rps = (value: number): string => `${Math.round(value)}`;

export const nats = (value: number): string => value.toFixed(1);

export function causeWords(causes: readonly Cause[]): string {
  const first = causes[0];
  return first === undefined ? "cause unknown" : `cause: ${first.name} ${Math.round(first.share * 100)} %`;
}

/** `us-east-1: healthy -> failing  21.6 nats of 20.0  cause: dynamodb 92 %` */
export function verdictLine(before: Verdict["verdict"], verdict: Verdict): string {
  const scope = verdict.scope === "location" || verdict.scope === "unknown" ? "" : `  scope: ${verdict.scope}`;
  const change = before === verdict.verdict ? `still ${before}` : `${before} -> ${verdict.verdict}`;
  const cause = verdict.verdict === "healthy" ? "" : `  ${causeWords(verdict.causes)}`;
  return `${verdict.location}: ${change}  ${nats(verdict.evidenceNats)} nats of ${nats(verdict.barNats)}${cause}${scope}`;
}

export function hurtWords(verdict: Verdict): string {
  return `${percent(verdict.impact.usersHurt)} of its users' requests are hurt beyond the usual`;
}

export function whyWords(verdict: Verdict): string {
  // What was not believed is no reason for anything.
  const reasons = verdict.because.filter(({ signal }) => signal !== "set-aside");
  const because = reasons.map(({ service, signal, says }) =>
    // What a whole place shows belongs to no one service.
    signal === "requests" || signal === "latency" ? `${service}: ${says}` : says,
  );
  return because.length > 0 ? because.slice(0, 2).join("; ") : causeWords(verdict.causes);
}

export function certainWords(verdict: Verdict): string {
  return `${nats(verdict.evidenceNats)} nats of ${nats(verdict.barNats)} (${promiseWords(verdict)})`;
}

export function classWords(classes: readonly ClassName[]): string {
  return classes.map((name) => name.toUpperCase()).join(", ");
}

/** `us-east-2 62 %, ca-central-1 38 %` */
export function sharesWords(plan: readonly { readonly to: LocationName; readonly share: number }[]): string {
  return plan.map(({ to, share }) => `${to} ${Math.round(share * 100)} %`).join(", ");
}

export function listWords(names: readonly string[]): string {
  if (names.length <= 1) return names[0] ?? "nobody";
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/** `03:31:07 UTC`: the core knows no other zone; faces show it in their reader's as well. */
export function clockWords(at: number): string {
  const seconds = Math.floor(at / 1000) % 86_400;
  return `${[seconds / 3600, (seconds / 60) % 60, seconds % 60].map(twoDigits).join(":")} UTC`;
}

const twoDigits = (value: number): string => `${Math.floor(value)}`.padStart(2, "0");

export function secondsWords(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
