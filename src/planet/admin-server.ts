import { timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import { CallerError } from "../core/errors.ts";
import { guardDoor, HTTP_DOOR } from "../runtime/http-door.ts";

/** What a process of the planet answers on its admin port. */
export type AdminAnswer = { readonly status: number; readonly body?: unknown; readonly type?: string };
export type AdminHandler = (call: {
  method: string;
  path: string;
  query: URLSearchParams;
  body: unknown;
}) => AdminAnswer | Promise<AdminAnswer>;

/** A route table of the planet is some 100 kB; nothing that comes here is larger than this. */
const BODY_BYTES_MAX = 8 * 1024 * 1024;

/**
 * The admin port that every process of the planet has: JSON in and out, and only with the planet's token.
 * Rejects with the listen error when the address is taken.
 */
export function adminServer(options: {
  readonly address: string;
  readonly port: number;
  readonly token: string;
  readonly handle: AdminHandler;
  /** Says, to callers without the token too, which server this is and of which process. */
  readonly introduces?: string;
}): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const expected = Buffer.from(`Bearer ${options.token}`);
  const who = options.introduces === undefined ? {} : { server: options.introduces, pid: process.pid };
  const server = createServer(HTTP_DOOR, (request, response) => {
    const reply = ({ status, body, type }: AdminAnswer): void => {
      const text = body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body);
      response.writeHead(status, text === "" ? {} : { "content-type": type ?? "application/json" }).end(text);
    };
    const given = Buffer.from(request.headers.authorization ?? "");
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      reply({
        status: 401,
        body: { code: "token-missing", says: "this port wants the planet's token as a bearer token", ...who },
      });
      return;
    }
    answer(request, options.handle).then(reply, (error: unknown) => reply(failure(error)));
  });
  // Behind the token there is nobody to confuse; what strangers are refused here needs no page of its own.
  guardDoor(server, () => {});
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.address, () => {
      const bound = server.address();
      resolve({
        port: typeof bound === "object" && bound ? bound.port : options.port,
        stop: () =>
          new Promise((done) => {
            server.close(() => done());
            server.closeAllConnections();
          }),
      });
    });
  });
}

async function answer(request: IncomingMessage, handle: AdminHandler): Promise<AdminAnswer> {
  const url = new URL(request.url ?? "/", "http://admin");
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX)
      return { status: 413, body: { code: "too-large", says: `at most ${BODY_BYTES_MAX} bytes` } };
    chunks.push(chunk);
  }
  let body: unknown;
  if (bytes > 0) {
    try {
      body = JSON.parse(Buffer.concat(chunks).toString("utf8"));
    } catch (error) {
      return { status: 400, body: { code: "bad-json", says: error instanceof Error ? error.message : "not JSON" } };
    }
  }
  return handle({ method: request.method ?? "GET", path: url.pathname, query: url.searchParams, body });
}

function failure(error: unknown): AdminAnswer {
  if (error instanceof CallerError)
    return { status: 400, body: { code: error.code, says: error.message, hint: error.hint } };
  return { status: 500, body: { code: "internal", says: error instanceof Error ? error.message : String(error) } };
}
