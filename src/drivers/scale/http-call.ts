import { type Dispatcher, request } from "undici";
import { boundedText } from "../bounded-text.ts";
import type { MachinesProblem } from "./machines.ts";
import { noAnswer, problem, retryAfterMs } from "./problem.ts";

export type HttpCall = {
  readonly method: "GET" | "POST" | "PATCH";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Stand in the headers, and must not stand anywhere else. */
  readonly secrets: readonly string[];
  readonly signal: AbortSignal;
  readonly dispatcher?: Dispatcher;
};

export type HttpAnswer = { readonly kind: "answer"; readonly body: unknown };

/** An answer about some machines is a few kB. */
const ANSWER_BYTES_MAX = 4 * 1024 * 1024;

/**
 * One call that is answered in JSON; redirects are not followed, so that a token goes where the operator said. `refused` reads
 * a provider's own words for a no, where its status alone does not say which.
 */
export async function httpCall(
  call: HttpCall,
  refused: (status: number, body: unknown) => { readonly code?: MachinesProblem["code"]; readonly says?: string },
): Promise<HttpAnswer | MachinesProblem> {
  const { method, url, headers, body, secrets, signal, dispatcher } = call;
  let status: number;
  let retryAfter: string | null;
  let text: string;
  try {
    const response = await request(url, {
      method,
      headers: { accept: "application/json", "user-agent": "houston", ...headers },
      signal,
      ...(body !== undefined && { body }),
      ...(dispatcher && { dispatcher }),
    });
    status = response.statusCode;
    const given = response.headers["retry-after"];
    retryAfter = typeof given === "string" ? given : null;
    text = await boundedText(response.body, { bytes: ANSWER_BYTES_MAX, tooLong });
  } catch (error) {
    return noAnswer(error, signal, secrets);
  }
  const parsed = jsonOf(text);
  if (status >= 200 && status < 300) {
    if (parsed !== undefined) return { kind: "answer", body: parsed };
    return problem({ code: "bad-answer", says: `HTTP ${status} without JSON that can be read`, secrets });
  }
  const own = refused(status, parsed);
  return problem({
    code: own.code ?? meaningOf(status),
    says: own.says === undefined ? `HTTP ${status}` : `HTTP ${status}: ${own.says}`,
    secrets,
    afterMs: retryAfterMs(retryAfter, Date.now()),
  });
}

const tooLong = (): Error => new Error(`the answer is longer than ${ANSWER_BYTES_MAX} bytes`);

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text === "" ? "{}" : text) as unknown;
  } catch {
    return undefined;
  }
}

/** What a status means where the provider's documents say nothing else (RFC 9110). */
function meaningOf(status: number): MachinesProblem["code"] {
  if (status === 401 || status === 403) return "forbidden";
  if (status === 404 || status === 410) return "unknown-target";
  if (status === 408 || status === 504) return "timeout";
  if (status === 409 || status === 412) return "conflict";
  if (status === 425 || status === 429) return "throttled";
  if (status >= 500) return "provider-fault";
  return "refused";
}
