import type { BadPathView, LocationView } from "../control-contract.ts";
import { listWords, percent } from "./words.ts";

/** `users of lyon: path (60 % of their requests failed on the way); moved to eu-central-1 (8 ms further)`, for each bad path, as every face says it. */
export function badPathLines({ badPaths = [] }: Pick<LocationView, "badPaths">): readonly string[] {
  return badPaths.map(
    (path) =>
      `users of ${path.zone}: path (${percent(path.hurt)} of their requests failed on the way); ${whereWords(path)}`,
  );
}

function whereWords({ movedTo, furtherMs }: BadPathView): string {
  if (movedTo.length === 0 || furtherMs === null) return "they stay";
  return `moved to ${listWords(movedTo)} (${furtherWords(furtherMs)})`;
}

/** `12 ms further` */
export const furtherWords = (ms: number): string => `${Math.abs(Math.round(ms))} ms ${ms >= 0 ? "further" : "nearer"}`;
