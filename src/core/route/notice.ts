import type { LocationName } from "../estate.ts";
import type { Reason, UnixMs } from "../step.ts";
import type { LossNotice } from "./table.ts";

/** What a notice is held against. */
export type NoticeContext = {
  readonly locations: readonly LocationName[];
  /** Null: no table yet, so there is no contingency to follow. */
  readonly tableVersion: number | null;
  readonly at: UnixMs;
};

/**
 * Why a notice is void; null when it is valid (DESIGN decision 7). The majority is of all configured
 * locations, so two sides of a partition cannot both have one. Takes what came over the wire.
 */
export function noticeProblem(notice: LossNotice, context: NoticeContext): Reason | null {
  if (!isNotice(notice)) return { code: "notice-malformed", says: "not a loss notice" };
  const { location } = notice;
  const isVoid = (code: string, says: string): Reason => ({ code, says: `${location}: ${says}`, location });
  if (!context.locations.includes(location)) return isVoid("notice-unknown-location", "no such location");
  if (context.tableVersion === null) return isVoid("notice-without-table", "there is no table to follow it in");
  if (notice.tableVersion !== context.tableVersion) {
    return isVoid("notice-other-version", `is for version ${notice.tableVersion}, ${context.tableVersion} is in use`);
  }
  if (notice.expires <= context.at) return isVoid("notice-expired", "has expired");
  const seen = witnessesOf(notice, context.locations);
  const wanted = majorityOf(context.locations.length);
  if (seen < wanted)
    return isVoid("notice-no-majority", `seen by ${seen} of ${context.locations.length}, ${wanted} wanted`);
  return null;
}

/** How many locations must see a loss: more than half of all configured ones. */
export function majorityOf(locationCount: number): number {
  return Math.floor(locationCount / 2) + 1;
}

/** Most witnesses, then the name that comes first: every server chooses alike. */
export function strongestNotice(notices: readonly LossNotice[], locations: readonly LocationName[]): LossNotice | null {
  let best: LossNotice | null = null;
  for (const notice of notices) {
    if (best === null || isStronger(notice, best, locations)) best = notice;
  }
  return best;
}

function isStronger(notice: LossNotice, best: LossNotice, locations: readonly LocationName[]): boolean {
  const more = witnessesOf(notice, locations) - witnessesOf(best, locations);
  return more === 0 ? notice.location < best.location : more > 0;
}

/** Configured locations that see it, each once. The lost one is no witness of its own loss. */
function witnessesOf(notice: LossNotice, locations: readonly LocationName[]): number {
  return locations.filter((name) => name !== notice.location && notice.seenBy.includes(name)).length;
}

function isNotice(notice: unknown): notice is LossNotice {
  if (typeof notice !== "object" || notice === null) return false;
  const it = notice as Readonly<Record<string, unknown>>;
  return (
    typeof it["location"] === "string" &&
    Number.isSafeInteger(it["tableVersion"]) &&
    Array.isArray(it["seenBy"]) &&
    it["seenBy"].every((name) => typeof name === "string") &&
    Number.isFinite(it["at"]) &&
    Number.isFinite(it["expires"])
  );
}
