/** Counters by name and label, as Prometheus reads them. */
export type Counts = {
  add(name: string, label: string, times?: number): void;
  of(name: string): Readonly<Record<string, number>>;
};

/** Labels are kinds that we chose; a stranger never makes a new one. */
export function counts(): Counts {
  const all = new Map<string, Map<string, number>>();
  return {
    add(name, label, times = 1) {
      let labels = all.get(name);
      if (labels === undefined) all.set(name, (labels = new Map()));
      labels.set(label, (labels.get(label) ?? 0) + times);
    },
    of: (name) => Object.fromEntries([...(all.get(name) ?? [])].sort(([one], [other]) => (one < other ? -1 : 1))),
  };
}
