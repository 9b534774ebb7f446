// The face before the real API of a made Houston that really decides: an incident from its first sign, and an order from its thread.
import { afterEach, expect, test } from "vitest";
import { houstonClient } from "../../api/client.ts";
import { startMadeApi } from "../../api/made-api.testing.ts";
import { followHouston } from "../follow.ts";
import { chatMemory } from "../memory.ts";
import { MADE, type MadeMessage, madeSlack } from "./made-slack.testing.ts";
import { networkAtRest, patienceMs } from "./network.testing.ts";
import { allText, buttonsOf } from "./read-blocks.testing.ts";
import { slackFace } from "./slack-face.ts";

const ended: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end();
});

test("a location that turns bad has its thread; held, evacuated and explained from there, under the name of who said it", async () => {
  const made = await startMadeApi({ calmSeconds: 8 });
  const { clock } = made;
  const slack = await madeSlack({ nowSeconds: () => Math.floor(clock.now() / 1000) });
  const memory = chatMemory(":memory:");
  const log: string[] = [];
  const about = { clock, memory, log: (_level: unknown, says: string) => void log.push(says) };
  const houston = houstonClient({ api: made.url, token: made.token });
  const face = await slackFace({
    settings: {
      botToken: MADE.botToken,
      door: { kind: "socket", appToken: MADE.appToken },
      channel: MADE.channel,
      people: new Map([[MADE.alice, "alice"]]),
      mention: { kind: "here" },
      apiUrl: slack.apiUrl,
    },
    houston,
    ...about,
  });
  const following = followHouston({ houston, faces: [face], ...about });
  ended.push(
    () => made.stop(),
    () => slack.stop(),
    () => memory.close(),
    () => face.stop(),
    () => following.stop(),
  );
  let ill: readonly "east"[] = [];
  const wait = async (holds: () => boolean, what: string): Promise<void> => {
    for (let second = 0; second < 1000 && !holds(); second += 1) {
      await made.houston.second(ill);
      // An order is answered in the next second: it can't be waited for.
      await networkAtRest({ hanging: 0, leastMs: patienceMs(second), mostMs: 50 });
    }
    expect(holds(), `${what}; log ${JSON.stringify(log)}; Slack found ${JSON.stringify(slack.violations)}`).toBe(true);
  };
  const root = (): MadeMessage | undefined => slack.messages.find(({ text }) => text.startsWith("Incident "));
  const said = (): string => slack.messages.map(({ blocks }) => allText(blocks)).join("\n");

  await wait(() => slack.socket.open() === 1, "the connection");
  ill = ["east"];
  await wait(() => root() !== undefined, "the incident's thread");
  await wait(() => allText(root()!.blocks).includes("is out"), "that it is being left");
  const text = allText(root()!.blocks);
  for (const part of ["Users: ", "Why: ", "Certain: ", "Doing: ", "Not doing: ", "You need to: "])
    expect(text).toContain(part);
  expect(buttonsOf(root()!).map((button) => button.text.text)).toContain("Hold");

  await wait(() => [...slack.files.values()].some(({ thread }) => thread === root()!.ts), "the picture of the traffic");
  expect([...slack.files.values()][0]!.alt).toMatch(/^Served requests a second: east from /);

  await slack.mention({ text: "hold", thread: root()!.ts });
  await wait(() => said().includes("alice (Slack): hold"), "the hold");
  expect((await houston.view()).hold?.by).toBe("alice (Slack)");
  await wait(() => buttonsOf(root()!).some((button) => button.text.text === "Go on"), "that it is held");

  await slack.mention({ text: "evacuate west --share 50%", thread: root()!.ts });
  await wait(() => said().includes("evacuate 50 % of west?"), "the preview");
  const card = slack.messages.find(({ blocks }) => allText(blocks).includes("evacuate 50 % of west?"))!;
  await slack.click({ message: card, action: "confirm" });
  await wait(
    () => slack.responses.some(({ all }) => all.includes("alice (Slack): 50 % of PUBLIC leaves west")),
    "the order",
  );

  await slack.mention({ text: "why", thread: root()!.ts });
  await wait(() => said().includes("east is "), "the why");
  await slack.mention({ text: "plan", thread: root()!.ts });
  await wait(() => said().includes("Without east"), "the plan");
  await slack.mention({ text: "evacuate nowhere", thread: root()!.ts });
  await wait(() => slack.ephemeral.some(({ all }) => all.includes("there is no location nowhere")), "the refusal");
  expect(slack.violations).toEqual([]);
}, 120_000);
