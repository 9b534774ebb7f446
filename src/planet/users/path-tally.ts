import { chunkOf, type ChunkIndex, type Mark } from "./chunk-homes.ts";
import { isFailed, type RequestRecord } from "./records.ts";
import type { CountBySecond } from "./tally.ts";

/** What the users of some zones met who had the named locations, beside all others there: for a trouble on their way. */
export type PathTally = {
  readonly zones: readonly string[];
  /** The TTL-obeying users of these zones, and those of all other zones, that the named locations had at the mark. */
  readonly its: CountBySecond;
  readonly others: CountBySecond;
  /** Chunks that the named locations had at the mark, and how many of them have been told another location since. */
  readonly chunks: { readonly its: MovedChunks; readonly others: MovedChunks };
};

export type MovedChunks = { readonly had: number; readonly moved: number };

export type PathCounter = {
  /** A request of a TTL-obeying user that the named locations had at the mark. */
  count(record: RequestRecord, second: number): void;
  readonly tally: PathTally;
};

export function pathCounter(options: {
  readonly zones: readonly string[];
  readonly zoneNames: readonly string[];
  readonly seconds: number;
  /** By index. */
  readonly locations: ReadonlySet<number>;
  readonly mark: Mark | null;
}): PathCounter {
  const { zones, zoneNames, seconds, locations, mark } = options;
  const wanted = new Set(zones.map((name) => zoneNames.indexOf(name)));
  const column = (): number[] => Array.from({ length: seconds }, () => 0);
  const columns = (): { total: number[]; failed: number[] } => ({ total: column(), failed: column() });
  const [its, others] = [columns(), columns()];
  const isIts = (chunk: ChunkIndex): boolean => wanted.has(chunkOf(chunk).zone);
  const movedOf = (of: (chunk: ChunkIndex) => boolean): MovedChunks =>
    (mark?.movedShares(of) ?? [])
      .filter(({ location }) => locations.has(location))
      .reduce((sum, { had, moved }) => ({ had: sum.had + had, moved: sum.moved + moved }), { had: 0, moved: 0 });
  return {
    tally: { zones, its, others, chunks: { its: movedOf(isIts), others: movedOf((chunk) => !isIts(chunk)) } },
    count(record, second) {
      const to = wanted.has(record.zone) ? its : others;
      to.total[second]! += 1;
      if (isFailed(record.outcome)) to.failed[second]! += 1;
    },
  };
}
