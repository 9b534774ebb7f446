import { shortSays, type ConditionAnswer, type ConditionFinding } from "../core/conditions.ts";
import type { LocationName } from "../core/estate.ts";
import type { UnixMs } from "../core/step.ts";
import { unknown, type ConditionDriver } from "../drivers/condition/contract.ts";
import type { Cancel, Clock } from "./clock.ts";

/**
 * Asks each condition at each of its locations, like a doctor on his round: everybody in turn, and at once whoever is about to be needed.
 *
 * 1. One ask of a condition at a location is under way at a time; who wants it meanwhile waits for the same answer.
 * 2. An answer comes within the driver's time, or it is told that it can't be told. Never more than `IN_FLIGHT_MAX` are under way.
 * 3. What is as it was is told again only every `SAME_TOLD_MS`; what was asked for is always told.
 * 4. Each answer is told as it comes: who is slow holds up nobody else.
 */
export type ConditionWatch = {
  /** Asks all conditions of these locations now; resolves when they are told. */
  ask(locations: readonly LocationName[]): Promise<void>;
  readonly counters: { asked: number; unknown: number };
  stop(): void;
};

const IN_FLIGHT_MAX = 32;
/** Well within the time after which silence is doubt. */
const SAME_TOLD_MS = 10_000;

type Told = { readonly text: string; readonly at: UnixMs };

export function watchConditions(options: {
  readonly clock: Clock;
  readonly drivers: readonly ConditionDriver[];
  readonly tell: (answer: ConditionAnswer) => void;
}): ConditionWatch {
  const { clock, drivers, tell } = options;
  const counters = { asked: 0, unknown: 0 };
  const underWay = new Map<string, Promise<ConditionAnswer>>();
  const told = new Map<string, Told>();
  const waiting: (() => void)[] = [];
  let inFlight = 0;
  let stopped = false;

  const inLane = async <Answer>(work: () => Promise<Answer>): Promise<Answer> => {
    if (inFlight >= IN_FLIGHT_MAX) await new Promise<void>((resolve) => waiting.push(resolve));
    inFlight += 1;
    try {
      return await work();
    } finally {
      inFlight -= 1;
      waiting.shift()?.();
    }
  };

  const askOne = (driver: ConditionDriver, location: LocationName): Promise<ConditionAnswer> => {
    const key = keyOf(driver.name, location);
    const known = underWay.get(key);
    if (known !== undefined) return known;
    const asked = inLane(async () => {
      counters.asked += 1;
      const finding = await inTime(clock, driver, location);
      if (finding.kind === "unknown") counters.unknown += 1;
      return { condition: driver.name, location, ...shortened(finding) };
    }).finally(() => underWay.delete(key));
    underWay.set(key, asked);
    return asked;
  };

  const tellNews = (answer: ConditionAnswer, isWanted: boolean): void => {
    if (stopped) return;
    const at = clock.now();
    const key = keyOf(answer.condition, answer.location);
    const text = JSON.stringify(answer);
    const before = told.get(key);
    if (!isWanted && before?.text === text && at - before.at < SAME_TOLD_MS) return;
    told.set(key, { text, at });
    tell(answer);
  };

  const askAndTell = async (driver: ConditionDriver, location: LocationName, isWanted: boolean): Promise<void> => {
    tellNews(await askOne(driver, location), isWanted);
  };

  const round = (driver: ConditionDriver): void => {
    for (const location of driver.locations) void askAndTell(driver, location, false);
  };
  // The first round is at once: nobody is planned to where nothing is known for longer than it takes to ask.
  const ends: Cancel[] = drivers.flatMap((driver) => [
    clock.after(0, () => round(driver)),
    clock.every(driver.everyMs, () => round(driver)),
  ]);

  return {
    counters,
    async ask(locations) {
      const asks = drivers.flatMap((driver) =>
        driver.locations
          .filter((name) => locations.includes(name))
          .map((location) => askAndTell(driver, location, true)),
      );
      await Promise.all(asks);
    },
    stop() {
      stopped = true;
      for (const end of ends) end();
    },
  };
}

const keyOf = (condition: string, location: LocationName): string => `${condition} ${location}`;

function shortened(finding: ConditionFinding): ConditionFinding {
  if (finding.kind === "unknown") return cut(finding);
  return finding.kind === "holds" ? finding : { ...finding, failures: finding.failures.map(cut) };
}

function cut<One extends { readonly says: string }>(one: One): One {
  return { ...one, says: shortSays(one.says) };
}

/** Bounds an ask by the loop's own clock; a driver that ignores the signal, or throws, is left behind all the same. */
function inTime(clock: Clock, driver: ConditionDriver, location: LocationName): Promise<ConditionFinding> {
  const abort = new AbortController();
  return new Promise((resolve) => {
    const cancel = clock.after(driver.withinMs + LEFT_BEHIND_MS, () => resolve(unknown("no answer in time")));
    const late = clock.after(driver.withinMs, () => abort.abort());
    const end = (finding: ConditionFinding): void => {
      cancel();
      late();
      resolve(finding);
    };
    driver.ask(location, abort.signal).then(end, (error: unknown) => {
      end(unknown(error instanceof Error ? error.message : String(error)));
    });
  });
}

/** Told to stop, it may say what it has found so far. */
const LEFT_BEHIND_MS = 250;
