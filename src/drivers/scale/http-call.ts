import { type CallAnswer, jsonCall, type JsonCall, jsonOf, statusMeaning } from "../json-call.ts";
import type { MachinesProblem } from "./machines.ts";
import { noAnswer, problem, retryAfterMs } from "./problem.ts";

export type HttpCall = JsonCall & {
  /** Stand in the headers, and must not stand anywhere else. */
  readonly secrets: readonly string[];
};

export type HttpAnswer = { readonly kind: "answer"; readonly body: unknown };

/** An answer about some machines is a few kB. */
const ANSWER_BYTES_MAX = 4 * 1024 * 1024;

/** One call that is answered in JSON. `refused` reads a provider's own words for a no, where its status alone does not say which. */
export async function httpCall(
  call: HttpCall,
  refused: (status: number, body: unknown) => { readonly code?: MachinesProblem["code"]; readonly says?: string },
): Promise<HttpAnswer | MachinesProblem> {
  const { secrets, signal } = call;
  let answer: CallAnswer;
  try {
    answer = await jsonCall(call, { bytes: ANSWER_BYTES_MAX, tooLong });
  } catch (error) {
    return noAnswer(error, signal, secrets);
  }
  const { status, headers, text } = answer;
  const retryAfter = headers["retry-after"];
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
    afterMs: retryAfterMs(typeof retryAfter === "string" ? retryAfter : null, Date.now()),
  });
}

const tooLong = (): Error => new Error(`the answer is longer than ${ANSWER_BYTES_MAX} bytes`);

function meaningOf(status: number): MachinesProblem["code"] {
  const meaning = statusMeaning(status);
  return meaning === "not-found" ? "unknown-target" : meaning;
}
