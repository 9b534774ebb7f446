import type { Answer } from "./entry.ts";
import { ContinuityError } from "./errors.ts";
import { problem } from "./problem.ts";
import type { RunEnd } from "./run.ts";

/** What a caller is told when its request has no answer of its own (yet): problem documents, RFC 9457. */
export function answerOf(end: Exclude<RunEnd, { kind: "fenced" }> | { readonly kind: "in-progress" }): Answer {
  switch (end.kind) {
    case "answered":
      return end.answer;
    case "parked":
      return problem({
        status: 409,
        code: end.reason.code,
        title: "The request waits for a person",
        detail: end.reason.says,
        hint: "do not send it again under another key: it may have happened",
      });
    case "interrupted":
      return failed(end.error);
    case "in-progress":
      return problem({
        status: 409,
        code: "in-progress",
        title: "The request is in progress",
        detail: "A request with this Idempotency-Key is being worked on.",
        hint: "try again with the same key",
        retryAfterSeconds: 1,
      });
  }
}

export function reused(): Answer {
  return problem({
    status: 422,
    code: "key-reused",
    title: "Idempotency-Key was used for another request",
    detail: "The same key came with another method, target or body before.",
    hint: "send a fresh key for a new request",
  });
}

export function failed(error: Error): Answer {
  const known = error instanceof ContinuityError ? error : null;
  const tooLarge = known?.code === "too-large";
  return problem({
    status: tooLarge ? 413 : 503,
    code: known?.code ?? "interrupted",
    title: tooLarge ? "The request is too large to keep" : "The request could not be finished now",
    // A stranger's error text may hold what callers should not see; ours does not.
    detail: known?.message ?? "The work was interrupted; nothing was done twice.",
    hint: known?.hint ?? "try again with the same key",
    ...(tooLarge ? {} : { retryAfterSeconds: 1 }),
  });
}

/** The Idempotency-Key draft wants such answers to point to where the operation's keys are explained. */
export function documented(answer: Answer, docs: string | undefined): Answer {
  if (docs === undefined || answer.headers["content-type"] !== "application/problem+json") return answer;
  return { ...answer, headers: { ...answer.headers, link: `<${docs}>; rel="describedby"` } };
}
