import type { ProbeAnswer, ProbeFailure } from "./contract.ts";

/** What a user would not accept, with what it hints at. */
export class ProbeError extends Error {
  readonly why: ProbeFailure;

  constructor(why: ProbeFailure, says: string) {
    super(says);
    this.why = why;
  }
}

/**
 * What an answer hints at that is not a good one. Whoever is full needs no more visitors and no evacuation: 429 says so, and a 503 that says when to
 * come again (RFC 9110, 15.6.4: `Retry-After` is for an overload or maintenance that will pass). A 503 that doesn't is what health pages and proxies
 * answer for an application that is down. Of one whose header nobody saw the place's own counters have to tell.
 */
export function whyOfStatus(status: number, retryAfter: "given" | "absent" | "unseen"): ProbeFailure {
  if (status < 500) return "status";
  return status === 503 && retryAfter !== "absent" ? "status" : "error";
}

export const endless = (): Error => new ProbeError("wrong", "the answer does not end");

export function failure(error: unknown, ms: number): ProbeAnswer {
  return { ok: false, ms, why: whyOf(error), says: error instanceof Error ? error.message : String(error) };
}

export function whyOf(error: unknown): ProbeFailure {
  if (error instanceof ProbeError) return error.why;
  if (!(error instanceof Error)) return "wrong";
  const code = (error as NodeJS.ErrnoException).code ?? "";
  if (error.name === "TimeoutError" || error.name === "AbortError" || code.includes("TIMEOUT")) return "timeout";
  if (code === "ECONNREFUSED" || code === "EHOSTUNREACH" || code === "ENETUNREACH") return "refused";
  if (code === "ECONNRESET" || code === "EPIPE" || code === "UND_ERR_SOCKET") return "reset";
  return "wrong";
}

/** A kept connection that the other end has just closed says nothing about it: asked again on a new one, as browsers do. */
export async function againOnReset<Answer>(once: () => Promise<Answer>): Promise<Answer> {
  try {
    return await once();
  } catch (error) {
    if (whyOf(error) === "reset") return once();
    throw error;
  }
}
