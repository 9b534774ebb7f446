/**
 * The caller's mistake (bad config, unknown location, bad recording): says what is wrong, where, and the
 * fix. `code` is stable for programs. The world's failures are values (`Outcome`), ours are `assert`s.
 */
export class CallerError extends Error {
  readonly code: string;
  readonly hint: string;
  /** All that is wrong, where the message only counts it: people see each on a line of its own. */
  readonly lines: readonly string[];

  constructor(problem: { code: string; message: string; hint: string; lines?: readonly string[]; cause?: unknown }) {
    super(problem.message, problem.cause === undefined ? undefined : { cause: problem.cause });
    this.name = "CallerError";
    this.code = problem.code;
    this.hint = problem.hint;
    this.lines = problem.lines ?? [];
  }
}

/** A broken invariant of ours: stop deciding, leave traffic as it is, tell people. On in production. */
export class BrokenInvariant extends Error {
  constructor(message: string) {
    super(message);
    this.name = "BrokenInvariant";
  }
}

export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new BrokenInvariant(message);
}
