import type { HoustonClient } from "../../api/client.ts";
import { CallerError } from "../../core/errors.ts";
import type { ControlView, Question } from "../../core/control-contract.ts";
import type { Order } from "../../core/order.ts";
import { orderWords } from "../../core/order-words.ts";
import type { UnixMs } from "../../core/step.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { ChatLog } from "../contract.ts";
import { readSaid, type Said } from "../grammar.ts";
import type { ChatMemory } from "../memory.ts";
import { wasNotSent } from "../not-sent.ts";
import { plain } from "../plain.ts";
import {
  type Confirmed,
  helpAnswer,
  linesAnswer,
  mistakeAnswer,
  planAnswer,
  previewCard,
  questionLines,
  statusAnswer,
  whyAnswer,
  wordsAnswer,
} from "./answers.ts";
import type { Message } from "./blocks.ts";
import type { Thread } from "./book.ts";
import { type Line, lineOf } from "./lines-message.ts";
import type { People } from "./people.ts";

/**
 * What people want, from words or from buttons: who may order is on a list, whoever else tries is told so and noted. Orders that
 * move traffic are previewed and confirmed; a hold is at once. Every delivery counts once, however often Slack brings it.
 */
export type Orders = {
  said(heard: Heard): Promise<void>;
  clicked(click: Click): Promise<void>;
};

type From = {
  readonly user: string;
  readonly channel: string;
  /** The first message of the thread that it was said or clicked in. */
  readonly thread: string | null;
  /** The same for a delivery that is repeated. */
  readonly delivery: string;
  /** Where `to-all` is said: an incident's thread, the channel itself, or somewhere that Houston's own words don't come to. */
  readonly surface: "thread" | "channel" | "elsewhere";
  readonly reply: (message: Message, how: "to-all" | "to-them" | "in-its-place") => void;
};

export type Heard = From & { readonly text: string };

export type Click = From & {
  /** Without `houston:`. */
  readonly action: string;
  readonly value: string;
  /** The message whose button it is. */
  readonly message: string;
};

const PREVIEW_FOR_MS = 300_000;
/** One note about a stranger in so long: whoever tries again and again must not fill a thread. */
const STRANGER_AGAIN_MS = 600_000;
const STRANGERS_MAX = 200;
/** Whose order was overridden a day later is nobody's news. */
const OVERRIDDEN_FOR_MS = 86_400_000;
/** Each asks Houston something; people are few, and a flood is not served. */
const AT_ONCE_MAX = 16;

export function slackOrders(options: {
  readonly houston: Pick<HoustonClient, "order" | "preview" | "why" | "plan" | "view">;
  readonly people: People;
  readonly channel: string;
  readonly clock: Clock;
  readonly memory: ChatMemory;
  readonly log: ChatLog;
  readonly threadAt: (ts: string | null) => Thread | null;
  readonly openThreadOf: (location: string) => Thread | null;
  readonly note: (key: string | null, line: Line) => void;
  readonly answered: (key: string | null, texts: readonly string[]) => void;
}): Orders {
  const { houston, people, channel, clock, memory, log, threadAt, openThreadOf, note, answered } = options;
  const strangers = new Map<string, UnixMs>();
  let working = 0;

  /** Once for each delivery, never too many, and what goes wrong is told to who asked. */
  const work = async (from: From, run: () => Promise<void>): Promise<void> => {
    if (!memory.isNew(from.delivery, clock.now())) return;
    if (working >= AT_ONCE_MAX) {
      return from.reply(linesAnswer("I am busy with other orders. Nothing was done.", ["say it again"]), "to-them");
    }
    working += 1;
    try {
      await run();
    } catch (error) {
      from.reply(failure(error), "to-them");
    } finally {
      working -= 1;
    }
  };

  const mayOrder = (from: From, what: string): string | null => {
    const name = people.get(from.user);
    if (name !== undefined) return name;
    from.reply(
      linesAnswer("You may not give me orders. Nothing was done.", [
        "Whoever runs houston chat can add you to HOUSTON_SLACK_PEOPLE; why, plan and status are for everybody here.",
      ]),
      "to-them",
    );
    const at = clock.now();
    if (at - (strangers.get(from.user) ?? -STRANGER_AGAIN_MS) < STRANGER_AGAIN_MS) return null;
    strangers.set(from.user, at);
    if (strangers.size > STRANGERS_MAX) strangers.delete(strangers.keys().next().value!);
    const says = `${from.user}, who is not listed, wanted: ${plain(what).slice(0, 200)}. Nothing was done.`;
    log("problem", `slack: ${says}`);
    const thread = threadAt(from.thread);
    if (thread !== null) note(thread.key, { id: `stranger ${from.delivery}`, at, level: "change", text: says });
    return null;
  };

  const mayAsk = (from: From): boolean => {
    if (from.channel === channel || people.has(from.user)) return true;
    from.reply(linesAnswer("I answer that in Houston's own channel only.", []), "to-them");
    return false;
  };

  /** Says what it would do, and waits for the button. */
  const ask = async (from: From, order: Order): Promise<void> => {
    const preview = await houston.preview(order);
    from.reply(previewCard(order, preview, clock.now()), "to-all");
  };

  const give = async (from: From, name: string, order: Order, how: "to-all" | "in-its-place"): Promise<void> => {
    try {
      const { words } = await houston.order(byOf(name), order);
      from.reply(wordsAnswer(words), how);
      const key = from.surface === "channel" ? null : (threadAt(from.thread)?.key ?? undefined);
      if (from.surface !== "elsewhere" && key !== undefined)
        answered(
          key,
          words.map((each) => lineOf({ id: "", ...each }).text),
        );
    } catch (error) {
      if (order.kind === "answer" && error instanceof CallerError && GONE.test(error.code)) {
        return from.reply(
          answeredAlready(threadAt(from.thread), memory, order.question),
          how === "to-all" ? "to-them" : how,
        );
      }
      throw error;
    }
    if (order.kind === "answer") rememberAnswer(memory, { question: order.question, by: name, choice: order.choice });
    tellOverridden(from, name, order);
  };

  /** Of two that contradict, the later holds; whoever gave the earlier is told. */
  const tellOverridden = (from: From, name: string, order: Order): void => {
    const opposite = OPPOSITE[order.kind];
    if (opposite === undefined || !("location" in order || order.kind === "hold" || order.kind === "release")) return;
    const about = `order ${opposite.about} ${("location" in order ? order.location : undefined) ?? ""}`;
    const before = memory.kept(about) as { user: string; kind: string; says: string; at: UnixMs } | null;
    const at = clock.now();
    memory.keep(about, { user: from.user, kind: order.kind, says: orderWords(order), at });
    if (before === null || before.kind !== opposite.kind || before.user === from.user) return;
    if (at - before.at > OVERRIDDEN_FOR_MS) return;
    const thread = threadAt(from.thread) ?? ("location" in order ? openThreadOf(order.location ?? "") : null);
    const text = `${name} ordered ${orderWords(order)}, which overrides your ${before.says}.`;
    note(thread?.key ?? null, { id: `override ${from.delivery}`, at, level: "change", text, tells: before.user });
  };

  const order = async (from: From, wanted: Order): Promise<void> => {
    const name = mayOrder(from, orderWords(wanted));
    if (name === null) return;
    return mustPreview(wanted) ? ask(from, wanted) : give(from, name, wanted, "to-all");
  };

  /** `2`, `approve`, `deny`: in a thread its one question; elsewhere the only open one, shown before it is answered. */
  const choose = async (from: From, said: Extract<Said, { kind: "choose" | "approve" | "deny" }>): Promise<void> => {
    const name = mayOrder(from, said.kind === "choose" ? String(said.choice) : said.kind);
    if (name === null) return;
    const thread = threadAt(from.thread);
    const view: ControlView = await houston.view();
    const open = view.questions.filter(
      ({ id }) => thread === null || thread.incident.questions.some((each) => each.id === id),
    );
    const [question, ...others] = open;
    if (question === undefined) return from.reply(answeredAlready(thread, memory, null), "to-them");
    if (others.length > 0) {
      return from.reply(
        linesAnswer("More than one question is open. Which one?", open.flatMap(questionLines)),
        "to-them",
      );
    }
    const choice = choiceOf(question, said);
    if (choice === null)
      return from.reply(linesAnswer("That is none of the choices.", questionLines(question)), "to-them");
    const answer: Order = { kind: "answer", question: question.id, choice };
    if (thread !== null) return give(from, name, answer, "to-all");
    const says = [question.asks, `you answer ${choice}: ${question.choices[choice - 1]}`];
    from.reply(previewCard(answer, { says, typed: null }, clock.now()), "to-all");
  };

  const why = async (from: From, given: string | null): Promise<void> => {
    if (!mayAsk(from)) return;
    const location = given ?? threadAt(from.thread)?.incident.location ?? null;
    if (location === null)
      return from.reply(mistakeAnswer({ says: "why wants a location", fix: "why LOCATION" }), "to-them");
    from.reply(whyAnswer(await houston.why(location)), from.thread === null ? "to-them" : "to-all");
  };

  const plan = async (from: From, given: string | null): Promise<void> => {
    if (!mayAsk(from)) return;
    const without = given ?? threadAt(from.thread)?.incident.location ?? undefined;
    from.reply(planAnswer(await houston.plan(without)), from.thread === null ? "to-them" : "to-all");
  };

  const follow = (from: From, said: Said): Promise<void> | void => {
    switch (said.kind) {
      case "order":
        return order(from, said.order);
      case "restore-here": {
        const location = threadAt(from.thread)?.incident.location ?? null;
        if (location !== null) return order(from, { kind: "restore", location });
        return from.reply(mistakeAnswer({ says: "restore wants a location", fix: "restore LOCATION" }), "to-them");
      }
      case "choose":
      case "approve":
      case "deny":
        return choose(from, said);
      case "why":
        return why(from, said.location);
      case "plan":
        return plan(from, said.without);
      case "status":
        return mayAsk(from) ? houston.view().then((view) => from.reply(statusAnswer(view), "to-them")) : undefined;
      case "help":
        return from.reply(helpAnswer(), "to-them");
      case "mistake":
        return from.reply(mistakeAnswer(said), "to-them");
    }
  };

  const confirm = async (click: Click): Promise<void> => {
    const { order: wanted, asked } = JSON.parse(click.value) as Confirmed;
    const name = mayOrder(click, orderWords(wanted));
    if (name === null) return;
    if (clock.now() - asked > PREVIEW_FOR_MS) {
      return click.reply(
        linesAnswer("That preview is old, and nothing was done.", [`say it again: ${orderWords(wanted)}`]),
        "to-them",
      );
    }
    // Two who click at the same moment mean one order.
    const card = cardOf(click);
    if (!memory.isNew(card, clock.now())) {
      const lines = ["status shows what came of it", `to order it anew, say it again: ${orderWords(wanted)}`];
      return click.reply(linesAnswer("Somebody has answered that already.", lines), "to-them");
    }
    try {
      await give(click, name, wanted, "in-its-place");
    } catch (error) {
      // What was surely not done may be tried again by the same button; what may have been done, not.
      if (wasNotDone(error)) memory.forgetDelivery(card);
      throw error;
    }
  };

  const clickOn = async (click: Click): Promise<void> => {
    const value = JSON.parse(click.value) as { readonly order: Order; readonly location: string };
    const [action = ""] = click.action.split(":");
    switch (action) {
      case "order":
      case "ask":
      case "answer": {
        const name = mayOrder(click, orderWords(value.order));
        if (name === null) return;
        return mustPreview(value.order) ? ask(click, value.order) : give(click, name, value.order, "to-all");
      }
      case "why":
        return why(click, value.location);
      case "plan":
        return plan(click, value.location);
      case "confirm":
        return confirm(click);
      case "leave": {
        const name = mayOrder(click, "leave it");
        if (name === null || !memory.isNew(cardOf(click), clock.now())) return;
        return click.reply(
          linesAnswer(`${name} left it: ${orderWords(value.order)}. Nothing was done.`, []),
          "in-its-place",
        );
      }
      default:
        return click.reply(linesAnswer("I don't know that button any more.", []), "to-them");
    }
  };

  return {
    said: (heard) => work(heard, async () => follow(heard, readSaid(heard.text))),
    clicked: (click) => work(click, () => clickOn(click)),
  };
}

/** A hold stops, and these modes only take something back: they are at once. An answer was read with its question. */
function mustPreview(order: Order): boolean {
  switch (order.kind) {
    case "evacuate":
    case "restore":
    case "release":
    case "force":
    case "weight":
    case "pin":
    case "unpin":
      return true;
    case "mode":
      return order.mode === "act";
    case "hold":
    case "answer":
      return false;
  }
}

const OPPOSITE: Readonly<Partial<Record<Order["kind"], { readonly kind: Order["kind"]; readonly about: string }>>> = {
  evacuate: { kind: "restore", about: "move" },
  restore: { kind: "evacuate", about: "move" },
  hold: { kind: "release", about: "hold" },
  release: { kind: "hold", about: "hold" },
};

function choiceOf({ choices }: Question, said: Extract<Said, { kind: "choose" | "approve" | "deny" }>): number | null {
  if (said.kind === "choose") return said.choice <= choices.length ? said.choice : null;
  const index = choices.findIndex((choice) => choice.toLowerCase() === said.kind);
  return index < 0 ? null : index + 1;
}

/** What Houston calls a question that is open no more. */
const GONE = /^(?:refused-)?(?:no-question|unknown-question)$/;

function answeredAlready(thread: Thread | null, memory: ChatMemory, question: string | null): Message {
  const settled = thread?.settled.at(-1);
  if (settled?.says) return linesAnswer("That is answered already.", [settled.says]);
  const answered = answersKept(memory).findLast((each) => each.question === question);
  if (answered) return linesAnswer("That is answered already.", [`${answered.by} chose ${answered.choice}`]);
  return linesAnswer("No question is open (any more).", ["status lists what is open"]);
}

type GivenAnswer = { readonly question: string; readonly by: string; readonly choice: number };

const ANSWERS_KEPT = 50;

function answersKept(memory: ChatMemory): readonly GivenAnswer[] {
  return (memory.kept("answers") as readonly GivenAnswer[] | null) ?? [];
}

function rememberAnswer(memory: ChatMemory, answer: GivenAnswer): void {
  memory.keep("answers", [...answersKept(memory), answer].slice(-ANSWERS_KEPT));
}

/** By this the record knows who ordered, and where. */
export function byOf(name: string): string {
  return `${name} (Slack)`;
}

const cardOf = ({ channel, message }: Click): string => `card ${channel} ${message}`;

/** No answer of Houston's: what it was asked for may have been done. */
const UNANSWERED = new Set(["api-unreachable", "not-houston", "internal"]);

/** Houston refused it in words, or never got it. */
function wasNotDone(error: unknown): error is CallerError {
  return error instanceof CallerError && (!UNANSWERED.has(error.code) || wasNotSent(error.cause));
}

/** Houston refuses in words; one that gives no answer may have done it all the same. */
function failure(error: unknown): Message {
  if (wasNotDone(error)) return linesAnswer(`Nothing was done: ${error.message}`, [error.hint]);
  return linesAnswer(`I got no answer: ${error instanceof Error ? error.message : String(error)}`, [
    "an order may have been carried out all the same: look at status before you give it again",
  ]);
}
