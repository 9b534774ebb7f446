import type { Trace } from "../../../../src/api/contract.ts";
import { counted, listed, millis } from "../shared/figures.ts";
import type { Journal } from "./journal.ts";
import type { Waterfall } from "./waterfall.ts";

/** The whole way in one sentence: what it was, how it ended, whether it changed places. */
export function traceSentence(journal: Journal | null, waterfall: Waterfall): string {
  const places = waterfall.lanes.map(({ location }) => location);
  const tookMs = waterfall.axis.until - waterfall.axis.from;
  if (journal === null) {
    const ill = waterfall.lanes.flatMap(({ bars }) => bars).filter(({ how }) => how === "ill").length;
    const seen = `Seen in ${listed(places)} over ${millis(tookMs)}`;
    return ill === 0 ? `${seen}; every hop answered.` : `${seen}; ${counted(ill, "hop")} failed.`;
  }
  const moved = waterfall.resumed.map(({ from, to }) => `${from} → ${to}`);
  const elsewhere = moved.length === 0 ? `, all in ${listed(places)}` : `, and went on elsewhere: ${moved.join(", ")}`;
  return `${journal.workflow} begun in ${journal.home}${elsewhere}; ${endWords(journal)}.`;
}

function endWords(journal: Journal): string {
  const { answeredAt, begunAt, status, state, parked } = journal;
  if (answeredAt !== null)
    return `answered${status === null ? "" : ` HTTP ${status}`} after ${millis(answeredAt - begunAt)}`;
  if (parked !== null) return `parked for a person (${parked.code}: ${parked.says})`;
  switch (state) {
    case "running":
      return "still running";
    case "released":
      return "handed over, not taken up yet";
    case "unknown":
      return "nobody knows how it stands";
    default:
      return state;
  }
}

/** Whoever was asked and said nothing: the picture may lack what they know. */
export function silentSentence({ silent }: Pick<Trace, "silent">): string | null {
  if (silent.length === 0) return null;
  return `${listed(silent)} did not answer: what ${silent.length === 1 ? "it knows" : "they know"} is missing here.`;
}
