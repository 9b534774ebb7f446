import { awake } from "./clock.ts";
import { stepKey, type Attempt, type Settlement, type StepOptions } from "./continuation.ts";
import type { StepKind } from "./entry.ts";
import { asError, ContinuityError, DeadlineOver, StepRefused } from "./errors.ts";
import { keep, unkept } from "./keep.ts";
import { defaults, limits } from "./limits.ts";
import { nextMove } from "./replay.ts";
import type { Running } from "./run.ts";
import { spanned } from "./span.ts";

/**
 * Brings one step to its result, from whatever its journal says about it: not begun, done, refused, void, or
 * begun with an unknown end. `nextMove` decides; this carries it out, in a bounded number of tries.
 */
export async function settleStep<T>(running: Running, name: string, options: StepOptions<T>): Promise<T> {
  const { state, writer, clock, say } = running;
  const tries: Tries = { failures: 0, openAnswers: 0, last: null };
  let sentHere = false;
  for (;;) {
    running.assertGoing();
    if (tries.failures > limits.failuresPerRun) throw gaveUp(name, tries.last);
    const move = nextMove(state.steps.get(name), name, options.kind);
    switch (move.kind) {
      case "return":
        return unkept(move.result) as T;
      case "refuse":
        if (move.late) throw new DeadlineOver(move.says);
        throw new StepRefused(move.says, { status: move.status });
      case "park":
        return running.park(move.reason);
      case "begin":
      case "repeat": {
        await pause(running, tries);
        const { attempt } = move;
        // The attempt's time is cut by the request's own only while there is a way back.
        const isLimited = move.kind === "begin" && running.isTimeLimited;
        if (isLimited && clock.now() >= state.notAfter) {
          tooLate(running, name, attempt, options.kind);
          break;
        }
        const inStepsTime = clock.now() + (options.withinMs ?? defaults.stepWithinMs);
        const notAfter = isLimited ? Math.min(inStepsTime, state.notAfter) : inStepsTime;
        if (options.kind !== "pure") running.assertWanted();
        // A repeat by the run that sent it first adds nothing; by another run, it says who did it.
        if (options.kind !== "pure" && (move.kind === "begin" || !sentHere)) {
          say({ kind: "intent", step: name, attempt, effect: options.kind, notAfter });
        }
        if (options.kind !== "pure" && move.kind === "begin") await writer.commit();
        sentHere = true;
        await send(running, { name, attempt, notAfter }, options, tries);
        break;
      }
      case "ask":
        if (options.kind !== "askable") throw new Error(`step "${name}" is asked about and has no asks`);
        // The first question comes at once; only a question that failed is worth a pause.
        if (tries.openAnswers > 0 || tries.last?.asked === true) await pause(running, tries);
        await ask(running, { name, attempt: move.attempt }, options, tries);
        break;
    }
  }
}

/** Written down like a receiver's no: a run with a slower clock must not go on where this one turned back. */
function tooLate({ say, state }: Running, step: string, attempt: number, effect: StepKind): void {
  const says = `the request's time was over at ${new Date(state.notAfter).toISOString()}, before step "${step}"`;
  say({ kind: "result", step, attempt, effect, outcome: "refused", how: "late", says, status: 504 });
}

type Tries = { failures: number; openAnswers: number; last: { readonly error: Error; readonly asked: boolean } | null };

async function send<T>(
  running: Running,
  of: { readonly name: string; readonly attempt: number; readonly notAfter: number },
  options: StepOptions<T>,
  tries: Tries,
): Promise<void> {
  const { name: step, attempt } = of;
  const effect = options.kind;
  let value: T;
  try {
    value = await within(running, { ...of, call: "does" }, (key, attempt) => options.does(key, attempt));
  } catch (thrown) {
    running.assertGoing();
    if (thrown instanceof StepRefused) {
      const { says, status } = thrown;
      running.say({ kind: "result", step, attempt, effect, outcome: "refused", how: "called", says, status });
      return;
    }
    tries.failures += 1;
    tries.last = { error: asError(thrown), asked: false };
    return;
  }
  running.assertGoing();
  await record(running, { step, attempt, effect, how: "called", value });
}

async function ask<T>(
  running: Running,
  of: { readonly name: string; readonly attempt: number },
  options: StepOptions<T> & { readonly kind: "askable" },
  tries: Tries,
): Promise<void> {
  const { name: step, attempt } = of;
  const { clock } = running;
  const sentNotAfter = running.state.steps.get(step)?.notAfter ?? 0;
  let settlement: Settlement<T>;
  try {
    settlement = await within(
      running,
      { ...of, notAfter: sentNotAfter, withinMs: defaults.stepWithinMs, call: "asks" },
      (key, attempt) => options.asks(key, attempt),
    );
    if (typeof settlement?.done !== "boolean" || typeof settlement.final !== "boolean") throw badSettlement(step);
  } catch (thrown) {
    running.assertGoing();
    tries.failures += 1;
    tries.last = { error: asError(thrown), asked: true };
    return;
  }
  running.assertGoing();
  if (!settlement.final) {
    tries.openAnswers += 1;
    // A deadline makes 'not done' final by itself: wait for it once, then ask again.
    const waitMs = sentNotAfter - clock.now();
    if (waitMs > 0) await clock.sleep(Math.min(waitMs + 1, defaults.stepWithinMs), running.signal);
    if (tries.openAnswers < limits.openAnswersPerRun || clock.now() <= sentNotAfter) return;
    const says = `the receiver of step "${step}" gives no final answer`;
    await running.park({ code: "in-doubt", says, step, attempt });
    return;
  }
  if (settlement.done) {
    await record(running, { step, attempt, effect: "askable", how: "asked", value: settlement.result });
    return;
  }
  running.say({ kind: "result", step, attempt, effect: "askable", outcome: "void", how: "asked" });
}

async function record(
  running: Running,
  of: { step: string; attempt: number; effect: StepOptions<unknown>["kind"]; how: "called" | "asked"; value: unknown },
): Promise<void> {
  const { value, ...rest } = of;
  let result: string | undefined;
  try {
    result = keep(value, `the result of step "${of.step}"`, limits.resultChars, running.notKept);
  } catch (thrown) {
    // The effect has happened and its result can't be kept: repeating is not ours to choose.
    if (of.effect === "pure") throw thrown;
    await running.park({ code: "unkeepable", says: asError(thrown).message, step: of.step, attempt: of.attempt });
    return;
  }
  running.say({ kind: "result", ...rest, outcome: "done", ...(result === undefined ? {} : { result }) });
}

/** Calls with a key, a deadline and a signal; a call that never returns counts as failed when its time is over. */
async function within<R>(
  running: Running,
  of: {
    readonly name: string;
    readonly attempt: number;
    readonly notAfter: number;
    readonly withinMs?: number;
    readonly call: "does" | "asks";
  },
  call: (key: string, attempt: Attempt) => Promise<R> | R,
): Promise<R> {
  const { clock, state, location } = running;
  const over = new AbortController();
  const waking = new AbortController();
  let isSettled = false;
  const key = stepKey({ ...state, step: of.name, attempt: of.attempt });
  const { signal } = over;
  // Not AbortSignal.any: its bookkeeping costs more than the rest of a step.
  const end = () => {
    over.abort(running.signal.reason);
    waking.abort(awake);
  };
  running.signal.addEventListener("abort", end, { once: true });
  if (running.signal.aborted) end();
  const timeUp = clock.sleep(of.withinMs ?? of.notAfter - clock.now(), waking.signal).then(() => {
    if (isSettled) return undefined as never;
    const error = timedOut(of.name);
    over.abort(error);
    throw error;
  });
  try {
    const attributes = {
      "continuity.request": running.id,
      "continuity.step": of.name,
      "continuity.attempt": of.attempt,
      "continuity.location": location,
      "continuity.call": of.call,
    };
    const called = spanned(running.tracer, { name: `${state.workflow} ${of.name}`, attributes }, async () =>
      call(key, { attempt: of.attempt, notAfter: of.notAfter, signal, location }),
    );
    return await Promise.race([called, timeUp]);
  } finally {
    isSettled = true;
    running.signal.removeEventListener("abort", end);
    waking.abort(awake);
    timeUp.catch(() => undefined);
  }
}

async function pause({ clock, signal }: Running, tries: Tries): Promise<void> {
  if (tries.failures === 0) return;
  await clock.sleep(Math.min(defaults.backoffMs * 2 ** (tries.failures - 1), defaults.backoffMaxMs), signal);
}

function gaveUp(name: string, last: Tries["last"]): ContinuityError {
  return new ContinuityError({
    code: "interrupted",
    message: `step "${name}" failed ${limits.failuresPerRun + 1} times; the last error: ${last?.error.message ?? "none"}`,
    hint: "see whether its receiver is well; the request goes on with the caller's next try, or by the sweeper",
    cause: last?.error,
  });
}

function timedOut(name: string): ContinuityError {
  return new ContinuityError({
    code: "step-timeout",
    message: `step "${name}" did not end in its time`,
    hint: "honour the signal that does() is given, or set a longer withinMs",
  });
}

function badSettlement(name: string): ContinuityError {
  return new ContinuityError({
    code: "bad-input",
    message: `asks() of step "${name}" did not answer {done, final}`,
    hint: "answer {done: true, final: true, result}, {done: false, final: true} or {done, final: false}",
  });
}
