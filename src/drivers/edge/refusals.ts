import { problem, type EdgeAnswer } from "./exchange.ts";
import { HOPS_MAX } from "./passport.ts";

/** What every edge of ours says to a request that nobody is asked about. */
export const ambiguous = (kind: string): EdgeAnswer =>
  problem({
    status: 400,
    code: kind,
    title: "The request can be read in two ways",
    detail: `Servers differ in how they read it: ${kind}.`,
    hint: "one Host, a path as the target, one length, `Transfer-Encoding: chunked` alone and in HTTP/1.1 only",
    // What follows on this connection may be what one of them takes for a request.
    headers: { connection: "close" },
  });

export const looping = (): EdgeAnswer =>
  problem({
    status: 508,
    code: "loop",
    title: "Loop detected",
    detail: `The request has passed ${HOPS_MAX} edges already.`,
    hint: "the route tables of these locations are out of step; it passes with the next table",
  });

/** So that it can be asked again at once by whom it hurts, and by nobody in a storm. */
export const RETRY_AFTER_SECONDS = 1;

/** `to` was asked and has not answered; `hint`: whether it may be asked again. */
export const relayFailed = (to: string, why: string, hint: string): EdgeAnswer =>
  problem({
    status: why === "timeout" ? 504 : 502,
    code: "relay-failed",
    title: "The serving location did not answer",
    detail: `${to} serves this and could not be reached: ${why}.`,
    hint,
    headers: { "retry-after": String(RETRY_AFTER_SECONDS) },
  });
