import type { Continuation } from "./continuation.ts";
import { problem } from "./problem.ts";
import { fingerprint, serve, type Arrival } from "./serve.ts";
import type { JournalStore } from "./store.ts";

/** A handler for servers of the Fetch standard: `(Request) => Promise<Response>`. The body is JSON. */
export function fetchHandler<Input>(
  continuation: Continuation<Input>,
  store: JournalStore,
  options: {
    readonly location: string;
    /** What the workflow gets, and the journal keeps: leave out what must not be kept, such as card numbers. */
    readonly request: (body: unknown, request: Request) => Input;
  } & Omit<Arrival<Input>, "key" | "fingerprint" | "request" | "location">,
): (request: Request) => Promise<Response> {
  const { request: inputOf, ...rest } = options;
  return async (request) => {
    let input: Input;
    const { pathname, search } = new URL(request.url);
    const text = await request.text();
    try {
      input = inputOf(text === "" ? undefined : JSON.parse(text), request);
    } catch (error) {
      const detail = `The body cannot be read: ${(error as Error).message}`;
      const says = {
        status: 400,
        code: "bad-body",
        title: "The request cannot be read",
        detail,
        hint: "send valid JSON",
      };
      const { status, headers, body } = problem(says);
      return new Response(body, { status, headers });
    }
    const { status, headers, body } = await serve(continuation, store, {
      ...rest,
      key: request.headers.get("idempotency-key") ?? undefined,
      fingerprint: fingerprint(request.method, pathname + search, text),
      request: input,
    });
    return new Response(body, { status, headers });
  };
}
