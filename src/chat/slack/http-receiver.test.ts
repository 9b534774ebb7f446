import { connect } from "node:net";
import { afterEach, expect, test } from "vitest";
import { MADE, signedBody } from "./made-slack.testing.ts";
import { type SlackWorld, slackWorld } from "./made-slack-world.testing.ts";
import { slackSignature } from "./signature.ts";

let world: SlackWorld | null = null;
const PATIENCE_MS = 60_000;
afterEach(async () => {
  await world?.stop();
  world = null;
});

async function begin(): Promise<SlackWorld & { readonly url: string }> {
  world = await slackWorld({ door: { kind: "http", signingSecret: MADE.signingSecret, port: 0 } });
  return { ...world, url: `http://127.0.0.1:${world.face.port()}/slack/events` };
}

/** A command as Slack would send it, changed as an attacker would. */
function send(
  { url, clock }: { url: string; clock: SlackWorld["clock"] },
  change: {
    secret?: string;
    ageSeconds?: number;
    body?: string;
    signature?: string | null;
    retry?: boolean;
    contentType?: string;
  } = {},
): Promise<Response> {
  const signed = signedBody("slash_commands", {
    command: "/houston",
    text: "hold",
    user_id: MADE.alice,
    channel_id: MADE.channel,
    trigger_id: "trigger-1",
    response_url: "http://127.0.0.1:9/respond",
  });
  const timestamp = String(Math.floor(clock.now() / 1000) - (change.ageSeconds ?? 0));
  const signature =
    change.signature === undefined
      ? slackSignature(change.secret ?? MADE.signingSecret, timestamp, signed.body)
      : change.signature;
  return fetch(url, {
    method: "POST",
    headers: {
      "content-type": change.contentType ?? signed.contentType,
      "x-slack-request-timestamp": timestamp,
      ...(signature === null ? {} : { "x-slack-signature": signature }),
      ...(change.retry === true ? { "x-slack-retry-num": "1", "x-slack-retry-reason": "http_timeout" } : {}),
    },
    body: change.body ?? signed.body,
  });
}

test(
  "what Slack signed is taken, by event, command and button",
  async () => {
    const { slack, houston, wait } = await begin();
    await slack.mention({ text: "hold" });
    await slack.command({ text: "hold us-east-1" });
    await wait(() => houston.orders.length === 2, "both orders");
    await slack.mention({ text: "restore us-east-1" });
    await wait(
      () => slack.messages.some(({ blocks }) => JSON.stringify(blocks).includes("houston:confirm")),
      "the card",
    );
    const card = slack.messages.find(({ blocks }) => JSON.stringify(blocks).includes("houston:confirm"))!;
    await slack.click({ message: card, action: "confirm" });
    await wait(() => houston.orders.length === 3, "the confirmed order");
    expect(slack.violations).toEqual([]);
  },
  PATIENCE_MS,
);

test(
  "forged, foreign, old and unsigned requests do nothing",
  async () => {
    const door = await begin();
    const { houston, pass } = door;
    expect((await send(door, { secret: "another secret" })).status).toBe(401);
    expect((await send(door, { body: "command=%2Fhouston&text=evacuate+us-east-1&user_id=U0ALICE" })).status).toBe(401);
    expect((await send(door, { ageSeconds: 301 })).status).toBe(401);
    expect((await send(door, { ageSeconds: -301 })).status).toBe(401);
    expect((await send(door, { signature: null })).status).toBe(401);
    expect((await send(door, { signature: "v0=" })).status).toBe(401);
    await pass(1000);
    expect(houston.orders).toEqual([]);
  },
  PATIENCE_MS,
);

test(
  "a request that somebody caught and sends again is refused; one that Slack itself brings again is acknowledged and done once",
  async () => {
    const door = await begin();
    const { houston, wait, pass } = door;
    expect((await send(door)).status).toBe(200);
    await wait(() => houston.orders.length === 1, "the order");
    expect((await send(door)).status).toBe(401);
    expect((await send(door, { retry: true })).status).toBe(200);
    // Signed anew, as Slack does it: the same delivery by its own name.
    expect((await send(door, { ageSeconds: 1, retry: true })).status).toBe(200);
    await pass(2000);
    expect(houston.orders).toHaveLength(1);
  },
  PATIENCE_MS,
);

test(
  "the address is proved to Slack, and what is no request of it is refused without a crash",
  async () => {
    const { url, clock, houston, slack, wait } = await begin();
    const timestamp = String(Math.floor(clock.now() / 1000));
    const post = (body: string, contentType = "application/json") =>
      fetch(url, {
        method: "POST",
        headers: {
          "content-type": contentType,
          "x-slack-request-timestamp": timestamp,
          "x-slack-signature": slackSignature(MADE.signingSecret, timestamp, body),
        },
        body,
      });
    const proof = await post(
      JSON.stringify({ type: "url_verification", challenge: "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P" }),
    );
    expect(await proof.json()).toEqual({ challenge: "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P" });
    expect((await post("ssl_check=1&token=x", "application/x-www-form-urlencoded")).status).toBe(200);
    expect((await post("{not json")).status).toBe(400);
    expect((await post("[1, 2]")).status).toBe(400);
    expect((await post("payload=%7Bnot", "application/x-www-form-urlencoded")).status).toBe(400);
    expect((await post(`"${"x".repeat(600_000)}"`)).status).toBe(413);
    expect(
      (await post(JSON.stringify({ type: "event_callback", event_id: "Ev0", event: { type: "something_new" } })))
        .status,
    ).toBe(200);
    expect((await fetch(url)).status).toBe(404);
    expect((await fetch(url.replace("/slack/events", "/"), { method: "POST", body: "x" })).status).toBe(404);
    await slack.mention({ text: "hold" });
    await wait(() => houston.orders.length === 1, "that it still hears");
  },
  PATIENCE_MS,
);

test(
  "bytes that are no HTTP are hung up on",
  async () => {
    const { face } = await begin();
    const answer = await new Promise<string>((resolve) => {
      let text = "";
      const socket = connect(face.port(), "127.0.0.1", () =>
        socket.write("\u0016\u0003\u0001 this is no HTTP\r\n\r\n"),
      );
      socket.on("data", (bytes) => (text += bytes.toString())).on("close", () => resolve(text));
    });
    expect(answer).toContain("400 Bad Request");
  },
  PATIENCE_MS,
);
