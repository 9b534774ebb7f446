import { CallerError } from "../../core/errors.ts";
import { safeAddress } from "../../drivers/safe-address.ts";
import { type Environment, secretOf } from "../../drivers/secret.ts";
import type { Mention } from "./blocks.ts";
import { type People, readPeople } from "./people.ts";

/** How Slack is reached, out of the environment. */
export type SlackSettings = {
  readonly botToken: string;
  /** How orders come in; null: none do, and Slack is only told. */
  readonly door:
    | { readonly kind: "socket"; readonly appToken: string }
    | { readonly kind: "http"; readonly signingSecret: string; readonly port: number }
    | null;
  readonly channel: string;
  readonly people: People;
  readonly mention: Mention | null;
  /** Ends with a slash. */
  readonly apiUrl: string;
};

const API_URL = "https://slack.com/api/";
const HTTP_PORT = 7073;

/** Null when SLACK_BOT_TOKEN is not set: then Slack is off. Throws `CallerError` for what is half set or wrong. */
export function readSlackSettings(
  env: Environment,
  /** Who may order by houston.yaml; null: the environment says it. */
  listed: People | null = null,
): SlackSettings | null {
  const botToken = secretOf(env, "SLACK_BOT_TOKEN");
  if (botToken === null) return null;
  const channel = env["SLACK_CHANNEL"]?.trim() ?? "";
  if (!/^[CG][A-Z0-9]{2,20}$/.test(channel)) {
    throw wrong(
      "bad-slack-channel",
      channel === "" ? "SLACK_CHANNEL is not set" : `SLACK_CHANNEL is ${channel}, which is no channel's id`,
      "its id (C...) stands at the end of the channel's details in Slack",
    );
  }
  if (listed !== null && (env["HOUSTON_SLACK_PEOPLE"] ?? "") !== "")
    throw wrong(
      "slack-people-twice",
      "who may order stands in HOUSTON_SLACK_PEOPLE and in houston.yaml",
      "leave HOUSTON_SLACK_PEOPLE out: `people` in houston.yaml says it",
    );
  mustBegin("SLACK_BOT_TOKEN", botToken, "xoxb-");
  const appToken = secretOf(env, "SLACK_APP_TOKEN");
  if (appToken !== null) mustBegin("SLACK_APP_TOKEN", appToken, "xapp-");
  const signingSecret = secretOf(env, "SLACK_SIGNING_SECRET");
  const apiUrl = safeAddress("SLACK_API_URL", env["SLACK_API_URL"] || API_URL);
  return {
    botToken,
    door:
      appToken !== null
        ? { kind: "socket", appToken }
        : signingSecret !== null
          ? { kind: "http", signingSecret, port: portOf(env["SLACK_HTTP_PORT"]) }
          : null,
    channel,
    people: listed ?? readPeople(env["HOUSTON_SLACK_PEOPLE"] ?? ""),
    mention: mentionOf(env["HOUSTON_SLACK_MENTION"] ?? "here"),
    apiUrl: apiUrl.endsWith("/") ? apiUrl : `${apiUrl}/`,
  };
}

function mustBegin(name: string, token: string, prefix: string): void {
  if (token.startsWith(prefix)) return;
  // The token itself is never quoted.
  throw wrong(
    "bad-slack-token",
    `${name} does not begin with ${prefix}`,
    "docs/how-to/slack.md says which token is which",
  );
}

function portOf(text: string | undefined): number {
  const port = text === undefined || text === "" ? HTTP_PORT : Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw wrong("bad-slack-port", `SLACK_HTTP_PORT is ${text}, which is no port`, `leave it out for ${HTTP_PORT}`);
}

function mentionOf(text: string): Mention | null {
  if (text === "none") return null;
  if (text === "here" || text === "channel") return { kind: text };
  if (/^[UW][A-Z0-9]{2,20}$/.test(text)) return { kind: "user", id: text };
  if (/^S[A-Z0-9]{2,20}$/.test(text)) return { kind: "usergroup", id: text };
  throw wrong(
    "bad-slack-mention",
    `HOUSTON_SLACK_MENTION is ${text}`,
    "here, channel, none, a person's id (U...) or a user group's (S...)",
  );
}

function wrong(code: string, message: string, hint: string): CallerError {
  return new CallerError({ code, message, hint });
}
