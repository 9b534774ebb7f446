import type { ControlEvent } from "../../core/control-contract.ts";
import type { LocationName } from "../../core/estate.ts";
import type { UnixMs } from "../../core/step.ts";

/**
 * Where the deciding Houston's log lives. An entry is kept before it is decided on, in the order in which it will be
 * decided on; a snapshot spares a restart the long way; records are what people may ask about for weeks.
 */
export type LogStore = {
  /** Keeps a batch and gives its sequence number, which grows by one. Resolves when it would survive a crash of ours. */
  append(batch: { readonly at: UnixMs; readonly events: readonly ControlEvent[] }): Promise<number>;
  /** Batches after a sequence number, oldest first. */
  read(after: number): AsyncIterable<LogBatch>;
  /** The state after a batch. Those that the kept batches begin from or contain stay. */
  saveSnapshot(snapshot: Snapshot): Promise<void>;
  newestSnapshot(): Promise<Snapshot | null>;
  /** The newest one that was taken by this moment; null: none, or it is forgotten. */
  snapshotBy(at: UnixMs): Promise<Snapshot | null>;
  /** From where the kept batches can be replayed: null when they go back to the very beginning. */
  oldestSnapshot(): Promise<Snapshot | null>;
  /** Keeps something that people may ask about; the same id twice is kept once. */
  record(record: StoredRecord): Promise<void>;
  /** The same for what goes on changing: the newest of an id takes the place of the one before. */
  recordNewest(record: StoredRecord): Promise<void>;
  /** Newest first. */
  records(query: RecordQuery & { readonly limit: number }): Promise<readonly StoredRecord[]>;
  /** Oldest first, a page at a time: for whoever must see all of it, and goes on slowly. */
  history(query: RecordQuery): AsyncIterable<StoredRecord>;
  /** Keeps the world as it was at a moment; one that is there already stays. */
  keepFrame(frame: StoredFrame): Promise<void>;
  /**
   * At most `limit`, oldest first. Where there are more, they are as evenly apart in time as what is there allows. Unpacking is work: it is done
   * in slices, between which others have their turn.
   */
  frames(query: FrameQuery): Promise<readonly StoredFrame[]>;
  /** Forgets what is older or more than this; batches only where a kept snapshot covers them. */
  trim(limits: TrimLimits): Promise<void>;
  close(): Promise<void>;
};

export type LogBatch = { readonly seq: number; readonly at: UnixMs; readonly events: readonly ControlEvent[] };

export type Snapshot = {
  /** The last batch that the state contains. */
  readonly seq: number;
  readonly at: UnixMs;
  /** Who wrote it: another version's state may have another shape, and is not taken. */
  readonly version: string;
  /** Plain JSON. */
  readonly state: unknown;
};

export type RecordKind = "words" | "decision" | "verdict" | "incident" | "drill" | "without-move" | "mark";

export type StoredRecord = {
  readonly kind: RecordKind;
  readonly id: string;
  readonly at: UnixMs;
  readonly location: LocationName | null;
  /** Plain JSON. */
  readonly body: unknown;
};

export type RecordQuery = {
  readonly kind: RecordKind;
  readonly id?: string;
  /** From this moment on. */
  readonly since?: UnixMs;
  /** Up to and including this moment. */
  readonly until?: UnixMs;
  /** Null: what is about no one place; absent: everything. */
  readonly location?: LocationName | null;
};

export type StoredFrame = {
  readonly at: UnixMs;
  /** Those that stand for a minute are kept for longer. */
  readonly minute: boolean;
  /** Plain JSON. */
  readonly body: unknown;
};

/** From `since` to `until`, both included. */
export type FrameQuery = { readonly since: UnixMs; readonly until: UnixMs; readonly limit: number };

export type TrimLimits = {
  readonly batchesBefore: UnixMs;
  readonly recordsBefore: UnixMs;
  /** Of these kinds only the newest so many stay. */
  readonly recordsMost?: Partial<Readonly<Record<RecordKind, number>>>;
  /** Frames that stand for no minute. */
  readonly framesBefore: UnixMs;
  readonly minuteFramesBefore: UnixMs;
};
