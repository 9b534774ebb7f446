import { byName } from "../route/by-name.ts";
import type { LocationName } from "../estate.ts";
import { needsRps } from "../plan/room.ts";
import type { Unplaced } from "../plan/why-unserved.ts";
import { loadOf, type Traffic } from "../shift/traffic.ts";
import { limitsInTheWay } from "./limits-in-the-way.ts";
import { barredWords } from "./no-room-words.ts";
import { askOnce } from "./permission.ts";
import type { Draft } from "./publish.ts";
import { CANARY_SHARE, growthWords, stepGrowth, takenBy } from "./receivers.ts";
import { askGrowth } from "./scale.ts";
import { standsWords } from "./overtaken.ts";
import { furtherWords } from "./path-words.ts";
import { furtherMs, pathWords, zoneUsersWords } from "./paths.ts";
import { stayingWords } from "./staying-words.ts";
import { suspectProviders } from "./suspect-providers.ts";
import type { Leave } from "./state.ts";
import { estateOf, once, placeOf, say, type DraftPlace, type Turn } from "./turn.ts";
import { certainWords, classWords, hurtWords, listWords, percent, rps, sharesWords, whyWords } from "./words.ts";

/** Where a leave goes, in growth asked for, in words, and in a question when some find no room. */

/** Below this it is not worth a question. */
const NO_ROOM_ASKED_SHARE = 0.01;
/** Scalers need this long to say that they can't. */
const NO_ROOM_ASKED_AFTER_MS = 3_000;
/** How long a person's permission to fill receivers further lasts. */
const FULLER_MS = 1_800_000;
const FULLER_UTILISATION = 0.95;

/** Says once where it all goes, and asks receivers to grow before anything moves. */
export function planLeave(
  turn: Turn,
  options: {
    readonly place: DraftPlace;
    readonly leave: Leave;
    readonly planned: Readonly<Record<LocationName, number>>;
    readonly noRoom: readonly Unplaced[];
    readonly assignment: Draft["assignment"];
    readonly traffic: Traffic;
  },
): void {
  const { place, leave, planned, noRoom } = options;
  const noRoomRps = noRoom.reduce((sum, part) => sum + part.rps, 0);
  const estate = estateOf(turn);
  const taken = takenBy(turn, {
    base: leave.from,
    now: options.assignment,
    traffic: options.traffic,
    location: place.name,
  });
  const names = Object.keys(planned).toSorted((a, b) => planned[b]! - planned[a]! || byName(a, b));
  const total = names.reduce((sum, name) => sum + planned[name]!, 0);
  const load = loadOf(estate, options.assignment, options.traffic);
  const grow: string[] = [];
  for (const name of names) {
    if (leave.why === "spill") break;
    const loadThen = load[name]! + planned[name]! * leave.share;
    const wanted =
      leave.utilisation === null ? needsRps(loadThen, estate.guards.maxUtilisation) : loadThen / leave.utilisation;
    const ready = placeOf(turn, name).capacity?.readyRps ?? 0;
    // A few per cent on top, so that the last bucket fits too.
    if (wanted > ready) grow.push(`${name} ${rps(ready)} -> ${rps(wanted * 1.03)}`);
    askGrowth(turn, name, wanted * 1.03);
  }
  // What a contingency took already is part of where it goes.
  const allRps = (to: LocationName): number => (planned[to] ?? 0) + (taken[to] ?? 0);
  const all = estate.locations.reduce((sum, { name }) => sum + allRps(name), 0);
  const first = leave.plan.length === 0 && all > 0;
  const shares = estate.locations
    .map(({ name }) => ({ to: name, share: allRps(name) / Math.max(1e-9, all) }))
    .filter(({ share }) => share >= 0.005)
    .toSorted((a, b) => b.share - a.share || byName(a.to, b.to));
  place.leave = { ...place.leave!, plan: first ? shares : leave.plan, noRoomRps };
  // Whom a condition keeps out is helped by nobody who fills receivers further.
  const closed = noRoom.filter(({ why }) => why === "condition");
  const full = noRoom.filter(({ why }) => why !== "condition");
  const told = { ...leave, plan: shares, noRoomRps };
  if (first && leave.why === "path") sayZonesLeaving(turn, place, told, grow, options.traffic);
  else if (first && leave.why !== "spill") sayLeaving(turn, place, { leave: told, grow, closed, full });
  const isWorthTelling = (parts: readonly Unplaced[]): boolean =>
    sumRps(parts) > NO_ROOM_ASKED_SHARE * Math.max(1, total + noRoomRps);
  // A flood that finds no room is shed, lowest class first: that is no question.
  const mayAsk = leave.why !== "spill" && turn.now.at - leave.since >= NO_ROOM_ASKED_AFTER_MS;
  if (isWorthTelling(full) && mayAsk) askForRoom(turn, place, leave, full);
  if (isWorthTelling(closed) && leave.why !== "spill") sayClosed(turn, place, leave, closed);
}

const sumRps = (parts: readonly Unplaced[]): number => parts.reduce((sum, part) => sum + part.rps, 0);

/** Somebody may mend it, and it is said again while nobody does. */
const CLOSED_SAID_EVERY_MS = 300_000;

function sayClosed(turn: Turn, place: DraftPlace, leave: Leave, closed: readonly Unplaced[]): void {
  if (!once(turn, `closed ${place.name} ${leave.incident}`, CLOSED_SAID_EVERY_MS)) return;
  say(turn, {
    level: "urgent",
    incident: leave.incident,
    location: place.name,
    what: `${rps(sumRps(closed))} rps of ${place.name} have no place: ${barredWords(closed).join("; ")}`,
    notDoing: "I send nobody where a condition does not hold",
    youNeedTo: "mend what closes those places; if you know better, take the condition out of houston.yaml",
  });
}

function sayLeaving(
  turn: Turn,
  place: DraftPlace,
  plan: {
    readonly leave: Leave;
    readonly grow: readonly string[];
    readonly closed: readonly Unplaced[];
    readonly full: readonly Unplaced[];
  },
): void {
  const { leave, grow, closed, full } = plan;
  const { verdict } = place;
  const stands = leave.overtook === undefined || leave.why === "lost" ? [] : [standsWords(leave.overtook)];
  const staying = [...stayingWords(turn, place, leave), ...suspectWords(turn, place), ...stands];
  const growth =
    grow.length === 0 ? "" : leave.why === "lost" ? `; growing ${grow.join(", ")}` : `; grow ${grow.join(", ")} first`;
  say(turn, {
    level: leave.why === "lost" ? "urgent" : "change",
    incident: leave.incident,
    location: place.name,
    what: `${classWords(leave.classes)} traffic of ${place.name} -> ${sharesWords(leave.plan)}${growth}`,
    ...(verdict !== null &&
      leave.why !== "person" && { users: hurtWords(verdict), why: whyWords(verdict), certain: certainWords(verdict) }),
    ...(leave.by !== null && { why: `${leave.by} ordered it` }),
    doing:
      leave.why === "lost"
        ? "what fits moves at once, the rest as receivers become ready"
        : `${percent(Math.min(leave.share, CANARY_SHARE))}${stands.length > 0 ? " more" : ""} first, a look at the receivers, then ${growthWords(stepGrowth(turn, { place, leave }))}`,
    ...(staying.length > 0 && { notDoing: staying.join("; ") }),
    youNeedTo:
      full.length > 0
        ? "answer my question: some find no room"
        : closed.length > 0
          ? `mend what keeps some from where there is room: ${barredWords(closed).join("; ")}`
          : "do nothing",
  });
}

function sayZonesLeaving(turn: Turn, place: DraftPlace, leave: Leave, grow: readonly string[], traffic: Traffic): void {
  const paths = place.badPaths.filter(({ zone }) => leave.zones!.includes(zone));
  const growth = grow.length === 0 ? "" : `; grow ${grow.join(", ")} first`;
  const further = furtherWords(furtherMs(turn, place.name, leave, traffic));
  say(turn, {
    level: "change",
    incident: leave.incident,
    location: place.name,
    what: `${zoneUsersWords(leave.zones!)} at ${place.name}: path; ${classWords(leave.classes)} moved to ${sharesWords(leave.plan)} (${further})${growth}`,
    users: listWords(paths.map((path) => `${path.zone}: ${pathWords(path)}`)),
    ...(place.verdict !== null && { why: whyWords(place.verdict), certain: certainWords(place.verdict) }),
    doing: `${percent(leave.rung)} first, a look at the receivers and at how these users fare there, then double`,
    notDoing: [`all other users of ${place.name} stay: they are well`, ...stayingWords(turn, place, leave)].join("; "),
    youNeedTo: "do nothing",
  });
}

/** That its users are not sent into the next region of a provider that is the suspect, while others have room. */
function suspectWords(turn: Turn, place: DraftPlace): readonly string[] {
  const { provider } = estateOf(turn).locations.find(({ name }) => name === place.name)!;
  return suspectProviders(turn).includes(provider)
    ? [`${provider} is the suspect: nobody goes into its other locations while others have room`]
    : [];
}

function askForRoom(turn: Turn, place: DraftPlace, leave: Leave, noRoom: readonly Unplaced[]): void {
  const { now } = turn;
  const purpose = `room:${place.name}:${leave.incident}`;
  const answer = now.answers[purpose];
  if (answer !== undefined) {
    if (answer.choice === 2 && now.at - answer.at < FULLER_MS)
      place.leave = { ...place.leave!, utilisation: FULLER_UTILISATION };
    else if (place.leave!.utilisation !== null) place.leave = { ...place.leave!, utilisation: null };
    return;
  }
  const estate = estateOf(turn);
  const noRoomRps = noRoom.reduce((sum, part) => sum + part.rps, 0);
  askOnce(
    turn,
    {
      purpose,
      location: place.name,
      incident: leave.incident,
      doing: "",
      why: [
        "receivers are ready for no more, and who was asked to grow can't",
        ...limitWords(limitsInTheWay(turn, [place.name])),
        ...barredWords(noRoom),
      ].join("; "),
    },
    {
      asks: `${rps(noRoomRps)} rps of ${place.name} have no place. What now?`,
      choices: [
        `leave them in ${place.name}`,
        `fill receivers to ${percent(FULLER_UTILISATION)} for 30 min (${percent(estate.guards.maxUtilisation)} is what the guards allow; never proven)`,
      ],
      defaultChoice: 1,
    },
  );
}

function limitWords(limits: readonly string[]): readonly string[] {
  return limits.length === 0
    ? []
    : [`more machines would not help where something else is short (${limits.join(", ")})`];
}
