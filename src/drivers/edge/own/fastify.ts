import type { IncomingMessage, ServerResponse } from "node:http";
import type { ApplicationEdge } from "./application-edge.ts";

/**
 * For Fastify: `app.addHook("onRequest", edgeHook(edge))`, before other hooks. Fastify waits for `done`, which never comes for what another
 * location answers; its `onResponse` hooks run all the same.
 */
export function edgeHook(
  edge: Pick<ApplicationEdge, "handle">,
): (request: { readonly raw: IncomingMessage }, reply: { readonly raw: ServerResponse }, done: () => void) => void {
  return (request, reply, done) => edge.handle(request.raw, reply.raw, done);
}
