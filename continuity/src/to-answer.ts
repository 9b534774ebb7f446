import { answer } from "./continuation.ts";
import type { Answer } from "./entry.ts";
import { keep } from "./keep.ts";
import { limits } from "./limits.ts";

/** What a workflow returned, as the answer that is kept and sent; throws when it can't be kept. */
export function toAnswer(value: unknown, notKept: readonly string[]): Answer {
  if (!isAnswer(value)) {
    if (value instanceof Uint8Array) return toAnswer(answer(200, value), notKept);
    return answer(200, keep(value ?? null, "the answer", limits.answerChars, notKept));
  }
  keep(value, "the answer", limits.answerChars);
  const { encoding, headers, body } = value;
  const isJson = encoding === undefined && /[/+]json\b/.test(headers["content-type"] ?? "");
  if (isJson && notKept.some((name) => body.includes(name)))
    keep(parsed(body), "the answer", limits.answerChars, notKept);
  return value;
}

function isAnswer(value: unknown): value is Answer {
  if (typeof value !== "object" || value === null) return false;
  const { status, headers, body } = value as Partial<Answer>;
  return Number.isInteger(status) && typeof body === "string" && typeof headers === "object";
}

/** A body that only says it is JSON has no fields to look at. */
function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
