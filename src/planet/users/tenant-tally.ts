import { isFailed, NOWHERE, type RequestRecord } from "./records.ts";
import type { CountBySecond } from "./tally.ts";

/** What the users of one tenant (a bucket of `public`) met and where, and what all others met beside it: for a trouble that it brings. */
export type TenantTally = {
  readonly bucket: number;
  /** All requests of the tenant's users who had the named locations at the mark, those of its crowd too. */
  readonly requests: CountBySecond;
  /** Of these by the name of another location than their own: what came there, answered or not. */
  readonly came: Readonly<Record<string, readonly number[]>>;
  /** The TTL-obeying users of the same locations who are not the tenant's. */
  readonly innocent: CountBySecond;
  /** Everybody who is not the tenant's, by who answered, or else was called. */
  readonly places: Readonly<Record<string, CountBySecond>>;
};

export type TenantCounter = {
  /** `isIts`: it is of the users that the named locations had at the mark. */
  count(
    record: RequestRecord,
    where: { readonly second: number; readonly home: number; readonly isIts: boolean },
  ): void;
  readonly tally: TenantTally;
};

const PUBLIC = 0;

export function tenantCounter(options: {
  readonly bucket: number;
  readonly seconds: number;
  readonly locationNames: readonly string[];
}): TenantCounter {
  const { bucket, seconds, locationNames } = options;
  const column = (): number[] => Array.from({ length: seconds }, () => 0);
  const columns = (): { total: number[]; failed: number[] } => ({ total: column(), failed: column() });
  const requests = columns();
  const innocent = columns();
  const came: Record<string, number[]> = {};
  const places: Record<string, ReturnType<typeof columns>> = {};
  return {
    tally: { bucket, requests, came, innocent, places },
    count(record, { second, home, isIts }) {
      const failed = isFailed(record.outcome);
      const add = (to: { total: number[]; failed: number[] }): void => {
        to.total[second]! += 1;
        if (failed) to.failed[second]! += 1;
      };
      const place = record.served === NOWHERE ? record.called : record.served;
      const name = locationNames[place];
      if (record.class === PUBLIC && record.bucket === bucket) {
        if (!isIts) return;
        add(requests);
        if (name !== undefined && place !== home) (came[name] ??= column())[second]! += 1;
        return;
      }
      if (record.kind === "bot") return;
      if (name !== undefined) add((places[name] ??= columns()));
      if (isIts && record.habit === "obeys") add(innocent);
    },
  };
}
