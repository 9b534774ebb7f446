import {
  type WebClient,
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from "@slack/web-api";
import { reasonOf, wasNotSent } from "../not-sent.ts";
import type { Message } from "./blocks.ts";
import type { CallOutcome, SlackCall } from "./post.ts";

/** Slack's Web API as we use it: each call made once, whatever comes of it is a value. Who calls again is the sender. */
export type SlackCalls = {
  whoAmI(): Promise<Answered<Identity>>;
  run(call: SlackCall): Promise<CallOutcome>;
  /** An answer to a person: in a thread, or for their eyes only. */
  say(to: Addressee, message: Message): Promise<CallOutcome>;
  upload(file: UploadedFile): Promise<Answered<{ readonly file: string }>>;
  remove(file: string): Promise<CallOutcome>;
};

export type Answered<Value> =
  | ({ readonly kind: "done" } & Value)
  | Exclude<CallOutcome, { readonly kind: "done" } | { readonly kind: "missing" }>;

export type Identity = { readonly user: string; readonly bot: string; readonly team: string; readonly name: string };

export type Addressee = { readonly channel: string; readonly thread: string | null; readonly onlyFor: string | null };

export type UploadedFile = {
  readonly name: string;
  readonly title: string;
  /** For who can't see it; none for a text. */
  readonly alt: string | null;
  readonly bytes: Uint8Array;
  readonly thread: string;
};

/** By these a message of ours is known again. */
const ROOT = "houston_incident";
const LINES = "houston_lines";
const LOOKED_THROUGH = 100;
/** Slack's clock and ours. */
const LOOK_BACK_SECONDS = 120;
const UPLOAD_WITHIN_MS = 20_000;

export function slackCalls(options: {
  readonly client: WebClient;
  readonly channel: string;
  readonly fetch?: typeof fetch;
}): SlackCalls {
  const { client, channel } = options;
  const send = options.fetch ?? fetch;
  /** A sentence of ours makes no links, and neither unfolds any. */
  const still = { parse: "none" as const, unfurl_links: false, unfurl_media: false };
  let me: Identity | null = null;

  const postMessage = async (about: Readonly<Record<string, unknown>>): Promise<{ kind: "done"; ts: string }> => {
    const { ts } = (await client.apiCall("chat.postMessage", { ...about, ...still })) as { ts?: string };
    return { kind: "done", ts: ts ?? "" };
  };

  const post = (thread: string | null, message: Message, metadata: Metadata, broadcast = false) =>
    postMessage({
      channel,
      text: message.text,
      ...(message.blocks.length > 0 ? { blocks: message.blocks } : {}),
      ...(thread === null ? {} : { thread_ts: thread, ...(broadcast ? { reply_broadcast: true } : {}) }),
      metadata,
    });

  const find = async (thread: string | null, sinceMs: number, isIt: (metadata: Metadata) => boolean) => {
    const range = {
      channel,
      oldest: String(Math.floor(sinceMs / 1000) - LOOK_BACK_SECONDS),
      limit: LOOKED_THROUGH,
      include_all_metadata: true,
    };
    const { messages = [] } =
      thread === null
        ? await client.conversations.history(range)
        : await client.conversations.replies({ ...range, ts: thread });
    const found = messages.find(
      (each) => (me === null || each.bot_id === me.bot) && isMetadata(each.metadata) && isIt(each.metadata),
    );
    return found?.ts === undefined ? { kind: "missing" as const } : { kind: "done" as const, ts: found.ts };
  };

  const run = (call: SlackCall): Promise<CallOutcome> => {
    switch (call.kind) {
      case "post-root":
        return post(null, call.message, { event_type: ROOT, event_payload: { key: call.key } });
      case "post-lines": {
        const metadata = { event_type: LINES, event_payload: { last: call.ids.at(-1) ?? "" } };
        return post(call.thread, call.message, metadata, call.calls.length > 0);
      }
      case "edit-root":
        return client.chat
          .update({
            channel,
            ts: call.ts,
            text: call.message.text,
            blocks: [...call.message.blocks],
            parse: "none",
            metadata: { event_type: ROOT, event_payload: { key: call.key } },
          })
          .then(({ ts }) => ({ kind: "done", ts: ts ?? call.ts }));
      case "find-root":
        return find(null, call.since, (one) => one.event_type === ROOT && one.event_payload["key"] === call.key);
      case "find-lines": {
        const last = call.ids.at(-1);
        return find(call.thread, call.since, (one) => one.event_type === LINES && one.event_payload["last"] === last);
      }
    }
  };

  return {
    whoAmI: () =>
      asValue(async () => {
        const { user_id = "", bot_id = "", team_id = "", user = "" } = await client.auth.test();
        me = { user: user_id, bot: bot_id, team: team_id, name: user };
        return { kind: "done", ...me };
      }),
    run: (call) => asValue(() => run(call)),
    say: (to, message) =>
      asValue(async () => {
        const about = {
          channel: to.channel,
          text: message.text,
          ...(message.blocks.length > 0 ? { blocks: message.blocks } : {}),
          ...(to.thread === null ? {} : { thread_ts: to.thread }),
        };
        if (to.onlyFor === null) return postMessage(about);
        await client.apiCall("chat.postEphemeral", { ...about, user: to.onlyFor, parse: "none" });
        return { kind: "done", ts: "" };
      }),
    upload: (file) =>
      asValue(async () => {
        const { name, title, alt, bytes, thread } = file;
        // The library's own name for the description is not the one that Slack documents.
        const about = { filename: name, length: bytes.byteLength, ...(alt === null ? {} : { alt_txt: alt }) };
        const { upload_url = "", file_id = "" } = (await client.apiCall("files.getUploadURLExternal", about)) as {
          upload_url?: string;
          file_id?: string;
        };
        const { status, body } = await send(upload_url, {
          method: "POST",
          headers: { "content-type": "application/octet-stream" },
          body: Uint8Array.from(bytes),
          redirect: "error",
          signal: AbortSignal.timeout(UPLOAD_WITHIN_MS),
        });
        // Unread it would keep its connection.
        await body?.cancel().catch(() => {});
        if (status !== 200)
          return { kind: "failed", maybe: false, says: `the upload was answered with HTTP ${status}` };
        await client.files.completeUploadExternal({
          files: [{ id: file_id, title }],
          channel_id: channel,
          thread_ts: thread,
        });
        return { kind: "done", file: file_id };
      }),
    remove: (file) =>
      asValue(async () => {
        await client.files.delete({ file });
        return { kind: "done", ts: "" };
      }),
  };
}

type Metadata = { event_type: string; event_payload: Record<string, string> };

function isMetadata(value: unknown): value is Metadata {
  const { event_type, event_payload } = (value ?? {}) as { event_type?: unknown; event_payload?: unknown };
  return typeof event_type === "string" && typeof event_payload === "object" && event_payload !== null;
}

/** Codes by which Slack says that it can't just now. */
const PASSING = new Set([
  "internal_error",
  "fatal_error",
  "service_unavailable",
  "request_timeout",
  "team_added_to_org",
  "ratelimited",
  "rate_limited",
]);
const LIMITED_FOR_MS = 30_000;

async function asValue<Value extends { readonly kind: string }>(
  run: () => Promise<Value>,
): Promise<Value | Exclude<CallOutcome, { readonly kind: "done" } | { readonly kind: "missing" }>> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof WebAPIRateLimitedError) return { kind: "limited", afterMs: error.retryAfter * 1000 };
    if (error instanceof WebAPIPlatformError) {
      const code = error.data.error;
      if (code === "ratelimited" || code === "rate_limited") return { kind: "limited", afterMs: LIMITED_FOR_MS };
      // What is no code is a page of something between us and Slack.
      if (PASSING.has(code) || !/^[a-z0-9_]{1,80}$/.test(code))
        return { kind: "failed", maybe: true, says: code.slice(0, 200) };
      return { kind: "refused", error: code };
    }
    if (error instanceof WebAPIHTTPError) {
      const says = `Slack answered HTTP ${error.statusCode}`;
      return error.statusCode >= 500 ? { kind: "failed", maybe: true, says } : { kind: "refused", error: says };
    }
    if (error instanceof WebAPIRequestError) {
      const { original } = error;
      return { kind: "failed", maybe: !wasNotSent(original), says: `Slack can't be reached: ${reasonOf(original)}` };
    }
    return { kind: "failed", maybe: true, says: error instanceof Error ? error.message : String(error) };
  }
}
