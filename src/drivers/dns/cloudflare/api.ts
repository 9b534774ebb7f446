import { Agent } from "undici";
import { z } from "zod";
import { apiCall, failed, type Failed, type FailureCode, type Reason } from "../api-call.ts";
import { connectionFailure } from "../ask-server.ts";
import type { RequestPace } from "../request-pace.ts";

export type CloudflareApi = {
  readonly endpoint: string;
  readonly token: string;
  readonly withinMs: number;
  readonly pace: RequestPace;
};

export type CloudflareCall = {
  readonly method: "GET" | "POST";
  readonly path: string;
  /** For words. */
  readonly domain: string;
  readonly body?: object;
};

export type Called = { readonly kind: "answer"; readonly result: unknown; readonly pages: number } | Failed;

const WHO = "Cloudflare";
const CONNECTIONS_MAX = 4;

/** One call of Cloudflare's API, version 4: every answer comes in the same wrapper (`success`, `errors`, `result`). */
export function cloudflareCaller({ endpoint, token, withinMs, pace }: CloudflareApi) {
  const dispatcher = new Agent({ connections: CONNECTIONS_MAX });
  return async ({ method, path, domain, body }: CloudflareCall, outer: AbortSignal): Promise<Called> => {
    const signal = AbortSignal.any([outer, AbortSignal.timeout(withinMs)]);
    try {
      await pace(signal);
    } catch (error) {
      return connectionFailure(error, WHO);
    }
    const called = await apiCall(
      {
        who: WHO,
        method,
        url: `${endpoint.replace(/\/$/, "")}${path}`,
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        secrets: [token],
        signal,
        dispatcher,
      },
      (status, answer, text) => reasonOf(status, { answer, text, domain }),
    );
    if (called.kind !== "answer") return called;
    const answer = WRAPPER.safeParse(called.body);
    if (answer.success && answer.data.success)
      return { kind: "answer", result: answer.data.result, pages: answer.data.result_info?.total_pages ?? 1 };
    const words = answer.success ? wordsOf(answer.data.errors) : "its answer has another shape";
    return failed("bad-answer", `${WHO}: ${words}`, [token]);
  };
}

const WRAPPER = z.object({
  success: z.boolean(),
  errors: z.array(z.object({ code: z.number(), message: z.string() })).default([]),
  result: z.unknown(),
  result_info: z.object({ total_pages: z.number().optional() }).nullish(),
});

const wordsOf = (errors: z.output<typeof WRAPPER>["errors"]): string =>
  errors.map(({ code, message }) => `${message} (${code})`).join(", ");

/** A record that we know of is gone (81044), or there is one already (81053 to 81058): somebody was there since our look. */
const ANOTHER_WAS_THERE = new Set([81044, 81053, 81054, 81055, 81056, 81057, 81058]);
/** The token is none (6003, 6111), unknown (9109, 10000), or may not do this (9103). */
const NOT_ALLOWED = new Set([6003, 6111, 9103, 9109, 10000]);
/** The path names no zone of the account. */
const NO_ZONE = new Set([1001, 7000, 7003]);

type Refused = { readonly answer: unknown; readonly text: string; readonly domain: string };

function reasonOf(status: number, { answer, text, domain }: Refused): Reason {
  const read = WRAPPER.safeParse(answer);
  const errors = read.success ? read.data.errors : [];
  const codes = errors.map(({ code }) => code);
  return { ...meaningOf(status, codes, domain), says: errors.length === 0 ? text : wordsOf(errors) };
}

function meaningOf(
  status: number,
  codes: readonly number[],
  domain: string,
): { readonly code: FailureCode; readonly hint?: string } {
  if (status === 429) return { code: "throttled" };
  if (status === 401 || status === 403 || codes.some((code) => NOT_ALLOWED.has(code)))
    return { code: "forbidden", hint: `: has the token Zone Read and DNS Write for ${domain}?` };
  if (codes.some((code) => ANOTHER_WAS_THERE.has(code))) return { code: "conflict", hint: "; it is looked at again" };
  if (status === 404 || codes.some((code) => NO_ZONE.has(code))) return { code: "unknown-zone" };
  if (status === 409) return { code: "conflict" };
  return { code: status >= 500 ? "provider-fault" : "refused" };
}
