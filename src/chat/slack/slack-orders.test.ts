import { afterEach, expect, test } from "vitest";
import { CallerError } from "../../core/errors.ts";
import { madeIncident, madeMoment, madeQuestion, madeView, OPENED_AT } from "../made-incident.testing.ts";
import { MADE, type MadeMessage } from "./made-slack.testing.ts";
import { allText } from "./read-blocks.testing.ts";
import { type SlackWorld, slackWorld } from "./made-slack-world.testing.ts";

let world: SlackWorld | null = null;
const PATIENCE_MS = 60_000;
afterEach(async () => {
  const violations = world?.slack.violations ?? [];
  await world?.stop();
  world = null;
  expect(violations, "what Slack's published contract does not allow").toEqual([]);
});

/** Connected, and with an incident in its thread when there is one. */
async function begin(
  incidents: readonly ReturnType<typeof madeIncident>[] = [],
  ...given: Parameters<typeof slackWorld>
) {
  world = await slackWorld(...given);
  const { slack, wait, face, houston } = world;
  if (given[0]?.door?.kind !== "http") await wait(() => slack.socket.open() === 1, "the connection");
  houston.view = madeView({ incidents });
  face.take(madeMoment(incidents));
  await wait(() => slack.messages.length === incidents.length, "the first messages");
  return world;
}

const said = ({ slack }: SlackWorld): string => slack.messages.map(({ blocks }) => allText(blocks)).join("\n");
const whispered = ({ slack }: SlackWorld): string => slack.ephemeral.map(({ all }) => all).join("\n");
const card = ({ slack }: SlackWorld): MadeMessage =>
  slack.messages.findLast(({ blocks }) => JSON.stringify(blocks).includes("houston:confirm"))!;

test(
  "a hold by mention is given at once, in the name of who said it",
  async () => {
    const { slack, houston, wait } = await begin();
    await slack.mention({ text: "hold" });
    await wait(() => houston.orders.length === 1, "the order");
    expect(houston.orders).toEqual([{ by: "alice (Slack)", order: { kind: "hold" } }]);
    await wait(() => said(world!).includes("alice (Slack): hold"), "the answer");
  },
  PATIENCE_MS,
);

test(
  "an evacuation is previewed, and carried out when its button is clicked; the card then says what became of it",
  async () => {
    const { slack, houston, wait } = await begin([madeIncident()]);
    const root = slack.messages[0]!;
    await slack.mention({ text: "evacuate us-east-1 --class public --share 5% --for 10m", thread: root.ts });
    await wait(() => card(world!) !== undefined, "the preview");
    expect(houston.orders).toEqual([]);
    expect(allText(card(world!).blocks)).toContain(
      "moves 1,240 rps of PUBLIC to 3 places, highest 71 % full, +9 ms median",
    );
    expect(card(world!).thread).toBe(root.ts);
    await slack.click({ message: card(world!), action: "confirm" });
    await wait(() => houston.orders.length === 1, "the order");
    expect(houston.orders[0]).toEqual({
      by: "alice (Slack)",
      order: { kind: "evacuate", location: "us-east-1", class: "public", share: 0.05, forSeconds: 600 },
    });
    await wait(
      () => slack.responses.some(({ replaces, all }) => replaces && all.includes("alice (Slack): evacuate")),
      "the card",
    );
  },
  PATIENCE_MS,
);

test(
  "a big order is asked for twice by Slack itself; one that is left does nothing",
  async () => {
    const { slack, houston, wait } = await begin();
    houston.typed = "us-east-1";
    await slack.mention({ text: "evacuate us-east-1" });
    await wait(() => card(world!) !== undefined, "the preview");
    expect(JSON.stringify(card(world!).blocks)).toContain('"confirm":{');
    await slack.click({ message: card(world!), action: "leave", user: MADE.bob });
    await wait(
      () => slack.responses.some(({ all }) => all.includes("bob left it: evacuate us-east-1")),
      "that it was left",
    );
    await slack.click({ message: card(world!), action: "confirm" });
    await wait(() => whispered(world!).includes("Somebody has answered that already"), "that it is over");
    expect(houston.orders).toEqual([]);
  },
  PATIENCE_MS,
);

test(
  "two who click at the same moment give one order",
  async () => {
    const { slack, houston, wait, pass } = await begin();
    await slack.mention({ text: "restore us-east-1" });
    await wait(() => card(world!) !== undefined, "the preview");
    await Promise.all([
      slack.click({ message: card(world!), action: "confirm" }),
      slack.click({ message: card(world!), action: "confirm", user: MADE.bob }),
    ]);
    await wait(() => whispered(world!).includes("Somebody has answered that already"), "the second is told");
    await pass(2000);
    expect(houston.orders).toHaveLength(1);
  },
  PATIENCE_MS,
);

const UNREACHABLE = {
  code: "api-unreachable",
  message: "Houston does not answer at http://houston",
  hint: "is it up?",
};

test(
  "an order that never reached Houston may be tried again by the same button, and is given once",
  async () => {
    const { slack, houston, wait } = await begin();
    await slack.mention({ text: "restore us-east-1" });
    await wait(() => card(world!) !== undefined, "the preview");
    const refused = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
    houston.refuses = new CallerError({ ...UNREACHABLE, cause: new TypeError("fetch failed", { cause: refused }) });
    await slack.click({ message: card(world!), action: "confirm" });
    await wait(() => whispered(world!).includes("Nothing was done: Houston does not answer"), "that it was not done");
    await slack.click({ message: card(world!), action: "confirm", user: MADE.bob });
    await wait(() => houston.orders.length === 1, "the order");
    await slack.click({ message: card(world!), action: "confirm" });
    await wait(() => whispered(world!).includes("Somebody has answered that already"), "that it is given");
    expect(houston.orders).toEqual([{ by: "bob (Slack)", order: { kind: "restore", location: "us-east-1" } }]);
  },
  PATIENCE_MS,
);

test(
  "an order whose answer was lost may have been carried out: the same button gives it no second time",
  async () => {
    const { slack, houston, wait } = await begin();
    await slack.mention({ text: "restore us-east-1" });
    await wait(() => card(world!) !== undefined, "the preview");
    houston.refuses = new CallerError({ ...UNREACHABLE, cause: new DOMException("no answer", "TimeoutError") });
    await slack.click({ message: card(world!), action: "confirm" });
    await wait(() => whispered(world!).includes("may have been carried out all the same"), "the doubt");
    await slack.click({ message: card(world!), action: "confirm" });
    await wait(() => whispered(world!).includes("say it again: restore us-east-1"), "the way to try again");
    expect(houston.orders).toEqual([]);
  },
  PATIENCE_MS,
);

test(
  "a preview that is old is no order any more",
  async () => {
    const { slack, houston, wait, pass } = await begin();
    await slack.mention({ text: "restore us-east-1" });
    await wait(() => card(world!) !== undefined, "the preview");
    await pass(301_000, 5000);
    await slack.click({ message: card(world!), action: "confirm" });
    await wait(() => whispered(world!).includes("say it again: restore us-east-1"), "that it is old");
    expect(houston.orders).toEqual([]);
  },
  PATIENCE_MS,
);

test(
  "somebody who isn't listed is refused for their eyes only, logged, and noted in the thread once",
  async () => {
    const { slack, houston, log, wait, pass } = await begin([madeIncident()]);
    const root = slack.messages[0]!;
    await slack.mention({ text: "hold", user: MADE.mallory, thread: root.ts });
    await slack.mention({ text: "evacuate us-east-1", user: MADE.mallory, thread: root.ts });
    await slack.click({ message: root, action: "order:hold", user: MADE.mallory });
    await slack.command({ text: "hold", user: MADE.mallory });
    await wait(() => slack.ephemeral.length === 3 && slack.responses.length === 1, "four refusals");
    await wait(() => said(world!).includes("U0MALLORY, who is not listed, wanted: hold"), "the note");
    await pass(5000);
    expect(
      slack.ephemeral.every(({ user, all }) => user === MADE.mallory && all.includes("You may not give me orders")),
    ).toBe(true);
    expect(slack.responses[0]).toMatchObject({ toAll: false });
    expect(log.filter((line) => line.includes("who is not listed"))).toHaveLength(1);
    expect(slack.messages.filter(({ blocks }) => allText(blocks).includes("not listed"))).toHaveLength(1);
    expect(houston.orders).toEqual([]);
    // Questions are for everybody in the channel, and nowhere else.
    await slack.mention({ text: "status", user: MADE.mallory });
    await wait(() => whispered(world!).includes("Mode act."), "the status");
    await slack.command({ text: "status", user: MADE.mallory, channel: "C0ELSEWHERE" });
    await wait(() => slack.responses.some(({ all }) => all.includes("Houston's own channel only")), "not elsewhere");
  },
  PATIENCE_MS,
);

test(
  "a number in a thread answers its question; elsewhere the only open one, after a look at it",
  async () => {
    const asked = madeQuestion();
    const { slack, houston, wait } = await begin([asked]);
    await slack.mention({ text: "2", thread: slack.messages[0]!.ts });
    await wait(() => houston.orders.length === 1, "the answer");
    expect(houston.orders[0]).toEqual({
      by: "alice (Slack)",
      order: { kind: "answer", question: "question-9", choice: 2 },
    });
    await slack.mention({ text: "3", user: MADE.bob });
    await wait(() => card(world!) !== undefined, "the preview");
    expect(allText(card(world!).blocks)).toContain("you answer 3: receivers to 95 % for 30 min");
    await slack.click({ message: card(world!), action: "confirm", user: MADE.bob });
    await wait(() => houston.orders.length === 2, "the second answer");
    await slack.mention({ text: "9", thread: slack.messages[0]!.ts });
    await wait(() => whispered(world!).includes("That is none of the choices"), "the choices");
  },
  PATIENCE_MS,
);

test(
  "approve and deny answer what asks for them, by word and by button",
  async () => {
    const approval = madeQuestion({
      questions: [
        {
          ...madeQuestion().questions[0]!,
          asks: "May I leave us-east-1?",
          choices: ["approve", "deny"],
          defaultChoice: 2,
        },
      ],
    });
    const { slack, houston, wait } = await begin([approval]);
    const [root] = slack.messages;
    await slack.mention({ text: "approve", thread: root!.ts });
    await wait(() => houston.orders.length === 1, "the approval");
    await slack.click({ message: root!, action: "answer:question-9:2", user: MADE.bob });
    await wait(() => houston.orders.length === 2, "the denial");
    expect(houston.orders.map(({ by, order }) => `${by} ${order.kind === "answer" ? order.choice : ""}`)).toEqual([
      "alice (Slack) 1",
      "bob (Slack) 2",
    ]);
  },
  PATIENCE_MS,
);

test(
  "whoever answers too late is told who did",
  async () => {
    const { slack, houston, wait } = await begin([madeQuestion()]);
    const [root] = slack.messages;
    await slack.click({ message: root!, action: "answer:question-9:1" });
    await wait(() => houston.orders.length === 1, "the answer");
    houston.refuses = new CallerError({
      code: "unknown-question",
      message: "there is no question question-9",
      hint: "there is none",
    });
    await slack.click({ message: root!, action: "answer:question-9:3", user: MADE.bob });
    await wait(() => whispered(world!).includes("alice chose 1"), "who did");
    houston.view = madeView({ incidents: [] });
    await slack.mention({ text: "3", user: MADE.bob });
    await wait(() => whispered(world!).includes("No question is open"), "that none is open");
  },
  PATIENCE_MS,
);

test(
  "of two who order opposite things the later is carried out, both are in the record, and both are told",
  async () => {
    const { slack, houston, wait } = await begin([madeIncident()]);
    const root = slack.messages[0]!;
    await slack.mention({ text: "evacuate us-east-1", thread: root.ts });
    await wait(() => card(world!) !== undefined, "the first preview");
    await slack.click({ message: card(world!), action: "confirm" });
    await wait(() => houston.orders.length === 1, "the first order");
    const first = card(world!);
    await slack.mention({ text: "roll back", user: MADE.bob, thread: root.ts });
    await wait(() => card(world!) !== first, "the second preview");
    await slack.click({ message: card(world!), action: "confirm", user: MADE.bob });
    await wait(
      () => said(world!).includes("@U0ALICE bob ordered restore us-east-1, which overrides your evacuate us-east-1"),
      "alice is told",
    );
    expect(houston.orders.map(({ by, order }) => `${by} ${order.kind}`)).toEqual([
      "alice (Slack) evacuate",
      "bob (Slack) restore",
    ]);
  },
  PATIENCE_MS,
);

test(
  "what Slack brings twice is done once",
  async () => {
    const { slack, houston, wait, pass } = await begin();
    await slack.mention({ text: "hold", id: "same" });
    await slack.mention({ text: "hold", id: "same" });
    await slack.command({ text: "hold us-east-1", id: "same" });
    await slack.command({ text: "hold us-east-1", id: "same" });
    await wait(() => houston.orders.length === 2, "both orders");
    await pass(3000);
    expect(houston.orders).toHaveLength(2);
  },
  PATIENCE_MS,
);

test(
  "a slash command is answered where it was given, a typing error with the nearest command",
  async () => {
    const { slack, wait } = await begin();
    await slack.command({ text: "evacute us-east-1" });
    await slack.command({ text: "" });
    await slack.command({ text: "why us-east-1" });
    await slack.command({ text: "plan us-east-1" });
    await slack.command({ text: "restore us-esat-1" });
    await wait(() => slack.responses.length === 5, "five answers");
    const all = slack.responses.map(({ all: text }) => text).join("\n");
    expect(all).toContain("did you mean evacuate?");
    expect(all).toContain("hold [LOCATION] [--for 10m]: stop all automatic moves at once");
    expect(all).toContain("21.6 nats of 20.0");
    expect(all).toContain("us-east-2 takes 1240 rps (100 %), then 71 % full");
    expect(all).toContain("did you mean us-east-1?");
    expect(slack.responses.every(({ toAll }) => !toAll)).toBe(true);
  },
  PATIENCE_MS,
);

test(
  "why and plan of a thread are about its location, and its buttons say the same",
  async () => {
    const { slack, wait } = await begin([madeIncident()]);
    const root = slack.messages[0]!;
    await slack.mention({ text: "why", thread: root.ts });
    await wait(() => said(world!).includes("us-east-1 is draining and failing"), "the why");
    await slack.click({ message: root, action: "plan" });
    await wait(() => said(world!).includes("Without us-east-1: 1240 rps move, +9 ms for half of them"), "the plan");
    await slack.click({ message: root, action: "ask:restore" });
    await wait(() => card(world!) !== undefined, "the preview");
    expect(allText(card(world!).blocks)).toContain("restore us-east-1?");
  },
  PATIENCE_MS,
);

test(
  "a Houston that refuses or is gone is said so, with the fix",
  async () => {
    const { slack, houston, wait } = await begin();
    houston.refuses = new CallerError({
      code: "refused-mode-observe",
      message: "alice (Slack): mode is observe",
      hint: "`houston mode act`",
    });
    await slack.mention({ text: "hold" });
    await wait(() => whispered(world!).includes("Nothing was done: alice (Slack): mode is observe"), "the refusal");
    expect(whispered(world!)).toContain("houston mode act");
  },
  PATIENCE_MS,
);

test(
  "a connection that drops, is renewed or can't be made is made again, and nothing said meanwhile is lost",
  async () => {
    const { slack, houston, wait, log } = await begin();
    slack.socket.renew();
    await wait(() => slack.socket.open() === 0, "the end of the first");
    await wait(() => slack.socket.open() === 1, "the second");
    slack.fail("apps.connections.open", { status: 500 }, { error: "internal_error" }, "reset", {
      status: 429,
      retryAfter: 3,
    });
    slack.socket.drop();
    await wait(() => slack.socket.open() === 0, "the drop");
    await wait(() => slack.socket.open() === 1, "the third");
    await slack.mention({ text: "hold" });
    await wait(() => houston.orders.length === 1, "the order");
    expect(log.filter((line) => line.includes("tried again until it is there"))).toHaveLength(1);
  },
  PATIENCE_MS,
);

test(
  "no token, secret or key ever stands in the log",
  async () => {
    const { slack, face, wait, log, pass } = await begin();
    slack.fail("chat.postMessage", { error: "invalid_auth" });
    slack.fail("apps.connections.open", { error: "invalid_auth" }, "page");
    slack.socket.drop();
    face.take(madeMoment([madeIncident()]));
    await wait(() => log.some((line) => line.includes("invalid_auth")), "the refusals");
    await pass(10_000);
    const all = log.join("\n");
    for (const secret of [MADE.botToken, MADE.appToken, MADE.signingSecret]) expect(all).not.toContain(secret);
  },
  PATIENCE_MS,
);

test(
  "an answer in a thread is not said a second time by Houston's own words; those who were not there hear it",
  async () => {
    const { slack, houston, wait, pass, face, clock } = await begin([madeIncident()]);
    const root = slack.messages[0]!;
    await slack.mention({ text: "hold us-east-1", thread: root.ts });
    face.take(madeMoment([madeIncident()], { words: [holdWords("one")] }));
    await wait(() => houston.orders.length === 1, "the order");
    await pass(5000);
    const told = () => slack.messages.filter(({ blocks }) => allText(blocks).includes("alice (Slack): hold"));
    expect(told()).toHaveLength(1);
    await slack.mention({ text: "hold us-east-1" });
    await wait(() => houston.orders.length === 2, "the order from elsewhere");
    await pass(35_000, 1000);
    face.take(madeMoment([madeIncident()], { at: clock.now(), words: [holdWords("two")] }));
    await wait(() => told().length === 3, "its answer, and the line in the thread");
  },
  PATIENCE_MS,
);

const holdWords = (id: string) => ({
  id,
  at: OPENED_AT,
  level: "change" as const,
  what: "alice (Slack): hold",
  location: "us-east-1",
});
