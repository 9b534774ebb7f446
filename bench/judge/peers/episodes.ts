/** How often each would have left a healthy location, by setting. */
export type Episodes = {
  readonly counts: Record<string, number[]>;
  readonly last: Record<string, (number | null)[]>;
};

export const newEpisodes = (): Episodes => ({ counts: {}, last: {} });

/** Once an hour at most: who never falls silent is wrong each hour, not once. Gives back the settings that were counted now. */
export function note(
  { counts, last }: Episodes,
  { who, location, second, isCounted }: Said,
  leaves: readonly boolean[],
): number[] {
  const sums = (counts[who] ??= leaves.map(() => 0));
  const lasts = (last[`${who}\n${location}`] ??= leaves.map(() => null));
  const begun: number[] = [];
  leaves.forEach((isLeft, setting) => {
    if (!isLeft) return;
    const before = lasts[setting] ?? null;
    if (before !== null && second - before < EPISODE_SECONDS) return;
    lasts[setting] = second;
    if (!isCounted) return;
    sums[setting]! += 1;
    begun.push(setting);
  });
  return begun;
}

export type Said = {
  readonly who: string;
  readonly location: string;
  readonly second: number;
  /** What is usual is still being learnt where not. */
  readonly isCounted: boolean;
};

export const EPISODE_SECONDS = 3600;
