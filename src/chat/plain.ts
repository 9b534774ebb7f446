/** Text from outside, made harmless for whoever shows it, and cut to what the other end takes. */

// oxlint-disable-next-line no-control-regex
const TERMINAL_ESCAPES = /\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)?|[@-Z\\-_])/g;
/** Control characters, and what turns the direction of writing: a name must not rewrite the sentence around it. */
// oxlint-disable-next-line no-control-regex
const INVISIBLE = /[\u0000-\u001F\u007F-\u009F\u200E\u200F\u2028-\u202E\u2066-\u2069\uFEFF]+/g;

/** One line without terminal escapes, control characters or turned writing. */
export function plain(text: string): string {
  return text.replaceAll(TERMINAL_ESCAPES, "").replaceAll(INVISIBLE, " ").trim();
}

/** At most `max` characters (UTF-16), the last one an ellipsis where something was cut off. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const kept = text.slice(0, max - 1);
  // Half of a pair would be no character at all.
  return `${/[\uD800-\uDBFF]$/.test(kept) ? kept.slice(0, -1) : kept}…`;
}
