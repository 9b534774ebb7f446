/**
 * What a location's store holds: records by key, each with the version that says which of two is newer. Writes of this
 * location get a place in its log, from which the other locations are told; theirs come in and the newer one stays.
 *
 * 1. A version is (milliseconds, origin): the newer one wins everywhere alike, whatever the order of arrival.
 * 2. The log holds own writes only: a write reaches each location from where it was made.
 * 3. Sessions and orders are bounded, the oldest written go first; stock is one record for each product and location.
 *    Probes' orders are a kind of their own, short-lived, so that they never push out a user's.
 */
export type StoreRecord = {
  readonly key: string;
  readonly value: string;
  readonly at: number;
  readonly origin: number;
};

export type Records = {
  get(key: string): StoreRecord | undefined;
  /** All records whose key begins with that; of the kind that it names. */
  startingWith(prefix: string): readonly StoreRecord[];
  /** A write of this location. */
  put(key: string, value: string, nowMs: number): StoreRecord;
  /** A write of another location; false when what we have is as new. */
  merge(record: StoreRecord): boolean;
  /** Own writes from that place in the log on, at most `max`; `next` is the place after them. */
  since(
    place: number,
    max: number,
  ): { readonly from: number; readonly next: number; readonly records: readonly StoreRecord[] };
  /** The places in the log: of the oldest write that it still has, and of the next one. */
  oldest(): number;
  head(): number;
  /** When the write at that place was made. */
  timeOf(place: number): number | undefined;
  /** Resolves with the record once it is here, or undefined after the wait. */
  arrival(key: string, withinMs: number): Promise<StoreRecord | undefined>;
  all(): IterableIterator<StoreRecord>;
  sizes(): Readonly<Record<string, number>>;
};

/**
 * Newest orders and sessions; some 10 MB in all for a process of which there are 15. Stock comes first: who starts and asks
 * for everything then has all of it in the first page, at one moment, though records move while pages are read.
 */
const KIND_MAX: Readonly<Record<string, number>> = { stock: 2000, order: 20_000, probe: 500, session: 5000 };
/** Own writes kept for locations that are behind. Who is further behind asks for everything. */
const LOG_MAX = 20_000;
/** Readers who wait for a record; more are told at once that it is not here. */
const WAITERS_MAX = 500;

export function records(origin: number): Records {
  const kinds = new Map<string, Map<string, StoreRecord>>(Object.keys(KIND_MAX).map((kind) => [kind, new Map()]));
  let log: StoreRecord[] = [];
  let logFrom = 0;
  const waiters = new Map<string, ((record: StoreRecord) => void)[]>();
  let waiting = 0;

  const kindOf = (key: string): Map<string, StoreRecord> | undefined => kinds.get(key.slice(0, key.indexOf("/")));
  const keep = (record: StoreRecord): void => {
    const kind = record.key.slice(0, record.key.indexOf("/"));
    const map = kinds.get(kind);
    if (map === undefined) return;
    map.delete(record.key);
    map.set(record.key, record);
    if (map.size > KIND_MAX[kind]!) map.delete(map.keys().next().value!);
    const readers = waiters.get(record.key);
    if (readers !== undefined) for (const reader of readers) reader(record);
  };

  return {
    get: (key) => kindOf(key)?.get(key),
    startingWith: (prefix) => [...(kindOf(prefix)?.values() ?? [])].filter(({ key }) => key.startsWith(prefix)),
    put(key, value, nowMs) {
      const before = kindOf(key)?.get(key);
      const record = { key, value, at: Math.max(nowMs, (before?.at ?? 0) + 1), origin };
      keep(record);
      log.push(record);
      if (log.length > LOG_MAX * 1.5) {
        logFrom += log.length - LOG_MAX;
        log = log.slice(-LOG_MAX);
      }
      return record;
    },
    merge(record) {
      const before = kindOf(record.key)?.get(record.key);
      if (
        before !== undefined &&
        (before.at > record.at || (before.at === record.at && before.origin >= record.origin))
      )
        return false;
      keep(record);
      return true;
    },
    since(place, max) {
      const from = Math.max(place, logFrom);
      const found = log.slice(from - logFrom, from - logFrom + max);
      return { from, next: from + found.length, records: found };
    },
    oldest: () => logFrom,
    head: () => logFrom + log.length,
    timeOf: (place) => log[place - logFrom]?.at,
    arrival(key, withinMs) {
      const here = kindOf(key)?.get(key);
      if (here !== undefined || waiting >= WAITERS_MAX) return Promise.resolve(here);
      return new Promise((resolve) => {
        waiting += 1;
        const end = (record: StoreRecord | undefined): void => {
          waiting -= 1;
          clearTimeout(timer);
          const left = (waiters.get(key) ?? []).filter((reader) => reader !== end);
          if (left.length === 0) waiters.delete(key);
          else waiters.set(key, left);
          resolve(record);
        };
        const timer = setTimeout(() => end(undefined), withinMs);
        waiters.set(key, [...(waiters.get(key) ?? []), end]);
      });
    },
    *all() {
      for (const kind of kinds.values()) yield* kind.values();
    },
    sizes: () => Object.fromEntries([...kinds].map(([kind, map]) => [kind, map.size])),
  };
}
