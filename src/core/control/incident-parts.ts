import type { Incident, IncidentProgress, Question } from "../control-contract.ts";
import { SUMMARY_STALE_MS } from "../summary.ts";
import { bucketWords } from "../suspects.ts";
import { closedToWords } from "./conditions.ts";
import { staysAt } from "./leave-suspects.ts";
import { zoneUsersWords } from "./paths.ts";
import { standsWords } from "./overtaken.ts";
import { hoursOf, pausedNeed } from "./paused.ts";
import { isHeard } from "./publish.ts";
import { CANARY_SHARE, growthWords, stepGrowth } from "./receivers.ts";
import { promiseWords } from "../verdict.ts";
import { stayingWords } from "./staying-words.ts";
import type { OpenIncident } from "./state.ts";
import { releaseWords } from "./stop.ts";
import { estateOf, placesOf, type DraftPlace, type Turn } from "./turn.ts";
import { clockWords, listWords, nats, percent, rps, secondsWords, whyWords } from "./words.ts";
import { staysPut } from "./forced.ts";

/**
 * An incident in words: what, users, why, certain, doing, not doing, you need to; always these, always in this order, none empty.
 * A person reads them at three in the morning, so each is a sentence or two, true, and as short as it can be.
 */

export type Parts = Pick<
  Incident,
  "level" | "what" | "users" | "why" | "certain" | "doing" | "notDoing" | "youNeedTo" | "brief"
>;

type Told = {
  readonly open: OpenIncident;
  readonly place: DraftPlace;
  readonly progress: IncidentProgress | null;
  readonly questions: readonly Question[];
  readonly isOver: boolean;
};

/** A trouble of one place. */
export function placeParts(turn: Turn, told: Told): Parts {
  const { open, place, questions } = told;
  const what = whatWords(turn, told);
  const doing = doingWords(turn, told);
  const youNeedTo = needWords(turn, told);
  return {
    level:
      questions.length > 0 || open.lost || isHalfWay(turn, place) || turn.now.stopped?.involved.includes(place.name)
        ? "urgent"
        : "change",
    what,
    users: usersWords(told),
    why: whyOf(turn, told),
    certain: certainOf(turn, open),
    doing,
    notDoing: notDoingWords(turn, told),
    youNeedTo,
    brief: briefWords(turn, told, youNeedTo),
  };
}

/** A trouble of a place that is no longer one of ours: it ends with the place. */
export function goneParts({ location }: OpenIncident): Parts {
  const what = `${location} is no longer one of the locations.`;
  return {
    level: "change",
    what,
    users: "Others serve them.",
    why: "A configuration without it came.",
    certain: "Nothing had to be judged: a person decided.",
    doing: "Nothing more.",
    notDoing: "Nothing is left to do.",
    youNeedTo: "do nothing",
    brief: what,
  };
}

/** A trouble that all share. */
export function sharedParts(turn: Turn, told: { readonly open: OpenIncident; readonly isOver: boolean }): Parts {
  const { open, isOver } = told;
  const { verdict, deploy } = open;
  const all = estateOf(turn).locations.length;
  const cause = verdict?.causes[0];
  const since = deploy === null ? "" : ` since ${deploy.service} ${deploy.version}`;
  const likely =
    cause === undefined ? "Cause unknown" : `Likely ${cause.name} (${percent(cause.share)} of the evidence)`;
  const youNeedTo = isOver
    ? "do nothing"
    : deploy === null
      ? "look at what they share; no move of users helps"
      : `roll ${deploy.service} back from ${deploy.version}`;
  return {
    level: "urgent",
    what: isOver
      ? `All locations are as usual again; ${open.alike} of ${all} had failed alike. Nothing was moved for it.`
      : `I am moving nothing: ${open.alike} of ${all} locations fail alike${since}.`,
    users: `${percent(verdict?.impact.usersHurt ?? 0)} of requests ${isOver ? "were hurt beyond the usual where it was" : "are hurt beyond the usual where it is"} worst.`,
    why: `${verdict === null ? "" : sentence(whyWords(verdict))} ${likely}${deploy === null ? "" : `; ${deploy.service} ${deploy.version} came to all of them`}.`.trim(),
    certain: certainOf(turn, open),
    doing: isOver
      ? `Nothing more; it lasted ${secondsWords(turn.now.at - open.openedAt)}.`
      : "Nothing: moving can't help, for no location is better off.",
    notDoing: isOver
      ? "Nothing is left to do."
      : "I move nobody for this fault; a location that dies is still left at once.",
    youNeedTo,
    brief: isOver
      ? "As usual everywhere again. Nothing was moved."
      : `Bad everywhere, not a place: ${deploy === null ? (cause?.name ?? "cause unknown") : `${deploy.service} ${deploy.version}`}. Nothing moves, nothing should. You need to ${youNeedTo}.`,
  };
}

/** A trouble of our own: too few locations are heard to know anything. */
export function blindParts(turn: Turn, told: { readonly open: OpenIncident; readonly isOver: boolean }): Parts {
  const { open, isOver } = told;
  const places = placesOf(turn);
  const unheard = places.filter(({ heardAt }) => !isHeard(turn, heardAt)).map(({ name }) => name);
  const heard = `${places.length - unheard.length} of ${places.length} locations`;
  const more = unheard.length - UNHEARD_NAMED_MAX;
  const named = [...unheard.slice(0, UNHEARD_NAMED_MAX), ...(more > 0 ? [`${more} more`] : [])];
  const missing = unheard.length === 0 ? "" : ` Not heard: ${listWords(named)}.`;
  const fewest = `At worst ${open.fewestHeard} of ${places.length} locations were heard in the last ${SUMMARY_STALE_MS / 1000} s; I need more than half.`;
  const certain = "Nothing had to be judged: it is a count.";
  if (!turn.now.blind) {
    const isMost = unheard.length * 2 < places.length;
    const what = isMost
      ? `I see again: ${heard} are heard.`
      : `I saw again, and lose sight: ${heard} are heard this moment.`;
    return {
      level: "change",
      what,
      users: "Who was not heard could not say how its users fared; servers went on answering from their last table.",
      why: `${fewest}${missing}`,
      certain,
      doing: isOver
        ? `Nothing more; it lasted ${secondsWords(turn.now.at - open.openedAt)}.`
        : "I judge and move again as usual.",
      notDoing: isOver ? "Nothing is left to do." : "I make up for nothing that I did not see.",
      youNeedTo: "do nothing",
      brief: what,
    };
  }
  return {
    level: "urgent",
    what: `I am blind: I hear ${heard}. I am moving nothing.`,
    users: "Unknown: who is not heard can't say how its users fare. Servers go on answering from their last table.",
    why: `${fewest}${missing}`,
    certain,
    doing: "Nothing but listening.",
    notDoing: "I move nobody, not by order either, before I hear more than half of them.",
    youNeedTo: "see whether this machine or its network is cut off",
    brief: `Blind: I hear ${heard} and move nothing. You need to see whether this machine or its network is cut off.`,
  };
}

/** More names than these nobody reads in a sentence. */
const UNHEARD_NAMED_MAX = 5;

function whatWords(turn: Turn, { open, place, questions, isOver }: Told): string {
  const { name, leave } = place;
  if (isOver)
    return `${name} is well again${open.verdict === null && !open.lost ? "" : ", and its users are with it"}.`;
  if (place.back !== null && leave?.why === "path")
    return `Users of ${listWords(leave.zones!)} come back to ${name}, to see whether their way is well again.`;
  if (place.back !== null)
    return place.back.by === null
      ? `${name} is well again. Its users are coming back.`
      : `${place.back.by} gives ${name} its users back.`;
  if (leave === null && isOnTheWay(place))
    return `Users of ${listWords(place.badPaths.map(({ zone }) => zone))} are hurt on their way to ${name}, which is well, and stay: ${staysBecause(turn, place)}.`;
  if (leave === null)
    return `${name} ${place.lostAt !== null ? "is lost" : isSick(place) ? "is not good enough" : "looks well again"}, and its users stay: ${staysBecause(turn, place)}.`;
  const asked = questions[0];
  if (isShort(place)) {
    const next = asked === undefined ? "They stay there" : `I need a person by ${clockWords(asked.deadline)}`;
    return `${name} is ${open.lost ? "lost" : "failing"} and ${rps(leave.noRoomRps)} rps of its users have no place. ${next}.`;
  }
  const gone = leave.doneAt !== null;
  const classes = listWords(leave.classes.map((each) => each.toUpperCase()));
  const one = leave.classes.length === 1;
  switch (leave.why) {
    case "lost":
      if (place.lostAt === null)
        return `${name} answers again. Its users stay elsewhere until it has proved its health.`;
      return `${name} is lost. Its users ${gone ? "are served elsewhere" : "are leaving it at once"}.`;
    case "gray":
      if (gone && !isSick(place)) return `${name} looks well again. ${classes} ${one ? "is" : "are"} still elsewhere.`;
      if (gone) return `${name} is not good enough. ${classes} ${one ? "has" : "have"} left it.`;
      return `${name} is not good enough. ${classes} ${one ? "is" : "are"} leaving it.`;
    case "path": {
      const whose = zoneUsersWords(leave.zones!);
      return `The way of ${whose} to ${name} is bad; it and all its other users are well. ${classes} of ${whose} ${one ? "is" : "are"} ${gone ? "served elsewhere" : "leaving it"}.`;
    }
    case "condition":
      return `${name} is well. ${classes} ${one ? "is" : "are"} served elsewhere for as long as conditions keep ${one ? "it" : "them"} out of ${name}.`;
    case "spill":
      return `${name} has more users than it can serve. ${gone ? "What others have room for is with them" : "I spill what others have room for"}.`;
    case "person":
      return `${leave.by ?? "A person"} ${gone ? "has moved" : "moves"} ${classes} out of ${name}.`;
  }
}

function usersWords({ open, place, isOver }: Told): string {
  const { verdict } = open;
  if (open.lost) {
    if (isOver || place.lostAt === null || isOut(place))
      return "None of its users was served until others served them.";
    if (place.leave === null) return "None of its users is served, and nobody else serves them.";
    return "It serves none of its users; others serve them as fast as DNS lets them go.";
  }
  if (verdict === null) return "None are hurt that I know of.";
  const verb = isOver ? "were" : "are";
  const hurt = `${percent(verdict.impact.usersHurt)} of the requests it serves ${verb} hurt beyond the usual`;
  const load = place.summary?.own.load;
  if (isOver || load === undefined) return `At worst ${hurt}.`;
  return `At worst ${hurt}; ${rps(load.servedRps)} rps are there now, ${percent(load.failedRatio)} of them failing.`;
}

function whyOf(turn: Turn, { open, place }: Told): string {
  const { verdict } = open;
  const { leave } = place;
  const ordered = leave?.why === "person" && leave.by !== null ? `${leave.by} ordered it.` : "";
  if (verdict === null) return ordered === "" ? "It is under watch after trouble." : ordered;
  const cause = open.lost ? undefined : verdict.causes[0];
  const likely =
    cause === undefined ? "" : `Likely ${cause.name} (${cause.layer}, ${percent(cause.share)} of the evidence).`;
  const others = placesOf(turn).filter((other) => other.name !== place.name);
  const fine = others.filter((other) => other.verdict?.verdict === "healthy" && other.lostAt === null).length;
  const elsewhere =
    fine === others.length
      ? `The other ${fine} locations are fine.`
      : `${fine} of the other ${others.length} locations are fine.`;
  return [ordered, sentence(whyWords(verdict)), likely, elsewhere].filter((part) => part !== "").join(" ");
}

function certainOf(turn: Turn, { verdict }: OpenIncident): string {
  if (verdict === null) return "Nothing had to be judged: a person decided.";
  const weight = `${nats(verdict.evidenceNats)} nats of evidence, ${nats(verdict.barNats)} are needed`;
  if (verdict.proof !== undefined) return `${weight}; ${promiseWords(verdict)}.`;
  if (verdict.promise === "none") return `${weight}. No promise: there is no day of its own past yet.`;
  return `As sure as this by mistake at most ${estateOf(turn).needlessMovesPerYear} a year, all locations together (${weight}).`;
}

function doingWords(turn: Turn, { open, place, progress, isOver }: Told): string {
  const { leave, back } = place;
  if (isOver) return `Nothing more; it lasted ${secondsWords(turn.now.at - open.openedAt)}.`;
  if (back !== null)
    return `${percent(1 - movedShare(progress))} of its users are with it; I look after each step, then double.`;
  if (leave === null) return "Nothing but watching it.";
  const receivers = receiverWords(progress);
  const growing = placesOf(turn)
    .filter(
      ({ name, askedRps, declared }) =>
        leave.plan.some(({ to }) => to === name) && askedRps > (declared?.readyRps ?? 0),
    )
    .map(({ name, askedRps, declared }) => `${name} ${rps(declared?.readyRps ?? 0)} -> ${rps(askedRps)} rps`);
  const out = `${percent(movedShare(progress))} is out`;
  if (leave.doneAt !== null)
    return `Done after ${secondsWords(leave.doneAt - leave.since)}: ${out}${receivers}. Receivers keep what they have grown to.`;
  const pace =
    leave.pace === "at-once"
      ? "What fits moves at once, the rest as receivers become ready"
      : `${percent(Math.min(leave.share, CANARY_SHARE))} first, a look at the receivers, then ${growthWords(stepGrowth(turn, { place, leave }))}`;
  const refused = refusers(turn);
  return [
    `${pace}: ${out}${receivers}.`,
    ...(growing.length === 0 ? [] : [`Growing ${listWords(growing)}.`]),
    ...(isShort(place) && refused.length > 0 ? [`${listWords(refused)} can't grow.`] : []),
  ].join(" ");
}

function notDoingWords(turn: Turn, { place, isOver }: Told): string {
  const { leave } = place;
  if (isOver) return "Nothing is left to do.";
  const estate = estateOf(turn);
  if (leave === null) return `I move nobody out of ${place.name}.`;
  if (leave.why === "condition" && place.back === null)
    return "All others are with it again. I send nobody back whom a condition keeps out.";
  const hours = leave.doneAt !== null ? null : hoursOf(turn, place);
  const stay = [...(hours === null ? [] : [`It waits: ${hours}`]), ...stayingWords(turn, place, leave)].map(sentence);
  if (place.back !== null) return [...stay, "I hurry nobody: going back is slower than going out."].join(" ");
  const back =
    leave.why === "person"
      ? leave.expires === null
        ? `I do not go back without an order: \`houston restore ${place.name}\`.`
        : `I do not go back before ${clockWords(leave.expires)}.`
      : leave.why === "path"
        ? "Its other users stay. I send these back when those of them who are still on the way are well, or a few after 5 min to see."
        : estate.restore === "person"
          ? "I will not go back without you."
          : "I go back only after proof of health, a canary first.";
  const stands = leave.overtook === undefined || leave.why === "person" ? [] : [sentence(standsWords(leave.overtook))];
  return [...stay, ...stands, back].join(" ");
}

function needWords(turn: Turn, { open, place, questions, isOver }: Told): string {
  if (isOver) return "do nothing";
  const asked = questions[0];
  if (asked !== undefined) {
    const choices = asked.choices.map((choice, index) => `[${index + 1}] ${choice}`).join(" ");
    return `choose by ${clockWords(asked.deadline)}: ${choices}. No answer: I do ${asked.defaultChoice}`;
  }
  const { now } = turn;
  if (now.stopped?.involved.includes(place.name)) return releaseWords(now.apart);
  if (isShort(place)) {
    const refused = refusers(turn);
    return refused.length === 0 ? "get them room" : `get them room: ${listWords(refused)} can't grow`;
  }
  const isWaiting = place.leave === null ? isSick(place) : place.leave.doneAt === null;
  if (isWaiting && now.mode === "observe")
    return estateOf(turn).mostMode === "observe"
      ? `decide: nothing here is steered by me; \`houston plan --without ${place.name}\` says where its users would go`
      : `decide: \`houston mode act\` lets me move, and then \`houston evacuate ${place.name}\` does it at once`;
  if (isWaiting && now.hold !== null) return "decide: `houston release` lets me go on";
  if (isWaiting && place.hold !== null) return `decide: \`houston release ${place.name}\` lets me go on`;
  if (isHalfWay(turn, place)) return pausedNeed(place);
  if (place.leave === null && isOnTheWay(place)) return "ask their network's provider; no move of all users helps";
  if (place.leave === null && isSick(place))
    return `look at it: \`houston why ${place.name}\`, \`houston evacuate ${place.name}\` moves its users`;
  if (!isOut(place) || place.back !== null) return "do nothing";
  if (place.leave!.why === "condition") return `mend what keeps them out: ${closedToWords(turn, place.name)}`;
  const suspects = staysAt(turn, place.name, place.leave!);
  if (suspects.length > 0)
    return `do nothing now; look calmly at what the tenants of ${listWords(suspects.map(bucketWords))} ask for`;
  const cause = open.verdict?.causes[0];
  if (cause !== undefined) return `do nothing now; look into ${open.lost ? place.name : cause.name} calmly`;
  return "do nothing";
}

function briefWords(turn: Turn, told: Told, youNeedTo: string): string {
  const { open, place, progress, questions, isOver } = told;
  const { name, leave } = place;
  if (isOver) return whatWords(turn, told);
  const out = percent(movedShare(progress));
  const cause = open.lost ? undefined : open.verdict?.causes[0];
  const likely = cause === undefined ? "" : ` Likely ${cause.name}.`;
  const full =
    progress === null || progress.receivers.length === 0
      ? ""
      : ` Receivers ${percent(Math.max(...progress.receivers.map(({ utilisation }) => utilisation)))} full at most.`;
  const asked = questions[0];
  const need =
    asked === undefined
      ? ` You need to ${youNeedTo}.`
      : ` Decide 1-${asked.choices.length} by ${clockWords(asked.deadline)}; else I do ${asked.defaultChoice}.`;
  if (place.back !== null)
    return `${name} gets its users back: ${percent(1 - movedShare(progress))} of them are with it.${need}`;
  if (leave === null) return `${whatWords(turn, told)}${likely}${need}`;
  if (isShort(place))
    return `${name} ${open.lost ? "is lost" : "failing"}; ${rps(leave.noRoomRps)} rps have no place.${need}`;
  if (leave.why === "path")
    return `Users of ${listWords(leave.zones!)} ${leave.doneAt === null ? "leave" : "left"} ${name}, whose other users are well: ${out} out.${likely}${full}${need}`;
  if (leave.why === "condition") return `${whatWords(turn, told)}${need}`;
  const head = open.lost ? `${name} is lost` : leave.doneAt === null ? `Leaving ${name}` : `${name} left`;
  return `${head}: ${out} out.${likely}${full}${need}`;
}

/** Why a place that is not good enough keeps its users. */
function staysBecause(turn: Turn, place: DraftPlace): string {
  const { now } = turn;
  const stopped = staysPut(turn, place.name);
  if (stopped !== null) return stopped.says;
  if (now.mode === "observe") return "mode is observe, nothing moves";
  if (now.questions.some(({ incident }) => incident === place.incident)) return "I wait for an answer";
  if (place.stays !== null) return place.stays;
  switch (place.verdict?.scope) {
    case "path":
      return "the trouble lies on some users' way to it, not in it";
    case "overload":
      return "it has more users than it can serve, and grows";
    case "follows-the-traffic":
      return "the trouble follows the traffic, so it would go along";
    case "watcher":
      return "its own watcher is the suspect";
    case "everywhere":
    case "deploy":
    case "dependency":
      return "others fail alike, so nobody is better off";
    case "unknown":
      if (isSick(place)) return "its gauges alone say so: no request is known to be hurt";
      return "nothing had to move";
    case "location":
    case "provider":
    case undefined:
      return isSick(place) ? "what hurts them is less than what a move would" : "nothing had to move";
  }
}

/** It is being left, and forbidden hours keep the rest from going. */
function isHalfWay(turn: Turn, place: DraftPlace): boolean {
  const { leave, back } = place;
  return leave !== null && leave.doneAt === null && back === null && hoursOf(turn, place) !== null;
}

/** Some of its users find no room anywhere. What a flood brings too much is shed, and is no question. */
function isShort({ leave }: DraftPlace): boolean {
  return leave !== null && leave.doneAt === null && leave.why !== "spill" && leave.noRoomRps >= NO_ROOM_SAID_RPS;
}

/** Less is rounding to whole buckets. */
const NO_ROOM_SAID_RPS = 0.5;

function refusers(turn: Turn): readonly string[] {
  return placesOf(turn)
    .filter(({ growthRefusedAt }) => growthRefusedAt !== null)
    .map(({ name }) => name);
}

function isOut({ leave }: DraftPlace): boolean {
  return leave !== null && leave.doneAt !== null;
}

/** It is well, and some users' way to it is not. */
function isOnTheWay({ verdict, lostAt, badPaths }: DraftPlace): boolean {
  return lostAt === null && verdict?.action === "move-zones" && badPaths.length > 0;
}

function isSick(place: DraftPlace): boolean {
  return place.lostAt !== null || place.verdict?.verdict === "failing";
}

function movedShare(progress: IncidentProgress | null): number {
  return progress?.movedShare ?? 0;
}

/** `, to us-east-2 62 % (71 % full), ca-central-1 38 % (68 % full)` */
function receiverWords(progress: IncidentProgress | null): string {
  if (progress === null || progress.receivers.length === 0) return "";
  const each = progress.receivers.map(
    ({ name, share, utilisation }) => `${name} ${Math.round(share * 100)} % (${Math.round(utilisation * 100)} % full)`,
  );
  return `, to ${each.join(", ")}`;
}

const sentence = (text: string): string => (text === "" || text.endsWith(".") ? text : `${text}.`);
