import { setTimeout as sleep } from "node:timers/promises";
import type { LocationName } from "../../core/estate.ts";
import type { UnixMs } from "../../core/step.ts";
import type { Drill, DrillStep } from "./catalogue.ts";
import type { PlanetClient } from "./planet-client.ts";
import {
  drillReport,
  restored,
  type DrillReport,
  type DrillSeen,
  type TimelineEntry,
  type UtilisationPoll,
} from "./report.ts";

/**
 * Runs one drill on a running planet: prepares, marks what each location has, makes the trouble, watches, clears up, and
 * reads the users' and the bank's books.
 */
export type DrillOptions = {
  readonly planet: PlanetClient;
  readonly drill: Drill;
  /** Instead of the drill's own first location. */
  readonly location?: LocationName;
  readonly withoutHouston: boolean;
  /** Instead of the drill's own time. */
  readonly seconds?: number;
  /** For people: what happens, as it happens. */
  readonly tell: (line: string) => void;
};

const LOOK_MS = 1000;
const PROGRESS_SECONDS = 10;
/** What was begun shortly before the fault is what it cuts off. */
const CHECKOUTS_BEFORE_MS = 10_000;
/** A user tries for 60 s, and its last try may take 10 more. */
const CHECKOUTS_END_WITHIN_MS = 75_000;
/** Coming back is slower than leaving, and begins with proof of health; what takes longer is not waited for. */
const BACK_WITHIN_MS = 120_000;
const LOOK_AT_BOOKS_MS = 3000;

export async function runDrill(options: DrillOptions): Promise<DrillReport> {
  const { planet, drill, tell } = options;
  const locations = locationsOf(drill, options.location);
  const helpers = options.withoutHouston ? (await planet.processes()).filter(isHelper) : [];
  for (const helper of helpers) await planet.signal(helper, "kill");
  if (helpers.length > 0) tell(`${helpers.length} helpers stopped: nobody helps in this drill`);

  const did: { at: UnixMs; says: string }[] = [];
  const killed = new Set<string>();
  const carryOut = async (step: DrillStep): Promise<void> => {
    // Houston can't be killed or started where nobody helps.
    if (step.does !== "fault" && options.withoutHouston) return;
    const says = `drill: ${stepWords(step, locations)}`;
    did.push({ at: Date.now(), says });
    tell(says);
    switch (step.does) {
      case "fault": {
        const location = step.named ?? (step.location === undefined ? undefined : locations[step.location]);
        return planet.fault({ name: step.fault, ...(location === undefined ? {} : { location }), ...step.settings });
      }
      case "kill":
        killed.add(step.process);
        return planet.signal(step.process, "kill");
      case "start":
        killed.delete(step.process);
        return planet.signal(step.process, "start");
    }
  };

  try {
    const steps = [...drill.steps].sort((one, other) => one.at - other.at);
    const beginsAt = Date.now() + Math.max(0, -(steps[0]?.at ?? 0)) * 1000;
    for (const step of steps.filter(({ at }) => at < 0)) {
      await sleep(Math.max(0, beginsAt + step.at * 1000 - Date.now()));
      await carryOut(step);
    }
    await sleep(Math.max(0, beginsAt - Date.now()));

    const faultAt = Date.now();
    await planet.mark(faultAt);
    const until = faultAt + (options.seconds ?? drill.watchSeconds) * 1000;
    const listener = timelineListener(planet, faultAt);
    const polls = await watch({
      planet,
      steps: steps.filter(({ at }) => at >= 0),
      carryOut,
      faultAt,
      until,
      tell,
      listener,
    });
    await clearUp(planet, killed);
    tell("watched; faults are cleared, the last checkouts end, and whoever left comes back");
    const books = await booksOf({
      planet,
      faultAt,
      until,
      locations,
      comesBack: drill.moves !== "none" && !options.withoutHouston,
    });
    await listener.hear();
    return drillReport({
      drill: drill.name,
      locations,
      houston: !options.withoutHouston,
      moves: drill.moves,
      faultAt,
      until,
      did,
      polls,
      timeline: listener.entries,
      ...books,
    });
  } finally {
    await clearUp(planet, killed);
    for (const helper of helpers) await planet.signal(helper, "start");
  }
}

async function watch(options: {
  planet: PlanetClient;
  steps: readonly DrillStep[];
  carryOut: (step: DrillStep) => Promise<void>;
  faultAt: UnixMs;
  until: UnixMs;
  tell: (line: string) => void;
  listener: ReturnType<typeof timelineListener>;
}): Promise<readonly UtilisationPoll[]> {
  const { planet, faultAt, until, tell } = options;
  const waiting = [...options.steps];
  const { listener } = options;
  const polls: UtilisationPoll[] = [];
  let movingAt: UnixMs | null = null;
  let lookAt = faultAt;
  for (let looks = 0; Date.now() < until; looks++) {
    const dueAt = (step: DrillStep): UnixMs => {
      const latest = faultAt + step.at * 1000;
      return step.afterMove !== undefined && movingAt !== null
        ? Math.min(latest, movingAt + step.afterMove * 1000)
        : latest;
    };
    for (const step of waiting.filter((each) => dueAt(each) <= Date.now())) {
      waiting.splice(waiting.indexOf(step), 1);
      await options.carryOut(step);
    }
    const [heard, loads] = await Promise.all([listener.hear(), planet.utilisation()]);
    for (const entry of heard) {
      tell(`  ${seconds(entry.at - faultAt)}  ${entry.what}`);
      if (/\btraffic of \S+ ->/i.test(entry.what)) movingAt ??= Date.now();
    }
    polls.push(...loads);
    if (looks % PROGRESS_SECONDS === 0) tell(await progress(planet, faultAt));
    lookAt += LOOK_MS;
    await sleep(Math.max(0, Math.min(lookAt, until) - Date.now()));
  }
  return polls;
}

/** Houston's timeline since the fault, each entry once, whatever Houston's restarts do to the order. */
function timelineListener(
  planet: PlanetClient,
  faultAt: UnixMs,
): { readonly entries: TimelineEntry[]; hear(): Promise<TimelineEntry[]> } {
  const entries: TimelineEntry[] = [];
  const known = new Set<string>();
  let newest = faultAt;
  return {
    entries,
    async hear() {
      const heard: TimelineEntry[] = [];
      for (const entry of await planet.timeline(newest)) {
        const name = `${entry.at} ${entry.what}`;
        if (known.has(name) || entry.at < faultAt) continue;
        known.add(name);
        heard.push(entry);
        newest = Math.max(newest, entry.at);
      }
      entries.push(...heard);
      return heard;
    },
  };
}

async function progress(planet: PlanetClient, faultAt: UnixMs): Promise<string> {
  const { total } = await planet.counts();
  return `  ${seconds(Date.now() - faultAt)}  users: ${total.rps} requests/s, ${total.failed} failed, ${total.slow} slow in the last second`;
}

type Books = Pick<DrillSeen, "tally" | "whole" | "checkouts" | "droppedCheckouts" | "ledger" | "endedAt">;

/** Reads the books once the last users are done: with their checkouts, and with their way back when there is one. */
async function booksOf(options: {
  planet: PlanetClient;
  faultAt: UnixMs;
  until: UnixMs;
  locations: readonly LocationName[];
  comesBack: boolean;
}): Promise<Books> {
  const { planet, faultAt, until, locations } = options;
  const range = { since: faultAt, until, checkoutsSince: faultAt - CHECKOUTS_BEFORE_MS, locations };
  for (;;) {
    const { tally, checkouts, droppedCheckouts } = await planet.report(range);
    const endedAt = Date.now();
    const { tally: whole } = await planet.report({ ...range, until: endedAt });
    const open = checkouts.filter(({ completedAt, gaveUpAt }) => completedAt === null && gaveUpAt === null);
    // A request is in the records once it is over: 10 s after the last began, all are.
    const ended =
      (open.length === 0 && endedAt > until + CHECKOUTS_BEFORE_MS) || endedAt > until + CHECKOUTS_END_WITHIN_MS;
    const back =
      !options.comesBack ||
      restored({ tally: whole, faultAt, locations }) !== "away" ||
      endedAt > until + BACK_WITHIN_MS;
    if (ended && back) return { tally, whole, checkouts, droppedCheckouts, ledger: await planet.ledger(), endedAt };
    await sleep(LOOK_AT_BOOKS_MS);
  }
}

async function clearUp(planet: PlanetClient, killed: Set<string>): Promise<void> {
  await planet.clearFaults();
  for (const process of killed) await planet.signal(process, "start");
  killed.clear();
}

function locationsOf(drill: Drill, given: LocationName | undefined): readonly LocationName[] {
  if (given === undefined || drill.locations.length === 0) return drill.locations;
  const others = drill.locations.slice(1).filter((name) => name !== given);
  // Two places stay two, even when the first one asked for is the drill's second.
  return [given, ...others, ...drill.locations.slice(0, drill.locations.length - 1 - others.length)];
}

function stepWords(step: DrillStep, locations: readonly LocationName[]): string {
  switch (step.does) {
    case "fault": {
      const where = step.named ?? (step.location === undefined ? "everywhere" : locations[step.location]);
      return `${step.fault} ${where}`;
    }
    case "kill":
      return `${step.process} is killed`;
    case "start":
      return `${step.process} is started again`;
  }
}

function isHelper(process: string): boolean {
  return process === "houston" || process.startsWith("node-");
}

function seconds(ms: number): string {
  return `+${(ms / 1000).toFixed(1).padStart(5)} s`;
}
