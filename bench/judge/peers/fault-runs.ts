import { appendFileSync } from "node:fs";
import { join } from "node:path";
import type { LocationName } from "../../../src/core/estate.ts";
import { DAY_SECONDS } from "../healthy-world.ts";
import type { PlainEstate } from "../judged-estate.ts";
import { PEERS } from "./all-peers.ts";
import { count, type Scrapes } from "./counters.ts";
import { FAULTS, type Fault } from "./faults.ts";
import { keep, kept, linesOf } from "./kept.ts";
import { OUR_DOCUMENTED, OUR_SETTINGS, OurJudges, type Ours } from "./ours.ts";
import { Recording, type RecordingState } from "./recording.ts";

/** One fault that happened once: when each setting of everyone decided, in seconds after it began; null: not within the hour. */
export type FaultRun = {
  readonly fault: string;
  readonly run: number;
  readonly location: LocationName;
  /** When it began, in seconds of the recording. */
  readonly began: number;
  /** When 0.5 % of a minute's requests of its users had failed. */
  readonly felt: number | null;
  readonly ours: {
    readonly delays: Delay[];
    readonly certain: Delay;
    /** What was said when it was left, or else when it was certain. */
    readonly scope: string | null;
    readonly cause: string | null;
    /** What it turned to within a minute after it was left, if that was another place to look for it. */
    readonly turnedTo: string | null;
    /** Who else was to be left. */
    readonly others: readonly LocationName[];
  };
  readonly peers: Record<string, Delay[]>;
  /** Of its users, from the second on at which all learning ended. */
  readonly scrapes: Scrapes;
};
export type Delay = number | null;

/** A day of looks each second, from which every fault begins. */
export type Learnt = {
  readonly second: number;
  readonly recording: RecordingState;
  readonly judged: PlainEstate;
  readonly peers: unknown[];
  readonly scrapes: Record<LocationName, Scrapes>;
};

export const WATCH_SECONDS = 3600;
const FELT_SHARE = 0.005;

/** Learns and runs on until all is done or `isLate`; what is done is kept in `folder`. */
export function faultRuns(
  folder: string,
  runs: number,
  isLate: () => boolean,
): { readonly runs: readonly FaultRun[]; readonly learnt: Learnt } {
  const learnt = learn(join(folder, "learnt.v8"), isLate);
  const file = join(folder, "faults.ndjson");
  const done = linesOf<FaultRun>(file);
  const isDone = new Set(done.map(({ fault, run }) => `${fault}\n${run}`));
  for (let run = 0; run < runs; run++) {
    for (const fault of FAULTS) {
      if (isDone.has(`${fault.name}\n${run}`)) continue;
      if (isLate() || learnt.second < DAY_SECONDS) return { runs: done, learnt };
      const next = faultRun(learnt, fault, run);
      done.push(next);
      appendFileSync(file, `${JSON.stringify(next)}\n`);
    }
  }
  return { runs: done, learnt };
}

function learn(file: string, isLate: () => boolean): Learnt {
  let learnt = kept(file) as Learnt | null;
  while ((learnt?.second ?? 0) < DAY_SECONDS && !isLate()) {
    learnt = learnHour(learnt);
    keep(file, learnt);
  }
  return learnt ?? learnHour(null);
}

function learnHour(from: Learnt | null): Learnt {
  const second = from?.second ?? 0;
  const recording = new Recording({
    seed: 100_000 + second,
    tickSeconds: 1,
    ...(from === null ? {} : { from: from.recording }),
  });
  const { estate } = recording.world;
  const names = estate.locations.map(({ name }) => name);
  const ours = new OurJudges(estate, 1, from?.judged);
  const peers = from?.peers ?? PEERS.map((peer) => peer.begin(names, 1));
  const scrapes = from?.scrapes ?? Object.fromEntries(names.map((name) => [name, []]));
  for (let now = second + 1; now <= second + 3600; now++) {
    const tick = recording.pass(now, now * 1000, ours.isSuspected);
    ours.pass(tick);
    PEERS.forEach((peer, index) => peer.pass(peers[index], tick));
    for (const [name, { users }] of tick.seen) count(scrapes[name]!, now, users);
  }
  return { second: second + 3600, recording: recording.state, judged: ours.plain, peers, scrapes };
}

function faultRun(learnt: Learnt, fault: Fault, run: number): FaultRun {
  const { recording: from, judged, peers } = structuredClone(learnt);
  // Not always at the same place, nor in step with anyone's rounds.
  const location = [...judged.judges.keys()][(run * 4 + 1) % judged.judges.size]!;
  const began = learnt.second + WARM_SECONDS + ((run * 7) % 30);
  const recording = new Recording({
    seed: 200_000 + run * FAULTS.length + FAULTS.indexOf(fault),
    tickSeconds: 1,
    from,
    fault: { what: fault, location, second: began },
  });
  const { estate } = recording.world;
  const index = estate.locations.findIndex(({ name }) => name === location);
  const ours = new OurJudges(estate, 1, judged);
  const told: OurRun = {
    delays: OUR_SETTINGS.map(() => null),
    certain: null,
    scope: null,
    cause: null,
    turnedTo: null,
    others: [],
  };
  const delays: Record<string, Delay[]> = Object.fromEntries(
    PEERS.map((peer) => [peer.name, peer.settings.map(() => null)]),
  );
  const scrapes: Scrapes = [];
  const minute: { total: number; bad: number }[] = [];
  let felt: number | null = null;
  for (let now = learnt.second + 1; now <= began + WATCH_SECONDS; now++) {
    const since = now > began ? now - began : null;
    const isWatching = told.delays.includes(null) || (since ?? 0) <= told.delays[OUR_DOCUMENTED]! + TURNS_SECONDS;
    const tick = recording.pass(now, now * 1000, isWatching ? ours.isSuspected : undefined);
    const { users } = tick.seen.get(location)!;
    count(scrapes, now - learnt.second, users);
    if (minute.push(users) > 60) minute.shift();
    if (since !== null && felt === null && failedShare(minute) >= FELT_SHARE) felt = since;
    if (isWatching) hearOurs(told, ours.pass(tick), { index, since });
    PEERS.forEach((peer, which) => {
      const leaves = peer.pass(peers[which], tick)[index]!;
      if (since !== null) noteFirst(delays[peer.name]!, leaves, since);
    });
  }
  return { fault: fault.name, run, location, began, felt, ours: told, peers: delays, scrapes };
}

type OurRun = { -readonly [Key in keyof FaultRun["ours"]]: FaultRun["ours"][Key] } & { others: LocationName[] };

function hearOurs(told: OurRun, all: readonly Ours[], { index, since }: { index: number; since: number | null }): void {
  if (since === null) return;
  const { verdict, isCertain, leaves } = all[index]!;
  const isLeft = leaves[OUR_DOCUMENTED] === true;
  if (isLeft ? told.delays[OUR_DOCUMENTED] === null : isCertain && told.certain === null) {
    told.scope = verdict.scope;
    told.cause = verdict.causes[0]?.name ?? null;
  }
  const left = told.delays[OUR_DOCUMENTED] ?? null;
  if (isLeft && left !== null && since <= left + TURNS_SECONDS && verdict.scope !== told.scope)
    told.turnedTo ??= verdict.scope;
  if (isCertain) told.certain ??= since;
  noteFirst(told.delays, leaves, since);
  all.forEach(({ verdict: { location }, leaves: theirs }, which) => {
    if (which !== index && theirs[OUR_DOCUMENTED] === true && !told.others.includes(location))
      told.others.push(location);
  });
}

function noteFirst(delays: Delay[], leaves: readonly boolean[], since: number): void {
  leaves.forEach((isLeft, setting) => {
    if (isLeft) delays[setting] ??= since;
  });
}

function failedShare(minute: readonly { total: number; bad: number }[]): number {
  const total = minute.reduce((sum, each) => sum + each.total, 0);
  const bad = minute.reduce((sum, each) => sum + each.bad, 0);
  return total === 0 ? 0 : bad / total;
}

const WARM_SECONDS = 60;
const TURNS_SECONDS = 60;
