import { byName } from "../route/by-name.ts";
import type { LocationName } from "../estate.ts";
import type { ProbeReading } from "../reading.ts";
import type { UnixMs } from "../step.ts";
import type { Sight } from "../summary.ts";

/**
 * How this node's own probes see the other locations. No answer at all (refused, reset, timeout) is strong
 * evidence of a loss, capped for each look so that one strange look is never enough, and so is an error where all should be well; an
 * answer that is wrong otherwise (status, wrong) shows that somebody is there, and is evidence of a gray fault only.
 */
export type Sights = Map<LocationName, Seeing>;

type Seeing = {
  looks: Look[];
  failedLooks: number;
  errors: number;
  lossNats: number;
  grayNats: number;
  silentAt: UnixMs;
};
type Look = { readonly at: UnixMs; readonly failed: boolean };

/** Takes one probe in; true when the sight changed its mind: it becomes a witness of a loss, or is none any more. */
export function look(sights: Sights, probe: ProbeReading): boolean {
  const seeing = sights.get(probe.location) ?? newSeeing();
  sights.set(probe.location, seeing);
  seeing.looks.push({ at: probe.at, failed: !probe.ok });
  if (seeing.looks.length > LOOKS_KEPT) seeing.looks.shift();
  const witnessed = seeing.lossNats >= WITNESS_NATS;
  if (probe.ok) {
    seeing.failedLooks = 0;
    seeing.errors = 0;
    seeing.lossNats = 0;
    seeing.grayNats = Math.max(0, seeing.grayNats + GRAY_OK_NATS);
    return witnessed;
  }
  const why = probe.why ?? "timeout";
  const lossNats = Object.hasOwn(LOSS_NATS, why) ? LOSS_NATS[why] : undefined;
  if (lossNats === undefined) {
    // It answered, if badly: it is not lost.
    seeing.failedLooks = 0;
    seeing.errors = 0;
    seeing.lossNats = 0;
    seeing.grayNats = Math.min(GRAY_CEILING_NATS, seeing.grayNats + GRAY_FAILED_NATS);
    return witnessed;
  }
  if (why === "timeout") {
    // Looks that began in one moment heard the same silence: it counts once. Half a second later, or after that look, it is another.
    if (probe.at - seeing.silentAt < Math.min(SILENCES_APART_MS, Math.max(SILENCE_LEAST_MS, probe.ms))) return false;
    seeing.silentAt = probe.at;
  }
  seeing.failedLooks += 1;
  if (why === "error") seeing.errors += 1;
  const isNobody = why === "refused" || why === "reset";
  const ceiling = isNobody ? LOSS_CEILING_NATS : Math.max(seeing.lossNats, SILENCE_CEILING_NATS);
  seeing.lossNats = Math.min(ceiling, seeing.lossNats + lossNats);
  return !witnessed && seeing.lossNats >= WITNESS_NATS;
}

const newSeeing = (): Seeing => ({ looks: [], failedLooks: 0, errors: 0, lossNats: 0, grayNats: 0, silentAt: 0 });

/** What the summary says of each location that was looked at lately, by name. */
export function sightsAt(sights: Sights, at: UnixMs): Record<LocationName, Sight> {
  const seen: Record<LocationName, Sight> = {};
  for (const name of [...sights.keys()].sort(byName)) {
    const seeing = sights.get(name);
    if (seeing === undefined) continue;
    const last = seeing.looks.at(-1);
    if (last === undefined || at - last.at > SIGHT_LASTS_MS) {
      sights.delete(name);
      continue;
    }
    const window = seeing.looks.filter((each) => at - each.at <= WINDOW_MS);
    seen[name] = {
      lookedAt: last.at,
      failedLooks: seeing.failedLooks,
      ...(seeing.errors > 0 && { errors: seeing.errors }),
      looks: window.length,
      failures: window.filter((each) => each.failed).length,
      lossNats: seeing.lossNats,
      grayNats: Math.round(seeing.grayNats * 10) / 10,
    };
  }
  return seen;
}

/** A vantage for which at least half of what it looked at has just given no answer: the watcher is the suspect. Who is told of errors is heard. */
export function seesMostFailing(sees: Readonly<Record<LocationName, Sight>>): boolean {
  return failingIn(sees).most;
}

/** Errors wherever it looks are a version's, a proxy's or its own: no one place's. */
export function seesMostErring(sees: Readonly<Record<LocationName, Sight>>): boolean {
  return failingIn(sees).mostErring;
}

/** Several places silent at once are no several losses. */
export function seesManyFailing(sees: Readonly<Record<LocationName, Sight>>): boolean {
  return failingIn(sees).many;
}

/** Whether any look of this vantage has just failed. */
export function seesAnyFailing(sees: Readonly<Record<LocationName, Sight>>): boolean {
  return failingIn(sees).any;
}

/** Asked at each message about everyone's newest sights, which don't change: counted once. */
function failingIn(sees: Readonly<Record<LocationName, Sight>>): Failing {
  const known = counted.get(sees);
  if (known !== undefined) return known;
  let [failing, erring, all] = [0, 0, 0];
  for (const { failedLooks, errors = 0 } of Object.values(sees)) {
    all += 1;
    if (failedLooks > 0) failing += 1;
    if (errors > 0) erring += 1;
  }
  const isMost = (some: number): boolean => some >= 2 && some * 2 >= all;
  const counts = {
    any: failing > 0,
    many: failing >= MANY_FAILING,
    most: isMost(failing - erring),
    mostErring: isMost(failing),
  };
  counted.set(sees, counts);
  return counts;
}

type Failing = Readonly<Record<"any" | "many" | "most" | "mostErring", boolean>>;
const counted = new WeakMap<object, Failing>();

/**
 * Two refusals make a witness, or two errors, or three silences: a process that stalls for two seconds on a busy machine is silent
 * too, but only a dead one refuses. Errors in several places are a bad version's, as silences are the watcher's: their ceiling is the
 * same. A vantage alone never makes much more than half of a bar of 20.
 */
const LOSS_NATS: Readonly<Record<string, number | undefined>> = { refused: 6, reset: 6, error: 6, timeout: 3.5 };
const LOSS_CEILING_NATS = 12;
const SILENCE_CEILING_NATS = 10;
const SILENCES_APART_MS = 450;
/** Nobody gives up sooner who has a reason to. */
const SILENCE_LEAST_MS = 200;
/** From so much on, a vantage is a witness of a loss. */
export const WITNESS_NATS = 10;
/** Beyond this there was a refusal among the looks: that no other place shares. */
export const REFUSED_NATS = SILENCE_CEILING_NATS;
/** Likelihood of one look when 1 in 5 fails against 1 in 200: ln 40, capped; ln(0.8 / 0.995). */
const GRAY_FAILED_NATS = 3;
const GRAY_OK_NATS = -0.22;
const GRAY_CEILING_NATS = 10;
/** Two losses at once are planned for; what looks like a third is the watcher, or the machine under all of them. */
const MANY_FAILING = 4;
const WINDOW_MS = 10_000;
/** At rest a vantage looks at each location every few seconds; with 50 locations every 25. */
const SIGHT_LASTS_MS = 30_000;
/** Twice a second for ten seconds, and as many again when everyone looks at once. */
const LOOKS_KEPT = 60;
