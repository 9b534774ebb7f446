import type { LogBatch, LogStore, Snapshot, StoredRecord } from "./contract.ts";

/** A log that dies with the process: for simulations and tests. Values go through JSON, as in any real store. */
export function memoryStore(): LogStore {
  let batches: { seq: number; at: number; text: string }[] = [];
  let snapshots: { seq: number; at: number; text: string }[] = [];
  const records = new Map<string, { readonly record: StoredRecord; readonly order: number }>();
  let seq = 0;
  let order = 0;

  return {
    append({ at, events }) {
      seq += 1;
      batches.push({ seq, at, text: JSON.stringify(events) });
      return Promise.resolve(seq);
    },
    async *read(after) {
      for (const batch of batches) {
        if (batch.seq > after)
          yield { seq: batch.seq, at: batch.at, events: JSON.parse(batch.text) as LogBatch["events"] };
      }
    },
    saveSnapshot(snapshot) {
      snapshots.push({ seq: snapshot.seq, at: snapshot.at, text: JSON.stringify(snapshot) });
      return Promise.resolve();
    },
    newestSnapshot: () => Promise.resolve(parsed(snapshots.at(-1))),
    oldestSnapshot() {
      const first = batches[0];
      if (!first || first.seq === 1) return Promise.resolve(null);
      return Promise.resolve(parsed(snapshots.find((each) => each.seq >= first.seq - 1)));
    },
    record(record) {
      const key = `${record.kind} ${record.id}`;
      order += 1;
      if (!records.has(key)) records.set(key, { record: JSON.parse(JSON.stringify(record)) as StoredRecord, order });
      return Promise.resolve();
    },
    records({ kind, since, until, location, limit }) {
      const found = [...records.values()]
        .filter(
          ({ record }) =>
            record.kind === kind &&
            (since === undefined || record.at >= since) &&
            (until === undefined || record.at <= until) &&
            (location === undefined || record.location === location),
        )
        .sort((a, b) => b.record.at - a.record.at || b.order - a.order)
        .slice(0, limit);
      return Promise.resolve(found.map(({ record }) => record));
    },
    trim({ batchesBefore, recordsBefore }) {
      const base = snapshots.findLast((each) => each.at <= batchesBefore);
      if (base) {
        batches = batches.filter((each) => each.seq > base.seq);
        snapshots = snapshots.filter((each) => each.seq >= base.seq);
      }
      for (const [key, { record }] of records) if (record.at < recordsBefore) records.delete(key);
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
}

function parsed(kept: { readonly text: string } | undefined): Snapshot | null {
  return kept ? (JSON.parse(kept.text) as Snapshot) : null;
}
