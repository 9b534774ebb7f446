/** Work that waits until all that was asked for before it has ended, however that ended. */
export type OneAtATime = {
  run<Result>(work: () => Promise<Result>): Promise<Result>;
  /** All that was asked for so far. Never rejects. */
  ended(): Promise<unknown>;
};

export function oneAtATime(): OneAtATime {
  let last: Promise<unknown> = Promise.resolve();
  return {
    run(work) {
      const mine = last.then(work);
      last = mine.catch(() => undefined);
      return mine;
    },
    ended: () => last,
  };
}
