import type { IncomingMessage, ServerResponse } from "node:http";
import { answerTo, bytesOf, callerOf, keyOf, readText, textOf, type AdapterOptions } from "./adapter.ts";
import type { Continuation } from "./continuation.ts";
import type { Answer } from "./entry.ts";
import type { JournalStore } from "./store.ts";

/** What Express adds to node's request: a body that a parser has read, and the target before routers cut it. */
type ParsedRequest = IncomingMessage & { readonly body?: unknown; readonly originalUrl?: string };

/**
 * A handler for node:http, and so for Express: `app.post("/checkout", nodeHandler(checkout, store, {...}))`.
 * The body is JSON; when a parser has read it already (`request.body`), that is taken.
 */
export function nodeHandler<Input>(
  continuation: Continuation<Input>,
  store: JournalStore,
  options: AdapterOptions<Input, IncomingMessage>,
): (request: ParsedRequest, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    const answer = await answerTo(continuation, store, options, {
      raw: request,
      method: request.method ?? "",
      target: request.originalUrl ?? request.url ?? "",
      key: keyOf(request),
      text: async () => (request.body === undefined ? readText(request) : textOf(request.body)),
      signal: callerOf(response),
    });
    send(response, answer);
  };
}

function send(response: ServerResponse, answer: Answer): void {
  // The caller may have gone: the work was done all the same, and its answer is kept.
  if (response.headersSent || response.destroyed) return;
  const bytes = bytesOf(answer);
  response.writeHead(answer.status, { ...answer.headers, "content-length": bytes.length }).end(bytes);
}
