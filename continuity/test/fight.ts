import { limits, type Entry, type JournalStore, type Write } from "@reactive-production/continuity";

/**
 * One of many clients that fight over few requests: each turn it reads one, or trusts what it knew of it before, which may be old, and
 * adds an entry or takes it over. What fails is tried no further: its end is unknown.
 */
export async function fight(
  store: JournalStore,
  of: {
    readonly name: string;
    readonly requests: number;
    readonly chance: (below: number) => number;
    readonly isOver: (turn: number) => boolean;
  },
): Promise<void> {
  const { name, requests, chance, isOver } = of;
  const known = new Map<string, { readonly seq: number; readonly epoch: number }>();
  for (let turn = 0; !isOver(turn); turn += 1) {
    const id = requestNumber(chance(requests));
    const expect = (chance(4) === 0 ? known.get(id) : undefined) ?? (await headOf(store, id));
    if (expect === null) continue;
    const { seq, epoch } = expect;
    const entry = entryOf(id, { run: `${name}.${turn}`, epoch, takes: chance(3) === 0 && epoch < limits.epochs });
    const write: Write = { id, expect: { seq, epoch }, entries: [entry] };
    const outcome = await store.append(write).then(
      ({ kind }) => kind,
      () => "unknown" as const,
    );
    if (outcome === "written") known.set(id, { seq: seq + 1, epoch: entry.epoch });
    else known.set(id, { seq, epoch });
  }
}

export const requestNumber = (n: number): string => `w:${n}`;

async function headOf(store: JournalStore, id: string): Promise<Write["expect"] | null> {
  try {
    return (await store.read(id)) ?? { seq: 0, epoch: 0 };
  } catch {
    return null;
  }
}

function entryOf(id: string, of: { readonly run: string; readonly epoch: number; readonly takes: boolean }): Entry {
  const { run, epoch, takes } = of;
  const envelope = { v: 1, at: 1, location: "A", run } as const;
  if (epoch === 0)
    return { ...envelope, kind: "begun", epoch: 1, workflow: "w", version: 1, key: id, fingerprint: "f" };
  if (takes) return { ...envelope, kind: "taken", epoch: epoch + 1, from: "A", why: "lease" };
  return { ...envelope, kind: "intent", epoch, step: "charge", attempt: 1, effect: "askable", notAfter: 5 };
}
