import type { Outcome } from "../../core/control-contract.ts";

/** Of several edges: done when one at least took it, and who did not is named; else why not. `what` are they, in the plural. */
export function together(
  answers: readonly { readonly name: string; readonly outcome: Outcome }[],
  what: string,
): Outcome {
  const took = answers.filter(({ outcome }) => outcome.kind === "done");
  const others = answers.filter(({ outcome }) => outcome.kind !== "done");
  // One that has a newer table was given it by somebody who is ahead of us.
  const ahead = others.find(({ outcome }) => outcome.kind === "refused" && outcome.code === "table-not-newer");
  const first = ahead ?? others.find(({ outcome }) => outcome.kind === "retry") ?? others[0];
  const words = answers.flatMap(({ outcome }) => outcome.says ?? []);
  if (first === undefined) return words.length === 0 ? { kind: "done" } : { kind: "done", says: words.join("; ") };
  if (took.length === 0 || ahead !== undefined) return first.outcome;
  return { kind: "done", says: `${took.length} of ${answers.length} ${what} took it; ${words.join("; ")}` };
}

/** Null: none of them was seen. */
export const leastOf = (versions: readonly number[]): number | null =>
  versions.length === 0 ? null : Math.min(...versions);
