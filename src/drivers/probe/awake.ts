/**
 * How long somebody is waited for, in time in which this process was awake. Like a sleeper who says "you never answered": after a pause of
 * ours (garbage collection, a busy machine, a stopped process) the timer rings first, and the answer lies unread beside it.
 *
 * 1. A pause counts as one slice of SLICE_MS at most, however long it was.
 * 2. What came during the last slice is read before we give up.
 */
export function awakeFor(ms: number): { readonly signal: AbortSignal; end(): void } {
  const controller = new AbortController();
  let left = Math.ceil(ms / SLICE_MS);
  const slices = setInterval(() => {
    left -= 1;
    if (left > 0) return;
    clearInterval(slices);
    setImmediate(() => controller.abort(new DOMException(`no answer within ${ms} ms`, "TimeoutError")));
  }, SLICE_MS);
  return { signal: controller.signal, end: () => clearInterval(slices) };
}

const SLICE_MS = 25;
