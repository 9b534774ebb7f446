import type { IncomingMessage, ServerResponse } from "node:http";
import type { Continuation } from "./continuation.ts";
import type { Answer } from "./entry.ts";
import { problem } from "./problem.ts";
import { fingerprint, serve, type Arrival } from "./serve.ts";
import type { JournalStore } from "./store.ts";

/** Bodies up to this are read; what is kept of a request is smaller still. */
const bodyBytesMax = 1024 * 1024;

/**
 * A handler for node:http, and so for Express: `app.post("/checkout", nodeHandler(checkout, store, {...}))`.
 * The body is JSON; when a parser has read it already (`request.body`), that is taken.
 */
export function nodeHandler<Input>(
  continuation: Continuation<Input>,
  store: JournalStore,
  options: {
    readonly location: string;
    /** What the workflow gets, and the journal keeps: leave out what must not be kept, such as card numbers. */
    readonly request: (body: unknown, request: IncomingMessage) => Input;
  } & Omit<Arrival<Input>, "key" | "fingerprint" | "request" | "location">,
): (request: IncomingMessage & { readonly body?: unknown }, response: ServerResponse) => Promise<void> {
  const { request: inputOf, ...rest } = options;
  return async (request, response) => {
    send(response, await answerTo());

    async function answerTo(): Promise<Answer> {
      let input: Input;
      let print: string;
      try {
        const text = request.body === undefined ? await bodyOf(request) : JSON.stringify(request.body);
        if (text === null) return unreadable(413, `The body is larger than ${bodyBytesMax} bytes.`, "send less");
        print = fingerprint(request.method ?? "", request.url ?? "", text);
        input = inputOf(text === "" ? undefined : JSON.parse(text), request);
      } catch (error) {
        return unreadable(400, `The body cannot be read: ${(error as Error).message}`, "send valid JSON");
      }
      // Node joins a header that came twice with a comma; no sane key has one.
      const key = request.headers["idempotency-key"]?.toString();
      return serve(continuation, store, { ...rest, key, fingerprint: print, request: input });
    }
  };
}

async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // The rest is read and thrown away, so that the caller gets to see the answer.
    if (bytes <= bodyBytesMax) chunks.push(chunk);
  }
  return bytes > bodyBytesMax ? null : Buffer.concat(chunks).toString("utf8");
}

const unreadable = (status: number, detail: string, hint: string): Answer =>
  problem({
    status,
    code: status === 413 ? "too-large" : "bad-body",
    title: "The request cannot be read",
    detail,
    hint,
  });

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  // The caller may have gone: the work was done all the same, and its answer is kept.
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) }).end(body);
}
