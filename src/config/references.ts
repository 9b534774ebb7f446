import { nearest } from "./nearest.ts";

/** Looks at what was read from houston.yaml before its shape is known: what is named in it, and whether it exists. */

/** Where in the file, what is wrong, and what to write instead. */
export type Found = { readonly at: readonly PropertyKey[]; readonly says: string; readonly fix: string };

export type Reference = Found & { readonly code: string };

/** Nothing when the name is known, or is no name at all, which the shape says. */
export function unknown(
  given: unknown,
  known: readonly string[],
  at: readonly PropertyKey[],
  what: string,
): Reference[] {
  if (typeof given !== "string" || known.includes(given)) return [];
  const fix =
    suggestion(given, known) ??
    (known.length === 0 ? `name a ${what} first` : `one of ${known.slice(0, 20).join(", ")}`);
  return [{ at, code: `unknown-${what}`, says: `there is no ${what} ${given}`, fix }];
}

export function suggestion(given: string, known: readonly string[]): string | null {
  const near = nearest(given, known);
  return near === null ? null : `did you mean ${near}?`;
}

export function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

export function names(value: unknown): string[] {
  return list(value).map((each) => {
    const name = record(each)["name"];
    return typeof name === "string" ? name : "";
  });
}
