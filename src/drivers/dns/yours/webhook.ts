import { createHash } from "node:crypto";
import type { UnixMs } from "../../../core/step.ts";
import { webhookHeaders } from "../../webhook-signature.ts";
import { apiCall } from "../api-call.ts";
import { type AskYours, readReason } from "./letters.ts";

export type YourWebhook = { readonly url: string; readonly key: Uint8Array; readonly now: () => UnixMs };

/** Each question is one POST, signed as all of Houston's webhooks are (standardwebhooks.com). */
export function askWebhook({ url, key, now }: YourWebhook): AskYours {
  const who = new URL(url).host;
  return async (letter, signal) => {
    const body = JSON.stringify(letter);
    const seconds = Math.floor(now() / 1000);
    // The same question in the same second is the same letter.
    const id = `dns-${createHash("sha256").update(`${seconds}.${body}`).digest("hex").slice(0, 24)}`;
    const headers = { "content-type": "application/json", ...webhookHeaders({ key, id, seconds, body }) };
    // An address may hold a token of its own.
    return apiCall({ who, method: "POST", url, headers, body, secrets: secretsOf(url), signal }, (_status, answer) =>
      readReason(answer),
    );
  };
}

/** What stands in an address beside where it points to. */
function secretsOf(url: string): string[] {
  const { pathname, search, username, password } = new URL(url);
  return [password, username, search, pathname.length > 1 ? pathname : ""];
}
