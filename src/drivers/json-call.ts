import { type Dispatcher, request } from "undici";
import { boundedText } from "./bounded-text.ts";

export type JsonCall = {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
  readonly dispatcher?: Dispatcher;
};

export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;
export type CallAnswer = { readonly status: number; readonly headers: Headers; readonly text: string };

/** One call that is to be answered in JSON; redirects are not followed, so that a key goes where the operator said. Rejects where there is no whole answer. */
export async function jsonCall(
  { method, url, headers, body, signal, dispatcher }: JsonCall,
  limit: Parameters<typeof boundedText>[1],
): Promise<CallAnswer> {
  const response = await request(url, {
    method,
    headers: { accept: "application/json", "user-agent": "houston", ...headers },
    signal,
    ...(body !== undefined && { body }),
    ...(dispatcher && { dispatcher }),
  });
  return { status: response.statusCode, headers: response.headers, text: await boundedText(response.body, limit) };
}

/** Nothing is an empty object; undefined: it is no JSON. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text === "" ? "{}" : text) as unknown;
  } catch {
    return undefined;
  }
}

/** What a status means where a provider's documents say nothing else (RFC 9110). */
export function statusMeaning(
  status: number,
): "forbidden" | "not-found" | "timeout" | "conflict" | "throttled" | "provider-fault" | "refused" {
  if (status === 401 || status === 403) return "forbidden";
  if (status === 404 || status === 410) return "not-found";
  if (status === 408 || status === 504) return "timeout";
  if (status === 409 || status === 412) return "conflict";
  if (status === 425 || status === 429) return "throttled";
  return status >= 500 ? "provider-fault" : "refused";
}
