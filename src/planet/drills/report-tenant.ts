import type { TenantReport } from "../../api/drill-report.ts";
import type { UnixMs } from "../../core/step.ts";
import type { Count, CountBySecond } from "../users/tally.ts";
import { firstGoodSecond, round, sum } from "./columns.ts";
import type { DrillSeen } from "./seen.ts";

/** Sick is who fails so large a share of the requests of five seconds, and not by one or two that chance failed. */
const SICK_SHARE = 0.1;
const SICK_FAILED_LEAST = 3;
const SICK_WINDOW_SECONDS = 5;

export function tenantReport({ tally, faultAt, locations }: DrillSeen): TenantReport | null {
  const { tenant } = tally;
  if (tenant === null) return null;
  const at = (second: number): UnixMs => faultAt + second * 1000;
  const requests = countOf(tenant.requests);
  const wellSecond = firstGoodSecond(tenant.innocent.total, tenant.innocent.failed);
  const sick = Object.entries(tenant.places).map(([location, counts]) => ({ location, seconds: sickSeconds(counts) }));
  const took = new Set([...Object.keys(tenant.came), ...Object.keys(tally.its.came)]);
  const mayBeOurs = sick.filter(({ location }) => locations.includes(location) || took.has(location));
  return {
    bucket: tenant.bucket,
    requests,
    receivers: Object.entries(tenant.came)
      .map(([location, came]) => ({
        location,
        requests: sum(came),
        share: round(sum(came) / Math.max(1, requests.total)),
        firstAt: at(came.findIndex((count) => count > 0)),
        lastAt: at(came.findLastIndex((count) => count > 0)),
      }))
      .sort((one, other) => other.requests - one.requests || (one.location < other.location ? -1 : 1)),
    innocent: countOf(tenant.innocent),
    innocentWellAt: wellSecond === null ? null : at(wellSecond),
    sick: sick
      .filter(({ seconds }) => seconds.length > 0)
      .map(({ location, seconds }) => ({ location, seconds: seconds.length, firstAt: at(seconds[0]!) }))
      .sort((one, other) => one.firstAt - other.firstAt || (one.location < other.location ? -1 : 1)),
    bothSickSeconds: tenant.requests.total.filter(
      (_, second) => mayBeOurs.filter(({ seconds }) => seconds.includes(second)).length >= 2,
    ).length,
  };
}

/** Seconds that end five in which it was sick. */
function sickSeconds({ total, failed }: CountBySecond): readonly number[] {
  return total.flatMap((_, second) => {
    const from = Math.max(0, second + 1 - SICK_WINDOW_SECONDS);
    const bad = sum(failed, from, second + 1);
    const isSick = bad >= SICK_FAILED_LEAST && bad >= SICK_SHARE * sum(total, from, second + 1);
    return isSick ? [second] : [];
  });
}

function countOf({ total, failed }: CountBySecond): Count {
  return { total: sum(total), failed: sum(failed) };
}
