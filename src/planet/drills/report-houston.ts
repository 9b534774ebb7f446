import type { LocationName } from "../../core/estate.ts";
import type { UnixMs } from "../../core/step.ts";
import type { Cause, Verdict, VerdictState } from "../../core/verdict.ts";
import { sum } from "./columns.ts";
import type { WrongVerdict } from "../../api/drill-report.ts";
import type { DrillReport } from "./report.ts";
import type { DrillSeen, RightVerdict } from "./seen.ts";

/** What Houston thought and decided in a drill, by the codes of its reasons and by its verdicts; its sentences are for people. */

/** A place begins to be left, in whole, in part, or by the users of some zones. */
export const LEAVES: ReadonlySet<string> = new Set(["evacuate", "evacuate-lost", "spill", "move-zones"]);
/** Users are moved out of a place: a table with fewer of them there was decided on. */
export const MOVES: ReadonlySet<string> = new Set(["canary", "step", "evacuate-lost", "out"]);
const LOST: ReadonlySet<string> = new Set(["lost"]);
/** A place that was given users worsened. */
const RECEIVED_BADLY: ReadonlySet<string> = new Set(["receiver-worse", "rolled-back", "stopped"]);

const WORSE: Readonly<Record<VerdictState, number>> = { healthy: 0, shaky: 1, failing: 2 };

/** Codes since the fault with the place that each is about; what Houston said of no place is about none. */
export function reasonsOf(seen: DrillSeen): readonly { at: UnixMs; code: string; location: LocationName | null }[] {
  return seen.decided.decisions
    .filter(({ at }) => at >= seen.faultAt && at <= seen.until)
    .flatMap(({ at, reasons }) => reasons.map(({ code, location = null }) => ({ at, code, location })));
}

export type Worsened = {
  readonly at: UnixMs;
  readonly location: LocationName;
  readonly verdict: VerdictState;
  readonly cause: Cause | null;
  readonly noted: Verdict;
};

/** Each time that a verdict became worse than it was: to shaky, or to failing. */
export function worsenings(seen: DrillSeen): readonly Worsened[] {
  const last = new Map<LocationName, VerdictState>();
  const found: Worsened[] = [];
  for (const { at, verdict: noted } of seen.decided.verdicts) {
    const { location, verdict, causes } = noted;
    const before = last.get(location) ?? "healthy";
    last.set(location, verdict);
    if (at < seen.faultAt || at > seen.until || WORSE[verdict] <= WORSE[before]) continue;
    found.push({ at, location, verdict, cause: causes[0] ?? null, noted });
  }
  return found;
}

/** Verdicts that were worse than healthy at the fault already, and stayed so. */
export function alreadyWorse({ decided, faultAt }: DrillSeen): number {
  const standing = new Map<LocationName, VerdictState>();
  for (const { at, verdict } of decided.verdicts) if (at < faultAt) standing.set(verdict.location, verdict.verdict);
  return [...standing.values()].filter((verdict) => verdict !== "healthy").length;
}

/** Others that became worse, what was wrong with its own, each once, until it is another; and that trouble was said to follow the traffic. */
export function wrongVerdicts(seen: DrillSeen): readonly WrongVerdict[] | null {
  const { rightVerdict, faultAt, until } = seen;
  if (rightVerdict === null) return null;
  const last = new Map<LocationName, string>();
  const own = seen.decided.verdicts.flatMap(({ at, verdict }) => {
    const { location, verdict: state, scope, action } = verdict;
    const isRight = scope === rightVerdict.scope && (action === rightVerdict.action || action === "none");
    const isWrong = isIts(seen, location) && at >= faultAt && at <= until && state === "failing" && !isRight;
    const kind = `${state} ${scope} ${action}`;
    const isKnown = last.get(location) === kind;
    last.set(location, kind);
    return isWrong && !isKnown ? [wrong(at, verdict)] : [];
  });
  // Who really fails a little, by the drill's own doing, may be thought shaky.
  const isNoisy = (location: LocationName): boolean => seen.did.some(({ fault }) => fault?.location === location);
  const others = worsenings(seen).filter(
    ({ location, verdict }) => !isIts(seen, location) && (verdict === "failing" || !isNoisy(location)),
  );
  return [...own, ...others.map(({ at, noted }) => wrong(at, noted)), ...stops(seen, rightVerdict)].sort(
    (one, other) => one.at - other.at || (one.location < other.location ? -1 : 1),
  );
}

/** Stopping all moves says that the trouble follows the traffic; while that stands it is said again and again. */
function stops(seen: DrillSeen, { action }: RightVerdict): readonly WrongVerdict[] {
  const stop = action === "hold" ? undefined : reasonsOf(seen).find(({ code }) => code === "stopped");
  if (stop === undefined) return [];
  const location = stop.location ?? seen.locations[0]!;
  return [{ at: stop.at, location, verdict: "failing", scope: "follows-the-traffic", action: "hold", cause: null }];
}

function wrong(at: UnixMs, { location, verdict, scope, action, causes }: Verdict): WrongVerdict {
  return { at, location, verdict, scope, action, cause: causes[0]?.name ?? null };
}

/** Enough evidence that something is wrong there, whether it is worth a move or not. */
export function beyondBarAt(seen: DrillSeen): UnixMs | null {
  const { faultAt, until } = seen;
  const beyond = seen.decided.verdicts.filter(
    ({ at, verdict }) =>
      at >= faultAt &&
      at <= until &&
      isIts(seen, verdict.location) &&
      verdict.verdict !== "healthy" &&
      verdict.evidenceNats >= verdict.barNats,
  );
  return first(beyond);
}

export function certainAt(seen: DrillSeen): UnixMs | null {
  const lost = reasonsOf(seen).filter(({ code, location }) => LOST.has(code) && isIts(seen, location));
  const failing = worsenings(seen).filter(({ verdict, location }) => verdict === "failing" && isIts(seen, location));
  return first([...lost, ...failing]);
}

export function decidedAt(seen: DrillSeen): UnixMs | null {
  return first(reasonsOf(seen).filter(({ code, location }) => LEAVES.has(code) && isIts(seen, location)));
}

/** When a receiver was first known to be bad: lost, failing, or worse since it took users. */
export function badAt(seen: DrillSeen, receiver: LocationName): UnixMs | null {
  const codes = reasonsOf(seen).filter(
    ({ code, location }) => location === receiver && (LOST.has(code) || RECEIVED_BADLY.has(code)),
  );
  const failing = worsenings(seen).filter(({ verdict, location }) => verdict === "failing" && location === receiver);
  return first([...codes, ...failing]);
}

/** What Houston held for the cause when it was first certain, or else when it was first unsure. */
export function causeOf(seen: DrillSeen): Cause | null {
  const its = worsenings(seen).filter(({ location }) => isIts(seen, location));
  return (its.find(({ verdict }) => verdict === "failing") ?? its[0])?.cause ?? null;
}

export function questionsOf({ timeline, faultAt, until }: DrillSeen): DrillReport["more"]["questions"] {
  return timeline.flatMap(({ at, question }) => {
    if (question === undefined || at < faultAt || at > until) return [];
    const { asks, choices, defaultChoice } = question;
    return [{ at, asks, choices, defaultChoice }];
  });
}

/** When the deciding Houston was dead by the drill's own doing: what users met meanwhile, and when its move went on. */
export function houstonDown(seen: DrillSeen): DrillReport["more"]["houstonDown"] {
  const deeds = seen.did.flatMap(({ at, process }) => (process?.name === "houston" ? [{ at, ...process }] : []));
  const killedAt = deeds.find(({ action }) => action === "kill")?.at;
  if (killedAt === undefined) return null;
  const restartedAt = deeds.find(({ at, action }) => action === "start" && at >= killedAt)?.at ?? null;
  const from = Math.max(0, Math.floor((killedAt - seen.faultAt) / 1000));
  const to = Math.ceil(((restartedAt ?? seen.until) - seen.faultAt) / 1000);
  const count = ({ total, failed }: { readonly total: readonly number[]; readonly failed: readonly number[] }) => ({
    total: sum(total, from, to),
    failed: sum(failed, from, to),
  });
  const goesOn = reasonsOf(seen).filter(
    ({ at, code, location }) => restartedAt !== null && at >= restartedAt && MOVES.has(code) && isIts(seen, location),
  );
  return {
    killedAt,
    restartedAt,
    goesOnAt: first(goesOn),
    requests: count(seen.tally.its),
    others: count(seen.tally.others),
  };
}

/** Where the drill names no place, everything is about it. */
function isIts({ locations }: DrillSeen, location: LocationName | null): boolean {
  return locations.length === 0 || (location !== null && locations.includes(location));
}

function first(all: readonly { readonly at: UnixMs }[]): UnixMs | null {
  return all.length === 0 ? null : Math.min(...all.map(({ at }) => at));
}
