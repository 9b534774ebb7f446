import type { UnixMs } from "../../core/step.ts";

/** What a user did. `bot` is an attacker's request: counted apart, for attackers are not users. */
export const KINDS = ["page", "products", "cart", "item", "checkout", "order", "bot"] as const;
export type Kind = (typeof KINDS)[number];

/** How it ended for the user. `slow` is a whole answer in time, yet after more than a second. */
export const OUTCOMES = ["ok", "slow", "refused", "reset", "timeout", "status", "unresolved"] as const;
export type Outcome = (typeof OUTCOMES)[number];

export function isFailed(outcome: Outcome): boolean {
  return outcome !== "ok" && outcome !== "slow";
}

export const CLASSES = ["public", "editor", "internal"] as const;

/** `obeys` asks again after the TTL; `holds` keeps an answer three times as long; `pinned` for minutes. */
export const HABITS = ["obeys", "holds", "pinned"] as const;
export type Habit = (typeof HABITS)[number];

/** One request, as its user saw it. Zones, locations and classes are indices. */
export type RequestRecord = {
  /** When the user's first try began. */
  readonly at: UnixMs;
  readonly zone: number;
  readonly class: number;
  readonly bucket: number;
  readonly kind: Kind;
  readonly habit: Habit;
  /** The location whose address the user called first; NOWHERE when the name was not resolved. */
  readonly called: number;
  /** The location that answered in the end (`x-location`); NOWHERE when none did. */
  readonly served: number;
  readonly outcome: Outcome;
  readonly ms: number;
};

export const NOWHERE = 255;

/** 46 minutes at 1,500 requests/s; an hour at 1,160. 15 bytes each, and memory is only touched as it fills. */
const RECORDS_MAX = 1 << 22;

/** A bounded, column-wise ring of requests. Written when a request is over; `at` is when it began. */
export type RecordRing = {
  add(record: RequestRecord): void;
  /** All records that began in [since, until), in the order in which they ended. */
  forEach(range: { since: UnixMs; until: UnixMs }, each: (record: RequestRecord) => void): void;
  readonly size: number;
};

export function recordRing(capacity = RECORDS_MAX): RecordRing {
  const at = new Float64Array(capacity);
  const zone = new Uint8Array(capacity);
  const bucket = new Uint8Array(capacity);
  /** class * 64 + habit * 16 + kind */
  const what = new Uint8Array(capacity);
  const called = new Uint8Array(capacity);
  const served = new Uint8Array(capacity);
  const outcome = new Uint8Array(capacity);
  const ms = new Uint16Array(capacity);
  let written = 0;

  return {
    add(record) {
      const index = written++ % capacity;
      at[index] = record.at;
      zone[index] = record.zone;
      bucket[index] = record.bucket;
      what[index] = record.class * 64 + HABITS.indexOf(record.habit) * 16 + KINDS.indexOf(record.kind);
      called[index] = record.called;
      served[index] = record.served;
      outcome[index] = OUTCOMES.indexOf(record.outcome);
      ms[index] = Math.min(65_535, Math.round(record.ms));
    },
    forEach({ since, until }, each) {
      for (let position = Math.max(0, written - capacity); position < written; position++) {
        const index = position % capacity;
        const began = at[index] ?? 0;
        if (began < since || began >= until) continue;
        const coded = what[index] ?? 0;
        each({
          at: began,
          zone: zone[index] ?? 0,
          class: coded >> 6,
          bucket: bucket[index] ?? 0,
          kind: KINDS[coded & 15] ?? "page",
          habit: HABITS[(coded >> 4) & 3] ?? "obeys",
          called: called[index] ?? NOWHERE,
          served: served[index] ?? NOWHERE,
          outcome: OUTCOMES[outcome[index] ?? 0] ?? "ok",
          ms: ms[index] ?? 0,
        });
      }
    },
    get size() {
      return Math.min(written, capacity);
    },
  };
}
