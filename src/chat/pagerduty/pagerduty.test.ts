import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { madeClock } from "../../runtime/made-clock.testing.ts";
import { httpPost } from "../deliver.ts";
import { madeIncident, madeMoment, madeQuestion, OPENED_AT, until } from "../made-incident.testing.ts";
import { madeReceiver, type ReceivedRequest, type ReceiverAnswer } from "../made-receiver.testing.ts";
import { chatMemory } from "../memory.ts";
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

test("an incident that ended while nobody looked is resolved after the restart", async () => {
  const { events, start, memory } = await madePager();
  const before = start();
  before.take(madeMoment([madeQuestion()]));
  await until(
    () => [...memory.incidents("pagerduty").values()].some((one) => JSON.stringify(one).includes("trigger")),
    "the alarm",
  );
  await before.stop();
  const after = start();
  ended.push(() => after.stop());
  after.take(madeMoment([]));
  await until(() => events().length === 2, "the end");
  expect(events()[1]).toEqual({ routing_key: KEY, event_action: "resolve", dedup_key: `houston-49-${OPENED_AT}` });
  await until(
    () => [...memory.incidents("pagerduty").values()].some((one) => JSON.stringify(one).includes("resolve")),
    "the end is known",
  );
  after.take(madeMoment([]));
  expect([...memory.incidents("pagerduty")]).toEqual([]);
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
