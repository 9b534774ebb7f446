/**
 * Admission control: the last guard of a location's capacity. A virtual queue: each admitted request adds its cost,
 * and the queue empties at what is ready. Like the board at a ferry: it says how long the line is before you join it,
 * and those who can come tomorrow are turned away first.
 *
 * 1. Within what is ready nobody waits.
 * 2. Over it requests wait their turn, and no longer than their class may.
 * 3. A lower class is refused before a higher one waits longer than the lower one may.
 * 4. Refusing costs a comparison: it must stay cheap when everybody comes.
 */
export type Admission = {
  /** How long this request has to wait, in milliseconds; null: refused. `now` in milliseconds of any steady clock. */
  admit(request: { readonly class: string; readonly cost: number }, now: number): number | null;
  /** Takes capacity without asking: relayed requests cost a little. */
  spend(cost: number, now: number): void;
  /** The wait that a request of the highest class would meet now. */
  queueMs(now: number): number;
};

/** How long a class may wait in the queue. */
export type PatienceMs = Readonly<Record<string, number>>;

/** Internal traffic is refused first, then the editors', and users last, before a browser's patience is used up. */
export const PATIENCE_MS: PatienceMs = { public: 600, editor: 250, internal: 80 };

/** Requests come in clumps, and a process may be late by a few timer ticks: so much is let through without a wait. */
const BURST_MS = 150;
/** A location is many servers, not one: so many at once never wait, however little is ready. */
const SIDE_BY_SIDE = 12;

export function admission(options: {
  readonly readyRps: (now: number) => number;
  readonly patienceMs?: PatienceMs;
  readonly burstMs?: number;
  readonly sideBySide?: number;
}): Admission {
  const patience = options.patienceMs ?? PATIENCE_MS;
  const burstMs = options.burstMs ?? BURST_MS;
  const sideBySide = options.sideBySide ?? SIDE_BY_SIDE;
  /** Work that is admitted and not yet done, in requests. */
  let backlog = 0;
  let drainedAt = 0;

  const waitMs = (now: number): number => {
    const perMs = options.readyRps(now) / 1000;
    backlog = Math.max(0, backlog - Math.max(0, now - drainedAt) * perMs);
    drainedAt = now;
    if (perMs <= 0) return Infinity;
    return Math.max(0, (backlog - Math.max(perMs * burstMs, sideBySide)) / perMs);
  };

  return {
    admit({ class: className, cost }, now) {
      const wait = waitMs(now);
      // An unknown class has no claim on anybody's place.
      if (wait > (patience[className] ?? 0)) return null;
      backlog += cost;
      return wait;
    },
    spend(cost, now) {
      // Relaying never makes the queue longer than the longest wait, or a location that gives all away would lock up.
      if (waitMs(now) < (patience["public"] ?? 0)) backlog += cost;
    },
    queueMs: waitMs,
  };
}
