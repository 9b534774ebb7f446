import { crc32 } from "../../core/route/crc32.ts";
import type { UnixMs } from "../../core/step.ts";
import { withoutFigures } from "../parts.ts";
import { type Mention, mentionText, type Message } from "./blocks.ts";
import { type Book, type Lane, type Root, type Thread, toldLines } from "./book.ts";
import { incidentMessage, type IncidentSight } from "./incident-message.ts";
import { linesMessage } from "./lines-message.ts";

/**
 * The next call to Slack: what it must show less what it shows. Pure. `nextCall` chooses, `begun` notes that it is on its way
 * (kept before it is sent, so that a crash between leaves a doubt and not a second message), `ended` takes the outcome in.
 */
export type SlackCall =
  | {
      readonly kind: "post-root";
      readonly key: string;
      readonly message: Message;
      readonly calls: readonly string[];
      readonly words: number;
      readonly figures: number;
    }
  | {
      readonly kind: "edit-root";
      readonly key: string;
      readonly ts: string;
      readonly message: Message;
      readonly words: number;
      readonly figures: number;
    }
  | {
      readonly kind: "post-lines";
      /** Null: the channel's own. */
      readonly key: string | null;
      readonly thread: string | null;
      readonly message: Message;
      readonly ids: readonly string[];
      readonly calls: readonly string[];
    }
  /** Looks for what may have arrived. */
  | { readonly kind: "find-root"; readonly key: string; readonly since: UnixMs }
  | {
      readonly kind: "find-lines";
      readonly key: string | null;
      readonly thread: string | null;
      readonly ids: readonly string[];
      readonly since: UnixMs;
    };

export type CallOutcome =
  | { readonly kind: "done"; readonly ts: string }
  /** Looked for, and not there. */
  | { readonly kind: "missing" }
  | { readonly kind: "limited"; readonly afterMs: number }
  /** `maybe`: it was sent, and nobody knows what came of it. */
  | { readonly kind: "failed"; readonly maybe: boolean; readonly says: string }
  | { readonly kind: "refused"; readonly error: string };

/** The Web API's method for each call: rate limits are by method. */
export function methodOf(call: SlackCall): string {
  switch (call.kind) {
    case "post-root":
    case "post-lines":
      return "chat.postMessage";
    case "edit-root":
      return "chat.update";
    case "find-root":
      return "conversations.history";
    case "find-lines":
      return call.thread === null ? "conversations.history" : "conversations.replies";
  }
}

/** Slack asks for no more than one message a second in a channel; edits are counted by the minute. */
const POST_EVERY_MS = 1000;
const EDIT_EVERY_MS = 3000;
/** Figures that tremble are no news: what is said, or how much is out, must change for a quicker edit. */
const FIGURES_EVERY_MS = 30_000;
/** What is said in one breath comes in one message. */
const GATHER_MS = 1500;
/** A closed incident changes no more: Houston itself shows it for an hour. */
const EDITED_FOR_MS = 2 * 3_600_000;
/** The operator may have to invite the app first. */
const REFUSED_FOR_MS = 300_000;

/** What comes and goes within this is one thing. */
const CALL_AGAIN_MS = 1_800_000;
const CALLED_MAX = 50;

export type Now = {
  readonly at: UnixMs;
  /** Until when each method is to be left alone. */
  readonly pausedUntil: Readonly<Record<string, UnixMs>>;
  readonly lastPostAt: UnixMs;
  readonly mention: Mention | null;
};

export function nextCall(book: Book, now: Now): SlackCall | null {
  const wanted = [
    ...book.threads.flatMap((thread) => threadCalls(thread, now)),
    ...laneCalls(
      { key: null, thread: null, lane: book.channel, calls: channelCalls(book, now.at), says: null, rank: 0 },
      now,
    ),
  ].filter(({ call }) => may(call, now));
  return wanted.sort((a, b) => a.rank - b.rank || (a.key < b.key ? -1 : 1))[0]?.call ?? null;
}

type Wanted = { readonly rank: number; readonly key: string; readonly call: SlackCall };

function may(call: SlackCall, { at, pausedUntil, lastPostAt }: Now): boolean {
  const method = methodOf(call);
  if ((pausedUntil[method] ?? 0) > at) return false;
  return method !== "chat.postMessage" || at - lastPostAt >= POST_EVERY_MS;
}

function threadCalls(thread: Thread, now: Now): Wanted[] {
  const { key, incident, root, lane } = thread;
  const calls = callsNeeded(thread);
  const rank = { urgent: 0, change: 3, info: 6 }[incident.level];
  switch (root.kind) {
    case "sending":
      return [];
    case "doubt":
      return [{ rank, key, call: { kind: "find-root", key, since: root.since } }];
    case "refused":
      return now.at - root.at < REFUSED_FOR_MS ? [] : [rootPost(thread, { calls, rank, now })];
    case "none":
      return [rootPost(thread, { calls, rank, now })];
    case "posted":
      return [
        ...laneCalls({ key, thread: root.ts, lane, calls, says: incident.brief || incident.what, rank }, now),
        ...editOf(thread, root.ts, { now, rank: rank + 1 }),
      ];
  }
}

/** For what somebody must be called and was not yet: that it is urgent, and each question. */
export function callsNeeded({ incident, called }: Pick<Thread, "incident" | "called">): readonly string[] {
  if (incident.level !== "urgent" || incident.closedAt !== null) return [];
  return ["urgent", ...incident.questions.map(({ id }) => `question ${id}`)].filter((each) => !called.includes(each));
}

/** What is urgent in the channel's own lines, once in a while for each thing. */
function channelCalls({ channel, called }: Book, at: UnixMs): readonly string[] {
  const urgent = channel.lines.filter(({ level }) => level === "urgent").map(({ text }) => withoutFigures(text));
  const recent = called.filter((each) => at - each.at < CALL_AGAIN_MS).map(({ what }) => what);
  return [...new Set(urgent)].filter((what) => !recent.includes(what));
}

function rootPost(thread: Thread, { calls, rank, now }: { calls: readonly string[]; rank: number; now: Now }): Wanted {
  const { key } = thread;
  const message = messageOf(thread, calls.length > 0 ? now.mention : null);
  return { rank, key, call: { kind: "post-root", key, message, calls, ...sumsOf(thread, message) } };
}

function editOf(thread: Thread, ts: string, { now, rank }: { now: Now; rank: number }): Wanted[] {
  const { key, shown, rootMentions, incident } = thread;
  const isOld = incident.closedAt !== null && now.at - incident.closedAt > EDITED_FOR_MS;
  if (isOld && shown !== null) return [];
  const message = messageOf(thread, rootMentions ? now.mention : null);
  const sums = sumsOf(thread, message);
  if (shown !== null) {
    const isSame = shown.words === sums.words;
    if (isSame && shown.figures === sums.figures) return [];
    if (now.at - shown.at < (isSame ? FIGURES_EVERY_MS : EDIT_EVERY_MS)) return [];
  }
  return [{ rank, key, call: { kind: "edit-root", key, ts, message, ...sums } }];
}

function laneCalls(
  about: {
    readonly key: string | null;
    readonly thread: string | null;
    readonly lane: Lane;
    readonly calls: readonly string[];
    /** What is said when somebody must be called and no line waits. */
    readonly says: string | null;
    readonly rank: number;
  },
  now: Now,
): Wanted[] {
  const { key, thread, lane, calls } = about;
  const place = { key, thread };
  const order = key ?? "";
  if (lane.posting?.kind === "sending") return [];
  if (lane.posting !== null) {
    const { ids, since } = lane.posting;
    return [{ rank: about.rank, key: order, call: { kind: "find-lines", ...place, ids, since } }];
  }
  if (lane.lines.length === 0 && calls.length === 0) return [];
  const isUrgent = calls.length > 0 || lane.lines.some(({ level }) => level === "urgent");
  if (!isUrgent && now.at - (lane.waitingSince ?? now.at) < GATHER_MS) return [];
  const lines =
    lane.lines.length > 0 || about.says === null
      ? lane.lines
      : [{ id: `call ${calls.join(" ")}`, at: now.at, level: "urgent" as const, text: about.says }];
  const mention = calls.length > 0 ? now.mention : null;
  const message = linesMessage(lines, { mention, leftOut: lane.leftOut, plainOnly: lane.plainOnly });
  const rank = isUrgent ? 1 : about.rank + 2;
  return [{ rank, key: order, call: { kind: "post-lines", ...place, message, ids: lines.map(({ id }) => id), calls } }];
}

function messageOf(thread: Thread, mention: Mention | null): Message {
  const sight: IncidentSight = { ...thread.sight, settled: thread.settled, mention };
  const message = incidentMessage(thread.incident, sight);
  return thread.plainOnly ? { blocks: [], text: `${mentionText(mention)}${message.text}` } : message;
}

/** The words without the figures that tremble; and all of it. */
function sumsOf(thread: Thread, message: Message): { readonly words: number; readonly figures: number } {
  const { progress, questions } = thread.incident;
  const still = messageOf(
    {
      ...thread,
      incident: { ...thread.incident, progress: null },
      sight: { ...thread.sight, failedRatio: null, movedShare: Math.sign(thread.sight.movedShare) },
    },
    null,
  );
  const out = progress === null ? null : [Math.round(progress.movedShare * 100), progress.wantedShare, progress.doneAt];
  const exact = JSON.stringify([out, questions.map(({ id }) => id)]);
  return {
    words: crc32(withoutFigures(JSON.stringify(still)) + exact),
    figures: crc32(JSON.stringify(message)),
  };
}

/** Notes that a call is on its way. */
export function begun(book: Book, call: SlackCall, at: UnixMs): Book {
  switch (call.kind) {
    case "post-root":
      return change(book, call.key, () => ({ root: { kind: "sending", since: at, calls: call.calls } }));
    case "post-lines": {
      const posting: Lane["posting"] = { kind: "sending", ids: call.ids, calls: call.calls, since: at };
      return changeLane(book, call.key, (lane) => ({ ...lane, posting }));
    }
    case "edit-root":
    case "find-root":
    case "find-lines":
      return book;
  }
}

export function ended(book: Book, call: SlackCall, outcome: CallOutcome, at: UnixMs): Book {
  switch (call.kind) {
    case "post-root":
      return change(book, call.key, (thread) => rootAfterPost(thread, call, outcome, at));
    case "edit-root":
      return change(book, call.key, (thread) => rootAfterEdit(thread, call, outcome, at));
    case "find-root":
      return change(book, call.key, (thread) => rootAfterFind(thread, outcome));
    case "post-lines":
      return linesAfterPost(book, call, outcome, at);
    case "find-lines":
      return linesAfterFind(book, call, outcome, at);
  }
}

function rootAfterPost(
  thread: Thread,
  call: Extract<SlackCall, { kind: "post-root" }>,
  outcome: CallOutcome,
  at: UnixMs,
): Partial<Thread> {
  const { root } = thread;
  switch (outcome.kind) {
    case "done":
      return { ...posted(thread, outcome.ts), shown: { words: call.words, figures: call.figures, at } };
    case "failed":
      return { root: outcome.maybe && root.kind === "sending" ? { ...root, kind: "doubt" } : { kind: "none" } };
    case "refused":
      if (WRONG_BLOCKS.test(outcome.error) && !thread.plainOnly) return { root: { kind: "none" }, plainOnly: true };
      return { root: { kind: "refused", at } };
    case "limited":
    case "missing":
      return { root: { kind: "none" } };
  }
}

/** A first message is there: by our call, or found again after one that nobody answered. */
function posted(thread: Thread, ts: string): Partial<Thread> {
  const calls = thread.root.kind === "sending" || thread.root.kind === "doubt" ? thread.root.calls : [];
  return {
    root: { kind: "posted", ts },
    called: [...thread.called, ...calls],
    rootMentions: thread.rootMentions || calls.length > 0,
    // Whatever it says by now is put there by the next edit.
    shown: null,
  };
}

function rootAfterEdit(
  thread: Thread,
  call: Extract<SlackCall, { kind: "edit-root" }>,
  outcome: CallOutcome,
  at: UnixMs,
): Partial<Thread> {
  const shown = { words: call.words, figures: call.figures, at };
  if (outcome.kind === "done") return { shown };
  if (outcome.kind !== "refused") return {};
  // Somebody deleted it: a new one is posted, and calls nobody again.
  if (outcome.error === "message_not_found") return { root: { kind: "none" }, shown: null, rootMentions: false };
  if (WRONG_BLOCKS.test(outcome.error) && !thread.plainOnly) return { plainOnly: true };
  // It can't be edited (any more): the same edit again would be refused again.
  return { shown };
}

function rootAfterFind(thread: Thread, outcome: CallOutcome): Partial<Thread> {
  switch (outcome.kind) {
    case "done":
      return posted(thread, outcome.ts);
    // Not there, or we may not look: said twice is better than not at all.
    case "missing":
    case "refused":
      return { root: { kind: "none" } };
    case "failed":
    case "limited":
      return {};
  }
}

function linesAfterPost(
  book: Book,
  call: Extract<SlackCall, { kind: "post-lines" }>,
  outcome: CallOutcome,
  at: UnixMs,
): Book {
  switch (outcome.kind) {
    case "done":
      return linesTold(book, call.key, { ...call, at });
    case "refused":
      if (WRONG_BLOCKS.test(outcome.error) && call.message.blocks.length > 0)
        return changeLane(book, call.key, (lane) => ({ ...lane, posting: null, plainOnly: true }));
      // It would be refused again, and what comes next must not wait behind it.
      return linesTold(book, call.key, { ...call, at });
    case "failed":
      return changeLane(book, call.key, (lane) => ({
        ...lane,
        posting: outcome.maybe && lane.posting !== null ? { ...lane.posting, kind: "doubt" } : null,
      }));
    case "limited":
    case "missing":
      return changeLane(book, call.key, (lane) => ({ ...lane, posting: null }));
  }
}

function linesAfterFind(
  book: Book,
  call: Extract<SlackCall, { kind: "find-lines" }>,
  outcome: CallOutcome,
  at: UnixMs,
): Book {
  const lane = call.key === null ? book.channel : book.threads.find(({ key }) => key === call.key)?.lane;
  switch (outcome.kind) {
    case "done":
      return linesTold(book, call.key, { ids: call.ids, calls: lane?.posting?.calls ?? [], at });
    case "missing":
    case "refused":
      return changeLane(book, call.key, (one) => ({ ...one, posting: null }));
    case "failed":
    case "limited":
      return book;
  }
}

function linesTold(
  book: Book,
  key: string | null,
  { ids, calls, at }: { readonly ids: readonly string[]; readonly calls: readonly string[]; readonly at: UnixMs },
): Book {
  const next = changeLane(book, key, (lane) => toldLines(lane, ids));
  if (calls.length === 0) return next;
  if (key !== null) return change(next, key, ({ called }) => ({ called: [...called, ...calls] }));
  return { ...next, called: [...book.called, ...calls.map((what) => ({ what, at }))].slice(-CALLED_MAX) };
}

/** What Slack says of a message that it can't show. */
const WRONG_BLOCKS = /^(?:invalid_blocks|invalid_blocks_format|msg_blocks_too_long|msg_too_long)$/;

function change(book: Book, key: string, to: (thread: Thread) => Partial<Thread>): Book {
  return {
    ...book,
    threads: book.threads.map((thread) => (thread.key === key ? { ...thread, ...to(thread) } : thread)),
  };
}

function changeLane(book: Book, key: string | null, to: (lane: Lane) => Lane): Book {
  return key === null ? { ...book, channel: to(book.channel) } : change(book, key, ({ lane }) => ({ lane: to(lane) }));
}

/** After a restart: what was on its way then may have arrived, and what was refused may be allowed by now. */
export function afterRestart<Kept extends { readonly root: Root; readonly lane: Lane }>(thread: Kept): Kept {
  return { ...thread, root: rootAfterRestart(thread.root), lane: laneInDoubt(thread.lane) };
}

function rootAfterRestart(root: Root): Root {
  switch (root.kind) {
    case "sending":
      return { ...root, kind: "doubt" };
    case "refused":
      return { kind: "none" };
    case "none":
    case "doubt":
    case "posted":
      return root;
  }
}

export function laneInDoubt(lane: Lane): Lane {
  return lane.posting === null ? lane : { ...lane, posting: { ...lane.posting, kind: "doubt" } };
}
