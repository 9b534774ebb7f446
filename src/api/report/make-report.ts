import type { Readable } from "node:stream";
import type { ControlView, Incident, Words } from "../../core/control-contract.ts";
import { CallerError } from "../../core/errors.ts";
import type { Estate, LocationName } from "../../core/estate.ts";
import type { UnixMs } from "../../core/step.ts";
import type { LogStore, RecordQuery, StoredRecord } from "../../drivers/store/contract.ts";
import type { Frame } from "../../runtime/frame.ts";
import { incidentId, type Decision, type NotedVerdict } from "../../runtime/recorder.ts";
import { gently } from "../gently.ts";
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
/** Of each kind; a trouble of one place takes days to make so many. */
const RECORDS_MAX = 10_000;
const INCIDENTS_MAX = 1_000;
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
  const [words, verdicts, decided] = [
    await readAll(sources, { kind: "words", since, until }),
    await readAll(sources, { kind: "verdict", since, until, ...(location === null ? {} : { location }) }),
    await readDecisions(sources, { location, since, until }),
  ];
  const frames = await store.frames({ since, until, limit: FRAMES_MAX });
  const seen = frames.map(({ body }) => body as Frame);
  const evidence = evidenceOf(verdicts.records);
  const decisions = decisionsIn(decided.records);
  const edge = location === null ? null : await edgeOf(sources, { location, since, until });
  const certainAt = evidence.find(({ verdict }) => verdict.verdict === "failing")?.at ?? null;
  const lists = {
    timeline: bothEnds(
      words.records.map(({ body }) => body as Words).filter((each) => isAbout(each, incident)),
      LINES_MAX,
    ),
    evidence: bothEnds(evidence, EVIDENCE_MAX),
    decisions: bothEnds(decisions.flatMap(takenIn), LINES_MAX),
    notTaken: bothEnds(decisions.flatMap(notTakenIn), LINES_MAX),
    orders: bothEnds(decisions.flatMap(orderIn), LINES_MAX),
  };
  return {
    version: 1,
    madeAt,
    incident,
    since,
    until,
    timeline: lists.timeline.shown,
    evidence: lists.evidence.shown,
    decisions: lists.decisions.shown,
    notTaken: lists.notTaken.shown,
    orders: lists.orders.shown,
    leftOut: {
      timeline: lists.timeline.leftOut,
      evidence: lists.evidence.leftOut,
      decisions: lists.decisions.leftOut,
      notTaken: lists.notTaken.leftOut,
      orders: lists.orders.leftOut,
      notReadFrom: notReadIn([words, verdicts, decided]),
    },
    users:
      location !== null && edge !== null
        ? countedByEdge(location, edge)
        : usersFromFrames(seen, { location, until, apartMs: (until - since) / FRAMES_MAX }),
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

type Read = { readonly records: readonly StoredRecord[]; readonly notReadFrom: UnixMs | null };

/** All of a kind in that time, oldest first, or as many as are read; and from when on nothing was. */
async function readAll({ store, signal }: ReportSources, query: RecordQuery): Promise<Read> {
  const records: StoredRecord[] = [];
  for await (const record of gently(store.history(query), signal)) {
    if (records.length === RECORDS_MAX) return { records, notReadFrom: record.at };
    records.push(record);
  }
  return { records, notReadFrom: null };
}

/** Those about a location, and those about no one place. */
async function readDecisions(
  sources: ReportSources,
  { location, ...range }: { readonly location: LocationName | null; readonly since: UnixMs; readonly until: UnixMs },
): Promise<Read> {
  const query = { kind: "decision", ...range } as const;
  if (location === null) return readAll(sources, query);
  const [own, everywhere] = [
    await readAll(sources, { ...query, location }),
    await readAll(sources, { ...query, location: null }),
  ];
  return {
    records: [...own.records, ...everywhere.records].sort((a, b) => a.at - b.at),
    notReadFrom: notReadIn([own, everywhere]),
  };
}

function notReadIn(read: readonly Read[]): UnixMs | null {
  const moments = read.flatMap(({ notReadFrom }) => notReadFrom ?? []);
  return moments.length === 0 ? null : Math.min(...moments);
}

/** How it began and how it ended say the most: what is too much is left out of the middle, and counted. */
function bothEnds<Item>(
  items: readonly Item[],
  most: number,
): { readonly shown: readonly Item[]; readonly leftOut: number } {
  if (items.length <= most) return { shown: items, leftOut: 0 };
  const half = Math.floor(most / 2);
  return { shown: [...items.slice(0, half), ...items.slice(half - most)], leftOut: items.length - most };
}

/** The newest of this number: they begin anew with a new log. */
export async function incidentNumber(
  { store, view }: Pick<ReportSources, "store" | "view">,
  number: number,
): Promise<Incident> {
  const kept = (await store.records({ kind: "incident", limit: INCIDENTS_MAX })).map(({ body }) => body as Incident);
  const shown = view().incidents;
  const ofNumber = [...shown, ...kept].filter((each) => each.number === number);
  const found = ofNumber.sort((a, b) => b.openedAt - a.openedAt)[0];
  if (found !== undefined) return found;
  const known = [...new Set([...shown, ...kept].map((each) => each.number))].sort((a, b) => b - a);
  throw new CallerError({
    code: "unknown-incident",
    message: `there is no incident ${number}`,
    hint: known.length === 0 ? "there was none in the last 30 days" : knownWords(known),
  });
}

function knownWords(numbers: readonly number[]): string {
  const shown = numbers.slice(0, INCIDENTS_NAMED_MAX);
  const more = numbers.length - shown.length;
  const which = shown.length === 1 ? `there is ${shown[0]} alone` : `there are ${shown.join(", ")}`;
  return `${which}${more > 0 ? ` and ${more} older ones` : ""}; \`houston report\` without a number gives the newest`;
}

const INCIDENTS_NAMED_MAX = 10;

/** What was said of it, of its place, or of everything; not the calm line a minute. */
function isAbout(words: Words, { number, location }: Incident): boolean {
  if (words.incident !== undefined) return words.incident === number;
  if (words.location !== undefined) return words.location === location;
  return words.level !== "info";
}

/** Verdicts are noted again while they stay as they are: only what changed is told. Oldest first, as they come. */
function evidenceOf(records: readonly StoredRecord[]): IncidentReport["evidence"] {
  const last = new Map<LocationName, string>();
  return records.flatMap(({ at, body }) => {
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

/** Each once: one that names several places is kept with each of them. */
function decisionsIn(records: readonly StoredRecord[]): readonly Decided[] {
  const known = new Set<string>();
  return records.flatMap((record) => {
    const body = record.body as Decision;
    const key = JSON.stringify([record.at, body.effects, body.reasons]);
    if (known.has(key)) return [];
    known.add(key);
    return [{ ...body, at: record.at }];
  });
}

function takenIn({ at, by, effects, reasons }: Decided): IncidentReport["decisions"] {
  if (by !== undefined || (effects.length === 0 && !reasons.some(isTaken))) return [];
  return [{ at, effects, reasons: reasons.filter(isTaken) }];
}

function notTakenIn({ at, reasons }: Decided): IncidentReport["notTaken"] {
  return reasons.flatMap((each) => (isTaken(each) || isRefusalCode(each.code) ? [] : [{ at, ...each }]));
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
  const [kept] = await sources.store.records({ kind: "without-move", id: incidentId(incident), limit: 1 });
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
