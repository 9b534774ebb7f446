import { byName } from "../route/by-name.ts";
import type { Assignment } from "../route/table.ts";
import type { Traffic } from "../shift/traffic.ts";
import type { Verdict } from "../verdict.ts";
import { blindParts, goneParts, placeParts, sharedParts, type Parts } from "./incident-parts.ts";
import { isOfIncident, questionOf, withdraw } from "./permission.ts";
import { outOf, takenBy } from "./receivers.ts";
import type { Incident, IncidentProgress } from "../control-contract.ts";
import type { Leave, OpenIncident } from "./state.ts";
import { trafficNow } from "./demand.ts";
import { placesOf, type DraftPlace, type Turn } from "./turn.ts";

/**
 * The book of troubles: each has a number from its first sign until all is well, and reads the same in every face. What it was
 * about is kept while it lasts, for a place that its users have left looks well.
 */

/** Closed ones are shown for so long, so that every face can write the last word. */
const CLOSED_SHOWN_MS = 3_600_000;
const CLOSED_SHOWN_MAX = 20;
/** What all have in common is over when nobody showed it for so long. */
export const EPISODE_MS = 120_000;
/** Blindness that comes and goes within this is one trouble, so that nobody is rung for each. */
const SIGHTED_MS = 60_000;

/** Opens what the places and verdicts call for, remembers the worst, closes what is over. Runs last in a turn. */
export function keepIncidents(turn: Turn): void {
  const { now } = turn;
  for (const place of placesOf(turn)) {
    if (place.incident === null || now.openIncidents.some(({ number }) => number === place.incident)) continue;
    open(turn, { number: place.incident, location: place.name, openedAt: now.at });
  }
  for (const one of now.openIncidents) {
    if (one.location === null) {
      const isOver = isBlindness(one)
        ? now.at - (now.said["unheard"] ?? 0) >= SIGHTED_MS
        : now.at - (now.said["nothing-moves"] ?? 0) >= EPISODE_MS;
      if (isOver) close(turn, one);
      continue;
    }
    const place = now.places[one.location];
    if (place === undefined || place.incident !== one.number) close(turn, one);
    else remember(turn, one, place);
  }
  const kept = now.closedIncidents.filter(({ closedAt }) => now.at - closedAt! < CLOSED_SHOWN_MS);
  if (kept.length !== now.closedIncidents.length) now.closedIncidents = kept;
}

/** A trouble that all share: it has no place of its own. */
export function openShared(turn: Turn, verdict: Verdict, alike: number): number {
  // One that came back at the very moment at which the old episode was over.
  for (const old of turn.now.openIncidents.filter(isShared)) close(turn, old);
  turn.now.incidents += 1;
  open(turn, {
    number: turn.now.incidents,
    location: null,
    openedAt: turn.now.at,
    verdict,
    alike,
    deploy: deployOf(turn, verdict),
  });
  return turn.now.incidents;
}

/** More of them by now, or worse. */
export function noteShared(turn: Turn, verdict: Verdict, alike: number): void {
  const { now } = turn;
  const shared = now.openIncidents.find(isShared);
  if (shared === undefined) return;
  const worse = verdict.impact.usersHurt > (shared.verdict?.impact.usersHurt ?? 0);
  const deploy = shared.deploy ?? deployOf(turn, verdict);
  if (alike <= shared.alike && !worse && deploy === shared.deploy) return;
  replace(turn, {
    ...shared,
    alike: Math.max(alike, shared.alike),
    verdict: worse ? verdict : shared.verdict,
    deploy,
  });
}

/** A trouble of our own: how many are heard while that is too few, null while it is enough. Gives its number for the words. */
export function noteBlind(turn: Turn, heard: number | null): { readonly incident: number } | null {
  const { now } = turn;
  if (heard !== null) now.said["unheard"] = now.at;
  const blindness = now.openIncidents.find(isBlindness);
  if (blindness === undefined && heard === null) return null;
  if (blindness === undefined) {
    now.incidents += 1;
    open(turn, { number: now.incidents, location: null, openedAt: now.at, fewestHeard: heard });
    return { incident: now.incidents };
  }
  if (heard !== null && heard < blindness.fewestHeard!) replace(turn, { ...blindness, fewestHeard: heard });
  return { incident: blindness.number };
}

function isBlindness({ fewestHeard }: OpenIncident): boolean {
  return typeof fewestHeard === "number";
}

function isShared(one: OpenIncident): boolean {
  return one.location === null && !isBlindness(one);
}

/** The newest deploy, when the verdict lays it on one. */
function deployOf(turn: Turn, verdict: Verdict): OpenIncident["deploy"] {
  if (verdict.scope !== "deploy") return null;
  const deploys = placesOf(turn).flatMap((place) => place.summary?.own.deploys ?? []);
  const newest = deploys.toSorted((a, b) => b.at - a.at)[0];
  return newest === undefined ? null : { service: newest.service, version: newest.version };
}

function open(turn: Turn, first: Pick<OpenIncident, "number" | "location" | "openedAt"> & Partial<OpenIncident>): void {
  turn.now.openIncidents = [
    ...turn.now.openIncidents,
    { fewestHeard: null, verdict: null, alike: 1, deploy: null, lost: false, ...first },
  ];
}

function remember(turn: Turn, one: OpenIncident, place: DraftPlace): void {
  const { verdict } = place;
  const lost = one.lost || place.lostAt !== null;
  const isWorse =
    verdict !== null &&
    verdict.verdict !== "healthy" &&
    // A loss tells nothing of the fault before it, so what was known stays unless the loss is all there is.
    (one.verdict === null ||
      verdict.evidenceNats > one.verdict.evidenceNats ||
      verdict.impact.usersHurt > one.verdict.impact.usersHurt);
  if (!isWorse && lost === one.lost) return;
  replace(turn, { ...one, lost, verdict: isWorse ? verdict : one.verdict });
}

function replace(turn: Turn, one: OpenIncident): void {
  turn.now.openIncidents = turn.now.openIncidents.map((other) => (other.number === one.number ? one : other));
}

function close(turn: Turn, one: OpenIncident): void {
  const { now } = turn;
  now.openIncidents = now.openIncidents.filter(({ number }) => number !== one.number);
  // Nobody can answer what is over.
  withdraw(turn, (purpose) => isOfIncident(purpose, one.number));
  const closed: Incident = { ...incidentOf(turn, one, true), closedAt: now.at, questions: [] };
  now.closedIncidents = [closed, ...now.closedIncidents].slice(0, CLOSED_SHOWN_MAX);
}

/** As every face shows them: open ones first, the newest first. */
export function incidentsOf(turn: Turn): readonly Incident[] {
  const { openIncidents, closedIncidents } = turn.now;
  return [...openIncidents.map((one) => incidentOf(turn, one, false)).toReversed(), ...closedIncidents];
}

function incidentOf(turn: Turn, one: OpenIncident, isOver: boolean): Incident {
  const place = one.location === null ? undefined : turn.now.places[one.location];
  const questions = turn.now.questions.filter(({ incident }) => incident === one.number).map(questionOf);
  const progress = place === undefined ? null : progressOf(turn, place);
  const partsNow = (): Parts => {
    if (isBlindness(one)) return blindParts(turn, { open: one, isOver });
    if (one.location === null) return sharedParts(turn, { open: one, isOver });
    return place === undefined ? goneParts(one) : placeParts(turn, { open: one, place, progress, questions, isOver });
  };
  return {
    number: one.number,
    openedAt: one.openedAt,
    closedAt: null,
    location: one.location,
    ...partsNow(),
    questions,
    progress,
  };
}

function progressOf(turn: Turn, place: DraftPlace): IncidentProgress | null {
  const { leave } = place;
  if (leave === null || turn.now.table === null) return null;
  const { assignment } = turn.now.table;
  const traffic = trafficNow(turn);
  return {
    movedShare: outOf(turn, { place, leave, assignment, traffic }),
    wantedShare: leave.share,
    doneAt: leave.doneAt,
    receivers: sharesOf(turn, place, leave, assignment, traffic).map(({ to, share }) => {
      const receiver = turn.now.places[to];
      const load = receiver?.summary?.own.load;
      return {
        name: to,
        share,
        utilisation: load?.utilisation ?? 0,
        readyRps: receiver?.capacity?.readyRps ?? load?.readyRps ?? 0,
      };
    }),
    noRoomRps: leave.noRoomRps,
  };
}

/** Where it goes as planned while it goes as planned; else where it went. */
function sharesOf(turn: Turn, place: DraftPlace, leave: Leave, now: Assignment, traffic: Traffic): Leave["plan"] {
  if (leave.doneAt === null && leave.noRoomRps === 0) return leave.plan;
  const taken = takenBy(turn, { base: leave.from, now, traffic, location: place.name });
  const all = Object.values(taken).reduce((sum, each) => sum + each, 0);
  return placesOf(turn)
    .map(({ name }) => ({ to: name, share: all === 0 ? 0 : taken[name]! / all }))
    .filter(({ share }) => share >= SHARE_SHOWN)
    .toSorted((a, b) => b.share - a.share || byName(a.to, b.to));
}

const SHARE_SHOWN = 0.005;
