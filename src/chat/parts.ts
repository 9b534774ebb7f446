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

/** What people read in it, without the figures that change every second: two that differ in this are worth a word. */
export function materialOf(incident: Incident): string {
  const { openedAt, closedAt, level, what, users, why, certain, doing, notDoing, youNeedTo, questions } = incident;
  return JSON.stringify({
    openedAt,
    closedAt,
    level,
    what,
    users,
    why,
    certain,
    doing,
    notDoing,
    youNeedTo,
    questions,
  });
}
