/**
 * The answer of work that goes on when nobody waits for it any more; `instead`, when the signal is aborted and `afterMs` later there still is
 * none. Work that takes no signal, or does not heed it, holds up nobody so.
 */
export async function unlessAborted<Answer, Instead>(
  work: Promise<Answer>,
  { signal, afterMs, instead }: { readonly signal: AbortSignal; readonly afterMs: number; readonly instead: Instead },
): Promise<Answer | Instead> {
  const left = Promise.withResolvers<Instead>();
  let timer: NodeJS.Timeout | undefined;
  const leave = (): void => {
    if (afterMs === 0) left.resolve(instead);
    else timer = setTimeout(() => left.resolve(instead), afterMs);
  };
  if (signal.aborted) leave();
  else signal.addEventListener("abort", leave, { once: true });
  try {
    return await Promise.race([left.promise, work]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", leave);
  }
}
