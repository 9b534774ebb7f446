import { setTimeout as sleep } from "node:timers/promises";
import type { Decided } from "../../api/decided.ts";
import { CallerError } from "../../core/errors.ts";
import type { LocationName } from "../../core/estate.ts";
import type { UnixMs } from "../../core/step.ts";
import { LATE, lateness } from "../../drivers/chat/late.ts";
import { faultZones } from "./fault-zones.ts";
import type { Drill, DrillStep } from "./catalogue.ts";
import type { PlanetClient } from "./planet-client.ts";
import { unsureWhereBegun } from "./report-books.ts";
import { MOVES } from "./report-houston.ts";
import { drillReport, PREPARED_MS, restored, type DrillReport } from "./report.ts";
import type { DrillDeed, DrillSeen, EdgeCounts, TimelineEntry, UtilisationPoll } from "./seen.ts";

/**
 * Runs one drill on a running planet: prepares, marks what each location has, makes the trouble, watches, clears up, and
 * reads the users' and the bank's books. Whatever ends it, what it broke is mended.
 */
export type DrillOptions = {
  readonly planet: PlanetClient;
  readonly drill: Drill;
  /** Instead of the drill's own first location. */
  readonly location?: LocationName;
  readonly withoutHouston: boolean;
  /** Instead of the drill's own time. */
  readonly seconds?: number;
  /** Whether whoever left is waited for until they are back: without, `restoredAt` is not measured. */
  readonly waitForBack: boolean;
  /** Breaks it off; then it rejects, once it has cleared up. */
  readonly signal?: AbortSignal;
  /** For people: what happens, as it happens. */
  readonly tell: (line: string) => void;
};

/** The process that decides. */
const HOUSTON = "houston";
const LOOK_MS = 1000;
const PROGRESS_SECONDS = 10;
/** What was begun shortly before the fault is what it cuts off. */
const CHECKOUTS_BEFORE_MS = 10_000;
/** A user tries for 60 s, and its last try may take 10 more. */
const CHECKOUTS_END_WITHIN_MS = 75_000;
/** Coming back is slower than leaving, and begins with proof of health; what takes longer is not waited for. */
const BACK_WITHIN_MS = 120_000;
const LOOK_AT_BOOKS_MS = 3000;
/** What was decided is written down soon, and not always in order. */
const LATE_MS = 2000;
/** Killed processes are started again, one after the other; each may take a few seconds. */
const CLEAR_UP_WITHIN_MS = 30_000;

/** The longest that a drill may take, its clearing up included. */
export function longestMs(options: Pick<DrillOptions, "drill" | "seconds" | "waitForBack">): number {
  const { drill, seconds = drill.watchSeconds, waitForBack } = options;
  const beforeSeconds = Math.max(0, ...drill.steps.map(({ at }) => -at));
  const endsMs = Math.max(CHECKOUTS_END_WITHIN_MS, waitForBack ? BACK_WITHIN_MS : 0);
  return (beforeSeconds + seconds) * 1000 + endsMs + LOOK_AT_BOOKS_MS + CLEAR_UP_WITHIN_MS;
}

export async function runDrill(options: DrillOptions): Promise<DrillReport> {
  const { planet, drill, tell } = options;
  const locations = locationsOf(drill, options.location);
  const zones = drill.path === true ? faultZones([], locations[0]!) : [];
  const pause = (ms: number): Promise<void> => sleep(Math.max(0, ms), undefined, signalOf(options));
  const did: DrillDeed[] = [];
  const killed = new Set<string>();
  const kill = async (process: string): Promise<void> => {
    killed.add(process);
    await planet.signal(process, "kill");
  };
  const carryOut = async (step: DrillStep): Promise<void> => {
    // Houston can't be killed or started where nobody helps.
    if (step.does !== "fault" && options.withoutHouston) return;
    const says = `drill: ${stepWords(step, locations)}`;
    const location = step.does === "fault" ? placeOf(step, locations) : null;
    const deed =
      step.does === "fault"
        ? { fault: { name: step.fault, location } }
        : { process: { name: step.process, action: step.does } };
    did.push({ at: Date.now(), says, ...deed });
    tell(says);
    switch (step.does) {
      case "fault":
        return planet.fault({
          name: step.fault,
          ...(location === null ? {} : { location }),
          ...(drill.path === true ? { zones } : {}),
          ...step.settings,
        });
      case "kill":
        return kill(step.process);
      case "start":
        await planet.signal(step.process, "start");
        killed.delete(step.process);
        return;
    }
  };

  const helpersKilled = new Set<string>();
  const mend = (): Promise<void> => clearUp(planet, new Set([...killed, ...helpersKilled]));
  let report: DrillReport;
  try {
    if (options.withoutHouston) {
      for (const { name } of (await planet.processes()).filter(isHelper)) {
        helpersKilled.add(name);
        await planet.signal(name, "kill");
      }
      if (helpersKilled.size > 0) tell(`${helpersKilled.size} helpers stopped: nobody helps in this drill`);
    }
    const steps = [...drill.steps].sort((one, other) => one.at - other.at);
    const beginsAt = Date.now() + Math.max(0, -(steps[0]?.at ?? 0)) * 1000;
    for (const step of steps.filter(({ at }) => at < 0)) {
      await pause(beginsAt + step.at * 1000 - Date.now());
      await carryOut(step);
    }
    await pause(beginsAt - Date.now());

    const faultAt = Date.now();
    await planet.mark(faultAt);
    const until = faultAt + (options.seconds ?? drill.watchSeconds) * 1000;
    const edgesBefore = await planet.edgeCounts(locations);
    const isStopped = (): boolean => killed.has(HOUSTON) || helpersKilled.has(HOUSTON);
    const listener = listenerOf(planet, { faultAt, isStopped });
    const polls = await watch({
      planet,
      steps: steps.filter(({ at }) => at >= 0),
      carryOut,
      pause,
      faultAt,
      until,
      tell,
      listener,
    });
    const edges = edgesSince(edgesBefore, await planet.edgeCounts(locations));
    await clearUp(planet, killed);
    const waitedForBack = options.waitForBack && drill.moves !== "none" && !options.withoutHouston;
    tell(`watched; faults are cleared, the last checkouts end${waitedForBack ? ", and whoever left comes back" : ""}`);
    const books = await booksOf({
      planet,
      pause,
      faultAt,
      until,
      locations,
      tenant: drill.tenant ?? null,
      zones,
      waitedForBack,
    });
    await listener.hear();
    report = drillReport({
      drill: drill.name,
      locations,
      houston: !options.withoutHouston,
      moves: drill.moves,
      rightVerdict: drill.rightVerdict ?? null,
      faultAt,
      until,
      waitedForBack,
      did,
      polls,
      edges,
      timeline: listener.entries,
      decided: listener.decided,
      houstonPolls: listener.polls,
      ...books,
    });
  } catch (error) {
    // What ended it is what its caller has to hear, whatever the clearing up meets.
    await mend().then(
      () => tell("faults are cleared, and what was stopped runs again"),
      (failure: unknown) => tell(notMendedWords(failure)),
    );
    throw error;
  }
  await mend();
  return report;
}

function notMendedWords(failure: unknown): string {
  // Faults live in the planet's own processes: somebody ended it, and they ended with it.
  if (failure instanceof CallerError && failure.code === "planet-gone")
    return "the planet has ended, and its faults with it: nothing is left to clear up";
  const why = failure instanceof Error ? failure.message : String(failure);
  return `not all was cleared up: ${why}; \`houston fault clear\` tries again`;
}

function signalOf({ signal }: DrillOptions): { readonly signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}

async function watch(options: {
  planet: PlanetClient;
  steps: readonly DrillStep[];
  carryOut: (step: DrillStep) => Promise<void>;
  pause: (ms: number) => Promise<void>;
  faultAt: UnixMs;
  until: UnixMs;
  tell: (line: string) => void;
  listener: Listener;
}): Promise<readonly UtilisationPoll[]> {
  const { planet, faultAt, until, tell, listener } = options;
  const waiting = [...options.steps];
  const polls: UtilisationPoll[] = [];
  const isLate = lateness();
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
    for (const { at, what } of heard.entries) tell(`  ${seconds(at - faultAt)}  ${what}${isLate(at) ? LATE : ""}`);
    if (heard.codes.some((code) => MOVES.has(code))) movingAt ??= Date.now();
    polls.push(...loads);
    if (looks % PROGRESS_SECONDS === 0) tell(await progress(planet, faultAt));
    lookAt += LOOK_MS;
    await options.pause(Math.min(lookAt, until) - Date.now());
  }
  return polls;
}

type Listener = {
  readonly polls: { total: number; failed: number };
  readonly entries: TimelineEntry[];
  readonly decided: { decisions: Decided["decisions"][number][]; verdicts: Decided["verdicts"][number][] };
  /** What is new: entries since the fault, and the codes of what was decided since. */
  hear(): Promise<{ readonly entries: readonly TimelineEntry[]; readonly codes: readonly string[] }>;
};

/** What Houston says, decides and thinks, each thing once, whatever its restarts do to the order. */
function listenerOf(
  planet: PlanetClient,
  { faultAt, isStopped }: { readonly faultAt: UnixMs; readonly isStopped: () => boolean },
): Listener {
  const entries: TimelineEntry[] = [];
  const decided: Listener["decided"] = { decisions: [], verdicts: [] };
  const polls = { total: 0, failed: 0 };
  const known = new Set<string>();
  const isNew = (name: string): boolean => !known.has(name) && known.add(name) !== undefined;
  let newestEntry = faultAt;
  let newestDecided = faultAt - PREPARED_MS;
  return {
    entries,
    decided,
    polls,
    async hear() {
      const [answered, told] = await Promise.all([
        planet.timeline(Math.max(faultAt, newestEntry - LATE_MS)),
        planet.decided(newestDecided - LATE_MS),
      ]);
      // Whom the drill has stopped has nothing to say.
      if (!isStopped()) {
        polls.total += 1;
        if (answered === null || told === null) polls.failed += 1;
      }
      const said = answered ?? [];
      const thought = told ?? { decisions: [], verdicts: [] };
      const heard = said
        .filter(({ at, what }) => at >= faultAt && isNew(`said ${at} ${what}`))
        .toSorted((a, b) => a.at - b.at);
      const decisions = thought.decisions.filter(({ at, reasons }) =>
        isNew(`decided ${at} ${JSON.stringify(reasons)}`),
      );
      const verdicts = thought.verdicts.filter(({ at, verdict }) => isNew(`thought ${at} ${verdict.location}`));
      entries.push(...heard);
      decided.decisions.push(...decisions);
      decided.verdicts.push(...verdicts);
      newestEntry = Math.max(newestEntry, ...heard.map(({ at }) => at));
      newestDecided = Math.max(newestDecided, ...[...decisions, ...verdicts].map(({ at }) => at));
      const since = decisions.filter(({ at }) => at >= faultAt);
      return { entries: heard, codes: since.flatMap(({ reasons }) => reasons.map(({ code }) => code)) };
    },
  };
}

/** Counts since an earlier look; an edge that was started anew in between counts from its start. */
function edgesSince(before: readonly EdgeCounts[], now: readonly EdgeCounts[]): readonly EdgeCounts[] {
  return now.map((edge) => {
    const was = before.find((each) => each.location === edge.location && each.class === edge.class);
    const isAnew = was === undefined || edge.served < was.served || edge.shed < was.shed;
    return isAnew ? edge : { ...edge, served: edge.served - was.served, shed: edge.shed - was.shed };
  });
}

/** What users count goes on without us: one look that fails on a busy machine ends no drill. */
async function progress(planet: PlanetClient, faultAt: UnixMs): Promise<string> {
  try {
    const { total } = await planet.counts();
    return `  ${seconds(Date.now() - faultAt)}  users: ${total.rps} requests/s, ${total.failed} failed, ${total.slow} slow in the last second`;
  } catch (error) {
    if (!(error instanceof CallerError && error.code === "planet-silent")) throw error;
    return `  ${seconds(Date.now() - faultAt)}  users: no answer in time, this machine is too busy; they count on`;
  }
}

type Books = Pick<
  DrillSeen,
  "tally" | "whole" | "checkouts" | "droppedCheckouts" | "runLocations" | "ledger" | "endedAt"
>;

/** Reads the books once the last users are done: with their checkouts, and with their way back when there is one. */
async function booksOf(options: {
  planet: PlanetClient;
  pause: (ms: number) => Promise<void>;
  faultAt: UnixMs;
  until: UnixMs;
  locations: readonly LocationName[];
  tenant: number | null;
  zones: readonly string[];
  waitedForBack: boolean;
}): Promise<Books> {
  const { planet, faultAt, until, locations, tenant, zones } = options;
  const range = { since: faultAt, until, checkoutsSince: faultAt - CHECKOUTS_BEFORE_MS, locations, tenant, zones };
  for (;;) {
    const { tally, checkouts, droppedCheckouts } = await planet.report(range);
    const endedAt = Date.now();
    const { tally: whole } = await planet.report({ ...range, until: endedAt });
    const open = checkouts.filter(({ completedAt, gaveUpAt }) => completedAt === null && gaveUpAt === null);
    // A request is in the records once it is over: 10 s after the last began, all are.
    const ended =
      (open.length === 0 && endedAt > until + CHECKOUTS_BEFORE_MS) || endedAt > until + CHECKOUTS_END_WITHIN_MS;
    const back =
      !options.waitedForBack ||
      restored({ tally: whole, faultAt, locations }) !== "away" ||
      endedAt > until + BACK_WITHIN_MS;
    if (ended && back) {
      const [ledger, runLocations] = await Promise.all([
        planet.ledger(),
        planet.runLocations(unsureWhereBegun(checkouts)),
      ]);
      return { tally, whole, checkouts, droppedCheckouts, runLocations, ledger, endedAt };
    }
    await options.pause(LOOK_AT_BOOKS_MS);
  }
}

/** Does all that it can before it throws: a fault that stays is no reason to leave a process dead. */
async function clearUp(planet: PlanetClient, killed: Set<string>): Promise<void> {
  const errors: unknown[] = [];
  const attempt = (mending: Promise<void>): Promise<void> => mending.catch((error: unknown) => void errors.push(error));
  await attempt(planet.clearFaults());
  for (const process of killed) {
    await attempt(planet.signal(process, "start").then(() => void killed.delete(process)));
  }
  if (errors.length > 0) throw errors[0];
}

function locationsOf(drill: Drill, given: LocationName | undefined): readonly LocationName[] {
  if (given === undefined || drill.locations.length === 0) return drill.locations;
  const others = drill.locations.slice(1).filter((name) => name !== given);
  // Two places stay two, even when the first one asked for is the drill's second.
  return [given, ...others, ...drill.locations.slice(0, drill.locations.length - 1 - others.length)];
}

function placeOf(
  { named, location }: { readonly named?: LocationName; readonly location?: number },
  locations: readonly LocationName[],
): LocationName | null {
  return named ?? (location === undefined ? null : (locations[location] ?? null));
}

function stepWords(step: DrillStep, locations: readonly LocationName[]): string {
  switch (step.does) {
    case "fault":
      return `${step.fault} ${placeOf(step, locations) ?? "everywhere"}`;
    case "kill":
      return `${step.process} is killed`;
    case "start":
      return `${step.process} is started again`;
  }
}

function isHelper({ name }: { readonly name: string }): boolean {
  return name === HOUSTON || name.startsWith("node-");
}

function seconds(ms: number): string {
  return `+${(ms / 1000).toFixed(1).padStart(5)} s`;
}
