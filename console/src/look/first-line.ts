import { placesLine, type FirstLine } from "../../../src/core/control/first-line.ts";
import type { Picture } from "../picture/picture.ts";

/** As Houston saw it at a past moment. */
export function pastFirstLine({ places, incidents }: Picture): FirstLine {
  const [first, ...others] = incidents;
  if (first !== undefined) return { level: "change", text: first.brief, more: others.length };
  const inWords = places.map((place) => ({ ...place, isSilent: place.silent !== null }));
  return { ...placesLine(inWords, "then"), more: 0 };
}

/** What is wrong with what the page knows, before anything that it shows. */
export type Doubt = "no word" | "not deciding" | null;

/** In a tab among thirty others: a mark, and what is wrong where. */
export function tabTitle(line: FirstLine, doubt: Doubt): string {
  if (doubt !== null) return `? Houston: ${doubt}`;
  if (line.level === "ok") return "Houston: all well";
  return `${line.level === "urgent" ? "!!" : "!"} ${line.text}`;
}
