import { type Dispatcher, request } from "undici";
import { boundedText } from "../bounded-text.ts";

/** What came back, or why nothing did. */
export type Got = { readonly status: number; readonly text: string } | { readonly noAnswer: string };

/** A health page is a few kB; more than this is none. */
const ANSWER_BYTES_MAX = 1024 * 1024;

const tooLong = (): Error => new Error(`the answer is longer than ${ANSWER_BYTES_MAX} bytes`);

/** One GET; redirects are not followed, so that what answers is what was asked. */
export async function get(
  url: string,
  options: {
    readonly signal: AbortSignal;
    readonly headers?: Readonly<Record<string, string>>;
    readonly dispatcher?: Dispatcher;
  },
): Promise<Got> {
  const { signal, headers = {}, dispatcher } = options;
  try {
    const answer = await request(url, {
      method: "GET",
      headers: { "user-agent": "houston", ...headers },
      signal,
      ...(dispatcher && { dispatcher }),
    });
    return { status: answer.statusCode, text: await boundedText(answer.body, { bytes: ANSWER_BYTES_MAX, tooLong }) };
  } catch (error) {
    return { noAnswer: `${new URL(url).host}: ${whyNot(error, signal)}` };
  }
}

/** What went wrong on the way, in few words. */
export function whyNot(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return "no answer in time";
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message ?? String(error);
}

/** What stands at `data.lag` in a JSON text; undefined: it is not JSON, or nothing stands there. */
export function fieldOf(text: string, path: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  for (const key of path.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return value;
}
