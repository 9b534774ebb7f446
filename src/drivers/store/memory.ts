import type { LogBatch, LogStore, RecordKind, RecordQuery, Snapshot, StoredFrame, StoredRecord } from "./contract.ts";
import { evenMoments } from "./even-moments.ts";

/** A log that dies with the process: for simulations and tests. Values go through JSON, as in any real store. */
export function memoryStore(): LogStore {
  let batches: { seq: number; at: number; text: string }[] = [];
  let snapshots: { seq: number; at: number; text: string }[] = [];
  const records = new Map<string, { readonly record: StoredRecord; readonly order: number }>();
  let frames: { readonly at: number; readonly minute: boolean; readonly text: string }[] = [];
  let seq = 0;
  let order = 0;
  const keep = (record: StoredRecord, newest: boolean): Promise<void> => {
    const key = `${record.kind} ${record.id}`;
    order += 1;
    if (newest || !records.has(key))
      records.set(key, { record: JSON.parse(JSON.stringify(record)) as StoredRecord, order });
    return Promise.resolve();
  };
  const found = ({ kind, id, since, until, location }: RecordQuery): readonly StoredRecord[] =>
    [...records.values()]
      .filter(
        ({ record }) =>
          record.kind === kind &&
          (id === undefined || record.id === id) &&
          (since === undefined || record.at >= since) &&
          (until === undefined || record.at <= until) &&
          (location === undefined || record.location === location),
      )
      .sort(newestFirst)
      .map(({ record }) => record);

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
    snapshotBy: (at) => Promise.resolve(parsed(snapshots.findLast((each) => each.at <= at))),
    oldestSnapshot() {
      const first = batches[0];
      if (!first || first.seq === 1) return Promise.resolve(null);
      return Promise.resolve(parsed(snapshots.find((each) => each.seq >= first.seq - 1)));
    },
    record: (record) => keep(record, false),
    recordNewest: (record) => keep(record, true),
    records: ({ limit, ...query }) => Promise.resolve(found(query).slice(0, limit)),
    async *history(query) {
      yield* found(query).toReversed();
    },
    keepFrame({ at, minute, body }) {
      if (!frames.some((each) => each.at === at)) {
        frames.push({ at, minute, text: JSON.stringify(body) });
        frames.sort((a, b) => a.at - b.at);
      }
      return Promise.resolve();
    },
    frames({ since, until, limit }) {
      const found = frames.filter(({ at }) => at >= since && at <= until);
      const [first, last] = [found[0], found.at(-1)];
      if (first === undefined || last === undefined || found.length <= limit) return Promise.resolve(found.map(frame));
      const wanted = evenMoments(first.at, last.at, limit).flatMap((at) => found.find((each) => each.at >= at) ?? []);
      return Promise.resolve([...new Set(wanted)].map(frame));
    },
    trim({ batchesBefore, recordsBefore, recordsMost = {}, framesBefore, minuteFramesBefore }) {
      const base = snapshots.findLast((each) => each.at <= batchesBefore);
      if (base) {
        batches = batches.filter((each) => each.seq > base.seq);
        snapshots = snapshots.filter((each) => each.seq >= base.seq);
      }
      for (const [key, { record }] of records) if (record.at < recordsBefore) records.delete(key);
      for (const [kind, most] of Object.entries(recordsMost) as [RecordKind, number][]) {
        const ofKind = [...records].filter(([, { record }]) => record.kind === kind);
        for (const [key] of ofKind.sort(([, a], [, b]) => newestFirst(a, b)).slice(most)) records.delete(key);
      }
      frames = frames.filter(({ at, minute }) => at >= (minute ? minuteFramesBefore : framesBefore));
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
}

function newestFirst(
  a: { readonly record: StoredRecord; readonly order: number },
  b: { readonly record: StoredRecord; readonly order: number },
): number {
  return b.record.at - a.record.at || b.order - a.order;
}

function frame(kept: { readonly at: number; readonly minute: boolean; readonly text: string }): StoredFrame {
  return { at: kept.at, minute: kept.minute, body: JSON.parse(kept.text) as unknown };
}

function parsed(kept: { readonly text: string } | undefined): Snapshot | null {
  return kept ? (JSON.parse(kept.text) as Snapshot) : null;
}
