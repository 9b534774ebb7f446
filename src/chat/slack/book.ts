import type { Incident } from "../../core/control-contract.ts";
import type { UnixMs } from "../../core/step.ts";
import type { TimelineEntry } from "../../drivers/chat/timeline.ts";
import { GONE_SAYS, isGone, missingSince } from "../absence.ts";
import type { Moment } from "../contract.ts";
import { incidentKey } from "../memory.ts";
import { type IncidentSight, sightOf } from "./incident-message.ts";
import { type Line, lineOf } from "./lines-message.ts";

/**
 * What Slack must show, and what it shows already: one thread for each incident, and the channel itself. Pure data; `take` puts
 * in what Houston says, `post.ts` makes of the difference the next call. Because only the difference is ever sent, an hour
 * without Slack costs one edit and one message for each thread, and nothing queues up.
 *
 * 1. A line is said once: it waits, or is on its way, or its id is among those told.
 * 2. Everything waiting is bounded; what is urgent is left out last.
 * 3. A call that may or may not have arrived is looked for before it is made again.
 */
export type Book = {
  /** Newest last. */
  readonly threads: readonly Thread[];
  readonly channel: Lane;
  /** For what somebody was called in the channel itself, and when: what comes and goes (blind, not blind) is one thing. */
  readonly called: readonly { readonly what: string; readonly at: UnixMs }[];
  /** Lines of incidents that no view has shown yet: words come faster than views. */
  readonly early: readonly { readonly incident: number; readonly line: Line; readonly takenAt: UnixMs }[];
  /** What somebody was just answered in a thread (or the channel): Houston says it on its timeline too. */
  readonly echoes: readonly { readonly key: string | null; readonly text: string; readonly until: UnixMs }[];
  /** Incidents that ended before we were first started are nobody's news. */
  readonly since: UnixMs;
};

export type Thread = {
  readonly key: string;
  readonly incident: Incident;
  /** Since when Houston has been heard without it; null: it is there. */
  readonly missingSince: UnixMs | null;
  readonly sight: Omit<IncidentSight, "mention" | "settled">;
  /** Questions that are closed; `says` is null until Houston has said what came of it. */
  readonly settled: readonly Settled[];
  /** The last answers that were heard: one may come before its question is gone from the view. */
  readonly answers: readonly string[];
  readonly root: Root;
  /** Checksums of what the first message says now, and when it was put there. */
  readonly shown: { readonly words: number; readonly figures: number; readonly at: UnixMs } | null;
  /** Slack took its blocks for wrong: then its text must do. */
  readonly plainOnly: boolean;
  /** Whom the first message called. */
  readonly rootMentions: boolean;
  /** For what somebody was called: each thing once. */
  readonly called: readonly string[];
  readonly lane: Lane;
  /** Drawn and posted, the newest last; only that one is still there. */
  readonly pictures: readonly { readonly phase: PicturePhase; readonly file: string }[];
  /** When most of its traffic was out, and who took it, the most first; null: none ever was, so there is nothing to draw. */
  readonly farthest: { readonly movedShare: number; readonly receivers: readonly string[] } | null;
  readonly report: "none" | "due" | "posted" | "failed";
  /** How often its next file could not be sent, and when it is tried again. */
  readonly files: { readonly failures: number; readonly notBefore: UnixMs };
};

export type Settled = { readonly asks: string; readonly choices: readonly string[]; readonly says: string | null };

export type Root =
  | { readonly kind: "none" }
  /** Sent, and not answered yet; or nobody knows whether it arrived. `calls`: for what it calls somebody. */
  | { readonly kind: "sending" | "doubt"; readonly since: UnixMs; readonly calls: readonly string[] }
  | { readonly kind: "posted"; readonly ts: string }
  | { readonly kind: "refused"; readonly at: UnixMs };

export type Lane = {
  readonly lines: readonly Line[];
  /** Lines that found no room. */
  readonly leftOut: number;
  /** Slack took the blocks of those that wait for wrong: then their text must do. */
  readonly plainOnly: boolean;
  readonly waitingSince: UnixMs | null;
  readonly posting: {
    readonly kind: "sending" | "doubt";
    readonly ids: readonly string[];
    readonly calls: readonly string[];
    readonly since: UnixMs;
  } | null;
  readonly told: readonly string[];
};

export type PicturePhase = "leaving" | "out" | "closed";

export const NO_FAILURES = { failures: 0, notBefore: 0 } as const;

export const EMPTY_LANE: Lane = {
  lines: [],
  leftOut: 0,
  plainOnly: false,
  waitingSince: null,
  posting: null,
  told: [],
};

/** More is no story that anybody reads in a thread. */
const LINES_MAX = 60;
const TOLD_MAX = 400;
const EARLY_MAX = 100;
const EARLY_FOR_MS = 60_000;
/** Threads are kept a month, so that a button or a word in an old one still finds its incident. */
const KEPT_MS = 30 * 86_400_000;
const THREADS_MAX = 500;

export function takeMoment(book: Book, moment: Moment): Book {
  const { at, view, words, silentSince } = moment;
  const shown = new Map(view.incidents.map((incident) => [incidentKey(incident), incident]));
  const known = new Set(book.threads.map(({ key }) => key));
  const fresh = view.incidents
    .filter((incident) => !known.has(incidentKey(incident)) && isNews(incident, book.since))
    .sort((a, b) => a.openedAt - b.openedAt || a.number - b.number)
    .map((incident) => newThread(incident, moment));
  const threads = [
    ...book.threads.map((thread) => {
      const incident = shown.get(thread.key);
      // What is over stays as it is: a month of threads must cost nothing.
      if (incident === undefined && thread.incident.closedAt !== null) return thread;
      const since = missingSince(thread.missingSince, { isShown: incident !== undefined, moment });
      const now = incident ?? (isGone(since, at) ? endedUnseen(thread, at) : thread.incident);
      return { ...withIncident(thread, now, moment), missingSince: since };
    }),
    ...fresh,
  ].map((thread) =>
    thread.incident.closedAt !== null || thread.sight.silentSince === silentSince
      ? thread
      : { ...thread, sight: { ...thread.sight, silentSince } },
  );
  return tidy(takeWords({ ...book, threads }, words, at), at);
}

function isNews({ closedAt }: Incident, since: UnixMs): boolean {
  return closedAt === null || closedAt >= since;
}

function newThread(incident: Incident, { view }: Moment): Thread {
  return {
    key: incidentKey(incident),
    incident,
    missingSince: null,
    sight: { ...sightOf(incident, view), silentSince: null },
    settled: [],
    answers: [],
    root: { kind: "none" },
    shown: null,
    plainOnly: false,
    rootMentions: false,
    called: [],
    lane: EMPTY_LANE,
    pictures: [],
    farthest: farthestOf(incident, null),
    report: incident.closedAt === null ? "none" : "due",
    files: NO_FAILURES,
  };
}

function endedUnseen({ incident }: Thread, at: UnixMs): Incident {
  const said = { doing: GONE_SAYS, notDoing: "", youNeedTo: "do nothing" };
  return { ...incident, closedAt: at, level: "change", questions: [], ...said };
}

function withIncident(thread: Thread, incident: Incident, { view }: Moment): Thread {
  const open = new Set(incident.questions.map(({ id }) => id));
  const gone = thread.incident.questions.filter(({ id }) => !open.has(id));
  const settled = gone.map(({ asks, choices }) => ({
    asks,
    choices,
    says: thread.answers.find((text) => isAnswer(text, choices)) ?? null,
  }));
  return {
    ...thread,
    incident,
    sight: { ...thread.sight, ...sightOf(incident, view) },
    settled: gone.length === 0 ? thread.settled : [...thread.settled, ...settled].slice(-SETTLED_MAX),
    farthest: farthestOf(incident, thread.farthest),
    report: thread.report === "none" && incident.closedAt !== null ? "due" : thread.report,
  };
}

const SETTLED_MAX = 5;

/** Houston says `NAME: [2] what was chosen` when a question is settled, by a person or at its deadline. */
function isAnswer(text: string, choices: readonly string[]): boolean {
  return choices.some((choice, index) => text.endsWith(`: [${index + 1}] ${choice}`));
}

/** On its way back, and at the end, who took the traffic is known no more. */
function farthestOf({ progress }: Incident, before: Thread["farthest"]): Thread["farthest"] {
  if (progress === null || progress.movedShare === 0) return before;
  const { movedShare, receivers } = progress;
  if (before !== null && movedShare < before.movedShare + FARTHER_BY) return before;
  return { movedShare, receivers: receivers.toSorted((a, b) => b.share - a.share).map(({ name }) => name) };
}

/** Each such step is kept on disk. */
const FARTHER_BY = 0.05;

function takeWords(book: Book, words: readonly TimelineEntry[], at: UnixMs): Book {
  const fresh = words.map((entry) => ({ entry, line: lineOf(entry) }));
  let { threads, channel } = book;
  const early: Book["early"][number][] = [];
  const isEcho = (key: string | null, line: Line): boolean =>
    book.echoes.some((echo) => echo.key === key && echo.text === line.text && echo.until > at);
  const toThread = (index: number, line: Line): void => {
    if (isEcho(threads[index]!.key, line)) return;
    threads = threads.with(index, withLine(threads[index]!, line, at));
  };
  for (const { incident, line, takenAt } of book.early) {
    const index = threadOf(threads, incident);
    if (index >= 0) toThread(index, line);
    else if (at - takenAt < EARLY_FOR_MS) early.push({ incident, line, takenAt });
  }
  for (const { entry, line } of fresh) {
    const index =
      entry.incident === undefined
        ? threads.findLastIndex((thread) => concerns(thread, entry))
        : threadOf(threads, entry.incident);
    if (index >= 0) toThread(index, line);
    else if (entry.incident !== undefined) early.push({ incident: entry.incident, line, takenAt: at });
    // What is said each minute for the record is for the timeline.
    else if (entry.level !== "info" && !isEcho(null, line)) channel = addLine(channel, line, at);
  }
  return { ...book, threads, channel, early: early.slice(-EARLY_MAX) };
}

/** An answer to an order stands where it was asked for; the same words from the timeline are no second line there. */
export function answered(
  book: Book,
  about: { readonly key: string | null; readonly texts: readonly string[] },
  at: UnixMs,
): Book {
  const { key, texts } = about;
  const clean = (lane: Lane): Lane => {
    const onTheWay = new Set(lane.posting?.ids);
    const said = lane.lines.filter(({ id, text }) => !onTheWay.has(id) && texts.includes(text)).map(({ id }) => id);
    return said.length === 0 ? lane : { ...toldLines(lane, said), posting: lane.posting, leftOut: lane.leftOut };
  };
  const echoes = [...book.echoes, ...texts.map((text) => ({ key, text, until: at + ECHO_FOR_MS }))];
  return {
    ...book,
    channel: key === null ? clean(book.channel) : book.channel,
    threads: book.threads.map((thread) => (thread.key === key ? { ...thread, lane: clean(thread.lane) } : thread)),
    echoes: echoes.filter(({ until }) => until > at).slice(-ECHOES_MAX),
  };
}

const ECHO_FOR_MS = 30_000;
const ECHOES_MAX = 50;

/** Numbers begin anew with an empty log: the newest of that number is meant. */
function threadOf(threads: readonly Thread[], incident: number): number {
  return threads.findLastIndex((thread) => thread.incident.number === incident);
}

/** What people order or answer names a location or a choice, and no incident: its place is the open incident there. */
function concerns({ incident, settled }: Thread, entry: TimelineEntry): boolean {
  if (incident.closedAt !== null) return false;
  if (entry.location !== undefined) return incident.location === entry.location;
  return [...incident.questions, ...settled].some(({ choices }) => isAnswer(entry.what, choices));
}

function withLine(thread: Thread, line: Line, at: UnixMs): Thread {
  const lane = addLine(thread.lane, line, at);
  const questions = [...thread.incident.questions, ...thread.settled];
  if (!questions.some(({ choices }) => isAnswer(line.text, choices))) return { ...thread, lane };
  const settled = thread.settled.map((one) =>
    one.says === null && isAnswer(line.text, one.choices) ? { ...one, says: line.text } : one,
  );
  return { ...thread, lane, settled, answers: [...thread.answers, line.text].slice(-SETTLED_MAX) };
}

/** Adds a line unless it is known; when there is no room, the oldest of the least urgent is left out. */
export function addLine(lane: Lane, line: Line, at: UnixMs): Lane {
  if (lane.told.includes(line.id) || lane.lines.some(({ id }) => id === line.id)) return lane;
  const lines = [...lane.lines, line];
  const added = { ...lane, lines, waitingSince: lane.waitingSince ?? at };
  if (lines.length <= LINES_MAX) return added;
  const onTheWay = new Set(lane.posting?.ids);
  const free = lines.filter(({ id }) => !onTheWay.has(id));
  const least = LEVELS.find((level) => free.some((each) => each.level === level));
  const out = free.find((each) => each.level === least);
  return { ...added, lines: lines.filter((each) => each !== out), leftOut: lane.leftOut + 1 };
}

const LEVELS: readonly Line["level"][] = ["info", "change", "urgent"];

/** What has been said is known by its id for as long as it may come again. */
export function toldLines(lane: Lane, ids: readonly string[]): Lane {
  const told = new Set(ids);
  const lines = lane.lines.filter(({ id }) => !told.has(id));
  return {
    lines,
    leftOut: 0,
    plainOnly: false,
    waitingSince: lines.length > 0 ? lane.waitingSince : null,
    posting: null,
    told: [...lane.told, ...ids].slice(-TOLD_MAX),
  };
}

function tidy(book: Book, at: UnixMs): Book {
  const kept = book.threads.filter(({ incident }) => incident.closedAt === null || at - incident.closedAt < KEPT_MS);
  if (kept.length <= THREADS_MAX) return kept.length === book.threads.length ? book : { ...book, threads: kept };
  const closed = kept.filter(({ incident }) => incident.closedAt !== null);
  const out = new Set(closed.slice(0, kept.length - THREADS_MAX));
  return { ...book, threads: kept.filter((thread) => !out.has(thread)) };
}
