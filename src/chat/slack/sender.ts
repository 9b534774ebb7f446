import type { HoustonClient } from "../../api/client.ts";
import { CallerError } from "../../core/errors.ts";
import type { UnixMs } from "../../core/step.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { ChatLog, Moment } from "../contract.ts";
import type { ChatMemory } from "../memory.ts";
import { materialOf } from "../parts.ts";
import type { Mention, Message } from "./blocks.ts";
import { addLine, answered, type Book, EMPTY_LANE, type Lane, NO_FAILURES, takeMoment, type Thread } from "./book.ts";
import type { Addressee, SlackCalls } from "./calls.ts";
import type { Line } from "./lines-message.ts";
import { type FileJob, nextFile } from "./pictures.ts";
import { trafficPicture } from "./picture.ts";
import type { Painter } from "./png.ts";
import { afterRestart, begun, ended, laneInDoubt, methodOf, nextCall, type CallOutcome } from "./post.ts";

/**
 * Sends to Slack what the book says is still to be shown: one message call at a time, files beside it. Slack's own limits are
 * kept by method; when it is down it is tried later and later, and the book holds what will be said then.
 */
export type SlackSender = {
  take(moment: Moment): void;
  /** An answer to somebody who waits for it: before everything else, and of no use after a minute. */
  answer(to: Addressee, message: Message): void;
  /** A line for an incident's thread, or for the channel. */
  note(key: string | null, line: Line): void;
  /** What was just answered in this thread (null: in the channel) is no second line there. */
  answered(key: string | null, texts: readonly string[]): void;
  /** The thread that this message stands in. */
  threadAt(ts: string | null): Thread | null;
  openThreadOf(location: string): Thread | null;
  stop(): void;
};

const TURN_EVERY_MS = 250;
const BACKOFF_MS = 1000;
const BACKOFF_MAX_MS = 60_000;
/** An answer that comes later answers nobody. */
const ANSWER_FOR_MS = 60_000;
/** People type slower than we answer: more than this is a flood, and its beginning is answered. */
const ANSWERS_MAX = 100;
/** The same trouble is told once in so long. */
const TELL_AGAIN_MS = 300_000;
/** Slack may ask for no time at all: it gets a moment all the same. */
const LIMITED_LEAST_MS = 1000;
/** A picture begins so long before the incident, and ends so long after it. */
const FRAMES_AROUND_MS = 120_000;
/** As many as Houston gives: one each 5 s, and of more than 42 minutes so many evenly apart, which is two points for three pixels. */
const FRAMES_MAX = 500;
const FACE = "slack";

export function slackSender(options: {
  readonly calls: SlackCalls;
  readonly houston: Pick<HoustonClient, "frames" | "report">;
  readonly painter: Painter;
  readonly clock: Clock;
  readonly memory: ChatMemory;
  readonly log: ChatLog;
  readonly mention: Mention | null;
}): SlackSender {
  const { calls, houston, painter, clock, memory, log, mention } = options;
  let book = remembered(memory, clock.now());
  /** What the memory has of each thread: as it was when it was last looked at, and as text. */
  const written = new Map<string, { readonly thread: Thread | null; readonly text: string }>(
    book.threads.map(({ key }) => [key, { thread: null, text: "" }]),
  );
  let channelWritten = "";
  const answers: { readonly to: Addressee; readonly message: Message; readonly until: UnixMs }[] = [];
  const pausedUntil: Record<string, UnixMs> = {};
  const told = new Map<string, UnixMs>();
  let lastPostAt = 0;
  let messages = FREE;
  let files = FREE;
  const ending = new AbortController();

  /** Only what a restart needs and what has changed: figures change twice a second. */
  const write = (next: Book): void => {
    if (ending.signal.aborted) return;
    book = next;
    for (const thread of book.threads) {
      const before = written.get(thread.key);
      if (before?.thread === thread) continue;
      const text = JSON.stringify([materialOf(thread.incident), { ...thread, incident: null, sight: null }]);
      written.set(thread.key, { thread, text });
      if (before?.text !== text) memory.keepIncident(FACE, thread.key, thread);
    }
    if (written.size > book.threads.length) {
      const kept = new Set(book.threads.map(({ key }) => key));
      for (const key of [...written.keys()].filter((each) => !kept.has(each))) {
        written.delete(key);
        memory.forgetIncident(FACE, key);
      }
    }
    const kept: KeptChannel = { lane: book.channel, called: book.called };
    const channel = JSON.stringify(kept);
    if (channelWritten === channel) return;
    channelWritten = channel;
    memory.keep(`${FACE} channel`, kept);
  };

  const tellOnce = (says: string): void => {
    const at = clock.now();
    if (at - (told.get(says) ?? -TELL_AGAIN_MS) < TELL_AGAIN_MS) return;
    told.set(says, at);
    if (told.size > ANSWERS_MAX) told.delete(told.keys().next().value!);
    log("problem", says);
  };

  /** Takes in how a call went; the pause after it is Slack's, or grows. */
  const afterwards = (lane: Sending, method: string, outcome: CallOutcome): Sending => {
    const at = clock.now();
    switch (outcome.kind) {
      case "limited":
        pausedUntil[method] = at + Math.max(outcome.afterMs, LIMITED_LEAST_MS);
        tellOnce(`Slack limits ${method}: we wait as long as it says`);
        return FREE;
      case "failed": {
        const failures = lane.failures + 1;
        if (failures === 1) tellOnce(`${outcome.says}; tried again until it answers`);
        return { failures, notBefore: at + backoffMs(failures) };
      }
      case "refused": {
        const fix = FIXES[outcome.error];
        tellOnce(`Slack refused ${method}: ${outcome.error}${fix === undefined ? "" : `. Fix: ${fix}`}`);
        return FREE;
      }
      case "done":
      case "missing":
        if (lane.failures > 0) log("info", `Slack answers again after ${lane.failures} tries`);
        return FREE;
    }
  };

  const sendAnswer = async (): Promise<boolean> => {
    const at = clock.now();
    while (answers[0] !== undefined && answers[0].until < at) answers.shift();
    const [answer] = answers;
    if (answer === undefined) return false;
    const method = answer.to.onlyFor === null ? "chat.postMessage" : "chat.postEphemeral";
    if ((pausedUntil[method] ?? 0) > at) return false;
    if (method === "chat.postMessage") lastPostAt = at;
    const outcome = await calls.say(answer.to, answer.message);
    messages = afterwards(messages, method, outcome);
    // Nobody is told twice: whether a failed one arrived is not known, and who waits asks again.
    if (outcome.kind !== "limited") answers.shift();
    return true;
  };

  const sendCall = async (): Promise<boolean> => {
    const at = clock.now();
    const call = nextCall(book, { at, pausedUntil, lastPostAt, mention });
    if (call === null) return false;
    if (methodOf(call) === "chat.postMessage") lastPostAt = at;
    write(begun(book, call, at));
    const outcome = await calls.run(call);
    write(ended(book, call, outcome, clock.now()));
    messages = afterwards(messages, methodOf(call), outcome);
    return true;
  };

  const sendMessages = async (): Promise<void> => {
    while (!ending.signal.aborted && clock.now() >= messages.notBefore) {
      if (!(await sendAnswer()) && !(await sendCall())) return;
    }
  };

  const sendFiles = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      const at = clock.now();
      const job = (pausedUntil[UPLOAD] ?? 0) > at ? null : nextFile(book, at);
      if (job === null) return;
      const outcome = await sendFile(job).catch((error: unknown): FileOutcome => {
        const says = `${job.kind}: ${error instanceof Error ? error.message : String(error)}`;
        // Houston can't just now; else it has none, or it can't be drawn, and neither will it be the next time.
        const passes = error instanceof CallerError && PASSING.test(error.code);
        return passes ? { kind: "failed", maybe: false, says } : { kind: "none", says };
      });
      if (outcome.kind === "none" || outcome.kind === "refused") change(job.key, (thread) => withoutFile(thread, job));
      if (outcome.kind === "none") {
        tellOnce(`slack: no ${outcome.says}`);
        continue;
      }
      if (outcome.kind === "failed") {
        change(job.key, ({ files: { failures } }) => ({
          files: { failures: failures + 1, notBefore: clock.now() + backoffMs(failures + 1) },
        }));
      }
      files = afterwards(files, UPLOAD, outcome);
    }
  };

  const sendFile = (job: FileJob): Promise<FileOutcome> =>
    job.kind === "picture" ? sendPicture(job) : sendReport(job);

  const sendPicture = async (job: Extract<FileJob, { kind: "picture" }>): Promise<FileOutcome> => {
    const { incident, farthest } = threadOf(job.key)!;
    const { location, openedAt, closedAt } = incident;
    const frames = await houston.frames({
      since: openedAt - FRAMES_AROUND_MS,
      ...(closedAt === null ? {} : { until: closedAt + FRAMES_AROUND_MS }),
      limit: FRAMES_MAX,
    });
    const receivers = farthest?.receivers ?? [];
    const picture = location === null ? null : trafficPicture({ frames, location, receivers, openedAt });
    if (picture === null) return { kind: "none", says: "picture: there are no frames to draw" };
    const outcome = await calls.upload({
      name: `incident-${incident.number}-${job.phase}.png`,
      title: `Traffic of ${location}`,
      alt: picture.alt,
      bytes: await painter.paint(picture.svg),
      thread: job.thread,
    });
    if (outcome.kind !== "done") return outcome;
    change(job.key, ({ pictures }) => ({
      pictures: [...pictures, { phase: job.phase, file: outcome.file }],
      files: NO_FAILURES,
    }));
    // One that stays is only untidy.
    if (job.replaces !== null && job.replaces !== "") await calls.remove(job.replaces);
    return { kind: "done", ts: "" };
  };

  const sendReport = async (job: Extract<FileJob, { kind: "report" }>): Promise<FileOutcome> => {
    const { incident } = threadOf(job.key)!;
    const report = await houston.report(incident.number, "md");
    const outcome = await calls.upload({
      name: `incident-${incident.number}.md`,
      title: `Report of incident ${incident.number}`,
      alt: null,
      bytes: new TextEncoder().encode(report),
      thread: job.thread,
    });
    if (outcome.kind !== "done") return outcome;
    const line: Line = { id: `report ${job.key}`, at: clock.now(), level: "change", text: summaryOf(report) };
    change(job.key, ({ lane }) => ({
      report: "posted" as const,
      files: NO_FAILURES,
      lane: addLine(lane, line, clock.now()),
    }));
    return { kind: "done", ts: "" };
  };

  const threadOf = (key: string): Thread | undefined => book.threads.find((thread) => thread.key === key);

  const change = (key: string, to: (thread: Thread) => Partial<Thread>): void =>
    write({
      ...book,
      threads: book.threads.map((thread) => (thread.key === key ? { ...thread, ...to(thread) } : thread)),
    });

  /** One at a time, from the first look at what is to be sent: two that look at once would send the same. */
  const alone = (send: () => Promise<void>): (() => void) => {
    let busy = false;
    return () => {
      if (busy) return;
      busy = true;
      send()
        .catch((error: unknown) => {
          tellOnce(`slack: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
        })
        .finally(() => (busy = false));
    };
  };
  const messageTurn = alone(sendMessages);
  const fileTurn = alone(sendFiles);
  const turn = (): void => {
    messageTurn();
    fileTurn();
  };
  const cancel = clock.every(TURN_EVERY_MS, turn);

  return {
    take(moment) {
      write(takeMoment(book, moment));
      turn();
    },
    answer(to, message) {
      if (answers.length >= ANSWERS_MAX) return;
      answers.push({ to, message, until: clock.now() + ANSWER_FOR_MS });
      turn();
    },
    note(key, line) {
      const at = clock.now();
      if (key === null) write({ ...book, channel: addLine(book.channel, line, at) });
      else change(key, ({ lane }) => ({ lane: addLine(lane, line, at) }));
      turn();
    },
    answered: (key, texts) => write(answered(book, { key, texts }, clock.now())),
    threadAt: (ts) => book.threads.find(({ root }) => root.kind === "posted" && root.ts === ts) ?? null,
    openThreadOf: (location) =>
      book.threads.findLast(({ incident }) => incident.closedAt === null && incident.location === location) ?? null,
    stop() {
      // What is on its way now is in doubt, and will be looked for by the next of us.
      ending.abort();
      cancel();
      painter.stop();
    },
  };
}

/** `none`: there is no such file, and nobody waits for one. */
type FileOutcome = CallOutcome | { readonly kind: "none"; readonly says: string };

type Sending = { readonly failures: number; readonly notBefore: UnixMs };

const FREE: Sending = { failures: 0, notBefore: 0 };

function backoffMs(failures: number): number {
  return Math.min(BACKOFF_MS * 2 ** (failures - 1), BACKOFF_MAX_MS);
}

/** One that there will not be is not waited for. */
function withoutFile(thread: Thread, job: FileJob): Partial<Thread> {
  if (job.kind === "report") return { report: "failed", files: NO_FAILURES };
  return { pictures: [...thread.pictures, { phase: job.phase, file: job.replaces ?? "" }], files: NO_FAILURES };
}

const UPLOAD = "files.completeUploadExternal";

function remembered(memory: ChatMemory, now: UnixMs): Book {
  const since = (memory.kept(`${FACE} since`) as UnixMs | null) ?? now;
  memory.keep(`${FACE} since`, since);
  const threads = [...memory.incidents(FACE).values()].map((kept) => {
    const thread = afterRestart(kept as Thread);
    // Time in which nobody listened does not count; and an older houston kept no `farthest`.
    return { ...thread, missingSince: null, farthest: thread.farthest ?? null };
  });
  const { lane, called } = (memory.kept(`${FACE} channel`) as KeptChannel | null) ?? { lane: EMPTY_LANE, called: [] };
  return {
    threads: threads.sort((a, b) => a.incident.openedAt - b.incident.openedAt),
    channel: laneInDoubt(lane),
    called,
    early: [],
    echoes: [],
    since,
  };
}

type KeptChannel = { readonly lane: Lane; readonly called: Book["called"] };

/** What an operator can do about Slack's own codes. */
const FIXES: Readonly<Record<string, string>> = {
  not_in_channel: "invite the app into the channel: /invite @houston",
  channel_not_found: "SLACK_CHANNEL is the channel's id (C...), and the app must be in it",
  is_archived: "name another channel in SLACK_CHANNEL",
  invalid_auth: "SLACK_BOT_TOKEN is not (any more) the app's bot token",
  not_authed: "SLACK_BOT_TOKEN is not (any more) the app's bot token",
  account_inactive: "the app was removed from the workspace: install it again",
  token_revoked: "the app was removed from the workspace: install it again",
  missing_scope: "give the app the scopes of docs/how-to/slack.md and install it again",
};

const PASSING = /^(?:api-unreachable|too-many-|http-5)/;

/** A report in a few sentences: the first of those sections that say it for people. */
export function summaryOf(report: string): string {
  const sections = report.split(/^## /m).slice(1);
  const sentences = SUMMARISED.flatMap((title) => {
    const [, ...paragraphs] = (sections.find((section) => section.startsWith(title)) ?? "").split("\n\n");
    const first = paragraphs.find((paragraph) => /^[^|\-\s]/.test(paragraph));
    return first === undefined ? [] : [first.replaceAll(/\\(.)/g, "$1").trim()];
  });
  return ["The report of this incident is in the file above.", ...sentences].join(" ");
}

const SUMMARISED = ["What happened", "Users touched", "Without a move"];
