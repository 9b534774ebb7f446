import { answerTo, bytesOf, readText, type AdapterOptions } from "./adapter.ts";
import type { Continuation } from "./continuation.ts";
import type { JournalStore } from "./store.ts";

/** A handler for servers of the Fetch standard: `(Request) => Promise<Response>`. The body is JSON. */
export function fetchHandler<Input>(
  continuation: Continuation<Input>,
  store: JournalStore,
  options: AdapterOptions<Input, Request>,
): (request: Request) => Promise<Response> {
  return (request) => respond(continuation, store, options, request, async () => readText(request.body ?? nothing));
}

/** The part of Hono's context that is used: the library does not depend on Hono. */
type HonoContextLike = { readonly req: { readonly raw: Request; text(): Promise<string> } };

/** A handler for Hono: `app.post("/checkout", honoHandler(checkout, store, {...}))`. */
export function honoHandler<Input>(
  continuation: Continuation<Input>,
  store: JournalStore,
  options: AdapterOptions<Input, Request>,
): (context: HonoContextLike) => Promise<Response> {
  return ({ req }) =>
    respond(continuation, store, options, req.raw, async () =>
      // A middleware may have read the body: then Hono has kept it.
      req.raw.bodyUsed ? req.text() : readText(req.raw.body ?? nothing),
    );
}

const nothing: AsyncIterable<Uint8Array> = (async function* () {})();

async function respond<Input>(
  continuation: Continuation<Input>,
  store: JournalStore,
  options: AdapterOptions<Input, Request>,
  request: Request,
  text: () => Promise<string | null>,
): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const answer = await answerTo(continuation, store, options, {
    raw: request,
    method: request.method,
    target: pathname + search,
    key: request.headers.get("idempotency-key") ?? undefined,
    text,
    signal: request.signal,
  });
  return new Response(new Uint8Array(bytesOf(answer)), { status: answer.status, headers: answer.headers });
}
