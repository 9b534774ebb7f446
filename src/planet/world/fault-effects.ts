/** How a fault changes one service: later by so much, its own time longer by the factor, failing this share. */
export type Effect = { readonly extraMs: number; readonly factor: number; readonly failShare: number };

export const NO_EFFECT: Effect = { extraMs: 0, factor: 1, failShare: 0 };

/** The services that a fault touches when none are named: what users need most. */
export const AT_RISK: Readonly<Record<string, readonly string[]>> = {
  slow: ["catalog", "cart", "checkout"],
  gray: ["catalog", "cart", "checkout"],
  "bad-deploy": ["cart", "checkout"],
  "receiver-slow": ["catalog", "cart", "checkout"],
  "poison-tenant": ["web", "catalog", "cart", "checkout"],
};

/** How sick a poisonous tenant's requests make the place that serves them: each adds, time heals. */
export type PoisonLevel = { add(nowMs: number): void; at(nowMs: number): number; forget(): void };

const POISON_EACH = 0.12;
/** Others fail at most this share: the tenant's own requests must stay the worst. */
const POISON_MAX = 0.35;
const POISON_HEALS_MS = 4000;

export function poisonLevel(): PoisonLevel {
  let level = 0;
  let since = 0;
  const at = (nowMs: number): number => level * Math.exp(-Math.max(0, nowMs - since) / POISON_HEALS_MS);
  return {
    add(nowMs) {
      level = Math.min(POISON_MAX, at(nowMs) + POISON_EACH);
      since = nowMs;
    },
    at,
    forget() {
      level = 0;
    },
  };
}
