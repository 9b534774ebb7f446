import { ContinuityError } from "./errors.ts";
import type { EtcdClient } from "./etcd-client.ts";
import type { EtcdClock } from "./etcd-clock.ts";
import { revisionOf } from "./etcd-keys.ts";
import type { Compare, RequestOp } from "./etcd-protocol.ts";
import { closedError } from "./memory-store.ts";

/**
 * Writes of many requests in one transaction, as parcels share a van: it leaves at once when the road is free, else with
 * what has come within two milliseconds. Each write is a transaction within the transaction, with a compare of its own: one
 * that does not fit keeps none of the others.
 */
export type EtcdBatches = {
  /** The revision at which it was written, or null when its compare did not hold. */
  write(part: Part): Promise<number | null>;
  /** Resolves when what was under way has ended. */
  close(): Promise<void>;
};

export type Part = {
  readonly id: string;
  readonly compare: Compare;
  readonly ops: readonly RequestOp[];
};

/** etcd's --max-txn-ops: the parts of a transaction, and the operations of its largest part, together. */
const opsMax = 128;
/** Below etcd's --max-request-bytes of 1.5 MiB; a larger single write goes alone, and etcd has the last word. */
const bytesMax = 1024 * 1024;
/** Transactions under way at once: one syncs while the next is on the wire. */
const flightsMax = 4;
const gatherMs = 2;

type Queued = Part & {
  readonly bytes: number;
  readonly resolve: (revision: number | null) => void;
  readonly reject: (error: unknown) => void;
};

export function etcdBatches(of: {
  readonly client: EtcdClient;
  readonly clock: EtcdClock;
  readonly stamp: Buffer;
}): EtcdBatches {
  const { client, clock, stamp } = of;
  let queue: Queued[] = [];
  let flights = 0;
  let due: NodeJS.Timeout | null = null;
  let soon = false;
  let closed = false;
  let landed: (() => void) | null = null;

  function departSoon(): void {
    if (flights > 0) due ??= setTimeout(depart, gatherMs);
    else if (!soon) setImmediate(depart);
    soon ||= flights === 0;
  }

  function depart(): void {
    if (due !== null) clearTimeout(due);
    due = null;
    soon = false;
    while (queue.length > 0 && flights < flightsMax) {
      const { batch, rest } = load(queue);
      queue = rest;
      void fly(batch);
    }
  }

  async function fly(batch: readonly Queued[]): Promise<void> {
    flights += 1;
    try {
      const parts = batch.map(({ compare, ops }) => ({ request_txn: { compare: [compare], success: ops } }));
      // etcd counts against its space what the outermost transaction puts, and nothing within: so it gets one to count.
      const puts = batch.some(({ ops }) => ops.some((op) => "request_put" in op));
      const stamped = puts ? [{ request_put: { key: stamp, value: Buffer.of() } }] : [];
      const response = await client.txn({ success: [...parts, ...stamped] });
      const revision = revisionOf(response);
      clock.saw(revision);
      batch.forEach(({ resolve }, index) =>
        resolve(response.responses[index]?.response_txn?.succeeded === true ? revision : null),
      );
    } catch (error) {
      for (const { reject } of batch) reject(error);
    } finally {
      flights -= 1;
      if (queue.length > 0) depart();
      else if (flights === 0) landed?.();
    }
  }

  return {
    write: (part) =>
      new Promise((resolve, reject) => {
        if (closed) return reject(closedError());
        if (part.ops.length + 2 > opsMax) return reject(tooMany(part.ops.length));
        queue.push({ ...part, bytes: bytesOf(part), resolve, reject });
        departSoon();
      }),
    async close() {
      closed = true;
      if (queue.length === 0 && flights === 0) return;
      await new Promise<void>((resolve) => (landed = resolve));
    },
  };
}

/** As many as fit, in their order; of one request one only, for a transaction may not change a key twice. */
function load(queue: readonly Queued[]): { readonly batch: readonly Queued[]; readonly rest: Queued[] } {
  const batch: Queued[] = [];
  const rest: Queued[] = [];
  const ids = new Set<string>();
  let bytes = 0;
  let largest = 0;
  for (const part of queue) {
    const ops = Math.max(largest, part.ops.length);
    const fits = batch.length + 2 + ops <= opsMax && bytes + part.bytes <= bytesMax;
    if (ids.has(part.id) || (batch.length > 0 && !fits)) {
      rest.push(part);
      // The order of one request's writes stays.
      ids.add(part.id);
      continue;
    }
    ids.add(part.id);
    batch.push(part);
    bytes += part.bytes;
    largest = ops;
  }
  return { batch, rest };
}

function bytesOf({ ops }: Part): number {
  let bytes = 0;
  for (const op of ops) if ("request_put" in op) bytes += op.request_put.key.length + op.request_put.value.length;
  return bytes;
}

function tooMany(ops: number): ContinuityError {
  return new ContinuityError({
    code: "too-large",
    message: `a write of ${ops} keys is larger than etcd takes`,
    hint: "give a request fewer names",
  });
}
