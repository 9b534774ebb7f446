import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { CallerError } from "../core/errors.ts";
import { withoutSecrets } from "../drivers/secret.ts";
import { readChatSettings, wantsChat } from "./settings.ts";

const folder = mkdtempSync(join(tmpdir(), "chat-settings-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

const SLACK = { SLACK_BOT_TOKEN: "xoxb-secret-1", SLACK_CHANNEL: "C0123ABCD" };
const WEBHOOK = {
  HOUSTON_WEBHOOK_URL: "https://hooks.example.com/houston",
  HOUSTON_WEBHOOK_SECRET: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
};

test("everything is off until its secret is there", () => {
  expect(readChatSettings({})).toEqual({ slack: null, webhook: null, pagerDuty: null });
  expect(readChatSettings({ SLACK_CHANNEL: "C0123ABCD", SLACK_APP_TOKEN: "xapp-1" }).slack).toBeNull();
  expect(wantsChat({ SLACK_CHANNEL: "C0123ABCD" })).toBe(false);
  expect(wantsChat({ HOUSTON_PAGERDUTY_KEY_FILE: "somewhere" })).toBe(true);
});

test("Slack is only told without a way for orders to come in; Socket Mode goes before HTTP", () => {
  expect(readChatSettings(SLACK).slack).toMatchObject({
    door: null,
    mention: { kind: "here" },
    apiUrl: "https://slack.com/api/",
  });
  const both = { ...SLACK, SLACK_APP_TOKEN: "xapp-secret-2", SLACK_SIGNING_SECRET: "abc" };
  expect(readChatSettings(both).slack?.door).toEqual({ kind: "socket", appToken: "xapp-secret-2" });
  const { SLACK_APP_TOKEN: _none, ...http } = both;
  expect(readChatSettings(http).slack?.door).toEqual({ kind: "http", signingSecret: "abc", port: 7073 });
});

test("secrets come from files, too", () => {
  const settings = readChatSettings({
    SLACK_BOT_TOKEN_FILE: file("bot", "xoxb-from-a-file\n"),
    SLACK_CHANNEL: "C0123ABCD",
    HOUSTON_SLACK_PEOPLE: "U012AB3CD=alice, W0456EFGH=Bob O. Smith",
    HOUSTON_SLACK_MENTION: "S0ONCALL",
    HOUSTON_WEBHOOK_URL: "http://127.0.0.1:8080/hook",
    HOUSTON_WEBHOOK_SECRET_FILE: file("hook", WEBHOOK.HOUSTON_WEBHOOK_SECRET),
    HOUSTON_PAGERDUTY_KEY_FILE: file("pager", "0123456789abcdef0123456789abcdef"),
  });
  expect(settings.slack?.botToken).toBe("xoxb-from-a-file");
  expect([...settings.slack!.people]).toEqual([
    ["U012AB3CD", "alice"],
    ["W0456EFGH", "Bob O. Smith"],
  ]);
  expect(settings.slack?.mention).toEqual({ kind: "usergroup", id: "S0ONCALL" });
  expect(settings.webhook?.key).toHaveLength(24);
  expect(settings.pagerDuty).toEqual({
    url: "https://events.pagerduty.com/v2/enqueue",
    routingKey: "0123456789abcdef0123456789abcdef",
  });
});

const WRONG: readonly (readonly [string, Record<string, string>])[] = [
  ["bad-slack-channel", { ...SLACK, SLACK_CHANNEL: "" }],
  ["bad-slack-channel", { ...SLACK, SLACK_CHANNEL: "#incidents" }],
  ["bad-slack-token", { ...SLACK, SLACK_BOT_TOKEN: "xapp-secret-1" }],
  ["bad-slack-token", { ...SLACK, SLACK_APP_TOKEN: "xoxb-secret-1" }],
  ["bad-address", { ...SLACK, SLACK_API_URL: "slack.example" }],
  ["bad-address", { ...SLACK, SLACK_API_URL: "http://slack.example/api/" }],
  ["bad-slack-port", { ...SLACK, SLACK_SIGNING_SECRET: "a-secret-1", SLACK_HTTP_PORT: "70000" }],
  ["bad-slack-mention", { ...SLACK, HOUSTON_SLACK_MENTION: "@oncall" }],
  ["bad-slack-people", { ...SLACK, HOUSTON_SLACK_PEOPLE: "alice" }],
  ["bad-slack-people", { ...SLACK, HOUSTON_SLACK_PEOPLE: "U012AB3CD=alice,U012AB3CD=bob" }],
  ["bad-slack-people", { ...SLACK, HOUSTON_SLACK_PEOPLE: "U012AB3CD=<!channel>" }],
  ["no-webhook-secret", { HOUSTON_WEBHOOK_URL: WEBHOOK.HOUSTON_WEBHOOK_URL }],
  ["bad-webhook-secret", { ...WEBHOOK, HOUSTON_WEBHOOK_SECRET: "secret-1" }],
  ["bad-address", { ...WEBHOOK, HOUSTON_WEBHOOK_URL: "http://user:secret-1@hooks.example.com/" }],
  ["bad-address", { ...WEBHOOK, HOUSTON_WEBHOOK_URL: "file:///etc/passwd" }],
  ["bad-pagerduty-key", { HOUSTON_PAGERDUTY_KEY: "secret-1" }],
  ["secret-unreadable", { HOUSTON_PAGERDUTY_KEY_FILE: join(folder, "nowhere") }],
];

test.each(WRONG)("%s is said with its fix, and no secret", (code, env) => {
  let error: unknown = null;
  try {
    readChatSettings(env);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(CallerError);
  const { code: got, message, hint } = error as CallerError;
  expect(got).toBe(code);
  expect(hint.length).toBeGreaterThan(10);
  expect(`${message} ${hint}`).not.toContain("secret-1");
});

test("an empty secret file is no secret", () => {
  expect(() => readChatSettings({ SLACK_BOT_TOKEN_FILE: file("empty", "\n") })).toThrow(
    expect.objectContaining({ code: "secret-empty" }),
  );
});

test("what looks like a token never gets through to a log", () => {
  const line = "invalid token xoxb-123-abc, then xapp-1-A0-99 and whsec_AAAA and my-own-secret";
  expect(withoutSecrets(line, ["my-own-secret", ""])).toBe(
    "invalid token (secret), then (secret) and (secret) and (secret)",
  );
});

test("who may order in Slack stands in the environment or in houston.yaml, and not in both", () => {
  const listed = new Map([["U012AB3CD", "ana"]]);
  expect(readChatSettings(SLACK, listed).slack?.people).toBe(listed);
  const both = (): unknown => readChatSettings({ ...SLACK, HOUSTON_SLACK_PEOPLE: "U0456EFGH=bob" }, listed);
  expect(both).toThrow(expect.objectContaining({ code: "slack-people-twice" }));
});
