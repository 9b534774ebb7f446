import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PlainEstate } from "../judged-estate.ts";
import { DAY_TICKS, TICK_SECONDS, type Disturbance } from "../healthy-world.ts";
import { PEERS } from "./all-peers.ts";
import { count, type Scrapes } from "./counters.ts";
import { newEpisodes, note, type Episodes } from "./episodes.ts";
import { keep, kept } from "./kept.ts";
import { OUR_DOCUMENTED, OURS, OurJudges } from "./ours.ts";
import { Recording, type RecordingState } from "./recording.ts";

/** Days in which nothing is wrong: whoever decides in them that a location must be left is wrong. */
export type Healthy = {
  /** Days passed, those of learning included. */
  day: number;
  readonly episodes: Episodes;
  /** What went on when ours was wrong. */
  readonly during: Partial<Record<Disturbance, number>>;
};

/** What is usual is learnt first, as before the faults; z-scores need a day as well. */
export const LEARNING_DAYS = 1;

type Saved = {
  readonly healthy: Healthy;
  readonly recording: RecordingState;
  readonly judged: PlainEstate;
  readonly peers: unknown[];
};

/**
 * Goes on day by day until so many were counted or `isLate`, ten seconds a tick, and keeps all in `folder`. A judge that looks less
 * often has a lower bar for the same promise, so ours is asked for the same here as at the faults, which it sees each second.
 */
export function healthyDays(folder: string, days: number, isLate: () => boolean): Healthy {
  const file = join(folder, "healthy.v8");
  const saved = kept(file) as Saved | null;
  const recording = new Recording({
    seed: 1 + (saved?.healthy.day ?? 0),
    tickSeconds: TICK_SECONDS,
    ...(saved === null ? {} : { from: saved.recording }),
  });
  const { estate } = recording.world;
  const names = estate.locations.map(({ name }) => name);
  const ours = new OurJudges(estate, TICK_SECONDS, saved?.judged);
  const peers = saved?.peers ?? PEERS.map((peer) => peer.begin(names, TICK_SECONDS));
  const healthy = saved?.healthy ?? { day: 0, episodes: newEpisodes(), during: {} };
  while (healthy.day < LEARNING_DAYS + days && !isLate()) {
    const scrapes = new Map<string, Scrapes>(names.map((name) => [name, []]));
    const begins = healthy.day * DAY_TICKS;
    for (let tick = begins + 1; tick <= begins + DAY_TICKS; tick++) {
      const passed = recording.pass(tick, tick * TICK_SECONDS * 1000, ours.isSuspected);
      const { second } = passed;
      for (const [name, { users }] of passed.seen) count(scrapes.get(name)!, second - begins * TICK_SECONDS, users);
      const isCounted = healthy.day >= LEARNING_DAYS;
      ours.pass(passed).forEach(({ verdict: { location }, leaves }) => {
        const begun = note(healthy.episodes, { who: OURS, location, second, isCounted }, leaves);
        if (!begun.includes(OUR_DOCUMENTED)) return;
        const during = recording.world.disturbanceAt(location, tick);
        healthy.during[during] = (healthy.during[during] ?? 0) + 1;
      });
      PEERS.forEach((peer, index) =>
        peer.pass(peers[index], passed).forEach((leaves, which) => {
          note(healthy.episodes, { who: peer.name, location: names[which]!, second, isCounted }, leaves);
        }),
      );
    }
    healthy.day += 1;
    writeFileSync(scrapesFile(folder, healthy.day), JSON.stringify([...scrapes]));
    keep(file, { healthy, recording: recording.state, judged: ours.plain, peers } satisfies Saved);
  }
  return healthy;
}

/** What a Prometheus scraped in the days so far. */
export function healthyScrapes(folder: string, { day }: Healthy): ReadonlyMap<string, Scrapes> {
  const all = new Map<string, Scrapes>();
  for (let which = 1; which <= day; which++) {
    const read = JSON.parse(readFileSync(scrapesFile(folder, which), "utf8")) as [string, Scrapes][];
    for (const [name, scrapes] of read) all.set(name, [...(all.get(name) ?? []), ...scrapes]);
  }
  return all;
}

const scrapesFile = (folder: string, day: number): string => join(folder, `healthy-scrapes-${day}.json`);
