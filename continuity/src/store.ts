import type { Entry } from "./entry.ts";
import { ContinuityError } from "./errors.ts";
import { limits } from "./limits.ts";

/**
 * Where requests' journals live. One primitive carries the safety: `append` compares the fence and adds
 * entries of one request, all or none. It needs no transaction over several requests, so it fits etcd
 * (one transaction with compares) and PostgreSQL (one row's update) as well as SQLite.
 *
 * Every store passes the suite in store-testing.ts.
 */
export type JournalStore = {
  /** Durable when it resolves `written`. With no entries it only says that the owner lives. */
  append(write: Write): Promise<Appended>;
  read(id: string): Promise<JournalRecord | null>;
  /** Resolves when the record has more than `seq` entries, or after `withinMs`, or when aborted. */
  changed(id: string, seq: number, options: { withinMs: number; signal?: AbortSignal }): Promise<JournalRecord | null>;
  /** Oldest write first. */
  list(filter: ListFilter): Promise<readonly JournalRecord[]>;
  /** Ids of the requests whose id, key or other name this is, newest first; at most 20. */
  find(name: string): Promise<readonly string[]>;
  /** Forgets answered requests: those older, then the oldest ones above the limit. Never others. */
  retain(rule: RetentionRule): Promise<{ readonly forgotten: number }>;
  /** Forgets answered requests whose ids begin so, however young. `left` of them are unfinished, and stay. */
  purge(idPrefix: string): Promise<{ readonly forgotten: number; readonly left: number }>;
  counts(): Promise<Counts>;
  close(): Promise<void>;
};

export type Write = {
  readonly id: string;
  /** What the writer believes: how many entries there are, and the fence it holds. */
  readonly expect: { readonly seq: number; readonly epoch: number };
  readonly entries: readonly Entry[];
};

/** `conflict`: someone else wrote; `record` is what is there now (null: nothing). */
export type Appended =
  | { readonly kind: "written"; readonly seq: number }
  | { readonly kind: "conflict"; readonly record: JournalRecord | null };

export type JournalRecord = {
  readonly id: string;
  readonly seq: number;
  readonly epoch: number;
  readonly phase: Phase;
  /** Who ran it last. */
  readonly location: string;
  /** Since the last write or sign of life, by the store's own clock: callers' clocks may differ. */
  readonly quietMs: number;
  readonly entries: readonly Entry[];
};

/** running: someone holds it. released: unfinished, and its last holder let go. */
export type Phase = "running" | "released" | "parked" | "answered";

/** Requests by phase, and those that are not answered also by who ran them last. */
export type Counts = Readonly<Record<Phase, number>> & {
  readonly at: Readonly<Record<string, Readonly<Record<UnfinishedPhase, number>>>>;
};

export type UnfinishedPhase = Exclude<Phase, "answered">;

export type ListFilter = {
  readonly phases: readonly Phase[];
  readonly location?: string;
  readonly quietForMs?: number;
  readonly limit: number;
};

export type RetentionRule = {
  readonly answeredForMs: number;
  /** At most so many requests of any phase are kept, when enough of them are answered. */
  readonly maxRequests: number;
};

/** What a store keeps beside the entries, to compare and to list without reading them. */
export type Head = {
  readonly seq: number;
  readonly epoch: number;
  readonly phase: Phase;
  readonly location: string;
};

/** The fence itself, pure and shared by all stores: what becomes of this write on that head? */
export function judgeWrite(
  head: Head | null,
  write: Write,
  entryAt: (seq: number) => Entry | undefined,
): { readonly kind: "write"; readonly head: Head } | { readonly kind: "already" } | { readonly kind: "conflict" } {
  const { expect, entries } = write;
  if (head === null) {
    const first = entries[0];
    const fits = expect.seq === 0 && expect.epoch === 0 && first?.kind === "begun" && first.epoch === 1;
    return fits ? { kind: "write", head: headAfter(null, entries) } : { kind: "conflict" };
  }
  if (expect.seq === head.seq && expect.epoch === head.epoch) {
    // An answer is final: nothing is ever added to it, not even by its own writer.
    if (head.phase === "answered") return entries.length === 0 ? { kind: "already" } : { kind: "conflict" };
    return { kind: "write", head: headAfter(head, entries) };
  }
  // The writer may not have heard that this very write succeeded (connection lost, journal restarted).
  const mine = (entry: Entry, index: number) => {
    const there = entryAt(expect.seq + index);
    return there !== undefined && there.run === entry.run && there.epoch === entry.epoch && there.kind === entry.kind;
  };
  // If another run holds the fence by now, telling the writer so is worth more than telling it that it wrote.
  const stillHeld = entries.at(-1)?.epoch === head.epoch;
  return stillHeld && entries.every(mine) ? { kind: "already" } : { kind: "conflict" };
}

/** What a store found, added up. */
export function countsOf(
  unfinished: Iterable<{ readonly phase: UnfinishedPhase; readonly location: string; readonly count: number }>,
  answered: number,
): Counts {
  const sums: Record<Phase, number> = { running: 0, released: 0, parked: 0, answered };
  const at: Record<string, Record<UnfinishedPhase, number>> = {};
  for (const { phase, location, count } of unfinished) {
    sums[phase] += count;
    (at[location] ??= { running: 0, released: 0, parked: 0 })[phase] += count;
  }
  return { ...sums, at };
}

export function headAfter(head: Head | null, entries: readonly Entry[]): Head {
  let { seq, epoch, phase, location } = head ?? { seq: 0, epoch: 0, phase: "running" as Phase, location: "" };
  for (const entry of entries) {
    seq += 1;
    epoch = entry.epoch;
    switch (entry.kind) {
      case "begun":
      case "taken":
        phase = "running";
        location = entry.location;
        break;
      case "intent":
      case "result":
        break;
      case "parked":
        phase = "parked";
        break;
      case "settled":
      case "released":
        phase = "released";
        break;
      case "answered":
        phase = "answered";
        break;
    }
  }
  return { seq, epoch, phase, location };
}

/** Refuses what no honest writer sends, before anything is stored. Returns the entries as JSON text. */
export function checkWrite(write: Write): string {
  if (write.id.length === 0 || write.id.length > limits.idChars) throw tooLarge("request id");
  if (write.entries.length > limits.entriesPerWrite) throw tooLarge("number of entries in one write");
  let epoch = write.expect.epoch;
  for (const entry of write.entries) {
    const grows = entry.kind === "begun" || entry.kind === "taken" || entry.kind === "settled";
    if (entry.epoch !== (grows ? epoch + 1 : epoch)) {
      throw new ContinuityError({
        code: "bad-input",
        message: `entry "${entry.kind}" of ${write.id} carries fence ${entry.epoch} after ${epoch}`,
        hint: "write entries with the fence of the run that makes them",
      });
    }
    epoch = entry.epoch;
  }
  const text = JSON.stringify(write.entries);
  const max = limits.inputChars + limits.answerChars + limits.resultChars * 2;
  if (text.length > max) throw tooLarge("write");
  return text;
}

/** The names under which these entries let a request be found. */
export function namesIn(entries: readonly Entry[]): string[] {
  const names: string[] = [];
  for (const entry of entries) {
    if (entry.kind === "begun") names.push(entry.key);
    if (entry.kind === "begun" || entry.kind === "taken" || entry.kind === "answered") {
      names.push(...(entry.names ?? []).slice(0, limits.namesPerEntry));
    }
  }
  return names;
}

function tooLarge(what: string): ContinuityError {
  return new ContinuityError({
    code: "too-large",
    message: `the ${what} is larger than the journal takes`,
    hint: "keep the data elsewhere and carry a reference to it",
  });
}
