import { setImmediate as otherThingsFirst } from "node:timers/promises";
import type { Estate } from "../core/estate.ts";
import type { Reading } from "../core/reading.ts";
import type { UnixMs } from "../core/step.ts";
import type { Grain, PieceToKeep, ReadingsStore } from "../drivers/store/readings-contract.ts";
import type { Clock } from "./clock.ts";
import { headerOf } from "./recording/recorded-estate.ts";
import { MINUTE_MS, minuteOf } from "./recording/minute.ts";

/**
 * A node's memory of what it read: every reading for two hours, minutes of them for thirty days, so that an incident
 * can be judged again tomorrow and a month be looked at.
 *
 * 1. Judging never waits for it: `take` only puts readings on a pile, and a timer of its own writes the pile, once a second.
 * 2. A disk that fails costs readings, which are counted, and nothing else; it is tried again every RETRY_MS.
 * 3. What is kept is bounded in time and in bytes, and so is the pile.
 * 4. Times never go back: a reading that comes too late for its place in the file was known when it came.
 */
export type ReadingRecorder = {
  take(readings: readonly Reading[]): void;
  /**
   * A recording of these moments: seconds where they are still kept, minutes before; a header alone when there is nothing.
   * Null while the file is not open: nobody knows then what there is.
   */
  recording(range: { readonly since: UnixMs; readonly until: UnixMs }): AsyncGenerator<string> | null;
  readonly counters: ReadingRecorderCounters;
  /** Writes what is on the pile, and closes the file. */
  stop(): void;
};

export type ReadingRecorderCounters = {
  kept: number;
  /** Readings that a full pile or a failing disk has cost. */
  lost: number;
  /** Times that the disk failed. */
  failures: number;
  /** Times that a piece was left out since it can't be read any more. */
  unreadable: number;
};

const WRITE_EVERY_MS = 1000;
/** A look at our own world takes up to 0.7 s and is dated by its beginning: so long others wait for it. */
const HOLD_BACK_MS = 1000;
/** A second has some hundred readings, and at most 2,000 beacons; more waits only when the machine has slept. */
const PILE_MAX = 10_000;
const RETRY_MS = 10_000;
const RAW_KEPT_MS = 2 * 3_600_000;
const MINUTES_KEPT_MS = 30 * 86_400_000;
/** Twice what a planet's busiest node needs for two hours, and for thirty days. */
const RAW_BYTES_MAX = 48 * 1024 * 1024;
const MINUTES_BYTES_MAX = 192 * 1024 * 1024;
/** Read back so many pieces at a time: a page of seconds is some 1 MB of text. */
const PAGE = 60;
const NODE_TICK_MS = 1000;

export function readingRecorder(options: {
  readonly clock: Clock;
  readonly estate: Estate;
  /** Opens the file; called again after a failure. */
  readonly open: () => ReadingsStore;
  readonly version?: string | undefined;
}): ReadingRecorder {
  const { clock } = options;
  const counters: ReadingRecorderCounters = { kept: 0, lost: 0, failures: 0, unreadable: 0 };
  let pile: Reading[] = [];
  let store: ReadingsStore | null = null;
  let notBefore = 0;
  /** Up to here everything is written, and nothing will be written before it. */
  let writtenUntil: UnixMs = 0;
  /** Up to here minutes are made. */
  let minutesUntil: UnixMs = 0;

  const opened = (): ReadingsStore | null => {
    if (store !== null || clock.now() < notBefore) return store;
    store = options.open();
    const raw = store.span("raw");
    writtenUntil = Math.max(writtenUntil, raw?.until ?? 0);
    minutesUntil = store.span("minutes")?.until ?? (raw === null ? 0 : minuteBefore(raw.from));
    return store;
  };

  const failed = (): void => {
    counters.failures += 1;
    notBefore = clock.now() + RETRY_MS;
    try {
      store?.close();
    } catch {
      // It failed already.
    }
    store = null;
  };

  const write = (upTo: UnixMs): void => {
    const due = pile.filter((reading) => reading.at <= upTo);
    pile = pile.filter((reading) => reading.at > upTo);
    let kept = 0;
    try {
      const file = opened();
      if (file === null) return;
      const piece = pieceOf("raw", due, writtenUntil);
      if (piece !== null) file.append([piece]);
      kept = due.length;
      writtenUntil = Math.max(writtenUntil, Number.isFinite(upTo) ? upTo : 0, piece?.until ?? 0);
      makeMinute(file);
    } catch {
      failed();
    } finally {
      counters.kept += kept;
      counters.lost += due.length - kept;
    }
  };

  /** At most one a second, from what is on the disk: so a restart in the middle of a minute loses nothing of it. */
  const makeMinute = (from: ReadingsStore): void => {
    if (minutesUntil === 0) minutesUntil = minuteBefore(from.span("raw")?.from ?? writtenUntil);
    const end = minutesUntil + MINUTE_MS;
    if (writtenUntil < end) return;
    const readings = readingsIn(from, { since: minutesUntil, until: end - 1 });
    if (readings.length > 0) {
      const lines = minuteOf(readings, end).map((line) => `${JSON.stringify(line)}\n`);
      from.append([{ grain: "minutes", from: end, until: end, lines: lines.join("") }]);
    }
    // Where nothing was read there are no minutes: after a night without the node the next one is the morning's.
    const next = from.read({ grain: "raw", since: end, until: Number.MAX_SAFE_INTEGER, limit: 1 })[0];
    minutesUntil = Math.max(end, minuteBefore(next?.from ?? end));
    // With the piece that reaches into the next minute, so that seconds go on where minutes end.
    from.trim("raw", { before: minuteBefore(end - RAW_KEPT_MS) + WRITE_EVERY_MS, bytesMax: RAW_BYTES_MAX });
    from.trim("minutes", { before: end - MINUTES_KEPT_MS, bytesMax: MINUTES_BYTES_MAX });
  };

  const readingsIn = (
    from: ReadingsStore,
    range: { readonly since: UnixMs; readonly until: UnixMs },
  ): readonly Reading[] => {
    // Of a minute there are sixty pieces and the two at its ends; a restart makes some more.
    const pieces = from.read({ grain: "raw", ...range, limit: 4 * PAGE });
    const lines = pieces.flatMap((piece) => piece.lines?.trimEnd().split("\n") ?? []);
    counters.unreadable += pieces.filter((piece) => piece.lines === null).length;
    return lines.map((line) => JSON.parse(line) as Reading).filter(({ at }) => at >= range.since && at <= range.until);
  };

  const cancel = clock.every(WRITE_EVERY_MS, () => write(clock.now() - HOLD_BACK_MS));

  return {
    counters,
    take(readings) {
      const room = Math.max(0, PILE_MAX - pile.length);
      counters.lost += Math.max(0, readings.length - room);
      for (const reading of readings.slice(0, room)) pile.push(reading);
    },
    recording: (range) => (store === null ? null : recordingOf(store, range)),
    stop() {
      cancel();
      notBefore = 0;
      write(Number.POSITIVE_INFINITY);
      store?.close();
      store = null;
    },
  };

  async function* recordingOf(
    from: ReadingsStore,
    { since, until }: { readonly since: UnixMs; readonly until: UnixMs },
  ): AsyncGenerator<string> {
    yield `${JSON.stringify(headerOf(options.estate, { tickMs: NODE_TICK_MS, version: options.version }))}\n`;
    // A minute's line stands at its end.
    const secondsFrom = from.span("raw")?.from ?? Number.MAX_SAFE_INTEGER;
    yield* linesOf("minutes", { since, until: Math.min(until, secondsFrom) });
    yield* linesOf("raw", { since, until });
  }

  async function* linesOf(
    grain: Grain,
    range: { readonly since: UnixMs; readonly until: UnixMs },
  ): AsyncGenerator<string> {
    for (let after = 0; range.since <= range.until;) {
      // Ending here in silence would pass a part for the whole.
      if (store === null) throw new Error("the readings' file was closed in the middle");
      const pieces = store.read({ grain, ...range, limit: PAGE, after });
      for (const piece of pieces) {
        if (piece.lines === null) {
          counters.unreadable += 1;
          continue;
        }
        const whole = piece.from >= range.since && piece.until <= range.until;
        yield whole ? piece.lines : piece.lines.replaceAll(/[^\n]*\n/g, (line) => (isWithin(line, range) ? line : ""));
      }
      if (pieces.length < PAGE) return;
      after = pieces.at(-1)?.number ?? after;
      // Judging goes first: whoever reads two hours of us waits between two pages.
      await otherThingsFirst();
    }
  }
}

/** In time order, as lines; what is dated before `notBefore` is dated so. Null for nothing. */
function pieceOf(grain: Grain, readings: readonly Reading[], notBefore: UnixMs): PieceToKeep | null {
  const inOrder = readings
    .map((reading) => (reading.at < notBefore ? { ...reading, at: notBefore } : reading))
    .sort((a, b) => a.at - b.at);
  const [first, last] = [inOrder[0], inOrder.at(-1)];
  if (first === undefined || last === undefined) return null;
  let lines = "";
  for (const reading of inOrder) lines += `${JSON.stringify(reading)}\n`;
  return { grain, from: first.at, until: last.at, lines };
}

function isWithin(line: string, { since, until }: { readonly since: UnixMs; readonly until: UnixMs }): boolean {
  const { at } = JSON.parse(line) as Reading;
  return at >= since && at <= until;
}

function minuteBefore(at: UnixMs): UnixMs {
  return Math.floor(at / MINUTE_MS) * MINUTE_MS;
}
