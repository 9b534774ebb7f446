import type { PathReport, TenantReport, WrongVerdict } from "../../api/drill-report.ts";
import type { DrillReport } from "./report.ts";

/** A drill's report for people: what it cost, how fast it was over, and what was needless, in ten calm lines. */
export function reportWords(report: DrillReport): readonly string[] {
  const { faultAt, requests, checkouts, stubbornUsers, more } = report;
  const after = (at: number | null): string => (at === null ? "never" : `+${((at - faultAt) / 1000).toFixed(1)} s`);
  const whose = report.location === null ? "all users" : `users of ${report.locations.join(" and ")}`;
  const inFirst = more.first60s.secondsOfTraffic;
  const lines = [
    `${report.drill}${report.location === null ? "" : `  ${report.locations.join(", ")}`}${more.houston ? "" : "  (nobody helped)"}`,
    "",
    `  requests     ${requests.failed} of ${requests.total} failed (${whose} who obey the TTL)`,
    ...(inFirst === null
      ? []
      : [`               ${more.first60s.failed} in the first 60 s: ${inFirst.toFixed(1)} s worth of their traffic`]),
    `  stubborn     ${stubbornUsers.failed} of ${stubbornUsers.total} failed (resolvers or connections that hold on)`,
    `  checkouts    ${checkouts.completed} of ${checkouts.started} completed, ${checkouts.continuedElsewhere} of them went on elsewhere; ${checkouts.lost} lost, ${checkouts.doubled} doubled`,
    `  certain      ${after(report.certainAt)}    decided ${after(report.decidedAt)}    99 % well ${after(report.moved99At)}    back ${more.waitedForBack ? after(report.restoredAt) : "not waited for"}`,
    ...(more.path === null ? [] : pathWords(more.path, after)),
    ...(more.wrongVerdicts === null ? [] : thoughtWords(report, after)),
    `  receivers    ${overloadWords(report)}`,
    `  needless     ${report.needlessMoves} moves`,
  ];
  const { cause, houstonDown, questions } = more;
  if (cause !== null) lines.push(`  cause        ${cause.name} ${Math.round(cause.share * 100)} %`);
  for (const { asks, choices, defaultChoice } of questions) {
    const numbered = choices.map((choice, index) => `[${index + 1}] ${choice}`).join(" ");
    lines.push(`  asked        ${asks} ${numbered}; no answer: ${defaultChoice}`);
  }
  if (houstonDown !== null) {
    const { killedAt, restartedAt, goesOnAt, others } = houstonDown;
    lines.push(
      `  Houston      killed ${after(killedAt)}, back ${after(restartedAt)}, moves on ${after(goesOnAt)}; ${others.failed} of ${others.total} of all others' requests failed meanwhile`,
    );
  }
  const why = Object.entries(more.why).sort(([, one], [, other]) => other - one);
  if (why.length > 0)
    lines.push(`  why failed   ${why.map(([name, count]) => `${count} ${failureWords(name)}`).join(", ")}`);
  if (more.tenant !== null) lines.push(...tenantWords(more.tenant, after));
  else if (more.bots.total > 0) lines.push(`  bots         ${more.bots.failed} of ${more.bots.total} turned away`);
  return lines;
}

/** How it ended for the user, in words; a report from elsewhere may know others. */
function failureWords(outcome: string): string {
  switch (outcome) {
    case "status":
      return "answered with an error";
    case "timeout":
      return "without an answer in time";
    case "refused":
      return "refused the connection";
    case "reset":
      return "cut off";
    case "unresolved":
      return "without an address from DNS";
    default:
      return outcome;
  }
}

function tenantWords(
  { bucket, requests, receivers, innocent, innocentWellAt, sick, bothSickSeconds }: TenantReport,
  after: (at: number | null) => string,
): readonly string[] {
  const reached = receivers.map(
    ({ location, share, firstAt, lastAt }) => `${location} ${after(firstAt)} to ${after(lastAt)} (${percent(share)})`,
  );
  const sickly = sick.map(({ location, seconds }) => `${location} ${seconds} s`);
  return [
    `  tenant       public bucket ${bucket}: ${requests.failed} of ${requests.total} failed; elsewhere: ${reached.length === 0 ? "nowhere" : reached.join(", ")}`,
    `  innocent     ${innocent.failed} of ${innocent.total} of the others there failed; 99 % well ${after(innocentWellAt)}`,
    `  sick         ${sickly.length === 0 ? "nobody" : sickly.join(", ")}; two at once for ${bothSickSeconds} s`,
  ];
}

function pathWords(
  { zones, requests, wellAt, movedShare, others }: PathReport,
  after: (at: number | null) => string,
): readonly string[] {
  return [
    `  path         ${requests.failed} of ${requests.total} failed of ${zones.join(", ")}; 99 % well ${after(wellAt)}; ${percent(movedShare)} moved`,
    `  others there ${others.requests.failed} of ${others.requests.total} failed; ${percent(others.movedShare)} moved`,
  ];
}

/** How early Houston was sure, by the users' own measure, and what it thought that was wrong. */
function thoughtWords(
  { faultAt, certainAt, more }: DrillReport,
  after: (at: number | null) => string,
): readonly string[] {
  const felt = more.felt.map(({ percent: part, at }) => `${part} % ${at === null ? "never" : after(at)}`);
  const until =
    more.worstMinuteUntilCertain === null
      ? ""
      : `; ${(100 * more.worstMinuteUntilCertain).toFixed(2)} % when Houston was certain`;
  const early = more.beyondBarAt !== null && more.beyondBarAt !== certainAt && more.beyondBarAt >= faultAt;
  return [
    `  users felt   failed of a minute's requests: ${felt.join(", ")}${until}`,
    ...(early ? [`  first sure   ${after(more.beyondBarAt)}, not worth a move then`] : []),
    `  wrong        ${more.wrongVerdicts!.length === 0 ? "no verdict" : more.wrongVerdicts!.map((each) => wrongWords(each, after)).join("; ")}`,
  ];
}

function wrongWords(
  { at, location, verdict, scope, action, cause }: WrongVerdict,
  after: (at: number | null) => string,
): string {
  return `${location} ${verdict} ${after(at)} (${scope}, ${action}${cause === null ? "" : `, ${cause}`})`;
}

const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`;

function overloadWords({ overloadedReceivers }: DrillReport): string {
  if (overloadedReceivers.length === 0) return "none over capacity";
  return overloadedReceivers
    .map(
      ({ location, seconds, worstUtilisation }) =>
        `${location} ${seconds.toFixed(1)} s over capacity (worst ${Math.round(worstUtilisation * 100)} %)`,
    )
    .join(", ");
}
