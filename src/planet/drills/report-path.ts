import type { PathReport } from "../../api/drill-report.ts";
import type { MovedChunks } from "../users/path-tally.ts";
import type { Count, CountBySecond } from "../users/tally.ts";
import { firstGoodSecond, round, sum } from "./columns.ts";
import type { DrillSeen } from "./seen.ts";

export function pathReport({ tally, faultAt }: Pick<DrillSeen, "tally" | "faultAt">): PathReport | null {
  const { path } = tally;
  if (path === null) return null;
  const wellSecond = firstGoodSecond(path.its.total, path.its.failed);
  return {
    zones: path.zones,
    requests: countOf(path.its),
    wellAt: wellSecond === null ? null : faultAt + wellSecond * 1000,
    movedShare: shareOf(path.chunks.its),
    others: { requests: countOf(path.others), movedShare: shareOf(path.chunks.others) },
  };
}

function shareOf({ had, moved }: MovedChunks): number {
  return round(moved / Math.max(1, had));
}

function countOf({ total, failed }: CountBySecond): Count {
  return { total: sum(total), failed: sum(failed) };
}
