import type { Outcome } from "../../core/control-contract.ts";
import { type CallAnswer, type Headers, jsonCall, type JsonCall, jsonOf, statusMeaning } from "../json-call.ts";
import { withoutSecrets } from "../secret.ts";
import { connectionFailure } from "./ask-server.ts";
import { type RecordRefusal, type RecordRetry, refused, retry } from "./record-server.ts";

export type ApiCall = JsonCall & {
  /** Whom it is put to, in words. */
  readonly who: string;
  /** Stand in the call, and must not stand anywhere else. */
  readonly secrets: readonly string[];
  /** Of its answer; absent: what a DNS zone with some ten thousand records takes. */
  readonly bytesMax?: number;
};

export type ApiAnswer =
  | {
      readonly kind: "answer";
      readonly body: unknown;
      readonly headers: Headers;
    }
  | Failed;
export type Failed = Exclude<Outcome, { readonly kind: "done" }>;
export type FailureCode = RecordRefusal | RecordRetry;

/** What a no says in its own words; what it leaves out its status tells. */
export type Reason = {
  readonly code?: FailureCode | undefined;
  readonly says?: string | undefined;
  /** What we say behind its words, however long those are. */
  readonly hint?: string | undefined;
};

const ANSWER_BYTES_MAX = 16 * 1024 * 1024;

/** One call that is answered in JSON. */
export async function apiCall(
  call: ApiCall,
  reasonOf: (status: number, body: unknown, text: string) => Reason,
  /** Sees the headers of each answer, a refusal's too. */
  heard?: (headers: Headers) => void,
): Promise<ApiAnswer> {
  const { who, secrets, bytesMax = ANSWER_BYTES_MAX } = call;
  let answer: CallAnswer;
  try {
    answer = await jsonCall(call, { bytes: bytesMax, tooLong: () => new Error("its answer is too long") });
  } catch (error) {
    return connectionFailure(error, who);
  }
  const { status, headers, text } = answer;
  heard?.(headers);
  const parsed = jsonOf(text.trim());
  if (status >= 200 && status < 300) {
    if (parsed !== undefined) return { kind: "answer", body: parsed, headers };
    return retry("bad-answer", `${who}: HTTP ${status} without JSON that can be read`);
  }
  const { code, says, hint } = reasonOf(status, parsed, text);
  const words = `${who}: HTTP ${status}${says === undefined ? "" : `: ${says}`}`;
  return failed(code ?? meaningOf(status), words, secrets, hint);
}

/** A refusal is a sentence; some send pages. */
const SAYS_CHARS_MAX = 300;

/** A failure whose words may be shown to people. */
export function failed(code: FailureCode, says: string, secrets: readonly string[], hint = ""): Failed {
  const clean = `${withoutSecrets(says, secrets).replaceAll(/\s+/g, " ").slice(0, SAYS_CHARS_MAX)}${hint}`;
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

function meaningOf(status: number): FailureCode {
  const meaning = statusMeaning(status);
  return meaning === "not-found" ? "unknown-zone" : meaning;
}
