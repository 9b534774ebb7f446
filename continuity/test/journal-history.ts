import { createHash } from "node:crypto";
import type { Entry, JournalRecord, JournalStore, Write } from "@reactive-production/continuity";
import { linearize, type Model, type Timed } from "./linearizable.ts";

/**
 * What clients of a journal asked and were told, and the journal that one copy alone would be: for each request a list of entries, to
 * which a write adds when it knows their number and holds the fence. Written apart from the library's `judgeWrite`, which it judges.
 */
export type Told = Timed &
  (
    | {
        readonly did: "append";
        readonly id: string;
        readonly seq: number;
        readonly epoch: number;
        /** Its entries; none is a sign of life. */
        readonly marks: readonly string[];
        /** `unknown`: it ended with an error, and may have been written. */
        readonly outcome: "written" | "conflict" | "unknown";
        /** What a conflict showed. */
        readonly found: readonly string[];
      }
    | { readonly did: "read"; readonly id: string; readonly found: readonly string[] }
  );

type Journal = Pick<JournalStore, "append" | "read" | "changed">;

/** A store that tells of each append and read when it has ended; times are the machine's own, alike in all of its processes. */
export function recorded<Store extends Journal>(
  store: Store,
  tell: (told: Told) => void,
): { readonly store: Store; readonly underWay: () => number } {
  let underWay = 0;
  async function counted<T>(work: Promise<T>): Promise<T> {
    underWay += 1;
    try {
      return await work;
    } finally {
      underWay -= 1;
    }
  }
  async function append(write: Write) {
    const { id, expect, entries } = write;
    const asked = { did: "append", id, ...expect, marks: entries.map(markOf), began: nowMs() } as const;
    try {
      const appended = await store.append(write);
      const found = appended.kind === "conflict" ? marksOf(appended.record) : [];
      tell({ ...asked, outcome: appended.kind, found, ended: nowMs() });
      return appended;
    } catch (error) {
      tell({ ...asked, outcome: "unknown", found: [], ended: Infinity });
      throw error;
    }
  }
  /** One that fails has seen nothing. */
  async function read(id: string, work: () => Promise<JournalRecord | null>) {
    const began = nowMs();
    const record = await work();
    tell({ did: "read", id, found: marksOf(record), began, ended: nowMs() });
    return record;
  }
  const changed: Journal["changed"] = (id, seq, options) => counted(read(id, () => store.changed(id, seq, options)));
  return {
    underWay: () => underWay,
    store: {
      ...store,
      append: (write: Write) => counted(append(write)),
      read: (id: string) => counted(read(id, () => store.read(id))),
      changed,
    },
  };
}

const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6;

/** An entry in short: what the model looks at, and a digest of the whole. */
function markOf(entry: Entry): string {
  const digest = createHash("sha256").update(JSON.stringify(entry)).digest("base64url").slice(0, 16);
  return `${entry.kind} ${entry.epoch} ${digest}`;
}

const marksOf = (record: JournalRecord | null): readonly string[] => record?.entries.map(markOf) ?? [];

const epochIn = (mark: string): number => Number(mark.split(" ")[1]);

/** A journal of one request, as the last entry with what is before it: equal journals are one object. */
export type JournalState = {
  readonly number: number;
  readonly seq: number;
  readonly epoch: number;
  readonly mark: string;
  readonly before: JournalState | null;
  readonly after: Map<string, JournalState>;
};

export function journalModel(): Model<JournalState, Told> {
  let states = 0;
  const initial = { number: 0, seq: 0, epoch: 0, mark: "", before: null, after: new Map<string, JournalState>() };

  function withMark(state: JournalState, mark: string): JournalState {
    const known = state.after.get(mark);
    if (known !== undefined) return known;
    const [number, seq, epoch] = [(states += 1), state.seq + 1, epochIn(mark)];
    const next = { number, seq, epoch, mark, before: state, after: new Map<string, JournalState>() };
    state.after.set(mark, next);
    return next;
  }
  const withMarks = (state: JournalState, marks: readonly string[]) => marks.reduce(withMark, state);

  function step(state: JournalState, told: Told): JournalState | null {
    if (told.did === "read") return withMarks(initial, told.found) === state ? state : null;
    const { marks } = told;
    const isAnswered = state.mark.startsWith("answered ");
    const isKnown = told.seq === state.seq && told.epoch === state.epoch;
    const begins = state.seq > 0 || marks[0]?.startsWith("begun ") === true;
    const fits = isKnown && begins && (!isAnswered || marks.length === 0);
    // The same write again, whose first answer was lost, while nobody else has taken over.
    const isThere = () =>
      marks.length > 0 &&
      epochIn(marks.at(-1) ?? "") === state.epoch &&
      marks.every((mark, place) => markAt(state, told.seq + place) === mark);
    switch (told.outcome) {
      case "unknown":
        return fits ? withMarks(state, marks) : state;
      case "written":
        return fits ? withMarks(state, marks) : isThere() ? state : null;
      case "conflict":
        return !fits && !isThere() && withMarks(initial, told.found) === state ? state : null;
    }
  }

  return { initial, step, keyOf: ({ number }) => number };
}

function markAt(state: JournalState, place: number): string | undefined {
  let at: JournalState | null = state;
  while (at !== null && at.seq > place + 1) at = at.before;
  return at?.seq === place + 1 ? at.mark : undefined;
}

/**
 * Whoever lost the fence is told 'conflict' even of a write that was kept and whose answer was lost (see `judgeWrite`): that is a write, and
 * a look that comes later. Only a later fence may make it so.
 */
function asOperations(told: Told): readonly Told[] {
  if (told.did === "read" || told.outcome !== "conflict" || told.marks.length === 0) return [told];
  const { id, seq, marks, found, began, ended } = told;
  const isThere = marks.every((mark, place) => found[seq + place] === mark);
  const isTakenOver = epochIn(found.at(-1) ?? "") > epochIn(marks.at(-1) ?? "");
  if (!isThere || !isTakenOver) return [told];
  return [
    { ...told, outcome: "written", found: [] },
    { did: "read", id, found, began, ended },
  ];
}

/** What cannot have been told by one copy, a line a request; empty when all can. */
export function misfits(told: readonly Told[]): readonly string[] {
  return [...Map.groupBy(told, ({ id }) => id)].flatMap(([id, history]) => {
    const verdict = linearize(journalModel(), history.flatMap(asOperations));
    switch (verdict.kind) {
      case "linearizable":
        return [];
      case "impossible":
        return [`${id}: ${verdict.fits} of ${history.length} fit, none goes before ${JSON.stringify(verdict.before)}`];
      case "unsure":
        return [`${id}: undecided after ${verdict.tries} tries of ${history.length}`];
    }
  });
}
