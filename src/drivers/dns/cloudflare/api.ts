import { Agent, request } from "undici";
import { z } from "zod";
import type { Outcome } from "../../../core/control-contract.ts";
import { boundedText } from "../../bounded-text.ts";
import { withoutSecrets } from "../../secret.ts";
import { connectionFailure } from "../ask-server.ts";
import { refused, retry } from "../record-server.ts";
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

export type Called =
  | { readonly kind: "answer"; readonly result: unknown; readonly pages: number }
  | Exclude<Outcome, { readonly kind: "done" }>;

/** A page of 5,000 records. */
const ANSWER_BYTES_MAX = 16 * 1024 * 1024;
const CONNECTIONS_MAX = 4;
/** A refusal is a sentence; some send pages. */
const SAYS_CHARS_MAX = 300;

/** One call of Cloudflare's API, version 4: every answer comes in the same wrapper (`success`, `errors`, `result`). */
export function cloudflareCaller({ endpoint, token, withinMs, pace }: CloudflareApi) {
  const dispatcher = new Agent({ connections: CONNECTIONS_MAX });
  return async ({ method, path, domain, body }: CloudflareCall, outer: AbortSignal): Promise<Called> => {
    const signal = AbortSignal.any([outer, AbortSignal.timeout(withinMs)]);
    let status: number;
    let text: string;
    try {
      await pace(signal);
      const response = await request(`${endpoint.replace(/\/$/, "")}${path}`, {
        method,
        dispatcher,
        signal,
        headers: { accept: "application/json", authorization: `Bearer ${token}`, "content-type": "application/json" },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      status = response.statusCode;
      text = await boundedText(response.body, {
        bytes: ANSWER_BYTES_MAX,
        tooLong: () => new Error("its answer is too long"),
      });
    } catch (error) {
      return signal.aborted
        ? retry("timeout", "Cloudflare: no answer in time")
        : connectionFailure(error, "Cloudflare");
    }
    const answer = WRAPPER.safeParse(jsonOf(text));
    if (answer.success && answer.data.success && status < 300)
      return { kind: "answer", result: answer.data.result, pages: answer.data.result_info?.total_pages ?? 1 };
    const errors = answer.success ? answer.data.errors : [];
    const words = errors.length === 0 ? text : errors.map(({ code, message }) => `${message} (${code})`).join(", ");
    const says = withoutSecrets(`Cloudflare: HTTP ${status}: ${words}`, [token])
      .replaceAll(/\s+/g, " ")
      .slice(0, SAYS_CHARS_MAX);
    if (status < 300) return retry("bad-answer", says);
    return meaningOf(status, { says, domain, codes: errors.map(({ code }) => code) });
  };
}

const WRAPPER = z.object({
  success: z.boolean(),
  errors: z.array(z.object({ code: z.number(), message: z.string() })).default([]),
  result: z.unknown(),
  result_info: z.object({ total_pages: z.number().optional() }).nullish(),
});

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** A record that we know of is gone (81044), or there is one already (81053 to 81058): somebody was there since our look. */
const ANOTHER_WAS_THERE = new Set([81044, 81053, 81054, 81055, 81056, 81057, 81058]);
/** The token is none (6003, 6111), unknown (9109, 10000), or may not do this (9103). */
const NOT_ALLOWED = new Set([6003, 6111, 9103, 9109, 10000]);
/** The path names no zone of the account. */
const NO_ZONE = new Set([1001, 7000, 7003]);

type Failed = { readonly says: string; readonly domain: string; readonly codes: readonly number[] };

function meaningOf(status: number, { says, domain, codes }: Failed) {
  if (status === 429) return retry("throttled", says);
  if (status === 401 || status === 403 || codes.some((code) => NOT_ALLOWED.has(code)))
    return refused("forbidden", `${says}: has the token Zone Read and DNS Write for ${domain}?`);
  if (codes.some((code) => ANOTHER_WAS_THERE.has(code))) return retry("conflict", `${says}; it is looked at again`);
  if (status === 404 || codes.some((code) => NO_ZONE.has(code))) return refused("unknown-zone", says);
  if (status === 409) return retry("conflict", says);
  return status >= 500 ? retry("provider-fault", says) : refused("refused", says);
}
