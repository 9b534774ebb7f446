/** A string of a TXT record has at most 255 bytes (RFC 1035, 3.3), and ours are ASCII. */
const STRING_CHARS_MAX = 250;

/** Text as providers' APIs write a TXT record: in quotes, long ones in pieces. Ours has neither quotes nor backslashes. */
export function quotedText(text: string): string {
  const parts = text.match(new RegExp(`.{1,${STRING_CHARS_MAX}}`, "gs")) ?? [""];
  return parts.map((part) => `"${part}"`).join(" ");
}

/** The text of a TXT record as an API gives it; without quotes it is the text as it stands. */
export function unquotedText(content: string): string {
  const parts = [...content.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, part]) => part!);
  return parts.length === 0 ? content : parts.join("");
}
