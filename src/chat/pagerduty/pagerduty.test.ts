import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { madeClock } from "../../runtime/made-clock.testing.ts";
import { httpPost } from "../deliver.ts";
import { madeIncident, madeMoment, madeQuestion, OPENED_AT, until } from "../made-incident.testing.ts";
import { madeReceiver, type ReceivedRequest, type ReceiverAnswer } from "../../drivers/made-receiver.testing.ts";
import type { Moment } from "../contract.ts";
import { type ChatMemory, chatMemory } from "../memory.ts";
import type { PagerDutyEvent } from "./event.ts";
import { pagerDutyFace } from "./pagerduty-face.ts";

const KEY = "0123456789abcdef0123456789abcdef";
const ended: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end();
});

/** The Events API v2 as PagerDuty publishes it: required fields, their lengths, the size of the whole. */
const contract = z
  .strictObject({
    routing_key: z.literal(KEY),
    event_action: z.enum(["trigger", "acknowledge", "resolve"]),
    dedup_key: z.string().min(1).max(255),
    client: z.string().optional(),
    client_url: z.url().optional(),
    payload: z
      .strictObject({
        summary: z.string().min(1).max(1024),
        source: z.string().min(1),
        severity: z.enum(["critical", "error", "warning", "info"]),
        timestamp: z.iso.datetime().optional(),
        component: z.string().optional(),
        group: z.string().optional(),
        class: z.string().optional(),
        custom_details: z.record(z.string(), z.string()).optional(),
      })
      .optional(),
  })
  .refine((event) => event.event_action !== "trigger" || event.payload !== undefined);

function checked({ method, path, headers, body }: ReceivedRequest): ReceiverAnswer {
  const right =
    method === "POST" &&
    path === "/v2/enqueue" &&
    headers["content-type"] === "application/json" &&
    Buffer.byteLength(body) <= 512 * 1024 &&
    contract.safeParse(JSON.parse(body)).success;
  return right ? { status: 202, body: '{"status":"success"}' } : { status: 400, body: '{"status":"invalid event"}' };
}

async function madePager(answer: (request: ReceivedRequest) => ReceiverAnswer = checked) {
  const clock = madeClock(OPENED_AT);
  const memory = chatMemory(":memory:");
  const log: string[] = [];
  const receiver = await madeReceiver(answer);
  const start = () =>
    pagerDutyFace({
      url: `${receiver.url}/v2/enqueue`,
      routingKey: KEY,
      clock,
      memory,
      log: (_level, says) => log.push(says),
      post: httpPost(),
    });
  ended.push(
    () => memory.close(),
    () => receiver.stop(),
  );
  const events = (): PagerDutyEvent[] => receiver.requests.map(({ body }) => JSON.parse(body) as PagerDutyEvent);
  return { clock, memory, log, receiver, start, events };
}

test("an urgent incident rings once, is acknowledged when it is urgent no more, and resolved at its end", async () => {
  const { clock, events, log, start } = await madePager();
  const face = start();
  ended.push(() => face.stop());
  const asked = madeQuestion();
  face.take(madeMoment([asked]));
  await until(() => events().length === 1, "the alarm");
  face.take(madeMoment([asked]));
  face.take(madeMoment([{ ...asked, level: "change", questions: [] }]));
  await until(() => events().length === 2, "the acknowledgement");
  face.take(madeMoment([{ ...asked, level: "change", questions: [], closedAt: OPENED_AT + 60_000 }]));
  await until(() => events().length === 3, "the end");
  await clock.pass(600_000);
  face.take(madeMoment([]));

  const [alarm] = events();
  expect(events().map(({ event_action }) => event_action)).toEqual(["trigger", "acknowledge", "resolve"]);
  expect(new Set(events().map(({ dedup_key }) => dedup_key))).toEqual(new Set([`houston-49-${OPENED_AT}`]));
  expect(alarm?.payload).toMatchObject({ severity: "critical", source: "us-east-1", summary: asked.brief });
  expect(Object.keys(alarm?.payload?.custom_details ?? {})).toEqual([
    "What",
    "Users",
    "Why",
    "Certain",
    "Doing",
    "Not doing",
    "You need to",
  ]);
  expect(log).toEqual([]);
});

test("what is not urgent rings nobody", async () => {
  const { clock, events, start } = await madePager();
  const face = start();
  ended.push(() => face.stop());
  face.take(madeMoment([madeIncident({ level: "change" }), madeIncident({ number: 48, level: "info" })]));
  face.take(madeMoment([madeQuestion({ closedAt: OPENED_AT })]));
  await clock.pass(600_000);
  expect(events()).toEqual([]);
});

test("an alert that PagerDuty did not take is sent until it does, and an update comes once a minute", async () => {
  let down = true;
  const { clock, events, log, start } = await madePager((request) => (down ? { status: 429 } : checked(request)));
  const face = start();
  ended.push(() => face.stop());
  face.take(madeMoment([madeQuestion()]));
  await until(() => log.length === 1, "the first refusal");
  down = false;
  await clock.pass(1000);
  await until(() => log.length === 2, "the alarm");
  face.take(madeMoment([madeQuestion({ users: "41 % of requests fail, rising." })]));
  await clock.pass(30_000);
  face.take(madeMoment([madeQuestion({ users: "42 % of requests fail; it stays." })]));
  await clock.pass(31_000);
  face.take(madeMoment([madeQuestion({ users: "43 % of requests fail, falling." })]));
  await until(() => events().length === 3, "one update");
  expect(events()[2]?.payload?.custom_details?.["Users"]).toContain("43 %");
});

test("a trigger that PagerDuty refuses is offered again each minute until it is taken; then the alert has its end", async () => {
  let refuses = true;
  const { clock, events, log, start, memory } = await madePager((request) =>
    refuses ? { status: 400 } : checked(request),
  );
  const face = start();
  ended.push(() => face.stop());
  face.take(madeMoment([madeQuestion()]));
  await until(() => log.length === 1, "the no");
  face.take(madeMoment([madeQuestion()]));
  expect(events()).toHaveLength(1);
  refuses = false;
  await clock.pass(60_000);
  face.take(madeMoment([madeQuestion()], { at: clock.now() }));
  await until(() => keptAs(memory, "trigger"), "the alarm");
  face.take(madeMoment([madeQuestion({ closedAt: clock.now() })], { at: clock.now() }));
  await until(() => events().length === 3, "the end");
  expect(events().map(({ event_action }) => event_action)).toEqual(["trigger", "trigger", "resolve"]);
});

const keptAs = (memory: ChatMemory, told: string): boolean =>
  [...memory.incidents("pagerduty").values()].some((one) => (one as { told: string }).told === told);

test("an incident that is out of sight is resolved only when Houston was really heard without it, and says so", async () => {
  const { clock, events, start, memory } = await madePager();
  const before = start();
  before.take(madeMoment([madeQuestion()]));
  await until(() => keptAs(memory, "trigger"), "the alarm");
  await before.stop();
  const after = start();
  ended.push(() => after.stop());
  const gone = async (ms: number, given: Partial<Moment> = {}) => {
    await clock.pass(ms);
    after.take(madeMoment([], { at: clock.now(), ...given }));
  };
  await gone(0);
  await gone(599_000);
  // What Houston did not say while it was silent is no sign.
  await gone(1000, { silentSince: clock.now() });
  await gone(1000);
  await gone(599_000);
  expect(events()).toHaveLength(1);
  await gone(1000);
  await until(() => keptAs(memory, "resolve"), "the end");
  expect(events()[1]).toMatchObject({
    event_action: "resolve",
    dedup_key: `houston-49-${OPENED_AT}`,
    payload: { summary: expect.stringContaining("for 10 minutes") as string },
  });
  await gone(1000);
  expect([...memory.incidents("pagerduty")]).toEqual([]);
});

test("one that comes back into sight rings no second time", async () => {
  const { clock, events, start, memory } = await madePager();
  const face = start();
  ended.push(() => face.stop());
  face.take(madeMoment([madeQuestion()]));
  await until(() => keptAs(memory, "trigger"), "the alarm");
  face.take(madeMoment([]));
  await clock.pass(300_000);
  face.take(madeMoment([], { at: clock.now() }));
  face.take(madeMoment([madeQuestion()], { at: clock.now() }));
  await clock.pass(400_000);
  face.take(madeMoment([madeQuestion()], { at: clock.now() }));
  expect(events()).toHaveLength(1);
});

test("hostile and endless text stays within PagerDuty's limits", async () => {
  const { events, log, start } = await madePager();
  const face = start();
  ended.push(() => face.stop());
  const long = `\u001B[31mred\u001B[0m \u202Eevil ${"x".repeat(200_000)}`;
  face.take(madeMoment([madeQuestion({ brief: long, what: long, users: long, why: long, location: long })]));
  await until(() => events().length === 1, "the alarm");
  expect(log).toEqual([]);
  expect(events()[0]?.payload?.summary).toMatch(/^red {2}?evil x+…$|^red evil x+…$/);
});
