import { CallerError } from "../core/errors.ts";
import { safeAddress } from "../drivers/safe-address.ts";
import { type Environment, secretOf } from "../drivers/secret.ts";
import type { People } from "./slack/people.ts";
import { readSlackSettings, type SlackSettings } from "./slack/settings.ts";
import { webhookKey } from "../drivers/webhook-signature.ts";

/** Which faces there are, out of the environment; each is off until its secret is there. */
export type ChatSettings = {
  readonly slack: SlackSettings | null;
  readonly webhook: { readonly url: string; readonly key: Uint8Array } | null;
  readonly pagerDuty: { readonly url: string; readonly routingKey: string } | null;
};

/** Variables that no other process than the chat's has any use for; each may be a file's name with `_FILE` instead. */
export const CHAT_SECRETS = [
  "SLACK_BOT_TOKEN",
  "SLACK_APP_TOKEN",
  "SLACK_SIGNING_SECRET",
  "HOUSTON_WEBHOOK_SECRET",
  "HOUSTON_PAGERDUTY_KEY",
] as const;

const PAGERDUTY_URL = "https://events.pagerduty.com/v2/enqueue";

/** Throws `CallerError` for what is half set or wrong. */
export function readChatSettings(env: Environment, listed: People | null = null): ChatSettings {
  return { slack: readSlackSettings(env, listed), webhook: webhookOf(env), pagerDuty: pagerDutyOf(env) };
}

/** Whether anybody wants a chat at all; says nothing about whether its settings are right. */
export function wantsChat(env: Environment): boolean {
  const wanted = [
    ...["SLACK_BOT_TOKEN", "HOUSTON_PAGERDUTY_KEY"].flatMap((name) => [name, `${name}_FILE`]),
    "HOUSTON_WEBHOOK_URL",
  ];
  return wanted.some((name) => (env[name] ?? "") !== "");
}

function webhookOf(env: Environment): ChatSettings["webhook"] {
  const url = env["HOUSTON_WEBHOOK_URL"] ?? "";
  if (url === "") return null;
  const secret = secretOf(env, "HOUSTON_WEBHOOK_SECRET");
  if (secret === null) {
    throw new CallerError({
      code: "no-webhook-secret",
      message: "HOUSTON_WEBHOOK_URL is set and HOUSTON_WEBHOOK_SECRET is not",
      hint: 'make one with: echo "whsec_$(openssl rand -base64 32)", and give it to the receiver too',
    });
  }
  return { url: safeAddress("HOUSTON_WEBHOOK_URL", url), key: webhookKey("HOUSTON_WEBHOOK_SECRET", secret) };
}

function pagerDutyOf(env: Environment): ChatSettings["pagerDuty"] {
  const routingKey = secretOf(env, "HOUSTON_PAGERDUTY_KEY");
  if (routingKey === null) return null;
  if (!/^[A-Za-z0-9]{32}$/.test(routingKey)) {
    throw new CallerError({
      code: "bad-pagerduty-key",
      message: "HOUSTON_PAGERDUTY_KEY is not 32 letters and digits",
      hint: "it is the Integration Key of an Events API v2 integration of your service",
    });
  }
  return { url: safeAddress("HOUSTON_PAGERDUTY_URL", env["HOUSTON_PAGERDUTY_URL"] || PAGERDUTY_URL), routingKey };
}
