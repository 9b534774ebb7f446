import type { UnixMs } from "../core/step.ts";

/** Whether a table that was decided on is what users are told: asked of name servers and resolvers, and not taken from who accepted it. */
export type Effect = {
  readonly version: number;
  readonly decidedAt: UnixMs;
  /**
   * `waiting`: not everywhere yet, and it may still be; `seen`: everywhere; `late`: somebody should answer by it, and does not;
   * `replaced`: a newer table came before.
   */
  readonly state: "waiting" | "seen" | "late" | "replaced";
  /** Name servers that answer users by our word. */
  readonly servers: readonly EffectAt[];
  /** Resolvers of `steering.resolvers`. */
  readonly resolvers: readonly EffectAt[];
};

export type EffectAt = {
  /** Who is asked: `203.0.113.53:53`. */
  readonly at: string;
  /** Names and types that it is asked for, each with another answer than before. */
  readonly asked: number;
  /** When all of them were answered rightly first; null: not yet. */
  readonly seenAt: UnixMs | null;
  /** From when on it is late: the driver's time, and for a resolver what it may rightly keep. */
  readonly dueAt: UnixMs;
  readonly isLate: boolean;
  /** What it answers instead, or why it can't be told; null: rightly, or not asked yet. */
  readonly says: string | null;
};
