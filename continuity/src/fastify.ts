import type { IncomingMessage, ServerResponse } from "node:http";
import { answerTo, bytesOf, callerOf, keyOf, textOf, type AdapterOptions } from "./adapter.ts";
import type { Continuation } from "./continuation.ts";
import type { JournalStore } from "./store.ts";

/** The parts of Fastify's request and reply that are used: the library does not depend on Fastify. */
type FastifyRequestLike = {
  readonly raw: IncomingMessage;
  readonly method: string;
  readonly originalUrl: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: unknown;
};
type FastifyReplyLike = {
  readonly raw: ServerResponse;
  code(status: number): unknown;
  headers(headers: Record<string, string>): unknown;
  send(body: Buffer): unknown;
};

/** A handler for Fastify: `app.post("/checkout", fastifyHandler(checkout, store, {...}))`. Fastify parses the body. */
export function fastifyHandler<Input, Raw extends FastifyRequestLike = FastifyRequestLike>(
  continuation: Continuation<Input>,
  store: JournalStore,
  options: AdapterOptions<Input, Raw>,
): (request: Raw, reply: FastifyReplyLike) => Promise<unknown> {
  return async (request, reply) => {
    const answer = await answerTo(continuation, store, options, {
      raw: request,
      method: request.method,
      target: request.originalUrl,
      key: keyOf(request),
      text: async () => textOf(request.body),
      signal: callerOf(reply.raw),
    });
    reply.code(answer.status);
    reply.headers({ ...answer.headers });
    // Fastify would turn text with a JSON type into JSON once more; bytes it leaves as they are.
    reply.send(bytesOf(answer));
    return reply;
  };
}
