import { stripVTControlCharacters } from "node:util";

/** Control characters, what turns the direction of writing, and what nobody sees; joiners stay, for scripts need them. */
export const UNSEEN =
  /[\p{Cc}\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;
/** More marks on one letter than any script has run over the lines above. */
const PILED_MARKS = /(\p{M}{4})\p{M}+/gu;

/** Text that a terminal shows and never obeys, on one line. */
export function clean(text: string): string {
  return stripVTControlCharacters(text.toWellFormed())
    .replaceAll(/[\t\n\v\f\r\u0085\u2028\u2029]+/g, " ")
    .replaceAll(UNSEEN, "")
    .replaceAll(PILED_MARKS, "$1");
}
