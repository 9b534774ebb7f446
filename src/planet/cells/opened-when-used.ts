import type { EtcdStore } from "@reactive-production/continuity/etcd";

/**
 * A cell of others is rarely asked, and a store that is open looks at its cell many times a second: it is opened by the first
 * who asks, and closed when nobody has asked for a while.
 */
export function openedWhenUsed(open: () => EtcdStore, options: { readonly closeAfterMs: number }): EtcdStore {
  let store: EtcdStore | null = null;
  let usedAt = 0;
  let inUse = 0;
  const looking = setInterval(() => {
    if (store === null || inUse > 0 || performance.now() - usedAt < options.closeAfterMs) return;
    void store.close();
    store = null;
  }, options.closeAfterMs);
  looking.unref();

  const opened = (): EtcdStore => {
    usedAt = performance.now();
    return (store ??= open());
  };
  const use = async <Result>(work: (store: EtcdStore) => Promise<Result>): Promise<Result> => {
    inUse += 1;
    try {
      return await work(opened());
    } finally {
      inUse -= 1;
      usedAt = performance.now();
    }
  };
  return {
    append: (write) => use((cell) => cell.append(write)),
    read: (id) => use((cell) => cell.read(id)),
    changed: (id, seq, how) => use((cell) => cell.changed(id, seq, how)),
    list: (filter) => use((cell) => cell.list(filter)),
    find: (name) => use((cell) => cell.find(name)),
    retain: (rule) => use((cell) => cell.retain(rule)),
    purge: (idPrefix) => use((cell) => cell.purge(idPrefix)),
    counts: () => use((cell) => cell.counts()),
    leaveLead: (...leaving) => use((cell) => cell.leaveLead(...leaving)),
    isWell: () => opened().isWell(),
    async close() {
      clearInterval(looking);
      await store?.close();
    },
  };
}
