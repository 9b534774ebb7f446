import { setTimeout as sleep } from "node:timers/promises";
import { CallerError } from "../core/errors.ts";

/**
 * For questions that are work on the thread which decides: a counter with one clerk, who after each customer does something else for as
 * long as that one took. However many ask, half of the thread stays with the decisions; and when the queue is full, the next is sent away with words.
 */
export type Lane = {
  /** Throws `CallerError` when too many wait. */
  take<Result>(work: () => Result | Promise<Result>): Promise<Result>;
  isFull(): boolean;
  /** When all that was taken is done. */
  empty(): Promise<void>;
};

/** What takes long rests by itself, between its slices. */
const REST_MS_MAX = 200;

export function lane(options: { readonly code: string; readonly what: string; readonly waitingMax: number }): Lane {
  const { code, what, waitingMax } = options;
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  let restsUntil = 0;

  const work = async <Result>(asked: () => Result | Promise<Result>): Promise<Result> => {
    const restMs = restsUntil - performance.now();
    if (restMs > 0) await sleep(restMs);
    const began = performance.now();
    try {
      return await asked();
    } finally {
      const now = performance.now();
      restsUntil = now + Math.min(REST_MS_MAX, now - began);
    }
  };

  return {
    async take(asked) {
      if (waiting >= waitingMax) throw tooMany({ code, what, count: waiting });
      waiting += 1;
      const done = last.then(() => work(asked)).finally(() => (waiting -= 1));
      last = done.catch(() => {});
      return done;
    },
    isFull: () => waiting >= waitingMax,
    async empty() {
      await last;
    },
  };
}

/** 503, with `retry-after`. */
export function tooMany(of: { readonly code: string; readonly what: string; readonly count: number }): CallerError {
  return new CallerError({
    code: of.code,
    message: `${of.count} ${of.what} are being worked on already`,
    hint: "ask again in a few seconds",
  });
}

export function isTooMany(code: string): boolean {
  return code.startsWith("too-many-");
}
