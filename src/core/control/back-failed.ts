import { rollBack } from "../shift/move.ts";
import type { Traffic } from "../shift/traffic.ts";
import { isIllItself } from "../verdict.ts";
import { getsFirst, ofIncident } from "./back-comers.ts";
import { wayOfOthers, zonesBack } from "./back-paths.ts";
import { pathWaitsLonger, placeWaitsLonger } from "./back-waits.ts";
import { giveUpWays } from "./give-up-ways.ts";
import { zoneUsersWords } from "./paths.ts";
import { propose } from "./propose.ts";
import type { Draft } from "./publish.ts";
import { isOfSome } from "./rest.ts";
import { decision, estateOf, placesOf, say, type DraftPlace, type Turn } from "./turn.ts";
import { secondsWords } from "./words.ts";

/** A place that is failing does not bear its users. A bad way of others fails no way that is tried, and is gone round first. */
export function failsAgain(turn: Turn, draft: Draft, place: DraftPlace, traffic: Traffic): void {
  const others = wayOfOthers(place);
  if (others === null) return failBack(turn, draft, { place, says: "it is failing again", traffic });
  const { back } = place;
  const whose = zoneUsersWords(zonesBack(turn, place));
  comeOut(turn, draft, place, traffic);
  const says = `${whose} wait with their way back to ${place.name}: ${others} is hurt on its own way there, and leaves first`;
  decision(turn, "back-put-off", says, place.name);
  say(turn, { level: "change", ...ofIncident(back!.incident), location: place.name, what: says });
}

/** Back to where they were; what was there and is gone since leaves as from any failing place. */
export function failBack(
  turn: Turn,
  draft: Draft,
  trouble: {
    readonly place: DraftPlace;
    readonly says: string;
    readonly traffic: Traffic;
    readonly youNeedTo?: string;
  },
): void {
  const { place, says, traffic, youNeedTo } = trouble;
  const { back } = place;
  if (back === null) return;
  const goOut = `${place.name} does not bear its users (${says}): they go out again`;
  if (getsFirst(place)) {
    // Who is pinned to it is tried again without a person.
    if (place.comers) placeWaitsLonger(turn, place);
    comeOut(turn, draft, place, traffic);
    decision(turn, "back-failed", goOut, place.name);
    const tryAgain = `when it is mended, \`houston restore ${place.name}\` tries again`;
    return say(turn, { level: "change", location: place.name, what: goOut, youNeedTo: tryAgain });
  }
  const waitMs = place.leave?.why === "path" ? pathWaitsLonger(turn, place) : placeWaitsLonger(turn, place);
  comeOut(turn, draft, place, traffic);
  decision(turn, "back-failed", `${goOut}, next try in ${secondsWords(waitMs)}`, place.name);
  say(turn, {
    level: "change",
    ...ofIncident(back.incident),
    location: place.name,
    what: `${goOut}; I try again in ${secondsWords(waitMs)} at the earliest`,
    ...(youNeedTo !== undefined && { youNeedTo }),
  });
}

/** Who has come back goes out again, and the way back is over. */
function comeOut(turn: Turn, draft: Draft, place: DraftPlace, traffic: Traffic): void {
  const { from } = place.back!;
  giveUpWays(place);
  place.back = null;
  place.step = null;
  const mayTake = new Set(
    placesOf(turn)
      .filter(
        (other) =>
          other.state === "serving" && other.lostAt === null && other.hold === null && !isIllItself(other.verdict),
      )
      .map((other) => other.name),
  );
  const assignment = rollBack(estateOf(turn), {
    assignment: draft.assignment,
    before: from,
    to: null,
    receiver: place.name,
    mayTake,
  });
  if (assignment !== draft.assignment) {
    propose(turn, draft, {
      assignment,
      traffic,
      location: place.name,
      orderedClasses: null,
      takesOut: false,
      isRollBack: (leaves, to) => leaves === place.name && mayTake.has(to),
    });
    draft.urgent = true;
  }
  const { leave } = place;
  if (leave === null || !isOfSome(leave)) place.state = leave === null ? "serving" : "evacuated";
  // Nobody is sent away for a condition: whom one had kept away is where it was again.
  if (leave === null || leave.why === "condition") return;
  place.leave = { ...leave, doneAt: null, rung: leave.share, avoid: {} };
  if (leave.why !== "person") return;
  place.leave = { ...place.leave, isTriedAgain: true };
  if (leave.share < 1) place.state = "draining";
}
