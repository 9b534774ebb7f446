import { ContinuityError } from "./errors.ts";

/**
 * Makes a value fit for the journal: JSON text, or a clear error. JSON.stringify silently drops functions
 * and turns NaN into null; a resumed run would then see another value than the first one did.
 */
export function keep(value: unknown, what: string, maxChars: number): string | undefined {
  if (value === undefined) return undefined;
  let text: string;
  try {
    text = JSON.stringify(value, (key, part: unknown) => {
      const unfit =
        typeof part === "function" ||
        typeof part === "symbol" ||
        typeof part === "bigint" ||
        (typeof part === "number" && !Number.isFinite(part));
      if (unfit) throw unkeepable(what, `${key === "" ? "it" : `"${key}"`} is a ${typeof part}`);
      return part;
    });
  } catch (error) {
    if (error instanceof ContinuityError) throw error;
    throw unkeepable(what, String(error));
  }
  if (text.length > maxChars) {
    throw new ContinuityError({
      code: "too-large",
      message: `${what} has ${text.length} characters; at most ${maxChars} are kept`,
      hint: "keep the data elsewhere and return a reference to it",
    });
  }
  return text;
}

export const unkept = (text: string | undefined): unknown => (text === undefined ? undefined : JSON.parse(text));

function unkeepable(what: string, says: string): ContinuityError {
  return new ContinuityError({
    code: "unkeepable",
    message: `${what} cannot be kept in the journal: ${says}`,
    hint: "return plain JSON data: objects, arrays, strings, finite numbers, booleans, null",
  });
}
