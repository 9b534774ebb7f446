import type { Unfinished } from "@reactive-production/continuity";
import type { LocationName } from "../core/estate.ts";
import { NO_REQUESTS, sumOfRequests, type RequestCounts, type RequestsHeard } from "../core/requests.ts";
import type { Clock } from "../runtime/clock.ts";

/**
 * What becomes of the planet's requests: journals say what they have not finished, worlds how often they went on with what was
 * begun elsewhere. Asked beside everything else, so that who wants to know never waits for a journal that stands still.
 */
export type RequestsWatch = {
  /** Null before any journal has answered. */
  readonly heard: () => RequestsHeard | null;
  stop(): void;
};

/** As often as a person looks. */
const LOOK_EVERY_MS = 2000;

type UnfinishedAt = Readonly<Record<LocationName, Unfinished>>;

export function watchRequests(options: {
  readonly clock: Clock;
  /** Each by its name; rejects when it does not answer. */
  readonly journals: Readonly<Record<string, () => Promise<UnfinishedAt>>>;
  /** How many requests of others a location's world went on with; rejects when it does not answer. */
  readonly resumedElsewhere: Readonly<Record<LocationName, () => Promise<number>>>;
}): RequestsWatch {
  const journals = Object.entries(options.journals).map(([name, ask]) => listened(name, ask));
  const worlds = Object.entries(options.resumedElsewhere).map(([name, ask]) => listened(name, ask));
  const look = (): void => {
    for (const each of [...journals, ...worlds]) void each.listen();
  };
  const stop = options.clock.every(LOOK_EVERY_MS, look);
  look();
  return {
    heard() {
      const told = journals.map(({ last }) => last()).filter((unfinished) => unfinished !== null);
      if (told.length === 0) return null;
      const at: Record<LocationName, RequestCounts> = {};
      const add = (name: LocationName, counts: Partial<RequestCounts>): void => {
        at[name] = sumOfRequests([at[name] ?? NO_REQUESTS, { ...NO_REQUESTS, ...counts }]);
      };
      for (const unfinished of told) for (const [name, counts] of Object.entries(unfinished)) add(name, counts);
      for (const { name, last } of worlds) add(name, { resumedElsewhere: last() ?? 0 });
      const silent = journals.filter(({ isSilent }) => isSilent()).map(({ name }) => name);
      return { all: { ...sumOfRequests(Object.values(at)), silent }, at };
    },
    stop,
  };
}

/** Who does not answer is known by what it said last, and that it is silent. */
function listened<Value>(name: string, ask: () => Promise<Value>) {
  let last: Value | null = null;
  let isSilent = false;
  let isAsked = false;
  return {
    name,
    last: () => last,
    isSilent: () => isSilent,
    async listen(): Promise<void> {
      if (isAsked) return;
      isAsked = true;
      try {
        last = await ask();
        isSilent = false;
      } catch {
        isSilent = true;
      }
      isAsked = false;
    },
  };
}
