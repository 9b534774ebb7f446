import { FOR_SECONDS_MAX } from "../order.ts";
import { spanWords } from "../order-words.ts";
import { decision, estateOf, say, type Turn } from "./turn.ts";

/** How orders are answered: what is done, or why it is not and what may be ordered instead. */

export function accepted(turn: Turn, code: string, says: string, location?: string): void {
  decision(turn, code, says, location);
  say(turn, { level: "change", what: says, ...(location !== undefined && { location }) });
}

export function refused(turn: Turn, code: string, says: string, fix: string): void {
  decision(turn, `refused-${code}`, says);
  say(turn, { level: "change", what: `refused: ${says}`, youNeedTo: fix });
}

export function unknownLocation(turn: Turn, by: string, name: string): void {
  refused(turn, "unknown-location", `${by}: there is no location ${name}`, "`houston status` lists them");
}

type ForAWhile = { readonly forSeconds?: number };

export const isBadTime = ({ forSeconds }: ForAWhile): boolean =>
  forSeconds !== undefined && !(forSeconds > 0 && forSeconds <= FOR_SECONDS_MAX);

export function badTime(turn: Turn, by: string): void {
  refused(turn, "bad-time", `${by}: a time is over 0 and at most 30 days`, "for example --for 10m");
}

export const forWords = ({ forSeconds }: ForAWhile): string =>
  forSeconds === undefined ? "" : ` for ${spanWords(forSeconds)}`;

export const whyWords = ({ why }: { readonly why?: string }): string => (why === undefined ? "" : ` (${why})`);

/** What a person may do who wants somebody moved. */
export function howToMove(turn: Turn): string {
  return estateOf(turn).mostMode === "observe"
    ? "I steer no DNS and no edge here: move them by hand"
    : "`houston mode act`";
}
