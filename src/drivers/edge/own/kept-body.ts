/**
 * A request's body as it streams by, with its first bytes kept: what has passed can be sent once more while all of it is still here. It is read
 * only as fast as it is sent.
 */
export type KeptBody = {
  /** From its beginning. */
  chunks(): AsyncIterable<Uint8Array>;
  /** Whether its beginning is still here. */
  readonly isWhole: boolean;
  /** Nobody has read of it yet: whoever it was meant for first can still have it. */
  readonly isUntouched: boolean;
  /** Whoever sends it broke off. */
  readonly isBroken: boolean;
};

const KEPT_BYTES = 64 * 1024;

export function keptBody(from: () => AsyncIterator<Uint8Array>): KeptBody {
  let source: AsyncIterator<Uint8Array> | null = null;
  let kept: Uint8Array[] | null = [];
  let newest: Uint8Array = new Uint8Array(0);
  let count = 0;
  let bytes = 0;
  let isEnded = false;
  let isBroken = false;
  let pulling: Promise<void> | null = null;
  const next = async (): Promise<IteratorResult<Uint8Array>> => {
    try {
      return await (source ??= from()).next();
    } catch (error) {
      isBroken = true;
      throw error;
    }
  };
  // Whoever was given up while it waited for a chunk leaves the wait, and the chunk, to the next.
  const take = async (): Promise<void> => {
    const { done, value } = await next();
    pulling = null;
    if (done === true) {
      isEnded = true;
      return;
    }
    count += 1;
    bytes += value.length;
    newest = value;
    if (bytes > KEPT_BYTES) kept = null;
    else kept?.push(value);
  };
  const pull = (): Promise<void> => (pulling ??= take());
  return {
    get isWhole() {
      return kept !== null;
    },
    get isUntouched() {
      return source === null;
    },
    get isBroken() {
      return isBroken;
    },
    async *chunks() {
      let at = 0;
      for (;;) {
        if (kept !== null && at < kept.length) yield kept[at++]!;
        else if (isEnded && at === count) return;
        else {
          if (at === count) await pull();
          if (kept !== null || (isEnded && at === count)) continue;
          if (at !== count - 1) throw new Error("the beginning of the body is gone");
          at += 1;
          yield newest;
        }
      }
    },
  };
}
