import type { UnixMs } from "../../core/step.ts";
import { chunkIndex, type Mark } from "./chunk-homes.ts";
import { CLASSES, isFailed, NOWHERE, type Kind, type Outcome, type RequestRecord } from "./records.ts";
import { pathCounter, type PathTally } from "./path-tally.ts";
import { tenantCounter, type TenantTally } from "./tenant-tally.ts";

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
    /** By the name of another location than their own: what came there, answered or not. */
    readonly came: Readonly<Record<string, readonly number[]>>;
    /** The last ones that failed, the newest last: who, where and how. */
    readonly failures: readonly Failure[];
  };
  /** The TTL-obeying users of all other locations, by second. */
  readonly others: CountBySecond;
  /** The same locations' users behind stubborn resolvers or pinned connections. */
  readonly stubborn: Count;
  readonly stubbornBySecond: CountBySecond;
  /** Every user everywhere, stubborn ones too. */
  readonly everyone: Count & {
    readonly slow: number;
    /** Of whole answers: how much longer than one round trip to who answered 99 % of them took at most; null: none came. */
    readonly p99OverDistanceMs: number | null;
  };
  readonly bots: Count;
  /** Null when no tenant was asked about. */
  readonly tenant: TenantTally | null;
  /** Null when no zones were asked about. */
  readonly path: PathTally | null;
  /** Why requests of `its` and `stubborn` failed. */
  readonly why: Readonly<Record<string, number>>;
  /** By location: how many of the chunks that it had at the mark have been told another location since, and which. */
  readonly moved: readonly {
    readonly location: string;
    readonly had: number;
    readonly moved: number;
    /** Each time that a chunk was newly told another location, by the second since the mark. */
    readonly sent: readonly { readonly location: string; readonly bySecond: readonly number[] }[];
  }[];
};

export type Failure = {
  /** Since the mark. */
  readonly second: number;
  readonly class: string;
  readonly kind: Kind;
  /** The location called first, and who answered; null: none. */
  readonly called: string | null;
  readonly served: string | null;
  readonly outcome: Outcome;
};

/** The tail is what one looks into by hand. */
const FAILURES_MAX = 500;

export type Count = { readonly total: number; readonly failed: number };
export type CountBySecond = { readonly total: readonly number[]; readonly failed: readonly number[] };

export function tallyRequests(
  records: Iterable<RequestRecord> | ((each: (record: RequestRecord) => void) => void),
  options: {
    readonly since: UnixMs;
    readonly until: UnixMs;
    /** Whose users; empty: everybody. */
    readonly locations: readonly string[];
    readonly locationNames: readonly string[];
    readonly mark: Mark | null;
    /** A bucket of public whose users are counted apart as well, with where they went; null: none. */
    readonly tenant?: number | null;
    /** Zones whose users are counted apart as well; absent or empty: none. */
    readonly zones?: readonly string[];
    /** Absent where no zones are asked about. */
    readonly zoneNames?: readonly string[];
    /** From a zone's users to a location and back, both by index. */
    readonly roundTripMs: (zone: number, location: number) => number;
  },
): Tally {
  const { since, until, locationNames, mark } = options;
  const seconds = Math.max(0, Math.ceil((until - since) / 1000));
  const column = (): number[] => Array.from({ length: seconds }, () => 0);
  const its = { total: column(), failed: column(), atHome: column(), elsewhere: column() };
  const came: Record<string, number[]> = {};
  const failures: Failure[] = [];
  const others = { total: column(), failed: column() };
  const stubborn = { total: 0, failed: 0 };
  const stubbornBySecond = { total: column(), failed: column() };
  const everyone = { total: 0, failed: 0, slow: 0 };
  const overDistance = new Uint32Array(LATENCY_MS_MAX + 1);
  const bots = { total: 0, failed: 0 };
  const why: Record<string, number> = {};
  const wanted = new Set(options.locations.map((name) => locationNames.indexOf(name)));

  const tenant =
    options.tenant === undefined || options.tenant === null
      ? null
      : tenantCounter({ bucket: options.tenant, seconds, locationNames });
  const { zones = [], zoneNames = [] } = options;
  const path = zones.length === 0 ? null : pathCounter({ zones, zoneNames, seconds, locations: wanted, mark });
  const nameOf = (location: number): string | null => locationNames[location] ?? null;
  const failureOf = (record: RequestRecord, second: number): Failure => ({
    second,
    class: CLASSES[record.class] ?? "",
    kind: record.kind,
    called: nameOf(record.called),
    served: nameOf(record.served),
    outcome: record.outcome,
  });
  const count = (record: RequestRecord): void => {
    if (record.at < since || record.at >= until) return;
    const failed = isFailed(record.outcome) ? 1 : 0;
    const home = mark ? mark.homeOf(chunkIndex(record)) : record.called;
    const second = Math.floor((record.at - since) / 1000);
    const isIts = wanted.size === 0 || wanted.has(home);
    tenant?.count(record, { second, home, isIts });
    if (record.kind === "bot") {
      bots.total++;
      bots.failed += failed;
      return;
    }
    everyone.total++;
    everyone.failed += failed;
    if (record.outcome === "slow") everyone.slow++;
    if (!failed && record.served !== NOWHERE) {
      const over = Math.round(record.ms - options.roundTripMs(record.zone, record.served));
      const at = Math.min(LATENCY_MS_MAX, Math.max(0, over));
      overDistance[at] = (overDistance[at] ?? 0) + 1;
    }
    const add = (to: number[]): void => void (to[second] = (to[second] ?? 0) + 1);
    if (!isIts) {
      if (record.habit !== "obeys") return;
      add(others.total);
      if (failed) add(others.failed);
      return;
    }
    if (failed) why[record.outcome] = (why[record.outcome] ?? 0) + 1;
    if (record.habit !== "obeys") {
      stubborn.total++;
      stubborn.failed += failed;
      add(stubbornBySecond.total);
      if (failed) add(stubbornBySecond.failed);
      return;
    }
    path?.count(record, second);
    add(its.total);
    if (failed) {
      add(its.failed);
      failures.push(failureOf(record, second));
    } else if (record.served !== NOWHERE) add(record.served === home ? its.atHome : its.elsewhere);
    const place = record.served === NOWHERE ? record.called : record.served;
    const name = place === home ? undefined : locationNames[place];
    if (name !== undefined) add((came[name] ??= column()));
  };
  if (typeof records === "function") records(count);
  else for (const record of records) count(record);

  const named = <Part extends { readonly location: number }>({ location, ...part }: Part) => ({
    ...part,
    location: locationNames[location] ?? "",
  });
  const moved = (mark?.movedShares() ?? []).map((each) => ({ ...named(each), sent: each.sent.map(named) }));
  return {
    since,
    until,
    its: { ...its, came, failures: failures.sort((a, b) => a.second - b.second).slice(-FAILURES_MAX) },
    others,
    stubborn,
    stubbornBySecond,
    everyone: { ...everyone, p99OverDistanceMs: percentile(overDistance, 0.99) },
    bots,
    tenant: tenant?.tally ?? null,
    path: path?.tally ?? null,
    why,
    moved,
  };
}

/** Users wait no longer than 10 s for anything. */
const LATENCY_MS_MAX = 10_000;

/** The least value that this share of all is not above; `counts` is by value. */
function percentile(counts: Uint32Array, share: number): number | null {
  const all = counts.reduce((sum, count) => sum + count, 0);
  let left = Math.ceil(share * all);
  if (all === 0) return null;
  for (let value = 0; value < counts.length; value++) {
    left -= counts[value] ?? 0;
    if (left <= 0) return value;
  }
  return null;
}
