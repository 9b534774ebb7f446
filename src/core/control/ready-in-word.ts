import type { Capacity } from "../estate.ts";
import type { Load } from "../summary.ts";
import { decision, estateOf, say, type DraftPlace, type Turn } from "./turn.ts";
import { usableOf } from "./usable.ts";

/**
 * A scaler that says ready and is not shows in what its location serves: it has grown, and queues or refuses below its own word. Then what it
 * served on the average, or had before it grew, is all that is planned with, now and when grown, for a while. That a place at rest stalls is no lie.
 */

/** Anew whenever something is heard that it follows from. */
export function countUsable(turn: Turn, place: DraftPlace): void {
  const { declared, proven, warming } = place;
  if (declared === null) return;
  const { capacity, bound } = usableOf(estateOf(turn), { declared, proven, warming }, turn.now.at);
  place.capacity = believed(turn, place, capacity);
  place.bound = bound;
}

function believed(turn: Turn, place: DraftPlace, counted: Capacity): Capacity {
  const { shown } = place;
  if (shown === null) return counted;
  if (turn.now.at - shown.at > SHOWN_FOR_MS || counted.readyRps <= shown.rps) {
    place.shown = null;
    return counted;
  }
  return { ...counted, readyRps: shown.rps, capacityRps: shown.rps };
}

/** Two summaries in a row that show the same are no scatter. */
export function noteShown(turn: Turn, place: DraftPlace, before: Load | null, load: Load): void {
  const isFull = (each: Load): boolean =>
    (each.queueMs > FULL_QUEUE_MS || each.shedRps > SHED_SHARE * each.servedRps) && isShortOfItsWord(place, each);
  if (before === null || !isFull(before) || !isFull(load)) return;
  const known = place.shown ?? { rps: before.servedRps, looks: 1 };
  // Counts scatter, and the most of many is more than it can take: believed, that keeps it full for good.
  const looks = Math.min(LOOKS_MOST, known.looks + 1);
  const meanRps = known.rps + (load.servedRps - known.rps) / looks;
  believe(turn, place, { rps: meanRps, looks, load });
}

/**
 * Its queue grew, or it refused more, after it was given more: one look is enough then, for what it gives back makes the next one well, and its
 * word would stand for whatever comes next.
 */
export function noteFullAfterStep(turn: Turn, place: DraftPlace): void {
  const load = place.summary?.own.load;
  if (load === undefined || place.shown !== null || !isShortOfItsWord(place, load)) return;
  believe(turn, place, { rps: load.servedRps, looks: 1, load });
}

function isShortOfItsWord({ restRps, capacity }: DraftPlace, { readyRps, servedRps }: Load): boolean {
  return capacity !== null && readyRps > GROWN_TIMES * restRps && servedRps < SHORT_OF_ITS_WORD * readyRps;
}

function believe(
  turn: Turn,
  place: DraftPlace,
  of: { readonly rps: number; readonly looks: number; readonly load: Load },
): void {
  const isNews = place.shown === null;
  place.shown = { rps: Math.max(of.rps, place.restRps), looks: of.looks, at: turn.now.at };
  countUsable(turn, place);
  if (!isNews || place.shown === null) return;
  const says = `${place.name} says it is ready for ${Math.round(of.load.readyRps)} rps and takes ${Math.round(place.shown.rps)}`;
  decision(turn, "ready-in-word-only", `${says}: I plan with those`, place.name);
  say(turn, {
    level: "change",
    location: place.name,
    what: `${says}: I plan with those`,
    youNeedTo: "look what its new machines wait for",
  });
}

/** Less than this beyond what it had when we met it is no growth. */
const GROWN_TIMES = 1.05;
/** A queue this long is no scatter of a place that has room. */
const FULL_QUEUE_MS = 150;
const SHED_SHARE = 0.01;
/** Who serves nearly all that it says it is ready for is full, and no liar. */
const SHORT_OF_ITS_WORD = 0.93;
/** A mean of about so many summaries, a second each: the scatter of ten is a third of one's, and what has come since still shows. */
const LOOKS_MOST = 10;
/** Then its word is tried again. */
const SHOWN_FOR_MS = 120_000;
