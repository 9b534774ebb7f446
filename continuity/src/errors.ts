/**
 * What this library throws. `code` is stable for programs, `hint` is the fix for people. The codes:
 *
 * caller's mistakes: bad-key, bad-name, bad-kind, bad-input, too-large, step-twice, step-timeout, step-threw, unkeepable
 * the journal's state: entry-newer, entry-broken, journal-corrupt, journal-newer, journal-sealed, journal-full, journal-unavailable,
 *   journal-untrusted, journal-closed
 * a run's end: fenced, in-doubt, code-changed, code-older, caller-gone, interrupted
 */
export class ContinuityError extends Error {
  readonly code: string;
  readonly hint: string;

  constructor(problem: { code: string; message: string; hint: string; cause?: unknown }) {
    super(problem.message, problem.cause === undefined ? undefined : { cause: problem.cause });
    this.name = "ContinuityError";
    this.code = problem.code;
    this.hint = problem.hint;
  }
}

/**
 * Throw it from `does` when the receiver said a clear no (card declined, out of stock): the effect has not
 * happened and will not. Any other error leaves doubt. The workflow may catch it; if it does not, earlier
 * steps are undone and the caller gets `status` with `says`.
 */
export class StepRefused extends Error {
  readonly says: string;
  readonly status: number;

  constructor(says: string, options: { status?: number } = {}) {
    super(says);
    this.name = "StepRefused";
    this.says = says;
    this.status = options.status ?? 422;
  }
}

/** The request's own deadline was over before this step could begin: earlier steps are undone, as for any refusal. */
export class DeadlineOver extends StepRefused {
  constructor(says: string) {
    super(says, { status: 504 });
    this.name = "DeadlineOver";
  }
}

/** Someone else holds the request now: every later journal write of this run is refused. */
export class Fenced extends ContinuityError {
  constructor(id: string) {
    super({
      code: "fenced",
      message: `request ${id} was taken over by another run`,
      hint: "do nothing: the other run goes on, and its answer is this request's answer",
    });
    this.name = "Fenced";
  }
}

/** An effect was begun and nobody can say whether it happened: a person decides. */
export class InDoubt extends ContinuityError {
  constructor(id: string, says: string) {
    super({
      code: "in-doubt",
      message: `request ${id} is parked: ${says}`,
      hint: "look at the receiver's own books, then settle the doubt as done or not done",
    });
    this.name = "InDoubt";
  }
}

/** Whatever was thrown, as an Error: steps may throw strings, numbers or nothing. */
export function asError(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown;
  return new ContinuityError({
    code: "step-threw",
    message: `a step threw ${typeof thrown}: ${String(thrown).slice(0, 200)}`,
    hint: "throw an Error, or StepRefused when the receiver said a clear no",
    cause: thrown,
  });
}
