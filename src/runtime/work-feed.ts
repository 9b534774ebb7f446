import { z } from "zod";
import type { ControlState } from "../core/control.ts";
import type { LocationName } from "../core/estate.ts";
import { mayWork } from "../core/may-work.ts";
import type { UnixMs } from "../core/step.ts";
import type { LearntStore } from "../drivers/store/learnt-file.ts";

/**
 * "May I work here?": the answer for consumers, batches and cron, by HTTP and as a file. It fails static: while Houston can't tell, or is gone,
 * what it said last stays.
 *
 * 1. `change` grows by one with each yes that becomes a no, or the other way round, over restarts too.
 * 2. A file is never half written, and says the same as HTTP.
 */
export type WorkWord = {
  readonly version: 1;
  readonly location: LocationName;
  readonly mayWork: boolean;
  /** `serving`, `partly-left`, `leaving`, `left`, `restoring`, `lost`; `not-known-yet`: as it was before there was a Houston. */
  readonly code: string;
  readonly says: string;
  readonly change: number;
  /** When it changed last. */
  readonly since: UnixMs;
  /** The newest look that says so. Older than a minute: it can't tell, or is gone. */
  readonly confirmedAt: UnixMs;
};

export type WorkFeed = {
  of(location: LocationName): WorkWord;
  stop(): void;
};

export type WorkFeedOptions = {
  readonly locations: readonly LocationName[];
  readonly controller: {
    readonly state: () => ControlState;
    readonly broken: () => object | null;
    readonly follow: (listener: () => void) => () => void;
  };
  /** Where each location's word is kept; absent: nowhere. */
  readonly keep?: (location: LocationName) => LearntStore;
  /** Told once when a word can't be kept, and once when it can again. */
  readonly say?: (what: string) => void;
};

/** So often a file says that it is still so. */
const CONFIRM_EVERY_MS = 10_000;

export function workFeed({ locations, controller, keep, say = () => {} }: WorkFeedOptions): WorkFeed {
  const words = new Map<LocationName, WorkWord>();
  const stores = new Map(keep === undefined ? [] : locations.map((name) => [name, keep(name)] as const));
  const written = new Map<LocationName, WorkWord>();
  let trouble: string | null = null;

  const write = (word: WorkWord): void => {
    const store = stores.get(word.location);
    if (store === undefined) return;
    try {
      store.write(`${JSON.stringify(word)}\n`);
      written.set(word.location, word);
      if (trouble !== null) say("whether a location may work is written again");
      trouble = null;
    } catch (error) {
      if (trouble === null)
        say(`whether ${word.location} may work can't be written: ${String(error)}; what was written last stays`);
      trouble = String(error);
    }
  };

  const look = (): void => {
    if (controller.broken() !== null) return;
    const state = controller.state();
    for (const location of locations) {
      const now = mayWork(state, location);
      if (now === null) continue;
      const before = words.get(location)!;
      const isChange = now.mayWork !== before.mayWork;
      const word: WorkWord = {
        version: 1,
        location,
        ...now,
        change: before.change + (isChange ? 1 : 0),
        since: isChange || before.code === NOT_KNOWN ? state.at : before.since,
        confirmedAt: state.at,
      };
      words.set(location, word);
      const last = written.get(location);
      if (
        last?.change !== word.change ||
        last.code !== word.code ||
        word.confirmedAt - last.confirmedAt >= CONFIRM_EVERY_MS
      )
        write(word);
    }
  };

  for (const location of locations) words.set(location, firstWord(location, stores.get(location)));
  const unfollow = controller.follow(look);
  return { of: (location) => words.get(location)!, stop: unfollow };
}

const NOT_KNOWN = "not-known-yet";

/** What a Houston before us said stands; where there was none, work went on. */
function firstWord(location: LocationName, store: LearntStore | undefined): WorkWord {
  const says = "Houston has not looked yet, and what works here goes on";
  const first: WorkWord = {
    version: 1,
    location,
    mayWork: true,
    code: NOT_KNOWN,
    says,
    change: 0,
    since: 0,
    confirmedAt: 0,
  };
  try {
    const kept = wordShape.safeParse(JSON.parse(store?.read() ?? "null"));
    return kept.success && kept.data.location === location ? kept.data : first;
  } catch {
    return first;
  }
}

const wordShape = z.object({
  version: z.literal(1),
  location: z.string(),
  mayWork: z.boolean(),
  code: z.string(),
  says: z.string(),
  change: z.number().int().nonnegative(),
  since: z.number().nonnegative(),
  confirmedAt: z.number().nonnegative(),
});
