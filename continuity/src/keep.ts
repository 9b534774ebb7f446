import { ContinuityError } from "./errors.ts";
import { cannotOpen, sealedMark } from "./sealed-mark.ts";

/**
 * Makes a value fit for the journal, or says clearly why it is not: JSON as its text, bytes as `base64:...`, which
 * no JSON text begins with. JSON.stringify silently drops functions, empties maps and turns NaN into null; a
 * resumed run would then see another value than the first one did.
 */
export function keep(
  value: unknown,
  what: string,
  maxChars: number,
  notKept: readonly string[] = [],
): string | undefined {
  if (value === undefined) return undefined;
  const text = value instanceof Uint8Array ? bytesText(value) : jsonText(value, what, notKept);
  if (text.length > maxChars) {
    throw new ContinuityError({
      code: "too-large",
      message: `${what} has ${text.length} characters; at most ${maxChars} are kept`,
      hint: "keep the data elsewhere and return a reference to it",
    });
  }
  return text;
}

export function unkept(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  if (text.startsWith(bytesMark)) return Uint8Array.from(Buffer.from(text.slice(bytesMark.length), "base64"));
  if (text.startsWith(sealedMark)) throw cannotOpen();
  return JSON.parse(text);
}

const bytesMark = "base64:";
const bytesText = (bytes: Uint8Array): string =>
  bytesMark + Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");

/** What JSON.stringify would write as `{}`, or as an object of numbers. */
const notPlain = [Map, Set, WeakMap, WeakSet, Promise, RegExp, Error, ArrayBuffer] as const;

function jsonText(value: unknown, what: string, notKept: readonly string[]): string {
  try {
    return JSON.stringify(value, (key, part: unknown) => {
      const name = key === "" ? "it" : `"${key}"`;
      if (notKept.includes(key) && part !== undefined) throw unkeepable(what, `${name} is marked as not to be kept`);
      const unfit = unfitKind(part);
      if (unfit !== null) throw unkeepable(what, `${name} is a ${unfit}`);
      return part;
    });
  } catch (error) {
    if (error instanceof ContinuityError) throw error;
    throw unkeepable(what, String(error));
  }
}

function unfitKind(part: unknown): string | null {
  if (typeof part === "function" || typeof part === "symbol" || typeof part === "bigint") return typeof part;
  if (typeof part === "number") return Number.isFinite(part) ? null : "number that is not finite";
  if (typeof part !== "object" || part === null) return null;
  if (ArrayBuffer.isView(part) || isJsonOfBuffer(part)) return "piece of bytes within an object";
  return notPlain.find((one) => part instanceof one)?.name ?? null;
}

/** A Buffer turns itself into this before we see it. */
const isJsonOfBuffer = (part: object): boolean =>
  "type" in part && part.type === "Buffer" && "data" in part && Array.isArray(part.data);

function unkeepable(what: string, says: string): ContinuityError {
  return new ContinuityError({
    code: "unkeepable",
    message: `${what} cannot be kept in the journal: ${says}`,
    hint: "return plain JSON data (objects, arrays, strings, finite numbers, booleans, null) or bytes alone, without what is marked",
  });
}
