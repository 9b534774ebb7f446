import { withoutSecrets } from "../secret.ts";
import type { ScaleRetry } from "./contract.ts";
import type { MachinesProblem } from "./machines.ts";

/** Whatever the other end wants: after so long it is asked again. */
const RETRY_LATEST_MS = 600_000;
/** A provider's sentence is a sentence; some send pages. */
const SAYS_CHARS_MAX = 300;

export type ProblemSaid = {
  readonly code: MachinesProblem["code"];
  /** In the provider's words, as they came. */
  readonly says: string;
  /** What we sent and must not stand in a log: providers like to quote. */
  readonly secrets: readonly string[];
  readonly afterMs?: number | null;
};

/** A problem whose words may be shown to people. */
export function problem({ code, says, secrets, afterMs }: ProblemSaid): MachinesProblem {
  const clean = withoutSecrets(says, secrets).replaceAll(/\s+/g, " ").trim();
  return {
    kind: RETRIED.has(code) ? "retry" : "refused",
    code,
    says: clean.length > SAYS_CHARS_MAX ? `${clean.slice(0, SAYS_CHARS_MAX - 3)}...` : clean,
    ...(typeof afterMs === "number" && { afterMs: Math.min(afterMs, RETRY_LATEST_MS) }),
  } as MachinesProblem;
}

const RETRIED: ReadonlySet<MachinesProblem["code"]> = new Set<ScaleRetry>([
  "throttled",
  "timeout",
  "unreachable",
  "conflict",
  "provider-fault",
  "bad-answer",
  "late",
  "too-soon",
  "superseded",
]);

/** A call that came to no answer at all. */
export function noAnswer(error: unknown, signal: AbortSignal, secrets: readonly string[]): MachinesProblem {
  if (signal.aborted) return problem({ code: "timeout", says: "no answer in time", secrets });
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const says =
    inner instanceof Error ? ((inner as NodeJS.ErrnoException).code?.toString() ?? inner.message) : String(inner);
  return problem({ code: "unreachable", says, secrets });
}

/** `Retry-After` in its two forms (RFC 9110, 10.2.3): seconds, or a date. Null: not said. */
export function retryAfterMs(value: string | null | undefined, nowMs: number): number | null {
  if (value === null || value === undefined || value.trim() === "") return null;
  const seconds = Number(value);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - nowMs;
  return ms > 0 ? ms : null;
}

/** A count as a provider gives it: a whole number of replicas; anything else is null. */
export function countOf(value: unknown): number | null {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 ? value : null;
}
