import type { IncomingMessage } from "node:http";
import type { Continuation } from "./continuation.ts";
import type { Answer } from "./entry.ts";
import { problem } from "./problem.ts";
import { fingerprint, serve, type Arrival } from "./serve.ts";
import type { JournalStore } from "./store.ts";

/** What all adapters take beside the continuation and its journal. `Raw` is the server's own request. */
export type AdapterOptions<Input, Raw> = {
  readonly location: string;
  /** What the workflow gets, and the journal keeps: leave out what must not be kept, such as card numbers. */
  readonly request: (body: unknown, request: Raw) => Input;
  /** What else this one request brings: whose it is, other names of it (a trace id), until when it makes sense. */
  readonly about?: (request: Raw) => Pick<Arrival<Input>, "tenant" | "names" | "notAfter">;
} & Pick<Arrival<Input>, "namesOf" | "isGone" | "leaseMs" | "waitMs" | "docs" | "clock" | "tracer">;

/** A request as its server read it. */
export type Incoming<Raw> = {
  readonly raw: Raw;
  readonly method: string;
  /** Path and query, as the caller sent them. */
  readonly target: string;
  readonly key: string | undefined;
  /** The body's text; null when it is larger than is read. */
  readonly text: () => Promise<string | null>;
  /** Aborted when the caller has gone. */
  readonly signal: AbortSignal;
};

/** Bodies up to this are read; what is kept of a request is smaller still. */
export const bodyBytesMax = 1024 * 1024;

/** The one way from an HTTP request to its answer, whatever the server. Never rejects. */
export async function answerTo<Input, Raw>(
  continuation: Continuation<Input>,
  store: JournalStore,
  options: AdapterOptions<Input, Raw>,
  incoming: Incoming<Raw>,
): Promise<Answer> {
  const { request: inputOf, about, ...rest } = options;
  const { raw, method, target, key, signal } = incoming;
  let arrival: Arrival<Input>;
  try {
    const text = await incoming.text();
    if (text === null) return unreadable(413, `The body is larger than ${bodyBytesMax} bytes.`, "send less");
    const request = inputOf(text === "" ? undefined : JSON.parse(text), raw);
    arrival = { ...rest, ...about?.(raw), key, fingerprint: fingerprint(method, target, text), request, signal };
  } catch (error) {
    return unreadable(400, `The body cannot be read: ${(error as Error).message}`, "send valid JSON");
  }
  return serve(continuation, store, arrival);
}

/** Node joins a header that came twice with a comma and a space; no key that can be used has one. */
export const keyOf = ({ headers }: Pick<IncomingMessage, "headers">): string | undefined =>
  headers["idempotency-key"]?.toString();

/** The text of a body that a parser has read already: parsed JSON, or raw text or bytes. */
export function textOf(body: unknown): string {
  if (typeof body === "string") return body;
  if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("utf8");
  return JSON.stringify(body) ?? "";
}

/** The rest of a body that is too large is read and thrown away, so that the caller gets to see the answer. */
export async function readText(body: AsyncIterable<Uint8Array>): Promise<string | null> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes <= bodyBytesMax) chunks.push(chunk);
    else chunks.length = 0;
  }
  return bytes > bodyBytesMax ? null : Buffer.concat(chunks).toString("utf8");
}

/** Aborted when a response's connection ends before the response did. */
export function callerOf(response: {
  readonly writableFinished: boolean;
  once(event: "close", listener: () => void): unknown;
}): AbortSignal {
  const gone = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) gone.abort("the caller has gone");
  });
  return gone.signal;
}

/** The bytes of an answer's body, as they go out. */
export const bytesOf = ({ body, encoding }: Answer): Buffer => Buffer.from(body, encoding ?? "utf8");

const unreadable = (status: number, detail: string, hint: string): Answer =>
  problem({
    status,
    code: status === 413 ? "too-large" : "bad-body",
    title: "The request cannot be read",
    detail,
    hint,
  });
