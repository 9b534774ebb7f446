import type { Readable } from "node:stream";
import type { ControlView, Incident, Words } from "../../core/control-contract.ts";
import { CallerError } from "../../core/errors.ts";
import type { Estate, LocationName } from "../../core/estate.ts";
import type { UnixMs } from "../../core/step.ts";
import type { LogStore, StoredRecord } from "../../drivers/store/contract.ts";
import type { Frame } from "../../runtime/frame.ts";
import { incidentId, type Decision, type NotedVerdict } from "../../runtime/recorder.ts";
import { isRefusalCode, refusalIn } from "../order-refusal.ts";
import { edgeCountsOf, type EdgeCounts } from "./edge-counts.ts";
import type { IncidentReport, ReportedOrder, StatusPageLead, WithoutMove } from "./incident-report.ts";
import { receiversOf, usersFromFrames } from "./frame-sums.ts";
import { isTaken } from "./taken.ts";
import { withoutMove } from "./without-move.ts";

/** What a report is made of, and where it is found. */
export type ReportSources = {
  readonly store: LogStore;
  readonly estate: Estate;
  readonly version: string;
  readonly view: () => ControlView;
  readonly now: () => UnixMs;
  readonly readings: (question: {
    readonly location: LocationName;
    readonly since?: UnixMs;
    readonly until?: UnixMs;
  }) => Promise<Readable>;
  /** Breaks off what takes long. */
  readonly signal: AbortSignal;
};

/** The fault is older than its first sign, and its end is known a little later. */
const BEFORE_MS = 60_000;
const AFTER_MS = 10_000;
const RECORDS_MAX = 1_000;
const FRAMES_MAX = 3_000;
const EVIDENCE_MAX = 100;
const LINES_MAX = 300;

/** Throws `CallerError` when there is no such incident. */
export async function makeReport(sources: ReportSources, number: number): Promise<IncidentReport> {
  const { store, estate } = sources;
  const incident = await incidentNumber(sources, number);
  const { location, openedAt, closedAt } = incident;
  const madeAt = sources.now();
  const since = openedAt - BEFORE_MS;
  const until = Math.min(madeAt, (closedAt ?? madeAt) + AFTER_MS);
  const range = { since, until, limit: RECORDS_MAX };
  const [words, verdicts, decided, frames] = await Promise.all([
    store.records({ kind: "words", ...range }),
    store.records({ kind: "verdict", ...range, ...(location === null ? {} : { location }) }),
    store.records({ kind: "decision", ...range }),
    store.frames({ since, until, limit: FRAMES_MAX }),
  ]);
  const seen = frames.map(({ body }) => body as Frame);
  const evidence = evidenceOf(verdicts);
  const decisions = decisionsAbout(decided, location);
  const edge = location === null ? null : await edgeOf(sources, { location, since, until });
  const certainAt = evidence.find(({ verdict }) => verdict.verdict === "failing")?.at ?? null;
  return {
    version: 1,
    madeAt,
    incident,
    since,
    until,
    timeline: words
      .map(({ body }) => body as Words)
      .filter((each) => isAbout(each, incident))
      .toReversed()
      .slice(-LINES_MAX),
    evidence: evidence.slice(0, EVIDENCE_MAX),
    decisions: decisions
      .filter(({ by, effects, reasons }) => by === undefined && (effects.length > 0 || reasons.some(isTaken)))
      .map(({ at, effects, reasons }) => ({ at, effects, reasons: reasons.filter(isTaken) }))
      .slice(-LINES_MAX),
    notTaken: decisions
      .flatMap(({ at, reasons }) => reasons.filter((each) => !isTaken(each)).map((each) => ({ at, ...each })))
      .filter(({ code }) => !isRefusalCode(code))
      .slice(-LINES_MAX),
    orders: decisions.flatMap(orderIn).slice(-LINES_MAX),
    users:
      location !== null && edge !== null
        ? countedByEdge(location, edge)
        : usersFromFrames(seen, { location, until, nodeSilent: location !== null }),
    statusPage: leadOf(edge, certainAt),
    receivers: location === null ? [] : receiversOf(seen, { location, openedAt }),
    withoutMove: await withoutMoveOf(sources, incident),
    recordings: [
      ...(location === null
        ? []
        : [
            `houston record --location ${location} --from ${since} --to ${until} -o incident-${number}-${location}.ndjson.gz`,
          ]),
      `houston record -o incident-${number}.ndjson.gz`,
    ],
  };

  function countedByEdge(where: LocationName, { requests, failed, slow, slowMs }: EdgeCounts): IncidentReport["users"] {
    const bound =
      slowMs === null
        ? ""
        : ` Slow is slower than ${slowMs} ms, the bound of its histogram next to the ${estate.objective.slowMs} ms of the objective.`;
    return {
      location: where,
      counted: "by-the-edge",
      requests,
      failed,
      slow,
      slowMs,
      how: `Counted by the edge of ${where}, each request that it answered, by whomever it was sent there. What it turned away for want of capacity, and what got no answer at all, is not among them.${bound}`,
    };
  }
}

/** The newest of this number: they begin anew with a new log. */
async function incidentNumber({ store, view }: ReportSources, number: number): Promise<Incident> {
  const kept = (await store.records({ kind: "incident", limit: RECORDS_MAX })).map(({ body }) => body as Incident);
  const shown = view().incidents;
  const ofNumber = [...shown, ...kept].filter((each) => each.number === number);
  const found = ofNumber.sort((a, b) => b.openedAt - a.openedAt)[0];
  if (found !== undefined) return found;
  const known = [...new Set([...shown, ...kept].map((each) => each.number))].sort((a, b) => b - a);
  throw new CallerError({
    code: "unknown-incident",
    message: `there is no incident ${number}`,
    hint: known.length === 0 ? "there was none in the last 30 days" : `the newest are ${known.slice(0, 5).join(", ")}`,
  });
}

/** What was said of it, of its place, or of everything; not the calm line a minute. */
function isAbout(words: Words, { number, location }: Incident): boolean {
  if (words.incident !== undefined) return words.incident === number;
  if (words.location !== undefined) return words.location === location;
  return words.level !== "info";
}

/** Verdicts are noted again while they stay as they are: only what changed is told. */
function evidenceOf(records: readonly StoredRecord[]): IncidentReport["evidence"] {
  const last = new Map<LocationName, string>();
  return records.toReversed().flatMap(({ at, body }) => {
    const { state, verdict } = body as NotedVerdict;
    const isWell = verdict.verdict === "healthy";
    const key = isWell
      ? state
      : [state, verdict.verdict, verdict.scope, verdict.action, verdict.causes[0]?.name].join(" ");
    const before = last.get(verdict.location);
    last.set(verdict.location, key);
    // Who was well and stays well is no evidence.
    if (before === key || (before === undefined && isWell)) return [];
    return [{ at, location: verdict.location, state, verdict }];
  });
}

type Decided = Decision & { readonly at: UnixMs };

/** Oldest first, each once: one that names several places is kept with each of them. */
function decisionsAbout(records: readonly StoredRecord[], location: LocationName | null): readonly Decided[] {
  const known = new Set<string>();
  return records.toReversed().flatMap((record) => {
    if (location !== null && record.location !== null && record.location !== location) return [];
    const body = record.body as Decision;
    const key = JSON.stringify([record.at, body.effects, body.reasons]);
    if (known.has(key)) return [];
    known.add(key);
    return [{ ...body, at: record.at }];
  });
}

function orderIn({ at, by, order, reasons }: Decided): readonly ReportedOrder[] {
  if (by === undefined) return [];
  const refusal = refusalIn({ words: [], reasons });
  const says = refusal?.says ?? reasons.find((each) => each.says.startsWith(`${by}: `))?.says ?? reasons[0]?.says ?? "";
  return [{ at, by, order: order ?? null, accepted: refusal === null, says }];
}

/** Null when its node does not hand them out, or there are too many. */
async function edgeOf(
  { readings, estate }: ReportSources,
  where: { readonly location: LocationName; readonly since: UnixMs; readonly until: UnixMs },
): Promise<EdgeCounts | null> {
  try {
    const lines = await readings(where);
    return await edgeCountsOf(lines, { location: where.location, slowerThanMs: estate.objective.slowMs });
  } catch {
    return null;
  }
}

/** States by which a provider says that all is well. */
const WELL: ReadonlySet<string> = new Set(["ok", "available", "operational", "resolved", "healthy"]);

function leadOf(edge: EdgeCounts | null, certainAt: UnixMs | null): StatusPageLead {
  if (edge === null || edge.posts.length === 0) return { watched: false };
  const first = edge.posts.find(({ state }) => !WELL.has(state.toLowerCase()));
  return {
    watched: true,
    postedAt: first?.at ?? null,
    text: first?.text ?? null,
    leadMs: first === undefined || certainAt === null ? null : first.at - certainAt,
  };
}

/** What was worked out when it closed, for the log is soon gone; else now. */
async function withoutMoveOf(sources: ReportSources, incident: Incident): Promise<WithoutMove> {
  const [kept] = (await sources.store.records({ kind: "without-move", limit: RECORDS_MAX })).filter(
    ({ id }) => id === incidentId(incident),
  );
  if (kept !== undefined) return kept.body as WithoutMove;
  return estimateFor(sources, incident);
}

export async function estimateFor(sources: ReportSources, incident: Incident): Promise<WithoutMove> {
  const { store, version } = sources;
  const { location, openedAt, closedAt } = incident;
  if (location === null) return { kind: "nothing-moved" };
  const now = sources.now();
  const frames = await store.frames({ since: openedAt - BEFORE_MS, until: closedAt ?? now, limit: FRAMES_MAX });
  return withoutMove({
    store,
    version,
    location,
    openedAt,
    closedAt,
    now,
    signal: sources.signal,
    frames: frames.map(({ body }) => body as Frame),
  });
}
