import { afterEach, expect, test } from "vitest";
import { madeIncident, madeMoment, madeQuestion, madeWords, OPENED_AT } from "../made-incident.testing.ts";
import { MADE, type MadeMessage } from "./made-slack.testing.ts";
import { allText, buttonsOf } from "./read-blocks.testing.ts";
import { type SlackWorld, slackWorld } from "./made-slack-world.testing.ts";

let world: SlackWorld | null = null;
const PATIENCE_MS = 60_000;
afterEach(async () => {
  const violations = world?.slack.violations ?? [];
  await world?.stop();
  world = null;
  expect(violations, "what Slack's published contract does not allow").toEqual([]);
});

async function begin(...given: Parameters<typeof slackWorld>): Promise<SlackWorld> {
  world = await slackWorld(...given);
  return world;
}

const roots = ({ slack }: SlackWorld): MadeMessage[] => slack.messages.filter(({ thread }) => thread === null);
const replies = ({ slack }: SlackWorld, root: MadeMessage): MadeMessage[] =>
  slack.messages.filter(({ thread }) => thread === root.ts);
const mentions = ({ slack }: SlackWorld): MadeMessage[] =>
  slack.messages.filter(({ blocks }) => JSON.stringify(blocks).includes('"broadcast"'));

const moving = (movedShare: number, utilisation: number) =>
  madeIncident({
    progress: {
      ...madeIncident().progress!,
      movedShare,
      receivers: [{ name: "us-east-2", share: 1, utilisation, readyRps: 9 }],
    },
  });

const at = (movedShare: number, more: object = {}) =>
  madeIncident({ progress: { ...madeIncident().progress!, movedShare }, ...more });

test(
  "one incident is one thread, whose first message has the parts in their order and is edited as it goes on",
  async () => {
    const { slack, face, wait } = await begin();
    const opening = madeWords("us-east-1: healthy -> failing");
    face.take(madeMoment([madeIncident()], { words: [opening] }));
    await wait(() => roots(world!).length === 1 && slack.messages.length === 2, "the first message and the first line");
    const [root] = roots(world!);
    const text = allText(root!.blocks);
    const order = [
      "us-east-1 is not good enough",
      "Users: ",
      "Why: ",
      "Certain: ",
      "Doing: ",
      "Not doing: ",
      "You need to: ",
    ];
    expect(order.map((part) => text.indexOf(part))).toEqual(
      order.map((part) => text.indexOf(part)).toSorted((a, b) => a - b),
    );
    expect(order.every((part) => text.includes(part))).toBe(true);
    expect(text).toContain("▱▱▱ 5 % is out".slice(4));
    expect(text).toContain("us-east-2 takes 62 %, 66 % full");
    expect(buttonsOf(root!).map((button) => button.text.text)).toEqual(["Hold", "Why", "Plan", "Move back"]);
    expect(root!.text).toBe("Incident 47: Leaving us-east-1: 5 % out, done 03:17. Likely dynamodb.");
    expect(allText(replies(world!, root!)[0]!.blocks)).toContain(opening.what);

    const far = madeIncident({ progress: { ...madeIncident().progress!, movedShare: 0.62 }, doing: "62 % is out." });
    face.take(madeMoment([far]));
    await wait(() => root!.edits >= 1, "the edit");
    expect(allText(root!.blocks)).toContain("62 % is out");
    face.take(madeMoment([{ ...far, closedAt: OPENED_AT + 720_000, doing: "all is well." }]));
    await wait(() => allText(root!.blocks).includes("closed"), "the end");
    expect(allText(root!.blocks)).toContain("after 12 min");
    expect(buttonsOf(root!).map((button) => button.text.text)).toEqual(["Why", "Move back"]);
    expect(roots(world!)).toHaveLength(1);
  },
  PATIENCE_MS,
);

test(
  "minutes of trembling figures are a few edits, and a move is followed closely but not twice in three seconds",
  async () => {
    const { face, wait, clock, pass } = await begin();
    face.take(madeMoment([moving(0.05, 0.5)]));
    await wait(() => roots(world!).length === 1, "the first message");
    const [root] = roots(world!);
    for (let second = 0; second < 60; second += 1) {
      face.take(madeMoment([moving(0.05 + second / 100, 0.5 + second / 1000)], { at: clock.now() }));
      await pass(1000);
    }
    const whileMoving = root!.edits;
    expect(whileMoving).toBeGreaterThan(10);
    expect(whileMoving).toBeLessThanOrEqual(21);
    for (let second = 0; second < 200; second += 1) {
      face.take(madeMoment([moving(0.65, 0.5 + (second % 7) / 100)], { at: clock.now() }));
      await pass(1000, 500);
    }
    expect(root!.edits - whileMoving).toBeLessThanOrEqual(8);
  },
  PATIENCE_MS,
);

test(
  "somebody is called once for what is urgent, and once more for a new question, whatever is edited between",
  async () => {
    const { face, wait, pass, slack } = await begin();
    face.take(madeMoment([madeIncident()]));
    await wait(() => roots(world!).length === 1, "the first message");
    const urgent = madeIncident({ level: "urgent", what: "us-east-1 is down." });
    face.take(madeMoment([urgent], { words: [madeWords("us-east-1 is down", { level: "urgent" })] }));
    await wait(() => mentions(world!).length === 1, "the call");
    expect(mentions(world!)[0]).toMatchObject({ broadcast: true, thread: roots(world!)[0]!.ts });
    for (let times = 0; times < 10; times += 1) {
      face.take(madeMoment([{ ...urgent, doing: `step ${times}` }], { words: [madeWords(`step ${times}`)] }));
      await pass(2000);
    }
    expect(mentions(world!)).toHaveLength(1);
    face.take(madeMoment([{ ...urgent, questions: madeQuestion().questions }]));
    await wait(() => mentions(world!).length === 2, "the call for the question");
    await pass(30_000);
    expect(mentions(world!)).toHaveLength(2);
    expect(slack.messages.filter(({ broadcast }) => broadcast)).toHaveLength(2);
  },
  PATIENCE_MS,
);

test(
  "a question shows its choices with the deadline and the default, and afterwards what came of it",
  async () => {
    const { face, wait } = await begin();
    const asked = madeQuestion();
    face.take(madeMoment([asked]));
    await wait(() => roots(world!).length === 1, "the first message");
    const [root] = roots(world!);
    const text = allText(root!.blocks);
    expect(text).toContain("@here");
    expect(text).toContain("No answer by 03:17:41 UTC: I do 1.");
    const choices = buttonsOf(root!).filter(({ action_id }) => action_id.startsWith("houston:answer"));
    expect(choices.map((button) => button.text.text.slice(0, 10))).toEqual([
      "1 shed INT",
      "2 send 190",
      "3 receiver",
      "4 leave th",
    ]);
    expect(choices.every(({ confirm }) => confirm !== undefined)).toBe(true);

    const said = madeWords(`nobody answered: [1] ${asked.questions[0]!.choices[0]}`, { id: "say-default" });
    const { incident: _none, location: _nowhere, ...words } = said;
    face.take(madeMoment([asked], { words: [words] }));
    face.take(madeMoment([{ ...asked, questions: [] }]));
    await wait(() => allText(root!.blocks).includes("Answered: "), "what came of it");
    expect(allText(root!.blocks)).toContain("nobody answered: [1] shed INTERNAL and previews in us-east-2");
    expect(buttonsOf(root!).some(({ action_id }) => action_id.startsWith("houston:answer"))).toBe(false);
  },
  PATIENCE_MS,
);

test(
  "an hour without Slack costs words only: then one edit and one message, the urgent line among them",
  async () => {
    const { face, wait, pass, slack, clock, log } = await begin();
    face.take(madeMoment([madeIncident()]));
    await wait(() => roots(world!).length === 1, "the first message");
    const [root] = roots(world!);
    slack.failAll({ status: 503 });
    for (let minute = 0; minute < 60; minute += 1) {
      const level = minute === 3 ? "urgent" : "info";
      face.take(
        madeMoment([madeIncident({ doing: `minute ${minute}` })], {
          at: clock.now(),
          words: [madeWords(`minute ${minute}`, { level }), madeWords(`also ${minute}`, { level: "info" })],
        }),
      );
      await pass(60_000, 5000);
    }
    const tries = slack.calls.length;
    slack.failAll(null);
    await wait(
      () => replies(world!, root!).length >= 1 && allText(root!.blocks).includes("minute 59"),
      "the catching up",
    );
    await pass(30_000);
    expect(replies(world!, root!)).toHaveLength(1);
    expect(root!.edits).toBe(1);
    const told = allText(replies(world!, root!)[0]!.blocks);
    expect(told).toContain("earlier lines are left out");
    expect(told).toContain("minute 59");
    expect(told).toContain("Urgent: minute 3\n");
    expect(slack.calls.length - tries).toBeLessThan(10);
    expect(log.filter((line) => line.includes("tried again")).length).toBeLessThanOrEqual(13);
  },
  PATIENCE_MS,
);

test(
  "Slack's limits are kept: nothing of a method is called before Retry-After is over",
  async () => {
    const { face, wait, pass, slack, clock } = await begin();
    slack.fail("chat.postMessage", { status: 429, retryAfter: 40 });
    face.take(madeMoment([madeIncident()]));
    await pass(2000);
    const began = clock.now();
    await pass(35_000);
    expect(slack.messages).toEqual([]);
    await wait(() => slack.messages.length === 1, "the first message");
    expect(clock.now() - began).toBeGreaterThan(35_000);
  },
  PATIENCE_MS,
);

test(
  "a message whose answer was lost is looked for and not posted twice, and neither are lines",
  async () => {
    const { face, wait, pass, slack } = await begin();
    slack.fail("chat.postMessage", "lost");
    face.take(madeMoment([madeQuestion()]));
    await wait(() => slack.calls.some(({ method }) => method === "conversations.history"), "looking for it");
    await pass(20_000);
    expect(roots(world!)).toHaveLength(1);
    expect(mentions(world!)).toHaveLength(1);
    slack.fail("chat.postMessage", "lost");
    face.take(madeMoment([madeQuestion()], { words: [madeWords("it goes on", { incident: 49 })] }));
    await wait(() => slack.calls.some(({ method }) => method === "conversations.replies"), "looking for the lines");
    await pass(20_000);
    expect(replies(world!, roots(world!)[0]!)).toHaveLength(1);
  },
  PATIENCE_MS,
);

test(
  "one that may not look posts again: said twice is better than not at all",
  async () => {
    const { face, wait, slack, log } = await begin();
    slack.fail("chat.postMessage", "reset");
    slack.fail("conversations.history", { error: "missing_scope" });
    face.take(madeMoment([madeQuestion()]));
    await wait(() => roots(world!).length === 1, "the first message");
    expect(log.join("\n")).toContain("missing_scope");
  },
  PATIENCE_MS,
);

test(
  "after a restart it goes on in the same thread, and nobody is called again",
  async () => {
    const { face, wait, pass, restart } = await begin();
    const urgent = madeQuestion();
    const words = [madeWords("us-east-1 is down", { incident: 49, level: "urgent" })];
    face.take(madeMoment([urgent], { words }));
    await wait(() => world!.slack.messages.length === 2, "the first message and its line");
    const again = await restart();
    again.take(madeMoment([urgent], { words }));
    again.take(
      madeMoment([{ ...urgent, doing: "something new" }], { words: [madeWords("something new", { incident: 49 })] }),
    );
    await wait(() => replies(world!, roots(world!)[0]!).length === 2 && roots(world!)[0]!.edits >= 1, "the next line");
    await pass(20_000);
    expect(roots(world!)).toHaveLength(1);
    expect(mentions(world!)).toHaveLength(1);
    expect(replies(world!, roots(world!)[0]!)).toHaveLength(2);
  },
  PATIENCE_MS,
);

test(
  "killed between sending and hearing, the next one finds the message that it knows nothing of",
  async () => {
    const { face, wait, slack, restart, pass } = await begin();
    slack.fail("chat.postMessage", "lost");
    face.take(madeMoment([madeQuestion()]));
    await wait(() => slack.messages.length === 1, "the message that arrived");
    const again = await restart();
    again.take(madeMoment([madeQuestion()]));
    await wait(() => slack.calls.some(({ method }) => method === "conversations.history"), "looking for it");
    await pass(10_000);
    expect(roots(world!)).toHaveLength(1);
  },
  PATIENCE_MS,
);

test(
  "a tenant's name can call nobody, link nowhere, format nothing and turn no text around",
  async () => {
    const evil =
      "<!channel> <@U0ALICE> *bold* _it_ ~no~ `rm` <https://evil.example|free> \u001B[31m\u202Egnp.exe & :skull:";
    const { face, wait, slack } = await begin();
    const hostile = madeQuestion({
      level: "change",
      what: evil,
      users: evil,
      why: evil,
      certain: evil,
      doing: evil,
      notDoing: evil,
      youNeedTo: evil,
      brief: evil,
      location: evil,
      questions: [{ ...madeQuestion().questions[0]!, asks: evil, choices: [evil, evil] }],
    });
    face.take(madeMoment([hostile], { words: [madeWords(evil, { incident: 49 })] }));
    await wait(() => slack.messages.length === 2, "both messages");
    for (const { blocks, text } of slack.messages) {
      // A button's value is for us, and nobody reads it.
      const all = JSON.stringify(blocks, (name, value: unknown) => (name === "value" ? undefined : value));
      expect(all).not.toMatch(/"type":"(?:broadcast|user|usergroup|link|mrkdwn|emoji|channel)"/);
      expect(all).not.toContain('"code":true');
      // oxlint-disable-next-line no-control-regex
      expect(all + text).not.toMatch(/[\u0000-\u001F\u202E]/);
      expect(text).not.toMatch(/<[!@#h]/);
      expect(text).not.toMatch(/(?<!\u2060)[*_~`]/);
    }
  },
  PATIENCE_MS,
);

test(
  "a text without end is cut, and a message always fits",
  async () => {
    const long = "a service with a name without end, ".repeat(2000);
    const { face, wait, slack } = await begin();
    const questions = Array.from({ length: 5 }, (_, index) => ({
      ...madeQuestion().questions[0]!,
      id: `question-${index}`,
      asks: long,
      choices: Array.from({ length: 64 }, () => long),
    }));
    const huge = madeQuestion({
      what: long,
      users: long,
      why: long,
      certain: long,
      doing: long,
      notDoing: long,
      youNeedTo: long,
      brief: long,
      questions,
    });
    const words = Array.from({ length: 200 }, (_, index) => madeWords(`${index} ${long}`, { incident: 49 }));
    face.take(madeMoment([huge], { words }));
    await wait(() => slack.messages.length === 2, "both messages");
    expect(allText(slack.messages[0]!.blocks)).toContain("…");
  },
  PATIENCE_MS,
);

test(
  "the picture of the traffic is uploaded when a part is out, replaced when all is, and stays at the end",
  async () => {
    const { face, wait, slack, clock, houston } = await begin();
    houston.report =
      "# Incident 47: us-east-1\n\n## What happened\n\nus-east-1 was left for 14 minutes \\(03:12\\).\n\n- **Users:** 1\n\n## Users touched\n\n214 requests failed in all.\n";
    face.take(madeMoment([at(0.3)]));
    await wait(() => slack.files.size === 1 && [...slack.files.values()][0]!.thread !== null, "the first picture");
    const [first] = slack.files.values();
    expect(first).toMatchObject({ name: "incident-47-leaving.png", deleted: false, thread: roots(world!)[0]!.ts });
    expect(first!.bytes.subarray(1, 4).toString()).toBe("PNG");
    expect(first!.alt).toContain("us-east-1 from 1,240");
    const done = { progress: { ...madeIncident().progress!, movedShare: 1, doneAt: clock.now() } };
    face.take(madeMoment([at(1, done)]));
    await wait(() => first!.deleted, "the second in its place");
    // When all are back nobody is a receiver any more; the picture still shows who was.
    face.take(madeMoment([madeIncident({ progress: null, closedAt: clock.now() })]));
    await wait(
      () => slack.files.size === 4 && [...slack.files.values()].filter(({ deleted }) => !deleted).length === 2,
      "the last picture and the report",
    );
    await wait(() => [...slack.files.values()].every(({ thread }) => thread !== null), "both are in the thread");
    const left = [...slack.files.values()].filter(({ deleted }) => !deleted);
    expect(left.map(({ name }) => name).toSorted()).toEqual(["incident-47-closed.png", "incident-47.md"]);
    expect(left.find(({ name }) => name.endsWith(".png"))!.alt).toContain("us-east-2 from 700");
    expect(left.find(({ name }) => name.endsWith(".md"))!.bytes.toString()).toBe(houston.report);
    await wait(
      () => slack.messages.some(({ blocks }) => allText(blocks).includes("214 requests failed in all")),
      "the summary",
    );
  },
  PATIENCE_MS,
);

test(
  "files that can't be sent keep no message waiting",
  async () => {
    const { face, wait, slack, houston } = await begin();
    houston.report = "# Incident 47\n\nShort.\n";
    slack.fail("files.getUploadURLExternal", "hang");
    face.take(madeMoment([madeIncident({ progress: { ...madeIncident().progress!, movedShare: 0.5 } })]));
    await wait(() => roots(world!).length === 1, "the first message");
    face.take(madeMoment([madeIncident({ doing: "it goes on." })]));
    await wait(() => allText(roots(world!)[0]!.blocks).includes("it goes on."), "the edit");
  },
  PATIENCE_MS,
);

test(
  "a Slack that takes no blocks gets the words",
  async () => {
    const { face, wait, slack } = await begin();
    slack.fail("chat.postMessage", { error: "invalid_blocks" });
    face.take(madeMoment([madeIncident()]));
    await wait(() => roots(world!).length === 1, "the first message");
    expect(roots(world!)[0]).toMatchObject({
      blocks: [],
      text: expect.stringContaining("Leaving us-east-1") as string,
    });
  },
  PATIENCE_MS,
);

test(
  "a first message that somebody deleted comes again, and calls nobody",
  async () => {
    const { face, wait, slack } = await begin();
    face.take(madeMoment([madeQuestion()]));
    await wait(() => roots(world!).length === 1, "the first message");
    slack.messages.splice(0, 1);
    face.take(madeMoment([madeQuestion({ doing: "it goes on." })]));
    await wait(() => roots(world!).length === 1, "the second");
    expect(mentions(world!)).toEqual([]);
  },
  PATIENCE_MS,
);

test(
  "an app that was not invited says so to its operator, and posts once it is",
  async () => {
    const { face, wait, pass, slack, log } = await begin();
    slack.fail("chat.postMessage", { error: "not_in_channel" });
    face.take(madeMoment([madeIncident()]));
    await wait(() => log.some((line) => line.includes("/invite @houston")), "the fix");
    await pass(300_000, 5000);
    await wait(() => roots(world!).length === 1, "the first message");
  },
  PATIENCE_MS,
);

test(
  "a Houston that is silent is said to be, and what it said is marked as old",
  async () => {
    const { face, wait } = await begin();
    face.take(madeMoment([madeIncident()]));
    await wait(() => roots(world!).length === 1, "the first message");
    face.take(madeMoment([madeIncident()], { silentSince: OPENED_AT + 5000 }));
    await wait(() => allText(roots(world!)[0]!.blocks).includes("has not answered since 03:12:46 UTC"), "the mark");
    face.take(madeMoment([madeIncident()]));
    await wait(() => !allText(roots(world!)[0]!.blocks).includes("has not answered"), "that it answers again");
  },
  PATIENCE_MS,
);

test(
  "what is no incident's goes to the channel: changes and what is urgent, not the minute's record",
  async () => {
    const { face, wait, pass, slack } = await begin();
    const {
      incident: _none,
      location: _nowhere,
      ...plainly
    } = madeWords("alice: hold: nothing moves by itself until release");
    const {
      incident: _none2,
      location: _nowhere2,
      ...record
    } = madeWords("all 15 locations are well", { level: "info" });
    face.take(madeMoment([], { words: [record, plainly] }));
    await wait(() => slack.messages.length === 1, "the change");
    await pass(10_000);
    expect(slack.messages).toHaveLength(1);
    expect(slack.messages[0]!.channel).toBe(MADE.channel);
    expect(allText(slack.messages[0]!.blocks)).toContain("alice: hold");
  },
  PATIENCE_MS,
);

test(
  "words that come before their incident wait for it",
  async () => {
    const { face, wait, slack } = await begin();
    face.take(madeMoment([], { words: [madeWords("us-east-1: healthy -> failing")] }));
    face.take(madeMoment([madeIncident()]));
    await wait(() => slack.messages.length === 2, "the first message and its line");
    expect(slack.messages[1]!.thread).toBe(slack.messages[0]!.ts);
  },
  PATIENCE_MS,
);

test(
  "what comes and goes calls once: the channel is told each time, and nobody is called again",
  async () => {
    const { face, wait, pass, slack, clock } = await begin();
    const said = (text: string, level: "change" | "urgent", count: number) => {
      const {
        incident: _none,
        location: _nowhere,
        ...words
      } = madeWords(text, { level, id: `say-${count}`, at: clock.now() });
      face.take(madeMoment([], { at: clock.now(), words: [words] }));
    };
    for (let times = 0; times < 5; times += 1) {
      said(`I am blind: I hear ${times} of 15 locations`, "urgent", times * 2);
      await wait(() => slack.messages.length === times * 2 + 1, "that it is blind");
      said(`I see again: ${8 + times} of 15 locations are heard`, "change", times * 2 + 1);
      await wait(() => slack.messages.length === times * 2 + 2, "that it sees again");
    }
    expect(mentions(world!)).toHaveLength(1);
    await pass(1_800_000, 10_000);
    said("I am blind: I hear 2 of 15 locations", "urgent", 99);
    await wait(() => mentions(world!).length === 2, "a new call, half an hour later");
  },
  PATIENCE_MS,
);

test(
  "moments that come at once are one call: who looks at what is to be sent looks alone",
  async () => {
    const { face, wait, pass, slack } = await begin();
    face.take(madeMoment([madeIncident()]));
    await wait(() => roots(world!).length === 1, "the first message");
    await pass(4000);
    const news = madeMoment([madeIncident({ doing: "it goes on." })]);
    for (let times = 0; times < 5; times += 1) face.take(news);
    await pass(2000);
    expect(slack.calls.filter(({ method }) => method === "chat.update")).toHaveLength(1);
  },
  PATIENCE_MS,
);
