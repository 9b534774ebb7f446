import type { ClassName, LocationName } from "../estate.ts";
import type { Assignment } from "../route/table.ts";
import { checkGuards } from "../shift/guards.ts";
import type { Traffic } from "../shift/traffic.ts";
import { closedNow } from "./conditions.ts";
import { barredPaths } from "./barred-paths.ts";
import { barredPlaces, readyRps, type Draft } from "./publish.ts";
import type { Reason } from "../step.ts";
import { estateOf, once, placesOf, reason, say, type Turn } from "./turn.ts";
import { percent } from "./words.ts";

/** The only way to change what will be published: through the guards. */

const MINUTE_MS = 60_000;

export function movedLastMinute(turn: Turn): number {
  return turn.now.movedShares
    .filter(({ at }) => turn.now.at - at < MINUTE_MS)
    .reduce((sum, { share }) => sum + share, 0);
}

/** Why a move waits for the guard on how much may move in a minute. */
export function shareSpent(turn: Turn, name: LocationName): string {
  const most = estateOf(turn).guards.maxShareMovedPerMinute;
  return `${name} waits: automatic moves took ${percent(movedLastMinute(turn))} of all traffic in the last minute, ${percent(most)} may; \`houston evacuate ${name}\` does not wait`;
}

export function servingCount(turn: Turn, without: LocationName | null): number {
  return placesOf(turn).filter(
    (place) =>
      place.name !== without && place.lostAt === null && (place.state === "serving" || place.state === "restoring"),
  ).length;
}

/** What a guard forbids is not done by halves: it is said, with what a person may do about it. */
function refuse(turn: Turn, name: LocationName, { code, says, location = name }: Reason): void {
  reason(turn, code, says, location);
  if (!once(turn, `refused ${code} ${location}`, REFUSED_SAID_EVERY_MS)) return;
  say(turn, {
    level: "change",
    location: name,
    what: `a plan for ${name} is refused: ${says}`,
    youNeedTo: personMay(code, { name, location }),
  });
}

/** The same refusal is told again only now and then. */
const REFUSED_SAID_EVERY_MS = 600_000;

function personMay(code: string, { name, location }: { readonly name: string; readonly location: string }): string {
  switch (code) {
    case "guard-share-per-minute":
      return `wait a minute, or order \`houston evacuate ${name}\`, which that guard does not hold back`;
    case "guard-utilisation":
      return `get ${location} room, or raise guards.maxUtilisation`;
    case "guard-locations-serving":
      return "restore another location first";
    case "guard-forbidden-hours":
      return `order \`houston evacuate ${name}\` if it should move now`;
    case "guard-people-only":
      return `order \`houston evacuate ${name} --class CLASS\` if it should move`;
    default:
      return `look into it: \`houston why ${name}\``;
  }
}

/** Takes a changed assignment into the draft, or says which guard forbids it. */
export function propose(
  turn: Turn,
  draft: Draft,
  proposal: {
    readonly assignment: Assignment;
    readonly traffic: Traffic;
    /** The place that is left or restored. */
    readonly location: LocationName;
    /** Set when a person ordered it. */
    readonly orderedClasses: readonly ClassName[] | null;
    readonly takesOut: boolean;
    readonly isRollBack?: (from: LocationName, to: LocationName) => boolean;
    readonly utilisation?: number | null;
    /** It gets its own traffic back: the only move to a place that does not serve in full. */
    readonly receives?: boolean;
  },
): boolean {
  const { now } = turn;
  if (now.mode === "observe") {
    reason(turn, "mode-observe", `${proposal.location}: mode is observe, nothing moves`, proposal.location);
    return false;
  }
  const estate = estateOf(turn);
  const lost = placesOf(turn)
    .filter((place) => place.lostAt !== null)
    .map((place) => place.name);
  const result = checkGuards({
    at: now.at,
    estate,
    traffic: proposal.traffic,
    before: draft.assignment,
    after: proposal.assignment,
    readyRps: readyRps(turn),
    barred: barredPlaces(turn).filter((name) => !(proposal.receives === true && name === proposal.location)),
    closed: closedNow(turn),
    lost,
    ordered: proposal.orderedClasses === null ? {} : { [proposal.location]: proposal.orderedClasses },
    isRollBack: proposal.isRollBack ?? (() => false),
    badPaths: barredPaths(turn),
    movedLastMinute: movedLastMinute(turn),
    servingAfter: servingCount(turn, proposal.takesOut ? proposal.location : null),
    takesOut: proposal.takesOut,
    utilisationAllowed: proposal.utilisation ?? null,
  });
  if (result.violations.length > 0) {
    for (const violation of result.violations) refuse(turn, proposal.location, violation);
    return false;
  }
  draft.assignment = proposal.assignment;
  if (result.shareMoved > 0) {
    now.movedShares = [
      ...now.movedShares.filter(({ at }) => now.at - at < MINUTE_MS),
      { at: now.at, share: result.shareMoved },
    ];
  }
  return true;
}
