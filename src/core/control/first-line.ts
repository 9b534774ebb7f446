import type { ControlView, Incident, LocationState, LocationView } from "../control-contract.ts";
import type { LocationName } from "../estate.ts";
import type { UnixMs } from "../step.ts";
import { SUMMARY_STALE_MS } from "../summary.ts";
import type { VerdictState } from "../verdict.ts";

/**
 * The first line of every face answers four questions before anybody has read on: is anything wrong, where, what is being done, must I
 * act? What Houston says itself comes first; what no incident tells yet is counted here.
 */
export type FirstLine = {
  readonly level: FirstLevel;
  readonly text: string;
  /** Of how many more troubles there are. */
  readonly more: number;
};

/** ok: all is well. change: something is wrong and in hand. urgent: bad enough to look at, or a person is asked. */
export type FirstLevel = "ok" | "change" | "urgent";

export function firstLine(view: ControlView): FirstLine {
  // An incident about the blindness itself would say it a second time.
  const [first, ...others] = openIncidents(view).filter(({ location }) => !view.blind || location !== null);
  if (view.blind)
    return { level: "urgent", text: first === undefined ? BLIND : `${BLIND} ${first.brief}`, more: others.length };
  if (first !== undefined) {
    const isUrgent = first.level === "urgent" || first.questions.length > 0;
    return { level: isUrgent ? "urgent" : "change", text: first.brief, more: others.length };
  }
  const [question, ...questions] = view.questions;
  if (question !== undefined)
    return { level: "urgent", text: `${question.asks} You need to answer.`, more: questions.length };
  const places = view.locations.map((place) => placeInWords(place, view.at));
  const { level, text } = placesLine(places, "now");
  // All is well, and one more loss would hurt: that is the time to say so.
  const [short, ...otherShort] = level === "ok" ? (view.headroom ?? []) : [];
  if (short !== undefined) {
    const act = short.youNeedTo === null ? "" : ` You need to ${short.youNeedTo}.`;
    return { level: "change", text: `${text.slice(0, -1)}, but ${short.what}.${act}`, more: otherShort.length };
  }
  const isFree =
    view.hold === null &&
    view.stopped === null &&
    view.locations.every(({ hold, forced }) => hold === null && forced === undefined);
  return { level, text: level === "ok" && isFree ? `${text} You need to do nothing.` : text, more: 0 };
}

/** Those that want a person first; else as they come, the newest first. */
export function openIncidents(view: ControlView): readonly Incident[] {
  return view.incidents.filter(({ closedAt }) => closedAt === null).sort((a, b) => rank(b) - rank(a));
}

const BLIND =
  "BLIND: I hear too few locations to judge any, and move nothing. You need to see whether this machine or its network is cut off.";

const LEVELS: readonly Incident["level"][] = ["info", "change", "urgent"];
const rank = ({ level, questions }: Incident): number => (questions.length > 0 ? LEVELS.length : LEVELS.indexOf(level));

/** What the line says of a place. */
export type PlaceInWords = {
  readonly name: LocationName;
  readonly state: LocationState;
  readonly verdict: VerdictState;
  readonly cause: string | null;
  /** Its node is not heard now: nothing speaks for it, whatever its verdict says. */
  readonly isSilent: boolean;
};

export function placeInWords(place: LocationView, at: UnixMs): PlaceInWords {
  const { name, state, verdict } = place;
  return {
    name,
    state,
    verdict: verdict.verdict,
    cause: verdict.causes[0]?.name ?? null,
    isSilent: !isHeardNow(place, at),
  };
}

/** Whether what its node last said of it is of now; as a judge asks it. */
export function isHeardNow({ summaryAt }: LocationView, at: UnixMs): boolean {
  return summaryAt !== null && Math.abs(at - summaryAt) <= SUMMARY_STALE_MS;
}

/** No incident is open: all is well, or some place is away from home, not well and not certain either, or not heard. */
export function placesLine(places: readonly PlaceInWords[], when: "now" | "then"): Omit<FirstLine, "more"> {
  const [serves, serve, is, are] =
    when === "now" ? ["serves", "serve", "is", "are"] : ["served", "served", "was", "were"];
  if (places.length === 0) return { level: "change", text: "No location is known yet: wait some seconds." };
  const odd = places
    .filter((place) => oddWords(place).length > 0)
    .sort((a, b) => Number(b.verdict === "failing") - Number(a.verdict === "failing"));
  if (odd.length === 0) return { level: "ok", text: `All ${places.length} locations ${serve} and ${are} healthy.` };
  // Most places at once are rarely as many faults: names would say more than is known.
  const unwell = unwellWords(places);
  if (unwell.length >= SHARED_MIN && unwell.length * 2 > places.length) {
    const act = when === "now" ? " You need to look at what they share." : "";
    return {
      level: "change",
      text: `${unwell.length} of ${places.length} locations ${are} unwell at once (${counted(unwell)}): more likely something they share, as a machine that is too busy, than the places. No incident ${is} open.${act}`,
    };
  }
  const rest = odd.length - NAMED_MAX;
  const named = [
    ...odd.slice(0, NAMED_MAX).map((place) => `${place.name} ${is} ${oddWords(place).join(" and ")}`),
    ...(rest > 0 ? [`and ${rest} more ${rest === 1 ? is : are} not as usual`] : []),
  ].join(", ");
  const fine = places.length - odd.length;
  const others =
    fine === 0
      ? `no other ${is} well`
      : fine === 1
        ? `the other one ${serves} and ${is} healthy`
        : `the other ${fine} ${serve} and ${are} healthy`;
  return { level: "change", text: `${named}; ${others}. No incident ${is} open.` };
}

/** Two places may well be two faults. */
const SHARED_MIN = 3;

/** What is wrong with each that is unwell, in a word; who is only away is not. */
function unwellWords(places: readonly PlaceInWords[]): readonly string[] {
  return places.map(illWord).filter((word) => word !== null);
}

/** `7 silent, 3 shaky`, the worst first. */
function counted(words: readonly string[]): string {
  return ["failing", "silent", "shaky"]
    .map((word) => ({ word, count: words.filter((each) => each === word).length }))
    .filter(({ count }) => count > 0)
    .map(({ word, count }) => `${count} ${word}`)
    .join(", ");
}

/** More names than these nobody reads in a line; a face's table has them all. */
const NAMED_MAX = 3;

function oddWords({ state, verdict, cause, isSilent }: PlaceInWords): readonly string[] {
  const ill = illWord({ verdict, isSilent });
  const because = cause === null || ill === "silent" ? "" : ` (${cause})`;
  return [...(state === "serving" ? [] : [state]), ...(ill === null ? [] : [`${ill}${because}`])];
}

/** Null: it is well. A place that others have seen lost is worse than silent. */
function illWord({ verdict, isSilent }: Pick<PlaceInWords, "verdict" | "isSilent">): string | null {
  if (isSilent && verdict !== "failing") return "silent";
  return verdict === "healthy" ? null : verdict;
}
