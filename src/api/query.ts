import { CallerError } from "../core/errors.ts";
import type { UnixMs } from "../core/step.ts";

/** What stands behind the question mark: text from outside, read into numbers or refused. */
export type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

export type Range = { readonly since: UnixMs; readonly until: UnixMs; readonly limit: number };

/** A stretch of time and how much of it; more than `most` is never given. */
export function rangeOf(query: Query, most: number): Range {
  return {
    since: numberOf(query, "since") ?? 0,
    until: numberOf(query, "until") ?? Number.MAX_SAFE_INTEGER,
    limit: limitOf(query, most),
  };
}

export function limitOf(query: Query, most: number): number {
  return Math.min(most, Math.max(1, Math.floor(numberOf(query, "limit") ?? most)));
}

export function numberOf(query: Query, name: string): number | null {
  const text = query[name];
  if (text === undefined) return null;
  const value = typeof text === "string" && text.trim() !== "" ? Number(text) : Number.NaN;
  if (!Number.isFinite(value) || value < 0) {
    throw new CallerError({
      code: "bad-query",
      message: `${name} is not a number: ${String(text)}`,
      hint: "times are Unix milliseconds",
    });
  }
  return Math.min(value, Number.MAX_SAFE_INTEGER);
}

/** Null when it is not there. */
export function textOf(query: Query, name: string): string | null {
  const text = query[name];
  if (text === undefined || typeof text === "string") return text ?? null;
  throw new CallerError({ code: "bad-query", message: `${name} is given twice`, hint: `give one ${name}` });
}
