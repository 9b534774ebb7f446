import type { Answer } from "./entry.ts";
import { ContinuityError } from "./errors.ts";

/** What a sealed store writes in place of data: `sealed:KEY-NAME:...`. No JSON text begins so. */
export const sealedMark = "sealed:";

/** No HTTP header has a colon in its name, so no answer of a workflow looks like this. */
const sealedHeaders = { ":sealed": "1" };

export const sealedAnswer = (status: number, body: string): Answer => ({ status, headers: sealedHeaders, body });

export const isSealed = ({ headers }: Answer): boolean => Object.hasOwn(headers, ":sealed");

export function cannotOpen(cause?: unknown): ContinuityError {
  return new ContinuityError({
    code: "journal-sealed",
    message: "the journal's data is encrypted, and cannot be opened here",
    hint: "open the journal by sealedStore(store, keys), with the key that each entry names",
    cause,
  });
}
