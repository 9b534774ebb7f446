import type { MachinesProblem, MachinesSeen } from "./machines.ts";
import { countOf } from "./problem.ts";

/** What a webhook or a command of an operator's own answers: few words, plain JSON. */

export const SEEN_SHAPE = 'it must answer {"floor": 6, "ready": 6, "most": 40}, whole numbers of replicas';

/** Null: that is not what a look is answered with. */
export function readSeen(answer: unknown): MachinesSeen | null {
  const given = (answer ?? {}) as { floor?: unknown; ready?: unknown; most?: unknown; quota?: unknown };
  const [floor, ready, most] = [countOf(given.floor), countOf(given.ready), countOf(given.most)];
  if (floor === null || ready === null || most === null) return null;
  return { kind: "seen", floor, ready, most, ...(typeof given.quota === "string" && { quota: given.quota }) };
}

/** The reasons that a program of one's own may give for a no. */
const REASONS = ["quota", "forbidden", "unknown-target", "throttled", "conflict", "refused"] as const;

/** `{"code": "quota", "says": "..."}`, each of them only if it is there. */
export function readProblem(answer: unknown): { readonly code?: MachinesProblem["code"]; readonly says?: string } {
  const given = (answer ?? {}) as { code?: unknown; says?: unknown };
  const code = REASONS.find((each) => each === given.code);
  return { ...(code && { code }), ...(typeof given.says === "string" && { says: given.says }) };
}
