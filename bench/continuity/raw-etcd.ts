import { etcdClient } from "../../continuity/src/etcd-client.ts";
import type { Post } from "./receiver.ts";
import { STEPS } from "./three-steps.ts";

/** Of an entry, with its run, step and result. */
const entryBytes = 400;
const entriesPerTransaction = 120;
const transactionsInFlight = 4;
const gatherMs = 2;

/**
 * What etcd allows when nothing is compared and nothing can be found again: a journal that only adds, with the same
 * gathering for two milliseconds, one put for each commit of a checkout, no index, no name.
 */
export function rawEtcd(endpoints: readonly string[], prefix: string) {
  const client = etcdClient({ endpoints });
  const value = Buffer.from("x".repeat(entryBytes));
  let queue: { key: Buffer; resolve: () => void; reject: (error: unknown) => void }[] = [];
  let flights = 0;
  let due: NodeJS.Timeout | null = null;
  const depart = () => {
    if (due !== null) clearTimeout(due);
    due = null;
    while (queue.length > 0 && flights < transactionsInFlight) {
      const batch = queue.slice(0, entriesPerTransaction);
      queue = queue.slice(entriesPerTransaction);
      flights += 1;
      client
        .txn({ success: batch.map(({ key }) => ({ request_put: { key, value } })) })
        .then(
          () => batch.forEach(({ resolve }) => resolve()),
          (error: unknown) => batch.forEach(({ reject }) => reject(error)),
        )
        .finally(() => {
          flights -= 1;
          if (queue.length > 0) depart();
        });
    }
  };
  const put = (key: string) =>
    new Promise<void>((resolve, reject) => {
      queue.push({ key: Buffer.from(prefix + key), resolve, reject });
      if (flights === 0) setImmediate(depart);
      else due ??= setTimeout(depart, gatherMs);
    });
  return {
    async checkout(key: string, post: Post): Promise<void> {
      await put(`${key}/0`);
      for (const [n, name] of STEPS.entries()) {
        await post(`/${name}/${key}`);
        await put(`${key}/${n + 1}`);
      }
    },
    close: () => client.close(),
  };
}
