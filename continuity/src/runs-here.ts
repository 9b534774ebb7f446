import type { RunEnd } from "./run.ts";
import type { JournalStore } from "./store.ts";

/** What this process does and did for one journal, in requests: for its metrics. */
export type RunsHere = {
  readonly inFlight: number;
  /** Counters, from this process's start. */
  readonly begun: number;
  /** Of all that were begun by another run, here or elsewhere. */
  readonly resumed: number;
  /** Of those, begun in another location. */
  readonly resumedElsewhere: number;
  readonly answered: number;
  /** Left for a person; of those, for a step in doubt. */
  readonly parked: number;
  readonly inDoubt: number;
  /** Given up for now; the caller's next try or the sweeper goes on. */
  readonly interrupted: number;
  /** Taken from this process by another. */
  readonly fenced: number;
};

export type Run = {
  readonly fingerprint: string;
  readonly end: Promise<RunEnd>;
  /** The callers that wait for it: each its own signal, or one without. */
  readonly callers: (AbortSignal | undefined)[];
};

type Here = { readonly runs: Map<string, Run>; counted: Omit<RunsHere, "inFlight"> };

const byStore = new WeakMap<JournalStore, Here>();

const none = {
  begun: 0,
  resumed: 0,
  resumedElsewhere: 0,
  answered: 0,
  parked: 0,
  inDoubt: 0,
  interrupted: 0,
  fenced: 0,
};

export function hereFor(store: JournalStore): Here {
  const known = byStore.get(store);
  if (known !== undefined) return known;
  const here = { runs: new Map<string, Run>(), counted: none };
  byStore.set(store, here);
  return here;
}

export function runsHere(store: JournalStore): RunsHere {
  const here = byStore.get(store);
  return { inFlight: here?.runs.size ?? 0, ...(here?.counted ?? none) };
}

export function count(here: Here, ...what: readonly (keyof Here["counted"])[]): void {
  const counted = { ...here.counted };
  for (const one of what) counted[one] += 1;
  here.counted = counted;
}
