import { plain } from "../plain.ts";

/** What a person typed: without the mention of us, and with Slack's own markup taken back to what stood there. */
export function typedText(text: string): string {
  const typed = text
    .replace(/^(?:\s*<@[UW][A-Z0-9]+(?:\|[^>]*)?>[,:]?)+/, "")
    // Slack makes links of what looks like one, a location's host name too: `<http://a.example|a.example>`.
    .replaceAll(/<(?:https?:\/\/|mailto:)[^|>]*\|([^>]*)>/g, "$1")
    .replaceAll(/<(https?:\/\/[^>]*)>/g, "$1")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&")
    // Telephones make long dashes of two, and curly quotes.
    .replaceAll(/[\u2013\u2014](?=[a-z])/g, "--");
  return plain(typed);
}
