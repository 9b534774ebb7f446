import { afterEach, expect, test } from "vitest";
import { madeClock } from "../../runtime/made-clock.testing.ts";
import { httpPost, type Post } from "../deliver.ts";
import { madeIncident, madeMoment, madeWords, OPENED_AT, until } from "../made-incident.testing.ts";
import {
  madeReceiver,
  type MadeReceiver,
  type ReceivedRequest,
  type ReceiverAnswer,
} from "../../drivers/made-receiver.testing.ts";
import { chatMemory } from "../memory.ts";
import { isSigned, webhookHeaders, webhookKey } from "../../drivers/webhook-signature.ts";
import { webhookFace, type WebhookBody } from "./webhook-face.ts";

const key = webhookKey("HOUSTON_WEBHOOK_SECRET", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=");
const ended: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end();
});

const bodyOf = ({ body }: ReceivedRequest): WebhookBody => JSON.parse(body) as WebhookBody;

/** What the Standard Webhooks specification asks of a receiver; anything else is answered 400. */
function checked(request: ReceivedRequest, nowSeconds: number): ReceiverAnswer {
  const { headers, body, method } = request;
  const seconds = Number(headers["webhook-timestamp"]);
  const right =
    method === "POST" &&
    headers["content-type"] === "application/json" &&
    headers["webhook-id"] === bodyOf(request).id &&
    isSigned({
      key,
      id: headers["webhook-id"],
      seconds,
      body,
      signatures: String(headers["webhook-signature"]),
      nowSeconds,
    });
  return { status: right ? 204 : 400 };
}

async function madeWebhook(answer?: (request: ReceivedRequest) => ReceiverAnswer | "hang", post: Post = httpPost()) {
  const clock = madeClock(OPENED_AT);
  const memory = chatMemory(":memory:");
  const log: string[] = [];
  const receiver: MadeReceiver = await madeReceiver(
    answer ?? ((request) => checked(request, Math.floor(clock.now() / 1000))),
  );
  const start = () =>
    webhookFace({
      url: `${receiver.url}/hook`,
      key,
      clock,
      memory,
      log: (_level, says) => log.push(says),
      post,
    });
  ended.push(
    () => memory.close(),
    () => receiver.stop(),
  );
  return { clock, memory, log, receiver, start };
}

test("a receiver hears of an incident as it opens, changes and closes, signed, each once and in order", async () => {
  const { receiver, start } = await madeWebhook();
  const face = start();
  ended.push(() => face.stop());
  const opening = madeWords("us-east-1: healthy -> failing");
  face.take(madeMoment([madeIncident()], { words: [opening] }));
  await until(() => receiver.requests.length === 1, "the opening");
  // Only figures changed, by less than a tenth of the move: that is no news.
  const progress = madeIncident().progress!;
  face.take(madeMoment([madeIncident({ progress: { ...progress, movedShare: progress.movedShare + 0.001 } })]));
  face.take(madeMoment([madeIncident({ doing: "all of it is out." })]));
  await until(() => receiver.requests.length === 2, "the change");
  face.take(madeMoment([madeIncident({ doing: "all of it is out.", closedAt: OPENED_AT + 60_000 })]));
  await until(() => receiver.requests.length === 3, "the end");

  const bodies = receiver.requests.map(bodyOf);
  expect(bodies.map(({ id }) => id)).toEqual([1, 2, 3].map((count) => `incident-47-${OPENED_AT}-${count}`));
  expect(bodies.map(({ version }) => version)).toEqual([1, 1, 1]);
  expect(bodies[0]?.words).toEqual([opening]);
  expect(bodies[1]?.incident.doing).toBe("all of it is out.");
  expect(bodies[2]?.incident.closedAt).toBe(OPENED_AT + 60_000);
});

test("a receiver that is down for a while gets the same delivery again, then one with all that happened meanwhile", async () => {
  let down = true;
  const { clock, log, receiver, start } = await madeWebhook((request) =>
    down ? { status: 503, headers: { "retry-after": "7" } } : checked(request, Math.floor(clock.now() / 1000)),
  );
  const face = start();
  ended.push(() => face.stop());
  face.take(madeMoment([madeIncident()]));
  await until(() => log.length === 1, "the first refusal");
  for (let step = 1; step <= 50; step += 1) {
    face.take(madeMoment([madeIncident({ doing: `step ${step}` })], { words: [madeWords(`step ${step}`)] }));
  }
  await clock.pass(6000);
  expect(receiver.requests).toHaveLength(1);
  down = false;
  await clock.pass(2000);
  await until(() => receiver.requests.length === 3, "both deliveries");
  const [first, again, rest] = receiver.requests;
  expect(again?.body).toBe(first?.body);
  expect(again?.headers["webhook-id"]).toBe(first?.headers["webhook-id"]);
  expect(bodyOf(rest!).incident.doing).toBe("step 50");
  expect(bodyOf(rest!).words).toHaveLength(50);
  expect(log[0]).toContain("HTTP 503");
});

test("after a restart in the middle of a delivery the very same goes again, so the receiver knows it by its id", async () => {
  const sent: string[] = [];
  let lost = true;
  const { clock, start, memory } = await madeWebhook(undefined, async (letter) => {
    sent.push(letter.body);
    return lost ? { kind: "retry", says: "connection reset", afterMs: null } : { kind: "taken" };
  });
  const before = start();
  before.take(madeMoment([madeIncident()]));
  await clock.pass(0);
  await before.stop();
  lost = false;
  const after = start();
  ended.push(() => after.stop());
  await clock.pass(0);
  expect(sent).toHaveLength(2);
  expect(sent[1]).toBe(sent[0]);
  after.take(madeMoment([madeIncident()]));
  await clock.pass(60_000);
  expect(sent, "what is told is not told again").toHaveLength(2);
  after.take(madeMoment([], { at: clock.now() }));
  expect([...memory.incidents("webhook")], "what is out of sight for a moment is not forgotten").toHaveLength(1);
  await clock.pass(600_000);
  after.take(madeMoment([], { at: clock.now() }));
  expect([...memory.incidents("webhook")], "what is over is").toEqual([]);
});

test("words that come before their incident is shown are told with it; one that comes back goes on counting", async () => {
  const { receiver, start } = await madeWebhook();
  const face = start();
  ended.push(() => face.stop());
  const opening = madeWords("us-east-1: healthy -> failing");
  face.take(madeMoment([], { words: [opening] }));
  face.take(madeMoment([madeIncident()]));
  await until(() => receiver.requests.length === 1, "the opening");
  expect(bodyOf(receiver.requests[0]!).words).toEqual([opening]);
  face.take(madeMoment([]));
  face.take(madeMoment([madeIncident({ doing: "all of it is out." })]));
  await until(() => receiver.requests.length === 2, "the change");
  expect(bodyOf(receiver.requests[1]!)).toMatchObject({ id: `incident-47-${OPENED_AT}-2`, words: [] });
});

test("a receiver that says no is believed, and the next change is sent all the same", async () => {
  const { clock, log, receiver, start } = await madeWebhook(() => ({ status: 401 }));
  const face = start();
  ended.push(() => face.stop());
  face.take(madeMoment([madeIncident()]));
  await until(() => log.length === 1, "the no");
  await clock.pass(600_000);
  expect(receiver.requests).toHaveLength(1);
  expect(log[0]).toContain("refused: it answered HTTP 401");
  face.take(madeMoment([madeIncident({ level: "urgent" })]));
  await until(() => receiver.requests.length === 2, "the next change");
});

test("a redirect is not followed: what is signed goes where the operator said", async () => {
  const other = await madeReceiver(() => ({ status: 204 }));
  ended.push(() => other.stop());
  const { log, start } = await madeWebhook(() => ({ status: 307, headers: { location: other.url } }));
  const face = start();
  ended.push(() => face.stop());
  face.take(madeMoment([madeIncident()]));
  await until(() => log.length === 1, "the redirect");
  expect(other.requests).toEqual([]);
});

test("a forged body, another key, an old letter and a foreign scheme are no signatures", () => {
  const letter = { key, id: "incident-47-1-1", seconds: 1_700_000_000, body: '{"version":1}' };
  const signatures = webhookHeaders(letter)["webhook-signature"]!;
  const given = { ...letter, signatures, nowSeconds: letter.seconds + 299 };
  expect(isSigned(given)).toBe(true);
  expect(isSigned({ ...given, signatures: `v1,AAAA ${signatures}` })).toBe(true);
  expect(isSigned({ ...given, body: '{"version":2}' })).toBe(false);
  expect(isSigned({ ...given, id: "incident-48-1-1" })).toBe(false);
  expect(
    isSigned({ ...given, key: webhookKey("HOUSTON_WEBHOOK_SECRET", Buffer.alloc(32, 1).toString("base64")) }),
  ).toBe(false);
  expect(isSigned({ ...given, nowSeconds: letter.seconds + 301 })).toBe(false);
  expect(isSigned({ ...given, signatures: signatures.replace("v1,", "v1a,") })).toBe(false);
});

test("the specification's own example is signed as it says", () => {
  // standardwebhooks.com, "Signature scheme": the secret, message and signature of its libraries' tests.
  const headers = webhookHeaders({
    key: webhookKey("HOUSTON_WEBHOOK_SECRET", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
    id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
    seconds: 1_614_265_330,
    body: '{"test": 2432232314}',
  });
  expect(headers["webhook-signature"]).toBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
});

test("a secret that is no key is refused with the way to make one", () => {
  for (const secret of ["", "password", "whsec_c2hvcnQ=", "whsec_not base64 at all, but long enough for it"]) {
    expect(() => webhookKey("HOUSTON_WEBHOOK_SECRET", secret)).toThrow(
      expect.objectContaining({ code: "bad-webhook-secret" }),
    );
  }
});
