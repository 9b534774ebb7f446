import type { Traffic } from "../shift/traffic.ts";
import { totalRps } from "../shift/traffic.ts";
import { enteredAt } from "./demand.ts";
import { estateOf, placesOf, say, type Turn } from "./turn.ts";
import { listWords, rps } from "./words.ts";

const MINUTE_MS = 60_000;

/** One calm line a minute: that all is well, or what is not. */
export function sayMinute(turn: Turn, traffic: Traffic): void {
  const { now } = turn;
  if (now.at < now.nextMinuteAt) return;
  now.nextMinuteAt += MINUTE_MS * Math.max(1, Math.ceil((now.at - now.nextMinuteAt + 1) / MINUTE_MS));
  if (now.blind) return say(turn, { level: "info", what: "blind: nothing moves" });
  const places = placesOf(turn);
  const counted = places.reduce((sum, place) => sum + enteredAt(turn, place.name), 0);
  const loads = places.flatMap((place) => (place.summary === null ? [] : [place.summary.own.load]));
  const fullest = loads.reduce((most, load) => Math.max(most, load.utilisation), 0);
  const unwell = places
    .filter((place) => place.verdict !== null && place.verdict.verdict !== "healthy")
    .map((place) => place.name);
  const away = places.filter((place) => place.state !== "serving").map((place) => `${place.name} ${place.state}`);
  const parts = [
    unwell.length === 0
      ? `all ${estateOf(turn).locations.length} locations healthy`
      : `${listWords(unwell)} not healthy`,
    `${rps(Math.max(counted, counted === 0 ? 0 : totalRps(estateOf(turn), traffic)))} rps`,
    `fullest ${Math.round(fullest * 100)} %`,
    ...away,
    ...(now.hold === null ? [] : [`held by ${now.hold.by}`]),
    ...(now.stopped === null ? [] : ["automatic moves stopped"]),
    ...(now.questions.length === 0
      ? []
      : [`${now.questions.length} open question${now.questions.length === 1 ? "" : "s"}`]),
  ];
  say(turn, { level: "info", what: parts.join("; ") });
}
