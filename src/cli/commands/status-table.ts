import type { LocationView } from "../../core/control-contract.ts";
import { isHeardNow } from "../../core/control/first-line.ts";
import { percent as shareOut } from "../../core/control/words.ts";
import type { UnixMs } from "../../core/step.ts";
import { percent, rps } from "../amounts.ts";
import { textOf, toned, type Line, type Part } from "../colour.ts";
import { bar, columnLines, type Column } from "../columns.ts";

/** A place, and whether its node is heard: else its verdict is of the past. */
type Row = LocationView & { readonly isSilent: boolean };

/** The places, the worst first; a narrow window goes without what is least needed at night. */
export function placeLines(
  places: readonly LocationView[],
  { at, width }: { readonly at: UnixMs; readonly width: number },
): Line[] {
  // A place that others have seen lost is worse than silent, and is called what it is.
  const rows = places
    .map((place): Row => ({ ...place, isSilent: !isHeardNow(place, at) && place.verdict.verdict !== "failing" }))
    .toSorted(worstFirst);
  // On a calm night most columns would say nothing.
  const telling = COLUMNS.filter(({ cell }) => rows.some((row) => textOf(cell(row)) !== NOTHING));
  return columnLines(telling, rows, width);
}

const NOTHING = "-";

const COLUMNS: readonly Column<Row>[] = [
  { title: "location", align: "left", spare: 0, cell: ({ name }) => name },
  { title: "state", align: "left", spare: 3, cell: stateCell },
  { title: "verdict", align: "left", spare: 0, cell: verdictCell },
  { title: "cause", align: "left", spare: 6, cell: causeCell },
  { title: "nats", align: "left", spare: 7, cell: natsCell },
  { title: "rps", align: "right", spare: 4, cell: ({ demandRps }) => rps(demandRps) },
  { title: "", align: "left", spare: 5, cell: barCell },
  { title: "full", align: "right", spare: 1, cell: fullCell },
  { title: "failed", align: "right", spare: 0, cell: ({ failedRatio }) => percent(failedRatio) },
  { title: "moved", align: "right", spare: 2, cell: movedCell },
  { title: "ready", align: "right", spare: 8, cell: ({ readyRps }) => rps(readyRps) },
  { title: "can grow to", align: "right", spare: 9, cell: ({ capacityRps }) => rps(capacityRps) },
];

const TONES = { failing: "bad", shaky: "warn", healthy: "good" } as const;

function stateCell({ state, hold, forced }: LocationView): Part {
  const held = hold === null ? state : `${state}, held`;
  const text = forced === undefined ? held : `${held}, forced ${forced.to}`;
  return text === "serving" ? text : toned("warn", text);
}

function verdictCell({ verdict, isSilent }: Row): Part {
  return isSilent ? toned("warn", "silent") : toned(TONES[verdict.verdict], verdict.verdict);
}

function causeCell({ verdict }: LocationView): Part {
  const cause = verdict.causes[0];
  return cause === undefined || verdict.verdict === "healthy" ? NOTHING : `${cause.name} ${percent(cause.share)}`;
}

function natsCell({ verdict }: LocationView): Part {
  return verdict.verdict === "healthy"
    ? NOTHING
    : `${verdict.evidenceNats.toFixed(1)} of ${verdict.barNats.toFixed(1)}`;
}

const BAR_COLUMNS = 10;
/** Where receivers stop taking more, by default; and where requests begin to be shed. */
const NEARLY_FULL = 0.85;
const OVER_FULL = 1;

const fullness = ({ servedRps, readyRps }: LocationView): number | null => (readyRps > 0 ? servedRps / readyRps : null);

const isTooFull = (place: LocationView): boolean => (fullness(place) ?? 0) > NEARLY_FULL;

function barCell(place: LocationView): Part {
  const full = fullness(place);
  return full === null ? "" : withFullness(full, bar(full, BAR_COLUMNS));
}

function fullCell(place: LocationView): Part {
  const full = fullness(place);
  return full === null ? NOTHING : withFullness(full, percent(full));
}

const withFullness = (full: number, text: string): Part =>
  full > OVER_FULL ? toned("bad", text) : full > NEARLY_FULL ? toned("warn", text) : text;

function movedCell({ movedShare }: LocationView): Part {
  return movedShare === 0 ? NOTHING : toned("warn", shareOut(movedShare));
}

const VERDICT_RANK = { failing: 0, shaky: 2, healthy: 3 } as const;
const SILENT_RANK = 1;
const rankOf = ({ isSilent, verdict }: Row): number => (isSilent ? SILENT_RANK : VERDICT_RANK[verdict.verdict]);

/** What is unwell, away or too full first; the others by name, for a row that moves about can't be read. */
function worstFirst(a: Row, b: Row): number {
  const away = Number(a.state === "serving") - Number(b.state === "serving");
  const worse = rankOf(a) - rankOf(b);
  const fuller = Number(isTooFull(b)) - Number(isTooFull(a));
  return worse || away || fuller || (a.name < b.name ? -1 : 1);
}
