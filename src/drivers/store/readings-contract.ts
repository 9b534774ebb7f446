import type { UnixMs } from "../../core/step.ts";

/**
 * Where a node keeps what it read: seconds for hours (`raw`), minutes for weeks (`minutes`). A piece is lines of a
 * recording (DESIGN section 9), one reading each, in time order; pieces come in time order too. All of it is synchronous
 * and may throw: the disk's failures are the recorder's to count.
 */
export type ReadingsStore = {
  /** Keeps what came in one go: one transaction. */
  append(writes: readonly PieceToKeep[]): void;
  /** Pieces that reach into these moments, both included, oldest first, at most `limit` of them. */
  read(query: {
    readonly grain: Grain;
    readonly since: UnixMs;
    readonly until: UnixMs;
    readonly limit: number;
    /** Go on after this piece. */ readonly after?: number;
  }): readonly Piece[];
  /** From when until when pieces are kept; null when there are none. */
  span(grain: Grain): { readonly from: UnixMs; readonly until: UnixMs } | null;
  /** Forgets pieces that end before a moment, and the oldest while there are more bytes than this. */
  trim(grain: Grain, limits: { readonly before: UnixMs; readonly bytesMax: number }): void;
  close(): void;
};

export type Grain = "raw" | "minutes";

export type PieceToKeep = {
  readonly grain: Grain;
  readonly from: UnixMs;
  readonly until: UnixMs;
  /** Newline-delimited JSON, each line with its newline. */
  readonly lines: string;
};

/** Lines are null where what was kept can't be read any more: one bad piece costs itself, and nothing else. */
export type Piece = Omit<PieceToKeep, "grain" | "lines"> & { readonly number: number; readonly lines: string | null };
