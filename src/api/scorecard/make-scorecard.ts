import type { ControlView, Incident } from "../../core/control-contract.ts";
import type { Estate, LocationName } from "../../core/estate.ts";
import type { UnixMs } from "../../core/step.ts";
import type { LogStore } from "../../drivers/store/contract.ts";
import { incidentId, type Decision, type NotedVerdict } from "../../runtime/recorder.ts";
import { incidentsOf } from "../past.ts";
import { isTaken } from "../report/taken.ts";
import type { Mark, Scorecard, WantedMove } from "./contract.ts";
import { meaningOf } from "./meaning.ts";

/** From the records of the last days: what is not in them any more (30 days) is not on the card. */
export type ScorecardSources = {
  readonly store: LogStore;
  readonly estate: Estate;
  readonly view: ControlView;
  readonly now: UnixMs;
};

export async function makeScorecard(sources: ScorecardSources, days: number): Promise<Scorecard> {
  const { store, estate, view, now } = sources;
  const since = now - days * DAY_MS;
  const incidents = (await incidentsOf(store, { view, limit: INCIDENTS_MAX })).filter(
    ({ openedAt }) => openedAt >= since,
  );
  const marks = await marksIn(store);
  const wanted: WantedMove[] = [];
  let alike = 0;
  // One after the other: each is some reads of one file, and Houston decides meanwhile.
  for (const incident of incidents) {
    if (incident.location === null) alike += (await isAlike(store, incident)) ? 1 : 0;
    else {
      const move = await wantedIn(sources, { ...incident, location: incident.location });
      if (move !== null) wanted.push(withMark(move, marks.get(incidentId(incident)) ?? null));
    }
  }
  const count = (word: Mark["mark"]): number => wanted.filter(({ mark }) => mark?.mark === word).length;
  const right = wanted.filter(({ mark }) => mark?.mark === "right");
  const card = {
    version: 1,
    madeAt: now,
    days,
    since,
    watchedDays: Math.min(days, Math.floor((now - (await firstSeen(store, { since, now }))) / DAY_MS)),
    mode: view.mode,
    needlessMovesPerYear: estate.needlessMovesPerYear,
    counts: {
      wanted: wanted.length,
      right: right.length,
      needless: count("needless"),
      notWorthIt: count("not-worth-it"),
      unmarked: wanted.filter(({ mark }) => mark === null).length,
      alike,
    },
    medianLeadMs: {
      page: median(right.flatMap(({ leadOverPageMs }) => leadOverPageMs ?? [])),
      post: median(right.flatMap(({ leadOverPostMs }) => leadOverPostMs ?? [])),
    },
    wanted,
  } as const;
  return { ...card, ...meaningOf(card) };
}

type OfPlace = Incident & { readonly location: LocationName };
type Unmarked = Omit<WantedMove, "mark" | "leadOverPageMs" | "leadOverPostMs">;

/** Null: it was not certain, or nothing would have been gained by a move. */
async function wantedIn({ store, now }: ScorecardSources, incident: OfPlace): Promise<Unmarked | null> {
  const { number, location, openedAt, closedAt, what } = incident;
  const range = { location, since: openedAt - BEFORE_MS, until: closedAt ?? now, limit: RECORDS_MAX };
  const verdicts = (await store.records({ kind: "verdict", ...range })).map(({ at, body }) => ({
    at,
    ...(body as NotedVerdict).verdict,
  }));
  const reasons = (await store.records({ kind: "decision", ...range }))
    .toReversed()
    .flatMap(({ at, body }) => (body as Decision).reasons.map((reason) => ({ at, ...reason })));
  const moments = [
    ...verdicts.filter(({ verdict, action }) => verdict === "failing" && MOVES.has(action)),
    ...reasons.filter(({ code }) => WANTED.has(code)),
  ].map(({ at }) => at);
  if (moments.length === 0) return null;
  const has = (codes: ReadonlySet<string>): boolean => reasons.some(({ code }) => codes.has(code));
  const became = has(MOVED) ? "moved" : has(ASKED) ? "asked" : has(WOULD) ? "would" : "held-back";
  const against = became === "held-back" ? reasons.find((reason) => !isTaken(reason)) : undefined;
  return {
    incident: number,
    location,
    openedAt,
    closedAt,
    what,
    became,
    why: against?.says ?? null,
    certainAt: Math.min(...moments),
    usersHurt: Math.max(0, ...verdicts.map(({ impact }) => impact.usersHurt)),
  };
}

/** Verdicts that call for a move, and the reasons of one that began or would have. */
const MOVES: ReadonlySet<string> = new Set(["leave", "spill", "move-zones"]);
const MOVED: ReadonlySet<string> = new Set(["evacuate", "evacuate-lost", "spill", "move-zones"]);
const ASKED: ReadonlySet<string> = new Set(["asked", "answered"]);
const WOULD: ReadonlySet<string> = new Set(["would"]);
const WANTED: ReadonlySet<string> = new Set([...MOVED, ...WOULD, "lost"]);

function withMark(move: Unmarked, mark: Mark | null): WantedMove {
  const leadTo = (at: UnixMs | null | undefined): number | null =>
    typeof at === "number" ? at - move.certainAt : null;
  return { ...move, mark, leadOverPageMs: leadTo(mark?.pagedAt), leadOverPostMs: leadTo(mark?.postedAt) };
}

/** That all fail alike was said at its first moment; else it is about Houston, who was blind. */
async function isAlike(store: LogStore, { openedAt }: Incident): Promise<boolean> {
  const range = { location: null, since: openedAt, until: openedAt + BEFORE_MS, limit: RECORDS_MAX };
  const decisions = await store.records({ kind: "decision", ...range });
  return decisions.some(({ body }) => (body as Decision).reasons.some(({ code }) => code === "nothing-moves"));
}

/** The newest of each incident. */
async function marksIn(store: LogStore): Promise<ReadonlyMap<string, Mark>> {
  const newest = new Map<string, Mark>();
  for (const { id, body } of await store.records({ kind: "mark", limit: MARKS_MAX })) {
    const of = id.slice(0, id.lastIndexOf("/"));
    if (!newest.has(of)) newest.set(of, body as Mark);
  }
  return newest;
}

async function firstSeen(
  store: LogStore,
  { since, now }: { readonly since: UnixMs; readonly now: UnixMs },
): Promise<UnixMs> {
  // Of two, one is the oldest that there is.
  const [first] = await store.frames({ since, until: now, limit: 2 });
  return first?.at ?? now;
}

function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  if (sorted.length === 0) return null;
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

const DAY_MS = 86_400_000;
/** An incident opens with the decision that calls for it, give or take a look. */
const BEFORE_MS = 1_000;
/** Of one incident. */
const RECORDS_MAX = 2_000;
const INCIDENTS_MAX = 1_000;
const MARKS_MAX = 2_000;
