/** Amounts as people type them, in a terminal and in chat alike; null: that is none. */

/** `5%`, `5 %` or `0.05` as a share over 0 and at most 1. */
export function shareOf(text: string): number | null {
  const percent = /^\s*(\d+(?:\.\d+)?)\s*%\s*$/.exec(text)?.[1];
  const share = percent === undefined ? Number(text) : Number(percent) / 100;
  return text.trim() !== "" && share > 0 && share <= 1 ? share : null;
}

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** `90s`, `10m`, `2h`, `1d` as whole seconds, at least one. */
export function secondsOf(text: string): number | null {
  const [, number, unit] = /^\s*(\d+(?:\.\d+)?)\s*([smhd])\s*$/.exec(text) ?? [];
  const seconds = number === undefined ? 0 : Math.round(Number(number) * SECONDS[unit as keyof typeof SECONDS]);
  return seconds >= 1 ? seconds : null;
}
