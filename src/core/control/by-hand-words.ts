import type { ControlView, LocationView, PinView, Weight } from "../control-contract.ts";
import { pinnedWords } from "../order-words.ts";
import type { UnixMs } from "../step.ts";
import { classWords, percent } from "./words.ts";

/** What people have set by hand, as every face says it beside what is measured. */

/** A moment as the face writes it: on the wall's clock or UTC. */
type Clock = (at: UnixMs) => string;

/** Of one location, a line each. */
export function byHandWords(view: Pick<ControlView, "incidents">, place: LocationView, clock: Clock): string[] {
  const { name, forced, weight } = place;
  return [
    ...(forced === undefined
      ? []
      : [
          `${name} is FORCED ${forced.to} by ${forced.by}${lasting(forced, clock)}; measured: ${measuredWords(view, place, clock)}. \`houston force ${name} auto\` ends it.`,
        ]),
    ...(weight === undefined
      ? []
      : [`${name} serves ${weightWords(weight, clock)}. \`houston restore ${name}\` ends it.`]),
  ];
}

/** `at most 40 % of its own PUBLIC, by ann until 14:00 (old machines)` */
function weightWords(weight: Weight, clock: Clock): string {
  return `at most ${percent(weight.share)} of its own ${classWords(weight.classes)}, by ${weight.by}${lasting(weight, clock)}`;
}

/** `zone lyon is pinned to eu-west-1 by ann until 14:00: 12 % is there` */
export function pinLine(pin: PinView, clock: Clock): string {
  const there = pin.share >= ALL_THERE ? "all of it is there" : `${percent(pin.share)} of it is there`;
  return `${pinnedWords(pin)} is pinned to ${pin.location} by ${pin.by}${lasting(pin, clock)}: ${there}`;
}

/** Rounding to whole buckets leaves crumbs. */
const ALL_THERE = 0.995;

function measuredWords({ incidents }: Pick<ControlView, "incidents">, { name, verdict }: LocationView, clock: Clock) {
  const open = incidents.find(({ location, closedAt }) => location === name && closedAt === null);
  const since = open === undefined || verdict.verdict === "healthy" ? "" : ` since ${clock(open.openedAt)}`;
  const nats =
    verdict.verdict === "healthy" ? "" : `, ${verdict.evidenceNats.toFixed(1)} of ${verdict.barNats.toFixed(1)} nats`;
  return `${verdict.verdict}${since}${nats}`;
}

function lasting({ until, why }: { readonly until?: UnixMs; readonly why?: string }, clock: Clock): string {
  return `${until === undefined ? "" : ` until ${clock(until)}`}${why === undefined ? "" : ` (${why})`}`;
}
