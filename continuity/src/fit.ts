import type { Continuation } from "./continuation.ts";
import type { ParkReason } from "./entry.ts";
import { ContinuityError } from "./errors.ts";
import { limits } from "./limits.ts";
import type { RequestState } from "./replay.ts";

/** The code that a request was begun with: this version's, or that of an earlier one which was kept for it. */
export function codeFor<Input>(
  continuation: Continuation<Input>,
  { workflow, version }: Pick<RequestState, "workflow" | "version">,
): Continuation<Input> | undefined {
  if (workflow !== continuation.name) return undefined;
  return [continuation, ...continuation.earlier].find((one) => one.version === version);
}

/** Why no code here may go on with it, so that a person must look; null when some may. */
export function unfit<Input>(state: RequestState, continuation: Continuation<Input>): ParkReason | null {
  const { workflow, version, epoch } = state;
  if (workflow !== continuation.name) return changed(`it was begun as "${workflow}", not "${continuation.name}"`);
  if (codeFor(continuation, state) === undefined) {
    const known = [continuation, ...continuation.earlier].map((one) => one.version).join(", ");
    return changed(`it was begun by version ${version} of "${workflow}", and this code knows version ${known}`);
  }
  if (epoch <= limits.epochs) return null;
  return { code: "too-many-runs", says: `it was run ${epoch} times without an end`, step: null, attempt: 0 };
}

export const changed = (says: string): ParkReason => ({ code: "code-changed", says, step: null, attempt: 0 });

/**
 * While a new version is rolled out, the old one meets requests that the new one began. They are neither taken
 * over nor parked by it: whoever has their code goes on with them.
 */
export function tooNew<Input>(
  { workflow, version }: Pick<RequestState, "workflow" | "version">,
  continuation: Continuation<Input>,
): ContinuityError | null {
  if (workflow !== continuation.name || version <= continuation.version) return null;
  return new ContinuityError({
    code: "code-older",
    message: `the request was begun by version ${version} of "${workflow}", and this process runs version ${continuation.version}`,
    hint: "try again with the same key; a process of the newer version goes on with it",
  });
}
