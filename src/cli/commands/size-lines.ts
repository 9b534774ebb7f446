import type { LossKind } from "../../core/size/question.ts";
import type { SizingReport } from "../../core/size/sizing-report.ts";
import type { Demand, Left } from "../../core/size/size.ts";
import { percent, rps, table } from "../amounts.ts";

/** Sizes as a person reads them: what each location needs and why, what the safety costs, and what it does not cover. */
export function sizeLines(report: SizingReport): readonly string[] {
  return [
    `For ${rps(report.peakRps)} rps at the peak${report.moments > 1 ? ` (${report.moments} hours of a week had to fit)` : ""}: ${LOSS_WORDS[report.loss]} may be lost, and ${distanceWords(report)}.`,
    "",
    ...table([["LOCATION", "SIZE", "NOW AT MOST", "CARRIES", "AT HOME", "DECIDED BY"], ...rowsOf(report)]),
    "",
    `sizes sum to ${rps(report.sizedRps)} rps and cost ${amount(report.cost)}`,
    // Sizes that are only the limits are no answer to what safety costs.
    ...(report.short.length === 0 ? bufferLines(report) : []),
    ...leftLines(report),
    ...shortLines(report),
  ];
}

const LOSS_WORDS: Readonly<Record<LossKind, string>> = {
  location: "any one location",
  pair: "any two locations at once",
  provider: "all locations of any provider",
};

function distanceWords({ furtherMs, calmFurtherMs }: SizingReport): string {
  const further =
    furtherMs === null ? "users may be anywhere" : `users at most ${furtherMs} ms further than their nearest`;
  if (calmFurtherMs === furtherMs) return further;
  const calm =
    calmFurtherMs === null ? "anywhere" : calmFurtherMs === 0 ? "at their nearest" : `${calmFurtherMs} ms further`;
  return `${further} (${calm} while nothing is)`;
}

function rowsOf({ locations }: SizingReport): readonly (readonly string[])[] {
  return locations.map(({ name, sizedRps, mostRps, carriesRps, homeRps, decidedBy }) => [
    name,
    rps(sizedRps),
    mostRps === null ? "" : `${rps(mostRps)}${sizedRps > mostRps ? " too little" : ""}`,
    rps(carriesRps),
    rps(homeRps),
    decidedBy === null ? "" : demandWords(decidedBy),
  ]);
}

/** More names than this nobody reads in a line. */
const NAMED_MAX = 3;

function demandWords({ lost, places, rps: wanted }: Demand): string {
  const when = lost === "nothing" ? "always" : `without ${lost}`;
  const where =
    places.length <= NAMED_MAX
      ? places.join(", ")
      : `${places.slice(0, NAMED_MAX).join(", ")} and ${places.length - NAMED_MAX} more`;
  return `${when} ${rps(wanted)} in ${where}`;
}

function bufferLines({ buffers, overFloorShare, byDistance }: SizingReport): readonly string[] {
  const others = byDistance.map(
    ({ furtherMs, buffer }) => `${furtherMs === null ? "any" : `${furtherMs} ms`} ${percent(buffer)}`,
  );
  return [
    ...table([
      ["BUFFER", "OF THE PEAK", ""],
      [
        "these sizes",
        percent(buffers.sized),
        `${percent(overFloorShare)} over the floor, from whole requests a second`,
      ],
      ["floor", percent(buffers.floor), "the least possible: the linear program's optimum"],
      ["even spread", buffers.evenSpread === null ? "-" : percent(buffers.evenSpread), "if any user could be anywhere"],
      ["active-passive", percent(buffers.activePassive), "a second one of everything"],
    ]),
    `by how much further users may be: ${others.join(", ")}`,
  ];
}

function leftLines({ tooFar, nowhere }: SizingReport): readonly string[] {
  const far = [...Map.groupBy(tooFar, ({ lost }) => lost)].map(([lost, all]) => {
    const worst = all.reduce((a, b) => ((b.furtherMs ?? 0) > (a.furtherMs ?? 0) ? b : a));
    return `further than that without ${lost}, for nothing nearer is left: ${rps(sum(all))} rps, at worst ${worst.zone} by ${Math.round(worst.furtherMs ?? 0)} ms`;
  });
  const none = [...Map.groupBy(nowhere, ({ lost }) => lost)].map(([lost, all]) => {
    const classes = [...new Set(all.map((each) => each.class.toUpperCase()))];
    const where = all.length === 1 ? all[0]!.zone : `${all.length} rows`;
    return `no place ${lost === "nothing" ? "at all" : `without ${lost}`} that is allowed: ${rps(sum(all))} rps of ${classes.join(", ")} (${where}); no size helps them`;
  });
  return [...far, ...none];
}

function shortLines({ short }: SizingReport): readonly string[] {
  if (short.length === 0) return [];
  const worst = short.slice(0, NAMED_MAX).map(({ lost, moment, places, shortRps }) => {
    const when = lost === "nothing" ? "even while nothing is lost" : `without ${lost}`;
    return `${when} (${moment}) ${rps(shortRps)} rps find no room: grow ${places.join(" or ")}`;
  });
  const more = short.length - worst.length;
  return [
    "",
    "too little capacity; these are the most that each may have:",
    ...worst,
    ...(more > 0 ? [`and ${more} more losses`] : []),
  ];
}

function sum(parts: readonly Left[]): number {
  return parts.reduce((total, part) => total + part.rps, 0);
}

function amount(value: number): string {
  return value.toFixed(Math.abs(value) < 100 && !Number.isInteger(value) ? 1 : 0);
}
