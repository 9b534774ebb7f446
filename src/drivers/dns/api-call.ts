import { type Dispatcher, request } from "undici";
import type { Outcome } from "../../core/control-contract.ts";
import { boundedText } from "../bounded-text.ts";
import { withoutSecrets } from "../secret.ts";
import { connectionFailure } from "./ask-server.ts";
import { type RecordRefusal, type RecordRetry, refused, retry } from "./record-server.ts";

export type ApiCall = {
  /** Whom it is put to, in words. */
  readonly who: string;
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Stand in the call, and must not stand anywhere else. */
  readonly secrets: readonly string[];
  readonly signal: AbortSignal;
  readonly dispatcher?: Dispatcher;
};

export type ApiAnswer =
  | {
      readonly kind: "answer";
      readonly body: unknown;
      readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
    }
  | Failed;
export type Failed = Exclude<Outcome, { readonly kind: "done" }>;
export type FailureCode = RecordRefusal | RecordRetry;

/** What a no says in its own words; what it leaves out its status tells. */
export type Reason = { readonly code?: FailureCode | undefined; readonly says?: string | undefined };

/** A DNS zone with some ten thousand records. */
const ANSWER_BYTES_MAX = 16 * 1024 * 1024;

/** One call that is answered in JSON; redirects are not followed, so that a key goes where the operator said. */
export async function apiCall(
  call: ApiCall,
  reasonOf: (status: number, body: unknown) => Reason,
  /** Sees the headers of each answer, a refusal's too. */
  heard?: (headers: Readonly<Record<string, string | readonly string[] | undefined>>) => void,
): Promise<ApiAnswer> {
  const { who, method, url, headers, body, secrets, signal, dispatcher } = call;
  let status: number;
  let text: string;
  let answered: Readonly<Record<string, string | readonly string[] | undefined>>;
  try {
    const response = await request(url, {
      method,
      headers: { accept: "application/json", "user-agent": "houston", ...headers },
      signal,
      ...(body !== undefined && { body }),
      ...(dispatcher && { dispatcher }),
    });
    status = response.statusCode;
    answered = response.headers;
    text = await boundedText(response.body, {
      bytes: ANSWER_BYTES_MAX,
      tooLong: () => new Error("its answer is too long"),
    });
  } catch (error) {
    return connectionFailure(error, who);
  }
  heard?.(answered);
  const parsed = jsonOf(text);
  if (status >= 200 && status < 300) {
    if (parsed !== undefined) return { kind: "answer", body: parsed, headers: answered };
    return retry("bad-answer", `${who}: HTTP ${status} without JSON that can be read`);
  }
  const { code, says } = reasonOf(status, parsed);
  return failed(code ?? meaningOf(status), `${who}: HTTP ${status}${says === undefined ? "" : `: ${says}`}`, secrets);
}

export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text.trim() === "" ? "{}" : text) as unknown;
  } catch {
    return undefined;
  }
}

/** A refusal is a sentence; some send pages. */
const SAYS_CHARS_MAX = 300;

/** A failure whose words may be shown to people. */
export function failed(code: FailureCode, says: string, secrets: readonly string[]): Failed {
  const clean = withoutSecrets(says, secrets).replaceAll(/\s+/g, " ").slice(0, SAYS_CHARS_MAX);
  return isRetry(code) ? retry(code, clean) : refused(code, clean);
}

function isRetry(code: FailureCode): code is RecordRetry {
  return (RETRIED as readonly string[]).includes(code);
}

const RETRIED = [
  "timeout",
  "unreachable",
  "throttled",
  "too-soon",
  "conflict",
  "provider-fault",
  "bad-answer",
  "not-applied",
] as const satisfies readonly RecordRetry[];

/** What a status means where the provider's documents say nothing else (RFC 9110). */
function meaningOf(status: number): FailureCode {
  if (status === 401 || status === 403) return "forbidden";
  if (status === 404 || status === 410) return "unknown-zone";
  if (status === 408 || status === 504) return "timeout";
  if (status === 409 || status === 412) return "conflict";
  if (status === 425 || status === 429) return "throttled";
  return status >= 500 ? "provider-fault" : "refused";
}
