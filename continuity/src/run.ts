import { randomUUID } from "node:crypto";
import { awake, type Clock } from "./clock.ts";
import { checkName, checkStep, stepKey, type Continuation, type RunView, type Step } from "./continuation.ts";
import type { Answer, Entry, ParkReason } from "./entry.ts";
import { asError, ContinuityError, DeadlineOver, Fenced, InDoubt, StepRefused } from "./errors.ts";
import { changed, codeFor, unfit } from "./fit.ts";
import { keep, unkept } from "./keep.ts";
import { defaults, limits } from "./limits.ts";
import { journalWriter, type JournalWriter } from "./journal-writer.ts";
import { problem } from "./problem.ts";
import { replay, type RequestState } from "./replay.ts";
import { settleStep } from "./settle-step.ts";
import type { Tracer } from "./span.ts";
import { toAnswer } from "./to-answer.ts";
import type { JournalRecord, JournalStore } from "./store.ts";

/** How one run of a request ended. */
export type RunEnd =
  | { readonly kind: "answered"; readonly answer: Answer }
  | { readonly kind: "parked"; readonly reason: ParkReason }
  /** Another run holds the request; `record` is what was there then. */
  | { readonly kind: "fenced"; readonly record: JournalRecord | null }
  /** The run gave up for now: nothing is in danger, the next one goes on. */
  | { readonly kind: "interrupted"; readonly error: Error };

export type RunStart =
  | {
      readonly kind: "fresh";
      readonly key: string;
      readonly tenant: string | undefined;
      readonly fingerprint: string;
      readonly input: unknown;
      readonly names: readonly string[];
      readonly notAfter: number | undefined;
    }
  | {
      readonly kind: "taken";
      readonly record: JournalRecord;
      readonly why: "lease" | "gone" | "released" | "swept";
      readonly names: readonly string[];
    };

/** What the parts of a run share. */
export type Running = {
  readonly id: string;
  readonly location: string;
  readonly clock: Clock;
  readonly state: RequestState;
  readonly writer: JournalWriter;
  readonly signal: AbortSignal;
  /** Notes an entry of this run: the envelope is filled in. */
  readonly say: (said: Said) => void;
  /** Throws when the run has ended: the workflow must not go on. */
  readonly assertGoing: () => void;
  /** Whether the request's own deadline holds: until something is done that has no way back, or all is undone. */
  isTimeLimited: boolean;
  /** Throws when nobody waits for a request that has had no effect yet. */
  readonly assertWanted: () => void;
  readonly tracer: Tracer | undefined;
  readonly notKept: readonly string[];
  /** Writes why a person is needed, ends the run, throws. */
  readonly park: (reason: ParkReason) => Promise<never>;
};

/** An entry without what the run fills in. */
export type Said = Entry extends infer One
  ? One extends Entry
    ? Omit<One, "v" | "at" | "location" | "run" | "epoch">
    : never
  : never;

export type RunOptions<Input> = {
  readonly store: JournalStore;
  readonly continuation: Continuation<Input>;
  readonly id: string;
  readonly location: string;
  readonly clock: Clock;
  readonly start: RunStart;
  /** Silent for longer it may be taken over. */
  readonly leaseMs: number;
  /** Other names of the request that are known only when its answer is. */
  readonly namesOf?: ((answer: Answer) => readonly string[]) | undefined;
  readonly isWanted: () => boolean;
  /** Told once: the request is this run's. */
  readonly onHeld: () => void;
  readonly tracer: Tracer | undefined;
};

/**
 * Runs one request once: replays what its journal knows, goes on from there, until an answer, a doubt, or
 * the loss of the fence. Everything that it does outside is preceded by a durable intent. Never rejects.
 */
export function runOnce<Input>(options: RunOptions<Input>): Promise<RunEnd> {
  const { store, id, location, clock, start, isWanted, onHeld, tracer } = options;
  return new Promise<RunEnd>((resolve) => {
    let end: RunEnd | null = null;
    const stop = new AbortController();
    const finish = (how: RunEnd) => {
      if (end !== null) return;
      end = how;
      stop.abort(how.kind === "fenced" ? new Fenced(id) : awake);
      resolve(how);
    };
    try {
      const envelope = { v: 1, location, run: randomUUID() } as const;
      const first = { ...envelope, at: clock.now(), ...firstSaid(options) } as Entry;
      const before = start.kind === "taken" ? start.record.entries : [];
      const state = replay(start.kind === "taken" ? before : [first]);
      const writer = journalWriter({
        store,
        id,
        clock,
        state,
        durable: { seq: before.length, epoch: start.kind === "taken" ? start.record.epoch : 0 },
        onHeld,
        onLost: (lost) => finish(lost.kind === "fenced" ? lost : { kind: "interrupted", error: lost.error }),
      });
      const say = (said: Said) => writer.note({ ...envelope, at: clock.now(), epoch: state.epoch, ...said });
      const running: Running = {
        tracer,
        notKept: options.continuation.notKept,
        isTimeLimited: true,
        assertWanted() {
          const hadEffect = [...state.steps.values()].some(({ effect }) => effect !== "pure");
          if (!hadEffect && !isWanted()) throw callerGone(id);
        },
        id,
        location,
        clock,
        state,
        writer,
        signal: stop.signal,
        say,
        assertGoing() {
          if (end !== null) throw new Fenced(id);
        },
        async park(reason) {
          say({ kind: "parked", reason });
          await writer.commit();
          finish({ kind: "parked", reason });
          throw new InDoubt(id, reason.says);
        },
      };
      writer.note(first);
      void beatUntilEnd(running, Math.max(defaults.beatMsMin, options.leaseMs / defaults.beatsPerLease));
      work(running, options).then(finish, (error: unknown) => finish({ kind: "interrupted", error: asError(error) }));
    } catch (error) {
      finish({ kind: "interrupted", error: asError(error) });
    }
  });
}

function firstSaid<Input>({ continuation, start }: RunOptions<Input>): Said & { readonly epoch: number } {
  switch (start.kind) {
    case "fresh": {
      const { key, tenant, fingerprint, names, notAfter } = start;
      const input = keep(start.input, "the request", limits.inputChars, continuation.notKept);
      const { name: workflow, version } = continuation;
      return {
        kind: "begun",
        epoch: 1,
        workflow,
        version,
        key,
        fingerprint,
        names,
        ...(tenant === undefined ? {} : { tenant }),
        ...(notAfter === undefined ? {} : { notAfter }),
        ...(input === undefined ? {} : { input }),
      };
    }
    case "taken": {
      const { record, why, names } = start;
      return { kind: "taken", epoch: record.epoch + 1, from: record.location, why, names };
    }
  }
}

async function work<Input>(running: Running, options: RunOptions<Input>): Promise<RunEnd> {
  const { state, writer, say } = running;
  const { continuation, start } = options;
  if (start.kind === "taken") {
    // Fenced off before anything else is tried. A fresh request shares its first step's commit instead.
    await writer.commit();
    const reason = unfit(state, continuation);
    if (reason !== null) await running.park(reason);
  }

  // The undo steps are ours, not the workflow's: it never asks for them.
  const recorded = [...state.steps.keys()].filter((name) => !name.startsWith(undoPrefix));
  const called = new Set<string>();
  const uncalled = () => recorded.find((name) => !called.has(name));
  const undos: (() => Promise<unknown>)[] = [];
  const underWay = new Set<Promise<unknown>>();
  let refusal: StepRefused | null = null;

  const step: Step = (name, options) => {
    const taken = takeStep(name, options);
    underWay.add(taken);
    const over = () => void underWay.delete(taken);
    taken.then(over, over);
    return taken;
  };
  const takeStep: Step = async (name, options) => {
    running.assertGoing();
    checkStep(name, options);
    // Branches of a refused request begin nothing more, but what an earlier run began is settled.
    if (refusal !== null && !recorded.includes(name)) throw refusal;
    if (called.has(name) || called.size >= limits.stepsPerRequest) throw calledWrongly(name, called.has(name));
    called.add(name);
    if (!recorded.includes(name) && uncalled() !== undefined) {
      await running.clock.sleep(defaults.replayGraceMs, running.signal);
      const missing = uncalled();
      if (missing !== undefined) await running.park(changed(`"${name}" is asked for where "${missing}" was recorded`));
    }
    const result = await settleStep(running, name, options);
    const { undoes } = options;
    if (undoes === undefined) {
      if (options.kind !== "pure") running.isTimeLimited = false;
    } else {
      // Undoing is told the effect's own key: that is what the receiver knows it by.
      const done = state.steps.get(name)?.attempt ?? 1;
      const key = stepKey({ ...state, step: name, attempt: done });
      undos.push(() =>
        settleStep(running, undoPrefix + name, {
          kind: "idempotent",
          does: async (_, attempt) => void (await undoes(key, result, attempt)),
        }),
      );
    }
    return result;
  };

  const view: RunView = {
    id: running.id,
    key: state.key,
    home: state.home,
    location: running.location,
    done: () =>
      [...state.steps.values()]
        .filter(({ name, status }) => status === "done" && !name.startsWith(undoPrefix))
        .map(({ name, location, at, attempt }) => ({ name, location, at, attempt })),
  };

  /** Branches may still be at work when one of them is refused: what they began must end, to be undone with the rest. */
  async function untilBranchesEnd(): Promise<void> {
    const ended = async () => {
      while (underWay.size > 0) {
        await Promise.allSettled(underWay);
        // A branch asks for its next step only now.
        await new Promise((resolve) => setImmediate(resolve));
        running.assertGoing();
      }
    };
    await ended();
    if (uncalled() === undefined) return;
    await running.clock.sleep(defaults.replayGraceMs, running.signal);
    await ended();
    const missing = uncalled();
    if (missing !== undefined) await running.park(changed(`recorded step "${missing}" is not asked for any more`));
  }

  /** All is done by now: an answer that can't be kept is no reason to try again, and a person is told. */
  async function answerIn(value: unknown): Promise<Answer> {
    try {
      return toAnswer(value, continuation.notKept);
    } catch (thrown) {
      return running.park({ code: "unkeepable", says: asError(thrown).message, step: null, attempt: 0 });
    }
  }

  let outcome: Answer;
  try {
    const code = codeFor(continuation, state) ?? continuation;
    const value = await code.workflow(unkept(state.input) as Input, step, view);
    running.assertGoing();
    const missing = uncalled();
    if (missing !== undefined) await running.park(changed(`recorded step "${missing}" is not asked for any more`));
    outcome = await answerIn(value);
  } catch (thrown) {
    running.assertGoing();
    if (!(thrown instanceof StepRefused)) return release(running, asError(thrown), start.kind === "fresh");
    refusal = thrown;
    await untilBranchesEnd();
    running.isTimeLimited = false;
    // The request can't go on: what was done is taken back, last first, and that is its answer.
    for (const undo of undos.toReversed()) await undo();
    outcome = problem({
      status: thrown.status,
      code: thrown instanceof DeadlineOver ? "deadline-over" : "refused",
      title: thrown instanceof DeadlineOver ? "The request's time is over" : "The request was refused",
      detail: thrown.says,
    });
  }
  const names = options.namesOf?.(outcome);
  say({ kind: "answered", answer: outcome, ...(names === undefined ? {} : { names }) });
  await writer.commit();
  return { kind: "answered", answer: outcome };
}

/** Prefix of the steps that take others back; a colon, which names of a workflow's own steps cannot have. */
export const undoPrefix = "undo:";

async function release(running: Running, error: Error, fresh: boolean): Promise<RunEnd> {
  // A request that failed before its first effect left no trace, and need not leave one.
  if (!fresh || [...running.state.steps.values()].some(({ effect }) => effect !== "pure")) {
    running.say({ kind: "released", says: error.message.slice(0, 500) });
    await running.writer.commit();
  }
  return { kind: "interrupted", error };
}

async function beatUntilEnd(running: Running, beatMs: number): Promise<void> {
  while (!running.signal.aborted) {
    await running.clock.sleep(beatMs, running.signal);
    if (running.signal.aborted) return;
    if (running.clock.now() - running.writer.wroteAt() >= beatMs) await running.writer.beat();
  }
}

function callerGone(id: string): ContinuityError {
  return new ContinuityError({
    code: "caller-gone",
    message: `nobody waits for request ${id} any more, and it has had no effect yet`,
    hint: "send it again with the same key, should it be done after all",
  });
}

function calledWrongly(name: string, twice: boolean): ContinuityError {
  checkName(name, "step");
  return new ContinuityError({
    code: "step-twice",
    message: twice ? `step "${name}" was asked for twice` : `more than ${limits.stepsPerRequest} steps in one request`,
    hint: twice ? "give each step its own name, for example with a number" : "cut the work into several requests",
  });
}
