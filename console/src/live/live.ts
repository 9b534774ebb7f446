import type { HoustonClient } from "../../../src/api/client.ts";
import type { StreamEvent, World } from "../../../src/api/contract.ts";
import type { ControlView } from "../../../src/core/control-contract.ts";
import type { UnixMs } from "../../../src/core/step.ts";
import type { TimelineEntry } from "../../../src/drivers/chat/timeline.ts";
import { waitMs } from "./backoff.ts";
import { joined, sampleOf, TRAIL_MS, trailOf, type Sample, type Trail } from "./trail.ts";

/**
 * All that the console knows of now, kept fresh by one stream. When the stream breaks or falls silent it is opened again, later
 * and later, and what was missed meanwhile is fetched. A page that nobody looks at asks every HIDDEN_ASK_EVERY_MS instead:
 * browsers allow six connections to one address, and a seventh tab would wait for ever.
 */
export type Live = {
  readonly view: ControlView | null;
  readonly world: World | null;
  /** Newest first, at most WORDS_KEPT. */
  readonly words: readonly TimelineEntry[];
  readonly trail: Trail;
  readonly line: Line;
  /** By this browser's clock; null before the first word. */
  readonly heardAt: number | null;
  /** The same of the newest view: signs of life alone make none. */
  readonly viewHeardAt: number | null;
  /** What to add to this browser's clock to have Houston's. */
  readonly aheadMs: number;
};

export type Line =
  | { readonly state: "connecting" }
  | { readonly state: "open" }
  | { readonly state: "broken"; readonly says: string; readonly hint: string; readonly nextTryAt: number };

export type LiveStore = {
  get(): Live;
  follow(listener: () => void): () => void;
  /** Tries at once when it is waiting: the network is back, or a person says so. */
  wake(): void;
  /** Whether somebody looks at the page. */
  setSeen(seen: boolean): void;
  stop(): void;
};

export type LiveClock = {
  now(): number;
  after(ms: number, run: () => void): () => void;
  /** 0..1. */
  chance(): number;
};

export const WORDS_KEPT = 500;
/** The server gives a sign of life every 2 s: three missed ones are a silence. */
export const STALE_AFTER_MS = 6000;
/** Then the connection is given up, for it may be dead without anyone having said so. */
export const GIVE_UP_AFTER_MS = 10_000;
/** Nodes report each second, which a deciding Houston shows twice a second: one that shows nothing new for so long decides nothing. */
export const UNDECIDED_AFTER_MS = 10_000;
export const HIDDEN_ASK_EVERY_MS = 10_000;
/** How much of the past a new page shows. */
export const WORDS_ASKED = 200;
const FRAMES_ASKED = 400;

export function startLive(options: { readonly client: HoustonClient; readonly clock: LiveClock }): LiveStore {
  const { client, clock } = options;
  let live: Live = {
    view: null,
    world: null,
    words: [],
    trail: trailOf([]),
    line: { state: "connecting" },
    heardAt: null,
    viewHeardAt: null,
    aheadMs: 0,
  };
  let samples: readonly Sample[] = [];
  let stopped = false;
  let seen = true;
  let failures = 0;
  /** Houston's time of its last word before this connection. */
  let knownUntil: UnixMs = 0;
  /** From where on words may be missing, until it was answered. */
  let missedSince: UnixMs | null = null;
  let connection = new AbortController();
  let cancelWait: (() => void) | null = null;
  let cancelSilence: (() => void) | null = null;

  const listeners = new Set<() => void>();
  const set = (change: Partial<Live>): void => {
    live = { ...live, ...change };
    for (const listener of listeners) listener();
  };
  const sample = (more: readonly Sample[]): Partial<Live> => {
    const next = joined(samples, more);
    if (next.length === samples.length && next.at(-1) === samples.at(-1)) return {};
    samples = next;
    return { trail: trailOf(samples) };
  };
  const heard = (at: UnixMs, news: Partial<Live>): void => {
    failures = 0;
    const now = clock.now();
    set({
      ...news,
      heardAt: now,
      aheadMs: at - now,
      ...(live.line.state === "open" ? {} : { line: { state: "open" } }),
    });
  };
  const take = (event: StreamEvent): void => {
    switch (event.event) {
      case "view": {
        const isNew = event.data.at !== live.view?.at;
        return heard(event.data.at, {
          view: event.data,
          ...(isNew ? { viewHeardAt: clock.now() } : {}),
          ...sample([sampleOf(event.data)]),
        });
      }
      case "words":
        return set({ words: merged(live.words, [event.data]) });
      case "alive":
        return heard(event.data.at, {});
    }
  };

  /**
   * What a stream does not tell: what does not change, and what was said and done before it began. Asked again until it is answered
   * or the line breaks.
   */
  const catchUp = async (until: UnixMs, line: AbortSignal): Promise<void> => {
    const since = Math.max(until - TRAIL_MS, knownUntil);
    knownUntil = until;
    const saidSince = (missedSince ??= live.words[0]?.at ?? 0);
    let questions: readonly (() => Promise<void>)[] = [
      async () => set({ world: await client.world() }),
      async () => {
        const said = await client.timeline({ since: saidSince, limit: WORDS_ASKED });
        set({ words: withMissed(live.words, said) });
        // What came after the question is the next line's to ask.
        if (!line.aborted) missedSince = null;
      },
      async () => {
        const frames = await client.frames({ since, until, limit: FRAMES_ASKED });
        set(sample(frames));
      },
    ];
    for (let tries = 0; ; tries += 1) {
      const answers = await Promise.allSettled(questions.map((ask) => ask()));
      questions = questions.filter((_, index) => answers[index]!.status === "rejected");
      if (questions.length === 0) return;
      await new Promise<void>((resolve) => void clock.after(waitMs(tries, clock.chance()), resolve));
      if (line.aborted) return;
    }
  };

  const listen = async (): Promise<never> => {
    let isFirst = true;
    const watch = (): void => {
      cancelSilence?.();
      cancelSilence = clock.after(GIVE_UP_AFTER_MS, () => connection.abort(new Error("nothing was heard for 10 s")));
    };
    watch();
    for await (const event of client.stream(connection.signal)) {
      watch();
      take(event);
      if (isFirst && event.event === "view") {
        isFirst = false;
        void catchUp(event.data.at, connection.signal);
      }
    }
    throw connection.signal.reason ?? new Error("Houston has ended the stream");
  };
  const askNowAndThen = async (): Promise<void> => {
    const { signal } = connection;
    const view = await Promise.race([client.view(), endOf(signal)]);
    take({ event: "view", data: view });
    if (!signal.aborted) await pause(HIDDEN_ASK_EVERY_MS);
  };
  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const cancel = clock.after(ms, end);
      function end(): void {
        cancel();
        cancelWait = null;
        resolve();
      }
      cancelWait = end;
    });

  const run = async (): Promise<void> => {
    for (;;) {
      if (stopped) return;
      connection = new AbortController();
      try {
        await (seen ? listen() : askNowAndThen());
      } catch (error) {
        // Somebody looks again, or nobody does any more: that is no failure.
        if (stopped || connection.signal.reason === SEEN_OR_NOT) continue;
        const ms = waitMs(failures, clock.chance());
        failures += 1;
        knownUntil = (live.heardAt ?? 0) + live.aheadMs;
        set({ line: { state: "broken", ...saysOf(connection.signal.reason ?? error), nextTryAt: clock.now() + ms } });
        await pause(ms);
      } finally {
        cancelSilence?.();
        connection.abort();
      }
    }
  };
  void run();

  return {
    get: () => live,
    follow(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    wake: () => cancelWait?.(),
    setSeen(next) {
      if (next === seen) return;
      seen = next;
      connection.abort(SEEN_OR_NOT);
      cancelWait?.();
    },
    stop() {
      stopped = true;
      connection.abort();
      cancelWait?.();
    },
  };
}

const SEEN_OR_NOT = new Error("the page was hidden or shown");

/** Never resolves: throws when the signal ends what is waited for. */
function endOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
}

/** Where more was said than was asked for, what was known before has a gap after it and goes: the timeline asks for it again. */
function withMissed(known: readonly TimelineEntry[], missed: readonly TimelineEntry[]): readonly TimelineEntry[] {
  const [oldest] = missed;
  if (oldest === undefined || missed.length < WORDS_ASKED) return merged(known, missed);
  return merged(
    known.filter(({ at }) => at >= oldest.at),
    missed,
  );
}

/** Newest first; what comes twice is kept once. */
function merged(known: readonly TimelineEntry[], more: readonly TimelineEntry[]): readonly TimelineEntry[] {
  const byId = new Map([...known, ...more].map((entry) => [entry.id, entry]));
  return [...byId.values()].sort((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1)).slice(0, WORDS_KEPT);
}

function saysOf(error: unknown): { readonly says: string; readonly hint: string } {
  const { message = String(error), hint = "" } = error as { message?: string; hint?: string };
  return { says: message, hint };
}
