import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { parse } from "node:querystring";
import { z } from "zod";
import { wrongBlocks } from "./block-kit.testing.ts";
import { acceptSocket, type MadeSocket } from "./made-socket.testing.ts";
import { allText, buttonsOf } from "./read-blocks.testing.ts";
import { slackSignature } from "./signature.ts";
import { type Args, METHODS, RESPONSE, RESPONSES_MAX } from "./slack-contract.testing.ts";

/**
 * A Slack for tests, on loopback. It is no imitation of what Slack looks like but of what Slack has published that it takes:
 * every request is checked, and what the documents do not allow is answered as Slack would and noted in `violations`.
 *
 * What it follows (docs.slack.dev, as of November 2026):
 * - Web API, "Using the Slack Web API": POST, form-encoded or JSON, a bearer token in the header; complex arguments of a form
 *   are JSON text; errors are `{ok: false, error}` with HTTP 200; 429 with Retry-After.
 * - reference/methods: auth.test, chat.postMessage, chat.update, chat.postEphemeral, conversations.history,
 *   conversations.replies, files.getUploadURLExternal, files.completeUploadExternal, files.delete, apps.connections.open:
 *   required and optional arguments, types, and the error for each case that we can cause.
 * - reference/block-kit: in block-kit.testing.ts.
 * - messaging/working-with-files: ask for an address, POST the bytes there, complete the upload into a thread.
 * - apis/events-api/using-socket-mode: a ticket for one connection, hello, envelopes with an id, each acknowledged in 3 s.
 * - apis/events-api and interactivity: app_mention, slash commands, block_actions; response_url, five times in 30 minutes.
 * - authentication/verifying-requests-from-slack: v0 signatures.
 *
 * What nobody could check here: how Slack's own servers behave where the documents are silent.
 */
export type MadeSlack = {
  readonly apiUrl: string;
  readonly violations: string[];
  /** Newest last; an edit changes the message. */
  readonly messages: MadeMessage[];
  readonly ephemeral: {
    readonly channel: string;
    readonly user: string;
    readonly thread: string | null;
    readonly text: string;
    readonly all: string;
  }[];
  readonly files: Map<string, MadeFile>;
  /** What came to response_urls. */
  readonly responses: {
    readonly replaces: boolean;
    readonly toAll: boolean;
    readonly all: string;
    readonly blocks: unknown[];
  }[];
  readonly calls: { readonly method: string; readonly args: Args }[];
  /** How the next calls of a method fare, before they are looked at (`lost`: they are carried out, and not answered). */
  fail(method: string, ...how: readonly Trouble[]): void;
  /** Everything fares so, until it is ended. */
  failAll(how: Trouble | null): void;
  mention(given: Given): Promise<unknown>;
  command(given: Given): Promise<unknown>;
  click(given: Omit<Given, "text"> & { readonly message: MadeMessage; readonly action: string }): Promise<unknown>;
  /** Where signed requests go instead of the socket. */
  deliverTo(url: string | null): void;
  readonly socket: { open(): number; drop(): void; renew(): void };
  /** How many calls get no answer, because they were told to fare so. */
  hanging(): number;
  stop(): Promise<void>;
};

export type MadeMessage = {
  readonly ts: string;
  readonly channel: string;
  readonly thread: string | null;
  readonly broadcast: boolean;
  text: string;
  blocks: unknown[];
  metadata: unknown;
  edits: number;
};

export type MadeFile = {
  readonly name: string;
  readonly alt: string | null;
  bytes: Buffer;
  thread: string | null;
  deleted: boolean;
};

export type Trouble =
  | { readonly status: number; readonly retryAfter?: number }
  | { readonly error: string }
  | "hang"
  | "reset"
  | "lost"
  | "page";

export type Given = {
  readonly user?: string;
  readonly text: string;
  readonly thread?: string | null;
  readonly channel?: string;
  /** The same twice is one delivery, repeated. */
  readonly id?: string;
};

export const MADE = {
  botToken: "xoxb-1-made-token",
  appToken: "xapp-1-made-token",
  signingSecret: "8f742231b10e8888abcd99yyyzzz85a5",
  channel: "C0INCIDENT",
  alice: "U0ALICE",
  bob: "U0BOB",
  mallory: "U0MALLORY",
  bot: "B0HOUSTON",
  me: "U0HOUSTON",
} as const;

/** Slack waits 3 s; a busy machine is no fault of ours, and one that waits for Houston's answer would take for ever. */
const ACKNOWLEDGED_WITHIN_MS = 30_000;

export async function madeSlack(options: { readonly nowSeconds: () => number }): Promise<MadeSlack> {
  const violations: string[] = [];
  const messages: MadeMessage[] = [];
  const ephemeral: MadeSlack["ephemeral"] = [];
  const files = new Map<string, MadeFile>();
  const responses: MadeSlack["responses"] = [];
  const calls: MadeSlack["calls"] = [];
  const troubles = new Map<string, Trouble[]>();
  const tickets = new Set<string>();
  const sockets = new Set<MadeSocket>();
  const waiting = new Map<string, (said: unknown) => void>();
  const used = new Map<string, number>();
  let always: Trouble | null = null;
  let delivery: string | null = null;
  let count = 0;
  let hanging = 0;
  const next = (): string => String((count += 1)).padStart(6, "0");

  const wrong = (why: string): void => void violations.push(why);

  const run = (method: string, args: Args): Record<string, unknown> => {
    const given = (name: string): string => (typeof args[name] === "string" ? args[name] : "");
    switch (method) {
      case "auth.test":
        return {
          ok: true,
          user_id: MADE.me,
          bot_id: MADE.bot,
          team_id: "T0MADE",
          user: "houston",
          team: "made",
          url: "https://made.slack.com/",
        };
      case "apps.connections.open": {
        const ticket = next();
        tickets.add(ticket);
        return { ok: true, url: `ws://127.0.0.1:${port()}/link?ticket=${ticket}` };
      }
      case "chat.postMessage":
      case "chat.update":
      case "chat.postEphemeral":
        return say(method, args as unknown as Said);
      case "conversations.history":
      case "conversations.replies": {
        const found = messages.filter(
          (each) =>
            each.channel === given("channel") &&
            Number(each.ts) > Number(given("oldest")) &&
            (method === "conversations.history"
              ? each.thread === null || each.broadcast
              : each.thread === given("ts") || each.ts === given("ts")),
        );
        return {
          ok: true,
          messages: found.map((each) => ({
            ts: each.ts,
            bot_id: MADE.bot,
            text: each.text,
            ...(args["include_all_metadata"] === true ? { metadata: each.metadata } : {}),
          })),
        };
      }
      case "files.getUploadURLExternal": {
        const id = `F${next()}`;
        files.set(id, {
          name: given("filename"),
          alt: given("alt_txt") || null,
          bytes: Buffer.alloc(0),
          thread: null,
          deleted: false,
        });
        return {
          ok: true,
          upload_url: `http://127.0.0.1:${port()}/upload/${id}?length=${String(args["length"])}`,
          file_id: id,
        };
      }
      case "files.completeUploadExternal": {
        for (const { id } of args["files"] as { id: string }[]) {
          const file = files.get(id);
          if (file === undefined || file.bytes.length === 0) return { ok: false, error: "file_not_found" };
          file.thread = (args["thread_ts"] as string | undefined) ?? null;
        }
        return { ok: true, files: args["files"] };
      }
      case "files.delete": {
        const file = files.get(given("file"));
        if (file === undefined || file.deleted) return { ok: false, error: "file_not_found" };
        file.deleted = true;
        return { ok: true };
      }
      default:
        return { ok: false, error: "unknown_method" };
    }
  };

  type Said = {
    channel: string;
    text: string;
    blocks?: unknown[];
    ts?: string;
    thread_ts?: string;
    reply_broadcast?: boolean;
    metadata?: unknown;
    user?: string;
  };

  const say = (method: string, said: Said): Record<string, unknown> => {
    const bad = said.blocks === undefined ? null : wrongBlocks(said.blocks);
    if (bad !== null) {
      wrong(`${method}: ${bad.error}: ${bad.why}`);
      return { ok: false, error: bad.error };
    }
    // Who is called stands at its beginning; there it was put by us.
    if (/<[!@#]|<https?:/.test(said.text.replace(/^<!here> /, "")))
      wrong(`${method}: the text has markup: ${said.text}`);
    if (said.channel !== MADE.channel && method !== "chat.postEphemeral")
      return { ok: false, error: "channel_not_found" };
    if (said.thread_ts !== undefined && !messages.some((each) => each.ts === said.thread_ts && each.thread === null)) {
      // A message of a person may begin a thread too; only ours are kept here.
      if (!said.thread_ts.endsWith(PERSONS)) return { ok: false, error: "thread_not_found" };
    }
    if (method === "chat.update") {
      const found = messages.find((each) => each.ts === said.ts);
      if (found === undefined) return { ok: false, error: "message_not_found" };
      Object.assign(found, {
        text: said.text,
        blocks: said.blocks ?? [],
        edits: found.edits + 1,
        metadata: said.metadata ?? found.metadata,
      });
      return { ok: true, channel: said.channel, ts: found.ts, text: said.text };
    }
    if (method === "chat.postEphemeral") {
      ephemeral.push({
        channel: said.channel,
        user: said.user ?? "",
        thread: said.thread_ts ?? null,
        text: said.text,
        all: allText(said.blocks ?? []),
      });
      return { ok: true, message_ts: stamp() };
    }
    const made: MadeMessage = {
      ts: stamp(),
      channel: said.channel,
      thread: said.thread_ts ?? null,
      broadcast: said.reply_broadcast ?? false,
      text: said.text,
      blocks: said.blocks ?? [],
      metadata: said.metadata ?? null,
      edits: 0,
    };
    messages.push(made);
    return { ok: true, channel: made.channel, ts: made.ts };
  };

  const stamp = (): string => `${options.nowSeconds()}.${next()}`;

  const server = createServer((request, answer) => {
    // Who hangs up in the middle of a request is answered nothing.
    bytesOf(request).then(
      (body) => serve(request, body, answer),
      () => request.destroy(),
    );
  });
  const port = (): number => (server.address() as AddressInfo).port;

  const serve = (request: IncomingMessage, body: Buffer, answer: ServerResponse): void => {
    const url = new URL(request.url ?? "/", "http://made");
    if (request.method !== "POST") {
      wrong(`${request.method} ${url.pathname}`);
      return reply(answer, 405, {});
    }
    const [, kind = "", name = ""] = url.pathname.split("/");
    const trouble = always ?? (kind === "api" ? troubles.get(name)?.shift() : undefined) ?? null;
    if (trouble === "hang") {
      hanging += 1;
      return void request.socket.once("close", () => (hanging -= 1));
    }
    if (trouble !== null && trouble !== "lost") return fare(request, answer, trouble);
    if (kind === "upload") {
      const file = files.get(name);
      if (file === undefined || body.length !== Number(url.searchParams.get("length"))) {
        wrong(`upload of ${body.length} bytes to ${name}`);
        return reply(answer, 400, {});
      }
      file.bytes = body;
      return reply(answer, 200, {});
    }
    if (kind === "respond") return respond(name, request, body, answer);
    if (kind !== "api") return reply(answer, 404, {});
    const args = argsOf(name, request, body);
    calls.push({ method: name, args: args ?? {} });
    const result = args === null ? { ok: false, error: "invalid_arguments" } : run(name, args);
    if (trouble === "lost") return void request.socket.destroy();
    reply(answer, 200, result);
  };

  /** The arguments of a call, when the request is one that Slack documents. */
  const argsOf = (method: string, { headers }: IncomingMessage, body: Buffer): Args | null => {
    const shape = METHODS[method];
    if (shape === undefined) {
      wrong(`no such method: ${method}`);
      return null;
    }
    if (headers["content-type"] !== "application/x-www-form-urlencoded") {
      wrong(`${method}: content type ${headers["content-type"]}`);
      return null;
    }
    const token = method === "apps.connections.open" ? MADE.appToken : MADE.botToken;
    if (headers.authorization !== `Bearer ${token}`) {
      wrong(`${method}: not the token for it`);
      return null;
    }
    const parsed = shape.safeParse({ ...parse(body.toString("utf8")) });
    if (!parsed.success) {
      wrong(`${method}: ${z.prettifyError(parsed.error)}`);
      return null;
    }
    return parsed.data;
  };

  const respond = (name: string, { headers }: IncomingMessage, body: Buffer, answer: ServerResponse): void => {
    const times = (used.get(name) ?? 0) + 1;
    used.set(name, times);
    const parsed = RESPONSE.safeParse(JSON.parse(body.toString("utf8")));
    const bad = parsed.success && parsed.data.blocks !== undefined ? wrongBlocks(parsed.data.blocks) : null;
    if (!parsed.success || bad !== null || times > RESPONSES_MAX || headers["content-type"] !== "application/json") {
      wrong(`response_url: ${parsed.success ? (bad?.why ?? `used ${times} times`) : z.prettifyError(parsed.error)}`);
      return reply(answer, 400, {});
    }
    const { replace_original: replaces = false, response_type, blocks: given = [] } = parsed.data;
    responses.push({ replaces, toAll: response_type === "in_channel", all: allText(given), blocks: given });
    reply(answer, 200, { ok: true });
  };

  server.on("upgrade", (request, stream) => {
    const ticket = new URL(request.url ?? "/", "http://made").searchParams.get("ticket") ?? "";
    if (!tickets.delete(ticket)) {
      wrong("a connection without a fresh ticket");
      return void stream.destroy();
    }
    const socket = acceptSocket(request, stream, {
      text(text) {
        const { envelope_id, payload } = JSON.parse(text) as { envelope_id?: string; payload?: unknown };
        const acknowledged = waiting.get(envelope_id ?? "");
        if (acknowledged === undefined) return wrong(`acknowledged what was never sent: ${text}`);
        waiting.delete(envelope_id ?? "");
        acknowledged(payload ?? null);
      },
      closed: () => sockets.delete(socket),
    });
    sockets.add(socket);
    socket.send({ type: "hello", num_connections: sockets.size, connection_info: { app_id: "A0MADE" } });
  });

  /** Resolves with the acknowledgement, which must come before all else. */
  const deliver = async (type: string, payload: Record<string, unknown>): Promise<unknown> => {
    const began = performance.now();
    const acknowledged = delivery === null ? overSocket(type, payload) : overHttp(delivery, type, payload);
    const said = await acknowledged;
    if (performance.now() - began > ACKNOWLEDGED_WITHIN_MS) wrong(`${type}: acknowledged too late`);
    return said;
  };

  const overSocket = (type: string, payload: Record<string, unknown>): Promise<unknown> => {
    const id = `envelope-${next()}`;
    const [socket] = sockets;
    if (socket === undefined) return Promise.reject(new Error("no socket is open"));
    return new Promise((resolve) => {
      waiting.set(id, resolve);
      socket.send({ envelope_id: id, type, payload, accepts_response_payload: type !== "events_api" });
    });
  };

  const overHttp = async (url: string, type: string, payload: Record<string, unknown>): Promise<unknown> => {
    const { body, contentType } = signedBody(type, payload);
    const timestamp = String(options.nowSeconds());
    const answered = await fetch(url, {
      method: "POST",
      headers: {
        "content-type": contentType,
        "x-slack-request-timestamp": timestamp,
        "x-slack-signature": slackSignature(MADE.signingSecret, timestamp, body),
      },
      body,
    });
    if (answered.status !== 200) wrong(`${type}: answered HTTP ${answered.status}`);
    return answered.text();
  };

  const respondUrl = (): string => `http://127.0.0.1:${port()}/respond/${next()}`;

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    apiUrl: `http://127.0.0.1:${port()}/api/`,
    violations,
    messages,
    ephemeral,
    files,
    responses,
    calls,
    fail: (method, ...how) => void troubles.set(method, [...(troubles.get(method) ?? []), ...how]),
    failAll: (how) => void (always = how),
    deliverTo: (url) => void (delivery = url),
    mention: ({ user = MADE.alice, text, thread = null, channel: where = MADE.channel, id = next() }) =>
      deliver("events_api", {
        type: "event_callback",
        event_id: `Ev${id}`,
        team_id: "T0MADE",
        event_time: options.nowSeconds(),
        event: {
          type: "app_mention",
          user,
          text: `<@${MADE.me}> ${text}`,
          channel: where,
          ts: `${options.nowSeconds()}.${PERSONS}`,
          ...(thread === null ? {} : { thread_ts: thread }),
        },
      }),
    command: ({ user = MADE.alice, text, channel: where = MADE.channel, id = next() }) =>
      deliver("slash_commands", {
        command: "/houston",
        text,
        user_id: user,
        channel_id: where,
        team_id: "T0MADE",
        trigger_id: `trigger-${id}`,
        response_url: respondUrl(),
      }),
    click({ user = MADE.alice, message: clicked, action, channel: where = MADE.channel, id = next() }) {
      const found = buttonsOf(clicked).find((each) => each.action_id.startsWith(`houston:${action}`));
      if (found === undefined) throw new Error(`no button ${action} in ${allText(clicked.blocks)}`);
      return deliver("interactive", {
        type: "block_actions",
        user: { id: user },
        team: { id: "T0MADE" },
        channel: { id: where },
        message: { ts: clicked.ts, ...(clicked.thread === null ? {} : { thread_ts: clicked.thread }) },
        trigger_id: `trigger-${id}`,
        response_url: respondUrl(),
        actions: [
          { type: "button", action_id: found.action_id, block_id: "b", value: found.value, action_ts: stamp() },
        ],
      });
    },
    socket: {
      open: () => sockets.size,
      drop: () => {
        for (const socket of sockets) socket.drop();
      },
      renew: () => {
        for (const socket of sockets) socket.send({ type: "disconnect", reason: "refresh_requested" });
      },
    },
    hanging: () => hanging,
    stop: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.drop();
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** How Slack sends each type over HTTP, to be signed. */
export function signedBody(
  type: string,
  payload: Record<string, unknown>,
): { readonly body: string; readonly contentType: string } {
  if (type === "events_api") return { body: JSON.stringify(payload), contentType: "application/json" };
  const fields = type === "interactive" ? { payload: JSON.stringify(payload) } : (payload as Record<string, string>);
  return { body: new URLSearchParams(fields).toString(), contentType: "application/x-www-form-urlencoded" };
}

/** The end of the timestamps of what people write. */
const PERSONS = "999999";

function fare(request: IncomingMessage, answer: ServerResponse, trouble: Exclude<Trouble, "lost" | "hang">): void {
  if (trouble === "reset") return void request.socket.destroy();
  if (trouble === "page") {
    answer.writeHead(200, { "content-type": "text/html" }).end("<html>Somebody's proxy has something to say</html>");
    return;
  }
  if ("error" in trouble) return reply(answer, 200, { ok: false, error: trouble.error });
  const headers = trouble.retryAfter === undefined ? {} : { "retry-after": String(trouble.retryAfter) };
  answer.writeHead(trouble.status, headers).end();
}

function reply(answer: ServerResponse, status: number, body: unknown): void {
  answer.writeHead(status, { "content-type": "application/json; charset=utf-8" }).end(JSON.stringify(body));
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
