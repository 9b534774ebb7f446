import type { Answer } from "./entry.ts";
import { limits } from "./limits.ts";
import { problem } from "./problem.ts";

/** A structured field's string (RFC 9651, 3.3.3), as the Idempotency-Key draft writes it; parameters are ignored. */
const quoted = /^"((?:[\x20-\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"\s*(?:;.*)?$/s;

/** The key's text, or the answer that says what is wrong with it. Most clients send it bare: that is taken, too. */
export function readKey(header: string | undefined): string | Answer {
  const field = header?.trim() ?? "";
  const key = quoted.exec(field)?.[1]?.replace(/\\(["\\])/g, "$1") ?? field;
  const isHalfQuoted = key === field && field.startsWith('"');
  if (key === "") {
    return problem({
      status: 400,
      code: "key-missing",
      title: "Idempotency-Key is missing",
      detail: "This operation wants an Idempotency-Key header.",
      hint: "send a fresh UUID for each new request, and the same one when you try again",
    });
  }
  if (!isHalfQuoted && key.length <= limits.keyChars && /^[\x21-\x7e]+$/.test(key)) return key;
  return problem({
    status: 400,
    code: "key-unusable",
    title: "Idempotency-Key cannot be used",
    detail: `The key has ${key.length} characters; 1 to ${limits.keyChars} printable ASCII characters without spaces are taken.`,
    hint: "send a UUID",
  });
}
