import type { Incident } from "../core/control-contract.ts";
import { plain } from "./plain.ts";

/** An incident's parts after its `what`, in the one order of every face. */
export type Part = { readonly label: string; readonly text: string };

export function partsOf(incident: Incident): readonly Part[] {
  return [
    { label: "Users", text: plain(incident.users) },
    { label: "Why", text: plain(incident.why) },
    { label: "Certain", text: plain(incident.certain) },
    { label: "Doing", text: plain(incident.doing) },
    { label: "Not doing", text: plain(incident.notDoing) },
    { label: "You need to", text: plain(incident.youNeedTo) },
  ].filter(({ text }) => text !== "");
}

/**
 * What people read in it, without the figures that change every second: two that differ in this are worth a word. Of a move it
 * counts each tenth.
 */
export function materialOf(incident: Incident): string {
  const { openedAt, closedAt, level, what, users, why, certain, doing, notDoing, youNeedTo, questions, progress } =
    incident;
  const words = [what, users, why, certain, doing, notDoing, youNeedTo].map(withoutFigures);
  const moved =
    progress === null ? null : [Math.round(progress.movedShare * 10), progress.wantedShare, progress.doneAt];
  return JSON.stringify({ openedAt, closedAt, level, words, questions: questions.map(({ id }) => id), moved });
}

/** `62 % is out` and `63 % is out` say the same, a second apart. */
export function withoutFigures(text: string): string {
  return text.replaceAll(/\d+(?:[.,:]\d+)*/g, "0");
}
