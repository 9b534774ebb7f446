import { lostLocations } from "../judge/loss.ts";
import { judgeEstate } from "../judge/scope.ts";
import { SUMMARY_STALE_MS, type Summary } from "../summary.ts";
import { isFelt, type Scope, type Verdict } from "../verdict.ts";
import { nextIncident } from "./start-leave.ts";
import { EPISODE_MS, noteBlind, noteShared, openShared } from "./incident-book.ts";
import { classesFreeNow } from "./movable-classes.ts";
import { isHeard } from "./publish.ts";
import {
  decision,
  effectId,
  estateOf,
  forget,
  once,
  placeOf,
  placesOf,
  say,
  type DraftPlace,
  type Turn,
} from "./turn.ts";
import { causeWords, hurtWords, listWords, percent, verdictLine, whyWords } from "./words.ts";
import { isForced } from "./forced.ts";

/** What is thought of each location now: blindness, losses, verdicts, and the words for what changed. */

/** After the start, silence is silence: nobody is called blind before. */
const START_MS = 10_000;
/** A location without trouble for so long is well: its incident is closed. */
const INCIDENT_CLOSES_MS = 60_000;

export function assess(turn: Turn): void {
  seeWhoIsHeard(turn);
  if (turn.now.blind || !turn.now.heardMajority) return;
  const summaries = summariesOf(turn);
  noteLosses(turn, summaries);
  const { now } = turn;
  if (!now.unjudged && !once(turn, "judged", 1_000)) return;
  now.unjudged = false;
  now.said["judged"] = now.at;
  const verdicts = judgeEstate({ estate: estateOf(turn), summaries, moved: now.moved, at: now.at });
  for (const verdict of verdicts) noteVerdict(turn, placeOf(turn, verdict.location), verdict);
  sayWhyNothingMoves(turn, verdicts);
}

function summariesOf(turn: Turn): readonly Summary[] {
  return placesOf(turn).flatMap((place) => (place.summary === null ? [] : [place.summary]));
}

/** Fail static: without fresh summaries of a majority nothing is known, so nothing moves. */
function seeWhoIsHeard(turn: Turn): void {
  const { now } = turn;
  const places = placesOf(turn);
  const heard = places.filter((place) => isHeard(turn, place.heardAt)).length;
  const sees = heard * 2 > places.length;
  if (sees) now.heardMajority = true;
  const blind = !sees && (now.heardMajority || now.at - (now.configuredAt ?? now.at) > START_MS);
  const incident = noteBlind(turn, blind ? heard : null);
  if (blind === now.blind) return;
  now.blind = blind;
  if (blind) {
    decision(
      turn,
      "blind",
      `${heard} of ${places.length} locations were heard in the last ${SUMMARY_STALE_MS / 1000} s: nothing moves`,
    );
    say(turn, {
      level: "urgent",
      ...incident,
      what: `I am blind: I hear ${heard} of ${places.length} locations. I am moving nothing`,
      notDoing: "servers go on answering from their last table",
      youNeedTo: "see whether this machine or its network is cut off",
    });
  } else {
    decision(turn, "sighted", `${heard} of ${places.length} locations are heard`);
    say(turn, { level: "change", ...incident, what: `I see again: ${heard} of ${places.length} locations are heard` });
  }
}

function noteLosses(turn: Turn, summaries: readonly Summary[]): void {
  const { now } = turn;
  const losses = lostLocations({ estate: estateOf(turn), summaries, at: now.at });
  for (const loss of losses) {
    const place = placeOf(turn, loss.location);
    if (place.lostAt !== null) continue;
    place.lostAt = now.at;
    place.healthySince = null;
    place.incident ??= nextIncident(turn);
    decision(
      turn,
      "lost",
      `${loss.location} is lost: ${loss.seenBy.length} of ${now.estate!.locations.length} locations see it`,
      loss.location,
    );
    say(turn, {
      level: "urgent",
      incident: place.incident,
      location: place.name,
      what: `${place.name} is lost: ${loss.seenBy.length} of ${now.estate!.locations.length} locations get ${loss.hasErrors ? "nothing but errors" : "no answer"}`,
      users: "all of its users",
      certain: `${loss.lossNats.toFixed(1)} nats from ${loss.seenBy.length} vantages`,
    });
    // Servers that have not noticed follow now; the table that follows says the same.
    const mayMove =
      now.mode !== "observe" &&
      now.hold === null &&
      place.hold === null &&
      !isForced(place, "up") &&
      !now.stopped?.involved.includes(place.name);
    const contingency = now.table?.contingency[place.name];
    const free = classesFreeNow(turn, true);
    const isFree = contingency !== undefined && Object.keys(contingency).every((name) => free.includes(name));
    if (now.table !== null && mayMove && isFree) {
      turn.effects.push({
        kind: "notice",
        id: effectId(turn, "notice"),
        notice: {
          location: place.name,
          tableVersion: now.table.version,
          seenBy: loss.seenBy,
          at: now.at,
          expires: now.at + NOTICE_LASTS_MS,
        },
      });
    }
  }
  for (const place of placesOf(turn)) {
    if (
      place.lostAt === null ||
      losses.some((loss) => loss.location === place.name) ||
      !answersAgain(turn, place, summaries)
    )
      continue;
    place.lostAt = null;
    place.healthySince = null;
    forget(turn, `lost-stopped ${place.name}`);
    decision(turn, "found", `${place.name} answers again`, place.name);
    say(turn, {
      level: "change",
      ...(place.incident !== null && { incident: place.incident }),
      location: place.name,
      what: `${place.name} answers again; its users stay away until it has proved its health`,
    });
  }
}

const NOTICE_LASTS_MS = 30_000;

/** It is heard itself, and most of those who looked at it get an answer. */
function answersAgain(turn: Turn, place: DraftPlace, summaries: readonly Summary[]): boolean {
  if (!isHeard(turn, place.heardAt)) return false;
  const sights = summaries.flatMap((summary) => {
    const sight = summary.sees[place.name];
    return summary.from === place.name || sight === undefined ? [] : [sight];
  });
  return sights.length > 0 && sights.filter((sight) => sight.failedLooks === 0).length * 2 > sights.length;
}

function noteVerdict(turn: Turn, place: DraftPlace, verdict: Verdict): void {
  const { now } = turn;
  const before = place.verdict;
  const was = before?.verdict ?? "healthy";
  place.verdict = verdict;
  if (verdict.verdict !== "healthy" || place.lostAt !== null) {
    place.healthySince = null;
  } else {
    place.healthySince ??= now.at;
    const isDone = place.leave === null && place.back === null && now.at - place.healthySince > INCIDENT_CLOSES_MS;
    if (isDone) {
      place.incident = null;
      place.stays = null;
    }
  }
  const isSilence = verdict.scope === "watcher" && was === "healthy" && verdict.evidenceNats === 0;
  if (was !== verdict.verdict || (before !== null && before.scope !== verdict.scope && verdict.verdict !== "healthy")) {
    if (verdict.verdict === "failing" && !isShared(verdict.scope)) place.incident ??= nextIncident(turn);
    decision(turn, "verdict", verdictLine(was, verdict), place.name);
    // That it is lost was said already, and better.
    if (place.lostAt !== null) return;
    // Of a silence that was not said the end is not said either.
    const unsaid = `silent and unsaid ${place.name}`;
    if (isSilence && !once(turn, `silent ${place.name}`, 60_000)) {
      now.said[unsaid] = now.at;
      return;
    }
    const endsUnsaid = verdict.verdict === "healthy" && now.said[unsaid] !== undefined;
    forget(turn, unsaid);
    if (endsUnsaid) return;
    say(turn, {
      level: verdict.verdict === "failing" ? "change" : "info",
      ...(place.incident !== null && { incident: place.incident }),
      location: place.name,
      what: verdictLine(was, verdict),
      ...(verdict.verdict !== "healthy" && { users: hurtWords(verdict), why: whyWords(verdict) }),
    });
  }
}

/** What others have as well is no trouble of one place: it has an incident of its own. */
function isShared(scope: Scope): boolean {
  return scope === "everywhere" || scope === "deploy" || scope === "dependency";
}

/** Non-decisions are said too, once an episode: why moving would not help. */
function sayWhyNothingMoves(turn: Turn, verdicts: readonly Verdict[]): void {
  const sick = verdicts.filter((verdict) => verdict.verdict !== "healthy");
  const shared = sick.filter(({ scope }) => isShared(scope));
  const all = turn.now.estate!.locations.length;
  const first = shared.find(({ verdict }) => verdict === "failing") ?? shared[0];
  if (first !== undefined && (first.verdict === "failing" || shared.length * 2 > all)) {
    if (once(turn, "nothing-moves", EPISODE_MS)) {
      const incident = openShared(turn, first, shared.length);
      decision(
        turn,
        "nothing-moves",
        `${shared.length} of ${all} locations are ${first.scope === "deploy" ? "hit by a deploy" : "bad alike"}: moving can't help`,
      );
      say(turn, {
        level: "urgent",
        incident,
        what: `I am moving nothing: ${shared.length} of ${all} locations fail alike (${causeWords(first.causes)})`,
        users: `${percent(Math.max(...shared.map(({ impact }) => impact.usersHurt)))} of requests are hurt where it is worst`,
        why: whyWords(first),
        notDoing: "no location is better off; one that dies is still left at once",
        youNeedTo: first.scope === "deploy" ? "roll the deploy back" : "look at what they share",
      });
    } else {
      turn.now.said["nothing-moves"] = turn.now.at;
      noteShared(turn, first, shared.length);
    }
  }
  for (const verdict of sick) {
    if (
      verdict.verdict !== "failing" ||
      verdict.action === "leave" ||
      verdict.action === "spill" ||
      verdict.action === "move-zones" ||
      verdict.scope === "follows-the-traffic" ||
      shared.includes(verdict)
    )
      continue;
    const key = `no-move ${verdict.location} ${verdict.scope}`;
    if (!once(turn, key, EPISODE_MS)) continue;
    const place = placeOf(turn, verdict.location);
    if (place.leave !== null) continue;
    const says = isFelt(verdict) ? `scope ${verdict.scope}` : "its gauges alone say so";
    decision(turn, "no-move", `${verdict.location} is failing; ${says}: moving is not the cure`, verdict.location);
    say(turn, {
      level: "change",
      ...(place.incident !== null && { incident: place.incident }),
      location: verdict.location,
      what: `${verdict.location} is failing and I move nothing: ${says}`,
      why: whyWords(verdict),
      users: hurtWords(verdict),
    });
  }
  const cutOff = verdicts.filter(({ scope }) => scope === "watcher").map(({ location }) => location);
  if (cutOff.length > 0 && once(turn, `watcher ${cutOff.join()}`, EPISODE_MS)) {
    decision(turn, "watcher", `what ${listWords(cutOff)} says is not used: the watcher is the suspect`);
  }
}
