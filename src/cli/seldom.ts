/** Strangers who knock all day fill no log: each code once a minute. */
export function seldom(say: (code: string) => void): (code: string) => void {
  const said = new Map<string, number>();
  return (code) => {
    const now = performance.now();
    if (now - (said.get(code) ?? -Infinity) < SAID_EVERY_MS) return;
    said.set(code, now);
    say(code);
  };
}

const SAID_EVERY_MS = 60_000;
