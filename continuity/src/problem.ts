import type { Answer } from "./entry.ts";

/** An RFC 9457 problem as an answer. `code` is for programs, `hint` is the fix. */
export function problem(of: {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly hint?: string;
  readonly retryAfterSeconds?: number;
}): Answer {
  const { status, code, title, detail, hint, retryAfterSeconds } = of;
  return {
    status,
    headers: {
      "content-type": "application/problem+json",
      ...(retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) }),
    },
    body: JSON.stringify({ type: `urn:continuity:problem:${code}`, title, status, detail, code, hint }),
  };
}
