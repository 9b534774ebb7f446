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
  leak: ["catalog", "cart", "checkout"],
  noise: ["catalog", "cart", "checkout"],
};

/** Where in the ramp of a leak requests begin to fail: until then they are only slower. */
const LEAK_FAILS_FROM = 0.5;

/** `ramp`: 0 to 1. Memory runs short: first it is cleaned up more and more often, then there is none. */
export function leakEffect(
  ramp: number,
  { extraMs, share }: { readonly extraMs: number; readonly share: number },
): Effect {
  const fails = Math.max(0, (ramp - LEAK_FAILS_FROM) / (1 - LEAK_FAILS_FROM));
  return { extraMs: ramp * extraMs, factor: 1, failShare: fails * share };
}

/** Short and irregular: whether one is on at a moment. */
export type Bursts = { isOn(nowMs: number): boolean; forget(): void };

/** From the end of one to the beginning of the next, and how long each lasts. */
const BURST_PAUSE_MS = { from: 10_000, to: 30_000 };
const BURST_MS = { from: 1000, to: 2000 };

export function bursts(chance: () => number): Bursts {
  const drawn = ({ from, to }: { readonly from: number; readonly to: number }): number => from + chance() * (to - from);
  let next: { readonly from: number; readonly to: number } | null = null;
  return {
    isOn(nowMs) {
      // Nobody asked for a while: what would have come meanwhile is over.
      if (next === null || nowMs >= next.to) {
        const from = nowMs + drawn(BURST_PAUSE_MS);
        next = { from, to: from + drawn(BURST_MS) };
      }
      return nowMs >= next.from;
    },
    forget() {
      next = null;
    },
  };
}

/** TCP waits so long for what was lost, and twice as long each time again: Linux's least, after RFC 6298. */
const RESENT_AFTER_MS = 200;
/** After 6.2 s no user waits any more. */
const RESENT_MAX = 5;

/** How much later a message comes over a path that loses so large a share of what is sent. */
export function resentMs(share: number, chance: () => number): number {
  let times = 0;
  while (times < RESENT_MAX && chance() < share) times++;
  return RESENT_AFTER_MS * (2 ** times - 1);
}

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
