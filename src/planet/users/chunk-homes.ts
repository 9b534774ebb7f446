import type { UnixMs } from "../../core/step.ts";
import { BUCKETS } from "../../core/estate.ts";
import { CLASSES, NOWHERE } from "./records.ts";

/**
 * Which location each chunk has, by what its users' resolvers were told last: the users' own knowledge, which no
 * controller can colour. A mark keeps a copy at the moment of a fault, and which chunks have moved since.
 */
export type ChunkHomes = {
  /** `at`: when its users were told. */
  learn(chunk: ChunkIndex, location: number, at: UnixMs): void;
  /** Who has these chunks now, in order; what nobody has asked for yet is where most of its zone and class are. */
  homesOf(chunks: readonly ChunkIndex[]): readonly number[];
  /** Chunks that this location is known to have now. */
  chunksOf(location: number): readonly ChunkIndex[];
  mark(at: UnixMs): void;
  /** The newest mark at or before `at`; null when there is none. */
  marked(at: UnixMs): Mark | null;
};

/** (zone * classes + class) * 256 + bucket */
export type ChunkIndex = number;

export type Mark = {
  readonly at: UnixMs;
  /** The location that a chunk had then; a chunk that nobody had asked for yet has what most of its zone and class had. */
  homeOf(chunk: ChunkIndex): number;
  /** By location: how many known chunks it had, how many of them were told another location since, and where they went. `of`: only these chunks. */
  movedShares(of?: (chunk: ChunkIndex) => boolean): readonly Moved[];
};

export type Moved = {
  readonly location: number;
  readonly had: number;
  readonly moved: number;
  /** Each time that one of its chunks was newly told another location: to whom, by the second after the mark. */
  readonly sent: readonly { readonly location: number; readonly bySecond: readonly number[] }[];
};

/** A drill needs one; several may overlap. */
const MARKS_MAX = 8;
/** Two hours; a drill is watched for an hour at most by habit, and what comes later is in the last second. */
const SECONDS_MAX = 7200;

export function chunkIndex(chunk: { zone: number; class: number; bucket: number }): ChunkIndex {
  return (chunk.zone * CLASSES.length + chunk.class) * BUCKETS + chunk.bucket;
}

export function chunkOf(index: ChunkIndex): { zone: number; class: number; bucket: number } {
  const row = Math.floor(index / BUCKETS);
  return { zone: Math.floor(row / CLASSES.length), class: row % CLASSES.length, bucket: index % BUCKETS };
}

export function chunkHomes(zones: number): ChunkHomes {
  const homes = new Uint8Array(zones * CLASSES.length * BUCKETS).fill(NOWHERE);
  const marks: MarkBook[] = [];
  return {
    learn(chunk, location, at) {
      const before = homes[chunk];
      if (before === location) return;
      homes[chunk] = location;
      if (before !== NOWHERE) for (const mark of marks) mark.note(chunk, location, at);
    },
    homesOf(chunks) {
      const usual = mostByRow(homes);
      return chunks.map((chunk) => homeIn(homes, usual, chunk));
    },
    chunksOf(location) {
      const found: ChunkIndex[] = [];
      homes.forEach((home, chunk) => {
        if (home === location) found.push(chunk);
      });
      return found;
    },
    mark(at) {
      marks.push(markBook(at, Uint8Array.from(homes)));
      if (marks.length > MARKS_MAX) marks.shift();
    },
    marked: (at) => marks.findLast((mark) => mark.at <= at) ?? null,
  };
}

type MarkBook = Mark & { note(chunk: ChunkIndex, location: number, at: UnixMs): void };

function markBook(markedAt: UnixMs, homes: Uint8Array): MarkBook {
  const usual = mostByRow(homes);
  const moved = new Uint8Array(homes.length);
  const sent = new Map<number, Map<number, number[]>>();
  return {
    at: markedAt,
    homeOf: (chunk) => homeIn(homes, usual, chunk),
    note(chunk, location, at) {
      moved[chunk] = 1;
      const home = homes[chunk] ?? NOWHERE;
      if (home === NOWHERE || location === NOWHERE || location === home) return;
      const second = Math.min(SECONDS_MAX, Math.max(0, Math.floor((at - markedAt) / 1000)));
      const receivers = sent.get(home) ?? new Map<number, number[]>();
      const bySecond = receivers.get(location) ?? [];
      while (bySecond.length <= second) bySecond.push(0);
      bySecond[second]!++;
      sent.set(home, receivers.set(location, bySecond));
    },
    movedShares(of = () => true) {
      const had = new Map<number, { location: number; had: number; moved: number }>();
      homes.forEach((location, chunk) => {
        if (location === NOWHERE || !of(chunk)) return;
        const counted = had.get(location) ?? { location, had: 0, moved: 0 };
        counted.had++;
        counted.moved += moved[chunk] ?? 0;
        had.set(location, counted);
      });
      return [...had.values()]
        .sort((one, other) => one.location - other.location)
        .map((counted) => ({
          ...counted,
          sent: [...(sent.get(counted.location) ?? [])].map(([location, bySecond]) => ({ location, bySecond })),
        }));
    },
  };
}

function homeIn(homes: Uint8Array, usual: Uint8Array, chunk: ChunkIndex): number {
  const home = homes[chunk] ?? NOWHERE;
  return home === NOWHERE ? (usual[Math.floor(chunk / BUCKETS)] ?? NOWHERE) : home;
}

function mostByRow(homes: Uint8Array): Uint8Array {
  const most = new Uint8Array(homes.length / BUCKETS).fill(NOWHERE);
  for (let row = 0; row < most.length; row++) {
    const counts = new Uint16Array(256);
    for (const home of homes.subarray(row * BUCKETS, (row + 1) * BUCKETS))
      if (home !== NOWHERE) counts[home] = (counts[home] ?? 0) + 1;
    let best = 0;
    counts.forEach((count, location) => {
      if (count > best) {
        best = count;
        most[row] = location;
      }
    });
  }
  return most;
}
