import type { KnownBlock, RichTextElement } from "@slack/types";
import { percent } from "../../core/control/words.ts";
import type { ControlView, Incident, LocationState, Question } from "../../core/control-contract.ts";
import type { LocationName } from "../../core/estate.ts";
import type { UnixMs } from "../../core/step.ts";
import { partsOf } from "../parts.ts";
import { cut } from "../plain.ts";
import {
  bold,
  buttons,
  type ButtonSpec,
  clock,
  fallback,
  header,
  type Mention,
  mentionElement,
  type Message,
  numbered,
  quiet,
  rich,
  sentence,
  SLACK_LIMITS,
} from "./blocks.ts";

/** The first message of an incident's thread: what is so now, in the one order of every face, edited as it changes. */
export type IncidentSight = {
  readonly state: LocationState | null;
  readonly failedRatio: number | null;
  readonly movedShare: number;
  /** Who holds everything, and who holds this location; null: nobody. */
  readonly heldBy: string | null;
  readonly heldHereBy: string | null;
  readonly silentSince: UnixMs | null;
  /** Questions that are closed, and what came of them. */
  readonly settled: readonly { readonly asks: string; readonly says: string | null }[];
  /** Who was called when it was posted. An edit calls nobody. */
  readonly mention: Mention | null;
};

export function sightOf(
  incident: Incident,
  view: ControlView,
): Pick<IncidentSight, "state" | "failedRatio" | "movedShare" | "heldBy" | "heldHereBy"> {
  const place = view.locations.find(({ name }) => name === incident.location);
  return {
    state: place?.state ?? null,
    failedRatio: place?.failedRatio ?? null,
    movedShare: place?.movedShare ?? 0,
    heldBy: view.hold?.by ?? null,
    heldHereBy: place?.hold?.by ?? null,
  };
}

export function incidentMessage(incident: Incident, sight: IncidentSight): Message {
  const text = fallback(`Incident ${incident.number}: ${incident.brief || incident.what}`);
  const fits = SIZES.map((size) => blocksOf(incident, sight, size)).find(
    (blocks) => JSON.stringify(blocks).length <= SLACK_LIMITS.message,
  );
  // Sentences of so many letters that Slack writes long: the one line must do.
  return { blocks: fits ?? [header(incident.what), rich(sentence(incident.brief, LINE_MAX))], text };
}

/** How much of everything is shown: all that anybody writes fits the first; the others are for what nobody should write. */
const SIZES = [
  { part: 1200, questions: 3, choices: 8 },
  { part: 700, questions: 2, choices: 6 },
  { part: 350, questions: 1, choices: 4 },
  { part: 150, questions: 1, choices: 2 },
] as const;

type Size = (typeof SIZES)[number];

function blocksOf(incident: Incident, sight: IncidentSight, size: Size): KnownBlock[] {
  return [
    header(incident.what),
    rich(headline(incident, sight)),
    ...(incident.what.length > SLACK_LIMITS.header ? [rich(sentence(incident.what, size.part))] : []),
    ...partsOf(incident).map(({ label, text }) => rich([bold(`${label}: `), ...sentence(text, size.part)])),
    ...progressBlocks(incident, sight),
    ...incident.questions.slice(0, size.questions).flatMap((question) => questionBlocks(question, size)),
    ...settledBlocks(sight),
    ...silentBlocks(sight),
    ...orderButtons(incident, sight),
  ];
}

const SETTLED_SHOWN_MAX = 3;
const RECEIVERS_SHOWN_MAX = 5;
const CONFIRM_MAX = 150;

function headline(incident: Incident, { mention }: IncidentSight): RichTextElement[] {
  const { number, openedAt, closedAt, level } = incident;
  return [
    ...(mention === null ? [] : [mentionElement(mention), plainElement(" ")]),
    quiet(`Incident ${number}, opened `),
    clock(openedAt),
    ...(closedAt === null
      ? level === "urgent"
        ? [quiet(", wants a person")]
        : []
      : [quiet(", closed "), clock(closedAt), quiet(` after ${lasted(closedAt - openedAt)}`)]),
  ];
}

/** How much is out, who takes it and how full they are, and what its users meet meanwhile. */
function progressBlocks({ progress, closedAt }: Incident, { failedRatio }: IncidentSight): KnownBlock[] {
  if (progress === null) return [];
  const { movedShare, wantedShare, receivers, noRoomRps } = progress;
  const wanted = wantedShare < 1 ? ` of ${percent(wantedShare)}` : "";
  const lines: RichTextElement[][] = [
    [plainElement(`${bar(movedShare)} `), bold(`${percent(movedShare)}${wanted} is out`)],
    ...receivers
      .slice(0, RECEIVERS_SHOWN_MAX)
      .map(({ name, share, utilisation }) => [
        plainElement("→ "),
        ...sentence(`${name} takes ${percent(share)}, ${percent(utilisation)} full`, LINE_MAX),
      ]),
    ...(receivers.length > RECEIVERS_SHOWN_MAX
      ? [[plainElement(`→ and ${receivers.length - RECEIVERS_SHOWN_MAX} more`)]]
      : []),
    ...(noRoomRps > 0 ? [[bold(`${Math.round(noRoomRps)} requests a second find no place`)]] : []),
    ...(failedRatio === null || closedAt !== null
      ? []
      : [[plainElement(`Of what is still served there ${percent(failedRatio)} fails now`)]]),
  ];
  return [rich(...lines.map((line, index) => (index < lines.length - 1 ? [...line, plainElement("\n")] : line)))];
}

const LINE_MAX = 300;
const BAR_CELLS = 12;

function bar(share: number): string {
  const full = share >= 1 ? BAR_CELLS : Math.min(BAR_CELLS - 1, Math.floor(Math.max(0, share) * BAR_CELLS));
  return "▰".repeat(full) + "▱".repeat(BAR_CELLS - full);
}

/** Numbered choices, when they end, and what happens without an answer. Those that find no room are answered by their number. */
function questionBlocks({ id, asks, choices, defaultChoice, deadline }: Question, size: Size): KnownBlock[] {
  const shown = choices.slice(0, size.choices);
  const hidden = choices.length - shown.length;
  return [
    rich([bold("Choose: "), ...sentence(asks, size.part)]),
    numbered(shown.map((choice) => cut(choice, Math.min(LINE_MAX, size.part)))),
    rich([
      ...(hidden > 0 ? [plainElement(`${hidden} more choices: \`houston status\` has them. `)] : []),
      bold("No answer by "),
      clock(deadline),
      bold(`: I do ${defaultChoice}.`),
    ]),
    buttons(
      shown.map((choice, index): ButtonSpec => ({
        id: `answer:${id.slice(0, ID_MAX)}:${index + 1}`,
        text: `${index + 1} ${choice}`,
        value: { order: { kind: "answer", question: id, choice: index + 1 } },
        confirm: { title: `Choose ${index + 1}?`, text: cut(choice, CONFIRM_MAX), yes: `Yes, ${index + 1}` },
      })),
    ),
  ];
}

/** Of an action's 255 characters. */
const ID_MAX = 64;

function settledBlocks({ settled }: IncidentSight): KnownBlock[] {
  return settled
    .slice(-SETTLED_SHOWN_MAX)
    .map(({ asks, says }) =>
      rich([
        bold("Answered: "),
        ...sentence(asks, LINE_MAX),
        plainElement(" "),
        ...sentence(says ?? "It is open no more.", LINE_MAX),
      ]),
    );
}

function silentBlocks({ silentSince }: IncidentSight): KnownBlock[] {
  if (silentSince === null) return [];
  return [
    rich([
      bold("Houston has not answered since "),
      clock(silentSince),
      bold("; this is how it was then. DNS and edges go on with their last table."),
    ]),
  ];
}

function orderButtons(incident: Incident, sight: IncidentSight): KnownBlock[] {
  const { location, closedAt } = incident;
  const isOpen = closedAt === null;
  const specs: ButtonSpec[] = [
    ...(!isOpen
      ? []
      : sight.heldBy === null
        ? [{ id: "order:hold", text: "Hold", value: { order: { kind: "hold" } } }]
        : [{ id: "ask:release", text: "Go on", value: { order: { kind: "release" } } }]),
    ...(!isOpen || location === null || sight.heldHereBy === null
      ? []
      : [{ id: "ask:release-here", text: "Go on here", value: { order: { kind: "release", location } } }]),
    ...(location === null ? [] : placeButtons(location, isOpen, sight)),
  ];
  return specs.length === 0 ? [] : [buttons(specs)];
}

function placeButtons(location: LocationName, isOpen: boolean, { movedShare, state }: IncidentSight): ButtonSpec[] {
  const isOut = movedShare > 0 && (state === "draining" || state === "evacuated");
  return [
    { id: "why", text: "Why", value: { location } },
    ...(isOpen ? [{ id: "plan", text: "Plan", value: { location } }] : []),
    ...(isOut ? [{ id: "ask:restore", text: "Move back", value: { order: { kind: "restore", location } } }] : []),
  ];
}

function lasted(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 1) return `${Math.round(ms / 1000)} s`;
  return minutes < 120 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}

const plainElement = (text: string): RichTextElement => ({ type: "text", text });
