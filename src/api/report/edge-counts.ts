import type { Readable } from "node:stream";
import { exponentialSlowerThan } from "../../core/judge/exponential.ts";
import type { LocationName } from "../../core/estate.ts";
import type { Reading } from "../../core/reading.ts";
import type { UnixMs } from "../../core/step.ts";
import { parseLine, readingsIn } from "../../runtime/recording/line.ts";

/** What a location's own readings say of its users: its edge counts each request that it answers. */
export type EdgeCounts = {
  readonly requests: number;
  readonly failed: number;
  /** Null: the edge keeps no histogram. */
  readonly slow: number | null;
  /** The histogram's bound from which on they count as slow. */
  readonly slowMs: number | null;
  /** What the provider's status page said, each time that it changed, oldest first. */
  readonly posts: readonly { readonly at: UnixMs; readonly state: string; readonly text: string }[];
};

/** Some ten minutes of a busy node; a longer time is read out of frames. */
const CHARACTERS_MAX = 32 * 1024 * 1024;
const POSTS_MAX = 100;

/** Null when there is nothing of the edge in it, or more than is read. */
export async function edgeCountsOf(
  readings: Readable,
  about: { readonly location: LocationName; readonly slowerThanMs: number },
): Promise<EdgeCounts | null> {
  const counts: Counts = { requests: 0, failed: 0, slow: 0, slowMs: null, seen: false, posts: [] };
  for await (const line of linesOf(readings)) {
    if (line === null) return null;
    // Most lines are of other services: they are not even parsed.
    if (!line.includes('"edge"') && !line.includes('"status"')) continue;
    for (const reading of readingsIn(parseLine(line))) take(counts, reading, about);
  }
  const { requests, failed, slow, slowMs, posts, seen } = counts;
  return seen ? { requests, failed, slow: slowMs === null ? null : slow, slowMs, posts } : null;
}

type Counts = {
  requests: number;
  failed: number;
  slow: number;
  slowMs: number | null;
  seen: boolean;
  posts: { at: UnixMs; state: string; text: string }[];
};

function take(
  counts: Counts,
  reading: Reading,
  about: { readonly location: LocationName; readonly slowerThanMs: number },
): void {
  if (reading.signal === "status") {
    const { at, state, text } = reading;
    const last = counts.posts.at(-1);
    // It is read again and again, and says the same most of the time.
    const isNews = last?.state !== state || last.text !== text;
    if (isNews && counts.posts.length < POSTS_MAX) counts.posts.push({ at, state, text });
    return;
  }
  if (reading.signal !== "requests" && reading.signal !== "latency_hist" && reading.signal !== "latency_exp") return;
  if (reading.service !== "edge" || reading.location !== about.location) return;
  if (reading.signal === "requests") {
    counts.seen = true;
    counts.requests += reading.total;
    counts.failed += reading.total - reading.good;
    return;
  }
  if (reading.signal === "latency_exp") {
    counts.slowMs = about.slowerThanMs;
    counts.slow += Math.round(exponentialSlowerThan(reading, about.slowerThanMs));
    return;
  }
  // The bound that lies at or above the objective: below it some would be counted who were not slow.
  const from = reading.bounds.findIndex((bound) => bound >= about.slowerThanMs);
  if (from < 0) return;
  counts.slowMs = reading.bounds[from]!;
  counts.slow += reading.counts.slice(from + 1).reduce((sum, count) => sum + count, 0);
}

/** Null where it is more than is read; the stream is then closed. */
async function* linesOf(readings: Readable): AsyncGenerator<string | null> {
  let rest = "";
  let characters = 0;
  for await (const chunk of readings.setEncoding("utf8")) {
    characters += (chunk as string).length;
    if (characters > CHARACTERS_MAX) {
      yield null;
      return;
    }
    rest += chunk as string;
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  if (rest !== "") yield rest;
}
