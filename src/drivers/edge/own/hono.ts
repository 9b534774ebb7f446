import type { ApplicationEdge } from "./application-edge.ts";

/** The part of Hono's context that is used: the library does not depend on Hono. */
type HonoContextLike = {
  readonly req: { raw: Request };
  header(name: string, value: string): void;
};

/**
 * For Hono: `app.use(edgeMiddleware(edge, addressOf))`, first of all. `addressOf` is the server's own way to tell who called, such as
 * `(context) => getConnInfo(context).remote.address`.
 */
export function edgeMiddleware<Context extends HonoContextLike>(
  edge: Pick<ApplicationEdge, "relayed" | "status">,
  addressOf: (context: Context) => string,
): (context: Context, next: () => Promise<void>) => Promise<Response | undefined> {
  return async (context, next) => {
    const relayed = await edge.relayed(context.req.raw, { address: addressOf(context) });
    if (relayed instanceof Response) return relayed;
    context.req.raw = relayed;
    await next();
    context.header("x-location", edge.status().location);
    return undefined;
  };
}
