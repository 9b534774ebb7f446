import { nearest } from "../config/nearest.ts";
import { CallerError } from "../core/errors.ts";
import type { UnixMs } from "../core/step.ts";

/** What stands behind the question mark: text from outside, read as an endpoint describes it, or refused. */
export type Param = (
  | { readonly kind: "moment" }
  /** A whole number from 1; more than `most` is never given. */
  | { readonly kind: "limit"; readonly most: number }
  | { readonly kind: "name" }
  /** The first is meant when it is left out. */
  | { readonly kind: "choice"; readonly of: readonly string[] }
) & { readonly says: string };

export type Params = Readonly<Record<string, Param>>;

/** What a handler gets; null: it was left out. */
export type QueryOf<Asked extends Params> = {
  readonly [Name in keyof Asked]: Asked[Name] extends { readonly kind: "moment" }
    ? UnixMs | null
    : Asked[Name] extends { readonly kind: "limit" }
      ? number
      : Asked[Name] extends { readonly kind: "choice"; readonly of: readonly (infer Choice)[] }
        ? Choice
        : string | null;
};

/** Throws `CallerError`; also at a name that means nothing here, for whoever misspells `until` asks for something else than they think. */
export function readQuery<Asked extends Params>(
  asked: Asked,
  given: Readonly<Record<string, unknown>>,
): QueryOf<Asked> {
  const names = Object.keys(asked);
  for (const name of Object.keys(given)) if (!names.includes(name)) throw noSuch(name, names);
  return Object.fromEntries(
    names.map((name) => [name, readParam(name, asked[name]!, given[name])]),
  ) as unknown as QueryOf<Asked>;
}

function readParam(name: string, param: Param, given: unknown): string | number | null {
  if (given !== undefined && typeof given !== "string") throw bad(`${name} is given twice`, `give one ${name}`);
  switch (param.kind) {
    case "moment":
      return given === undefined ? null : Math.min(numberOf(name, given), Number.MAX_SAFE_INTEGER);
    case "limit":
      return given === undefined ? param.most : Math.min(param.most, wholeOf(name, given));
    case "name":
      return given ?? null;
    case "choice": {
      const chosen = given === undefined ? param.of[0] : param.of.find((each) => each === given);
      if (chosen === undefined) throw bad(`${name} is ${given}`, `one of ${param.of.join(", ")}`);
      return chosen;
    }
  }
}

function numberOf(name: string, text: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (Number.isFinite(value) && value >= 0) return value;
  throw bad(`${name} is not a number: ${text}`, "times are Unix milliseconds");
}

function wholeOf(name: string, text: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (Number.isInteger(value) && value >= 1) return value;
  throw bad(`${name} is not a whole number from 1: ${text}`, `for example ${name}=50`);
}

function noSuch(name: string, names: readonly string[]): CallerError {
  const near = nearest(name, names);
  const list = names.length === 0 ? "it takes none" : `one of ${names.join(", ")}`;
  return bad(`there is no parameter ${name} here`, near === null ? list : `did you mean ${near}?`);
}

function bad(message: string, hint: string): CallerError {
  return new CallerError({ code: "bad-query", message, hint });
}

/** A stretch of time and how much of it: the newest `limit`. */
export type Range = { readonly since: UnixMs; readonly until: UnixMs; readonly limit: number };

export function rangeOf(query: {
  readonly since: UnixMs | null;
  readonly until: UnixMs | null;
  readonly limit: number;
}): Range {
  return { since: query.since ?? 0, until: query.until ?? Number.MAX_SAFE_INTEGER, limit: query.limit };
}
