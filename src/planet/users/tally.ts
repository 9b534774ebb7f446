import type { UnixMs } from "../../core/step.ts";
import { chunkIndex, type Mark } from "./chunk-homes.ts";
import { isFailed, NOWHERE, type RequestRecord } from "./records.ts";

/**
 * What users met between a fault and the end of a watch, second by second: all that a report needs to know of the requests,
 * small enough to send. Made where the records are.
 */
export type Tally = {
  readonly since: UnixMs;
  readonly until: UnixMs;
  /** The TTL-obeying users that the named locations had at the mark (everybody's when none is named), by second since `since`. */
  readonly its: {
    readonly total: readonly number[];
    readonly failed: readonly number[];
    /** Served well by the location that they had at the mark. */
    readonly atHome: readonly number[];
    readonly elsewhere: readonly number[];
  };
  /** The same locations' users behind stubborn resolvers or pinned connections. */
  readonly stubborn: Count;
  /** Every user everywhere, stubborn ones too. */
  readonly everyone: Count & { readonly slow: number };
  readonly bots: Count;
  /** Why requests of `its` and `stubborn` failed. */
  readonly why: Readonly<Record<string, number>>;
  /** By location: how many of the chunks that it had at the mark have been answered elsewhere since. */
  readonly moved: readonly { readonly location: string; readonly had: number; readonly moved: number }[];
};

export type Count = { readonly total: number; readonly failed: number };

export function tallyRequests(
  records: Iterable<RequestRecord> | ((each: (record: RequestRecord) => void) => void),
  options: {
    readonly since: UnixMs;
    readonly until: UnixMs;
    /** Whose users; empty: everybody. */
    readonly locations: readonly string[];
    readonly locationNames: readonly string[];
    readonly mark: Mark | null;
  },
): Tally {
  const { since, until, locationNames, mark } = options;
  const seconds = Math.max(0, Math.ceil((until - since) / 1000));
  const column = (): number[] => Array.from({ length: seconds }, () => 0);
  const its = { total: column(), failed: column(), atHome: column(), elsewhere: column() };
  const stubborn = { total: 0, failed: 0 };
  const everyone = { total: 0, failed: 0, slow: 0 };
  const bots = { total: 0, failed: 0 };
  const why: Record<string, number> = {};
  const wanted = new Set(options.locations.map((name) => locationNames.indexOf(name)));

  const count = (record: RequestRecord): void => {
    if (record.at < since || record.at >= until) return;
    const failed = isFailed(record.outcome) ? 1 : 0;
    if (record.kind === "bot") {
      bots.total++;
      bots.failed += failed;
      return;
    }
    everyone.total++;
    everyone.failed += failed;
    if (record.outcome === "slow") everyone.slow++;
    const home = mark ? mark.homeOf(chunkIndex(record)) : record.called;
    if (wanted.size > 0 && !wanted.has(home)) return;
    if (failed) why[record.outcome] = (why[record.outcome] ?? 0) + 1;
    if (record.habit !== "obeys") {
      stubborn.total++;
      stubborn.failed += failed;
      return;
    }
    const second = Math.floor((record.at - since) / 1000);
    const add = (to: number[]): void => void (to[second] = (to[second] ?? 0) + 1);
    add(its.total);
    if (failed) add(its.failed);
    else if (record.served !== NOWHERE) add(record.served === home ? its.atHome : its.elsewhere);
  };
  if (typeof records === "function") records(count);
  else for (const record of records) count(record);

  const moved = (mark?.movedShares() ?? []).map(({ location, ...counted }) => ({
    location: locationNames[location] ?? "",
    ...counted,
  }));
  return { since, until, its, stubborn, everyone, bots, why, moved };
}
