import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { parse } from "node:querystring";
import type { App, Receiver, ReceiverEvent } from "@slack/bolt";
import { CallerError } from "../../core/errors.ts";
import type { Clock } from "../../runtime/clock.ts";
import { guardDoor, HTTP_DOOR } from "../../runtime/http-door.ts";
import type { ChatLog } from "../contract.ts";
import { signatureGuard } from "./signature.ts";

/**
 * Where Slack's requests come in without Socket Mode: one path on a loopback port, with whatever holds the certificate before
 * it. Nothing is looked at before its signature is right, and nothing is taken twice.
 */
export type HttpReceiver = Receiver & { port(): number };

export const SLACK_PATH = "/slack/events";
const BODY_BYTES_MAX = 512 * 1024;

export function httpReceiver(options: {
  readonly signingSecret: string;
  readonly port: number;
  readonly clock: Clock;
  readonly log: ChatLog;
}): HttpReceiver {
  const { signingSecret, clock, log } = options;
  const check = signatureGuard(signingSecret);
  let app: App | null = null;
  let server: Server | null = null;
  const refusals = new Set<string>();

  const refuse = (response: ServerResponse, status: number, code: string): void => {
    if (!refusals.has(code)) log("problem", `slack: a request was refused: ${code}`);
    refusals.add(code);
    answer(response, status, { code });
  };

  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method !== "POST" || request.url?.split("?")[0] !== SLACK_PATH) {
      return answer(response, 404, { code: "not-found" });
    }
    const body = await bodyOf(request);
    if (body === null) return refuse(response, 413, "too-large");
    const { headers } = request;
    const checked = check(
      {
        signature: oneOf(headers["x-slack-signature"]),
        timestamp: oneOf(headers["x-slack-request-timestamp"]),
        body,
      },
      Math.floor(clock.now() / 1000),
    );
    // Slack itself brings a request again with its number, and is content to hear that we have it.
    if (checked === "repeated" && headers["x-slack-retry-num"] !== undefined) return answer(response, 200, null);
    if (checked !== "fine") return refuse(response, checked === "flooded" ? 503 : 401, checked);
    const payload = payloadOf(body, headers["content-type"] ?? "");
    if (payload === null) return refuse(response, 400, "not-readable");
    if (payload["type"] === "url_verification") {
      return answer(response, 200, { challenge: String(payload["challenge"]) });
    }
    if (payload["ssl_check"] !== undefined) return answer(response, 200, null);
    const event: ReceiverEvent = {
      body: payload,
      ack: async (said?: unknown) => {
        if (!response.headersSent) answer(response, 200, said === undefined || said === "" ? null : said);
      },
    };
    await app?.processEvent(event);
    // Nothing of ours was meant by it.
    if (!response.headersSent) answer(response, 200, null);
  };

  return {
    init: (given) => void (app = given),
    async start() {
      const made = createServer(HTTP_DOOR, (request, response) => {
        take(request, response).catch((error: unknown) => {
          log("problem", `slack: ${error instanceof Error ? error.message : String(error)}`);
          if (!response.headersSent) answer(response, 500, { code: "internal" });
        });
      });
      guardDoor(made, () => {});
      server = made;
      await new Promise<void>((resolve, reject) => {
        made.once("error", (error: NodeJS.ErrnoException) => reject(notFree(error, options.port)));
        made.listen(options.port, "127.0.0.1", resolve);
      });
    },
    stop: () =>
      new Promise<void>((resolve) => {
        if (server === null) return resolve();
        server.closeAllConnections();
        server.close(() => resolve());
      }),
    port() {
      const address = server?.address();
      return typeof address === "object" && address !== null ? address.port : 0;
    },
  };
}

function notFree(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code !== "EADDRINUSE" && error.code !== "EACCES") return error;
  return new CallerError({
    code: "port-not-free",
    message: `port ${port} on 127.0.0.1 can't be used: ${error.code}`,
    hint: "name another with SLACK_HTTP_PORT",
    cause: error,
  });
}

async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > BODY_BYTES_MAX) return null;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** Events come as JSON, commands as a form, and buttons as JSON within a form. */
function payloadOf(body: string, contentType: string): Record<string, unknown> | null {
  try {
    const isJson = contentType.startsWith("application/json");
    const form = isJson ? null : parse(body);
    const value: unknown = isJson
      ? JSON.parse(body)
      : form!["payload"] === undefined
        ? { ...form }
        : JSON.parse(String(form!["payload"]));
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

function oneOf(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === "string" ? header : undefined;
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  if (body === null) response.writeHead(status).end();
  else if (typeof body === "string")
    response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(body);
  else response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
