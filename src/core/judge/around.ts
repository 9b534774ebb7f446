import { byName } from "../route/by-name.ts";
import type { Estate, LocationName } from "../estate.ts";
import type { UnixMs } from "../step.ts";
import type { OwnView, Summary } from "../summary.ts";
import type { Cause } from "../verdict.ts";
import { barNats, marginHurt, SHAKY_SHARE } from "./bar.ts";
import { isCutOff, isFresh, lostLocations, type Loss } from "./loss.ts";
import { isOverloaded } from "./overloaded.ts";

/** What is asked of all summaries together: who is heard, lost, worse than usual, overloaded; and which deploy the sick share. */
export type Question = {
  readonly estate: Estate;
  /** The newest summary of each location. */
  readonly summaries: readonly Summary[];
  /** Where chunks went in the last minutes, newest last. */
  readonly moved: readonly Moved[];
  readonly at: UnixMs;
};

/** Certain chunks went from one location to another; with what was wrong at the sender when they left, if known. */
export type Moved = {
  readonly from: LocationName;
  readonly to: LocationName;
  readonly at: UnixMs;
  /** When the first of them went, where there were several; absent: `at`. */
  readonly firstAt?: UnixMs;
  readonly causes?: readonly Cause[];
  readonly suspects?: OwnView["suspects"];
};

/** All that is known of all at one moment. */
export type World = {
  readonly estate: Estate;
  readonly at: UnixMs;
  readonly barNats: number;
  readonly moved: readonly Moved[];
  readonly summaries: ReadonlyMap<LocationName, Summary>;
  readonly fresh: readonly Summary[];
  readonly losses: ReadonlyMap<LocationName, Loss>;
  /** Worse than their own past, whatever the others do: by name, in the estate's order. */
  readonly worse: readonly Summary[];
  readonly overloaded: readonly LocationName[];
};

export function lookAround(question: Question): World {
  const newest = new Map<LocationName, Summary>();
  for (const summary of question.summaries)
    if (!((newest.get(summary.from)?.at ?? Number.NEGATIVE_INFINITY) >= summary.at)) newest.set(summary.from, summary);
  const summaries = new Map<LocationName, Summary>();
  for (const { name } of question.estate.locations) {
    const summary = newest.get(name);
    if (summary !== undefined) summaries.set(name, summary);
  }
  const fresh = [...summaries.values()].filter((summary) => isFresh(summary, question.at) && !isCutOff(summary));
  return {
    estate: question.estate,
    at: question.at,
    barNats: barNats(question.estate),
    moved: question.moved.filter((move) => question.at - move.at <= FOLLOWS_WITHIN_MS && move.at <= question.at),
    summaries,
    fresh,
    losses: new Map(
      lostLocations({ ...question, summaries: [...summaries.values()] }).map((loss) => [loss.location, loss]),
    ),
    worse: fresh.filter(
      (summary) =>
        summary.own.aloneNats >= summary.own.barNats * SHAKY_SHARE &&
        summary.own.usersHurt >= marginHurt(question.estate),
    ),
    overloaded: fresh.filter((summary) => isOverloaded(summary.own)).map((summary) => summary.from),
  };
}

export type SharedDeploy = { readonly service: string; readonly version: string; readonly locations: number };

/** So many of the sick must have got a version for it to be what they share. */
export const leastSharing = (sick: number): number => Math.max(2, Math.ceil(sick * NEARLY_ALL));

/** The newest version that nearly all of these got shortly before now, or null. */
export function sharedDeploy(world: World, sick: readonly Summary[]): SharedDeploy | null {
  const counts = new Map<string, SharedDeploy>();
  for (const summary of sick) {
    for (const deploy of summary.own.deploys) {
      if (world.at - deploy.at > DEPLOY_RECENT_MS) continue;
      const key = `${deploy.service}\n${deploy.version}`;
      const count = counts.get(key) ?? { service: deploy.service, version: deploy.version, locations: 0 };
      counts.set(key, { ...count, locations: count.locations + 1 });
    }
  }
  const shared = [...counts.values()]
    .filter((count) => count.locations >= leastSharing(sick.length))
    .sort((a, b) => b.locations - a.locations || byName(a.service, b.service) || byName(a.version, b.version));
  return shared[0] ?? null;
}

/** A query of death shows within seconds; two minutes leave room for slow poison and for the slowest look. */
export const FOLLOWS_WITHIN_MS = 120_000;
export const DEPLOY_RECENT_MS = 15 * 60_000;
export const NEARLY_ALL = 0.7;
