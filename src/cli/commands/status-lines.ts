import type { Status } from "../../api/status.ts";
import { tailWords } from "../../api/tail-words.ts";
import type { ControlView, Hold, Incident, LocationView, Question } from "../../core/control-contract.ts";
import { byHandWords, pinLine } from "../../core/control/by-hand-words.ts";
import { barWords } from "../../core/control/conditions.ts";
import { guardLines } from "../../core/control/guard-words.ts";
import { firstLine, openIncidents } from "../../core/control/first-line.ts";
import { percent as shareOut } from "../../core/control/words.ts";
import { estatePromiseWords } from "../../core/estate-promise.ts";
import { requestsWords } from "../../core/requests.ts";
import type { UnixMs } from "../../core/step.ts";
import { clockTime, countdown, duration, rps } from "../amounts.ts";
import { toned, wrapped, type Line, type Tone, type Toned } from "../colour.ts";
import { bar } from "../columns.ts";
import { clean } from "../clean.ts";
import { boundLines, type BoundLocation } from "./bound-lines.ts";
import { placeLines } from "./status-table.ts";

/** What `houston status` shows, as it stands at a moment of Houston's own clock. */
export type Picture = {
  readonly status: Status;
  readonly view: ControlView;
  readonly now: UnixMs;
  /** Where this Houston answers: people have several. */
  readonly api: string;
};

/** All servers of a location that is gone say that they are. */
const STEERING_SHOWN_MAX = 4;
/** Over incidents that were closed lately people only glance. */
const CLOSED_SHOWN_MAX = 3;

/** The first line answers: is anything wrong, where, what is being done, must I act? Then what asks for a person; then the places. */
export function statusLines(
  picture: Picture,
  {
    width,
    compact = false,
  }: { readonly width: number; /** Of several incidents only the first in full. */ readonly compact?: boolean },
): Line[] {
  const { view, now } = picture;
  const closed = view.incidents.filter(({ closedAt }) => closedAt !== null).slice(0, CLOSED_SHOWN_MAX);
  return [
    ...folded(headline(picture), width),
    toned("quiet", factsLine(picture)),
    ...requestsLines(picture.status).flatMap((line) => folded(line, width)),
    ...effectLines(picture.status).flatMap((line) => folded(line, width)),
    ...steeringLines(picture.status).flatMap((line) => folded(line, width)),
    ...picture.status.tails.flatMap((tail) =>
      folded(toned("quiet", `${tail.location}: ${tailWords(tail, now)}.`), width),
    ),
    ...stoppedLines(view).flatMap((line) => folded(line, width)),
    ...guardLines(view).flatMap((line) => folded(toned("quiet", line), width)),
    ...conditionLines(view).flatMap((line) => folded(line, width)),
    ...openIncidents(view).flatMap((incident, index) =>
      compact && index > 0
        ? folded(toned(toneOf(incident), incident.brief), width)
        : ["", ...incidentLines(incident, { now, width })],
    ),
    ...view.questions.flatMap((question) => ["", ...questionLines(question, { now, width })]),
    "",
    ...placeLines(view.locations, { at: view.at, width }),
    ...boundLines(boundsOf(view), view.at).flatMap((line) => folded(toned("quiet", `Counted: ${line}`), width)),
    ...folded(toned("quiet", `Needless moves: ${estatePromiseWords(picture.status.needlessMoves)}.`), width),
    ...(closed.length === 0 ? [] : [""]),
    ...closed.map((incident) => toned("quiet", closedLine(incident))),
  ];
}

function boundsOf(view: ControlView): readonly BoundLocation[] {
  return view.locations.flatMap(({ name, readyRps, bound }) =>
    bound === undefined ? [] : [{ location: name, readyRps, ...bound }],
  );
}

export const folded = ({ tone, text }: Toned, width: number): Line[] =>
  wrapped(clean(text), width).map((line) => toned(tone, line));

/** Everything in one line, as every face says it: what is wrong, where, what is done, whether a person must act. */
export function headline({ view }: Picture): Toned {
  const { level, text, more } = firstLine(view);
  const flags = [
    ...(view.stopped === null ? [] : ["Automatic moves are STOPPED."]),
    ...(view.hold === null ? [] : [`HELD by ${view.hold.by}.`]),
  ];
  const isCalm = level === "ok" && flags.length === 0;
  const tone = level === "urgent" || view.stopped !== null ? "bad" : isCalm ? "good" : "warn";
  return toned(tone, [text, ...(more === 0 ? [] : [`And ${more} more.`]), ...flags].join(" "));
}

const untilWords = ({ until }: Hold): string => (until === undefined ? "" : ` until ${clockTime(until)}`);

/** What stands still because of a person or a stop, and what ends that. */
function stoppedLines(view: ControlView): Toned[] {
  const { stopped, hold } = view;
  const held = view.locations.flatMap(({ name, hold: own }) =>
    own === null ? [] : [`${name} (by ${own.by}${untilWords(own)})`],
  );
  return [
    ...(stopped === null
      ? []
      : [toned("bad", `STOPPED since ${clockTime(stopped.at)}: ${stopped.says}. \`houston release\` lets me go on.`)]),
    ...(hold === null
      ? []
      : [
          toned(
            "warn",
            `HELD by ${hold.by} since ${clockTime(hold.at)}${untilWords(hold)}: nothing moves by itself. \`houston release\` ends it.`,
          ),
        ]),
    ...view.locations.flatMap((place) => byHandWords(view, place, clockTime)).map((line) => toned("warn", line)),
    ...(view.pins ?? []).map((pin) => toned("quiet", `${pinLine(pin, clockTime)}.`)),
    ...(held.length === 0 ? [] : [toned("warn", `HELD: ${held.join(", ")}. \`houston release LOCATION\` ends it.`)]),
  ];
}

/** More than these nobody reads; `--json` has them all. */
const CONDITIONS_SHOWN_MAX = 6;

/** Who gets no more of what, and which conditions can't say so. */
function conditionLines({ bars, liftedConditions }: ControlView): Toned[] {
  const lines = [
    ...bars.map((bar) => `${bar.location} gets no more ${barWords(bar)}.`),
    ...liftedConditions.map(({ condition, says }) => `${condition} bars nobody: ${says}.`),
  ];
  const more = lines.length - CONDITIONS_SHOWN_MAX;
  return [...lines.slice(0, CONDITIONS_SHOWN_MAX), ...(more > 0 ? [`And ${more} more.`] : [])].map((line) =>
    toned("warn", line),
  );
}

function toneOf({ level }: Pick<Incident, "level">): Tone {
  switch (level) {
    case "urgent":
      return "bad";
    case "change":
      return "warn";
    case "info":
      return "strong";
  }
}

const thenWords = ({ modeThen }: ControlView): string =>
  modeThen === undefined ? "" : ` until ${clockTime(modeThen.at)}, then ${modeThen.mode}`;

function factsLine({ status, view, api }: Picture): string {
  const sum = (of: (place: LocationView) => number): number => view.locations.reduce((all, each) => all + of(each), 0);
  const leader = status.leader === null ? "NOBODY LEADS" : `led by ${status.leader}`;
  return `${rps(sum((each) => each.demandRps))} rps, ready for ${rps(sum((each) => each.readyRps))}. Mode ${view.mode}${thenWords(view)}, table ${view.routeTableVersion}, ${leader}. ${clockTime(view.at)}, ${api}`;
}

/** What drivers say to the table, each by its name. */
function steeringLines({ steering }: Status): Toned[] {
  const lines = steering.map(({ driver, version, state, code, says }) => {
    const why = [code, says].filter((each) => each !== null).join(": ");
    switch (state) {
      case "done":
        return toned("quiet", `${driver} took table ${version}: ${why}.`);
      case "retry":
        return toned("quiet", `${driver} has not taken table ${version} yet (${why}).`);
      case "refused":
        return toned("bad", `NOT DONE: ${driver} refuses table ${version} (${why}).`);
    }
  });
  const more = lines.length - STEERING_SHOWN_MAX;
  return more <= 0
    ? lines
    : [...lines.slice(0, STEERING_SHOWN_MAX), toned("quiet", `And ${more} more: \`houston status --json\`.`)];
}

/** Whether users are told what was decided, as long as that is in question, and of the newest table where it has arrived. */
function effectLines({ effects }: Status): Toned[] {
  const open = effects.filter(({ state }) => state === "late" || state === "waiting");
  const shown = open.length > 0 ? open : effects.slice(0, 1);
  return shown.map((effect) => {
    const { version, decidedAt, servers, resolvers, state } = effect;
    const all = [...servers, ...resolvers];
    const seen = all.filter(({ seenAt }) => seenAt !== null);
    const missing = all.filter(({ seenAt, isLate }) => (state === "late" ? isLate : seenAt === null));
    const last = Math.max(decidedAt, ...seen.map(({ seenAt }) => seenAt ?? 0));
    switch (state) {
      case "seen":
        return toned(
          "quiet",
          `Table ${version} is answered by all ${all.length} that are asked, after ${duration(last - decidedAt)}.`,
        );
      case "replaced":
        return toned("quiet", `Table ${version} was replaced before all answered by it.`);
      case "waiting":
        return toned(
          "quiet",
          `Table ${version} is answered by ${seen.length} of ${all.length} that are asked; the others have until ${clockTime(Math.max(...missing.map(({ dueAt }) => dueAt)))}.`,
        );
      case "late":
        return toned(
          "bad",
          `NOT APPLIED: table ${version} is not answered by ${missing.map(({ at, says }) => `${at} (${says ?? "no answer"})`).join(", ")}.`,
        );
    }
  });
}

/** What becomes of requests on their way, when there is anything to tell. */
function requestsLines({ requests, locations }: Status): Toned[] {
  const words = requests === null ? null : requestsWords(requests, locations);
  if (requests === null || words === null) return [];
  const isCalm = requests.parked === 0 && requests.silent.length === 0;
  return [
    toned(isCalm ? "quiet" : "warn", `Requests: ${words}.`),
    // Of its own, so that no fold goes through the command.
    ...(requests.parked > 0 ? [toned("warn", "Parked ones wait for a person: `houston doubt list`.")] : []),
  ];
}

/** The seven parts, in the order in which every face has them. */
const PARTS = [
  ["What", "what"],
  ["Users", "users"],
  ["Why", "why"],
  ["Certain", "certain"],
  ["Doing", "doing"],
  ["Not doing", "notDoing"],
  ["You need to", "youNeedTo"],
] as const satisfies readonly (readonly [string, keyof Incident])[];

const LABEL_COLUMNS = 13;
/** Narrower than this nothing can be read; then lines are cut. */
const TEXT_COLUMNS_MIN = 24;

function incidentLines(incident: Incident, { now, width }: { readonly now: UnixMs; readonly width: number }): Line[] {
  const where = incident.location === null ? "everywhere" : incident.location;
  const title = `Incident ${incident.number}, ${where}, since ${clockTime(incident.openedAt)} (${duration(now - incident.openedAt)})`;
  return [
    toned(toneOf(incident), title),
    ...PARTS.flatMap(([label, part]) =>
      labelled(label, incident[part], { width, ...(part === "youNeedTo" ? { tone: "strong" } : {}) }),
    ),
    ...progressLines(incident, { now, width }),
  ];
}

function labelled(
  label: string,
  text: string,
  { width, tone }: { readonly width: number; readonly tone?: Tone },
): Line[] {
  const room = Math.max(TEXT_COLUMNS_MIN, width - LABEL_COLUMNS - 2);
  return wrapped(clean(text), room).map((line, index) => [
    "  ",
    toned("quiet", (index === 0 ? label : "").padEnd(LABEL_COLUMNS)),
    tone === undefined ? line : toned(tone, line),
  ]);
}

const PROGRESS_BAR_COLUMNS = 20;

function progressLines(
  { progress }: Incident,
  { now, width }: { readonly now: UnixMs; readonly width: number },
): Line[] {
  if (progress === null) return [];
  const { movedShare, wantedShare, doneAt, noRoomRps } = progress;
  const out = `${bar(movedShare, PROGRESS_BAR_COLUMNS)} ${shareOut(movedShare)} of ${shareOut(wantedShare)}`;
  const done = doneAt === null ? "" : `, done ${doneAt > now ? "about " : ""}${clockTime(doneAt)}`;
  const short = noRoomRps > 0 ? `, ${rps(noRoomRps)} rps have no place` : "";
  return labelled("Moved", `${out}${done}${short}`, { width });
}

function questionLines(
  { id, asks, choices, defaultChoice, deadline }: Question,
  { now, width }: { readonly now: UnixMs; readonly width: number },
): Line[] {
  const room = Math.max(TEXT_COLUMNS_MIN, width);
  const title = `QUESTION ${id}: ${countdown(deadline - now)} left, until ${clockTime(deadline)}`;
  return [
    toned("bad", title),
    ...wrapped(clean(asks), room),
    ...choices.map((choice, index): Line => {
      const isDefault = index + 1 === defaultChoice;
      return [
        "  ",
        toned("strong", String(index + 1)),
        `  ${choice}`,
        ...(isDefault ? ["   <- if nobody answers"] : []),
      ];
    }),
    `  answer: houston answer ${id} NUMBER`,
  ];
}

function closedLine({ number, location, openedAt, closedAt, what }: Incident): string {
  const lasted = closedAt === null ? "" : `, over since ${clockTime(closedAt)} after ${duration(closedAt - openedAt)}`;
  return `Incident ${number}, ${location ?? "everywhere"}${lasted}: ${what}`;
}
