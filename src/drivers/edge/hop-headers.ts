/**
 * What a relay hands on of a message's head: all but what belongs to one connection (RFC 9110, 7.6.1), what Connection names, and what is
 * the relay's own to write.
 */
export function passedOn(rawHeaders: readonly string[], ours: ReadonlySet<string>): string[] {
  const named = namedByConnection(rawHeaders);
  const headers: string[] = [];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!.toLowerCase();
    if (HOP_BY_HOP.has(name) || ours.has(name) || MISTAKEN.test(name)) continue;
    if (named?.has(name) !== true) headers.push(name, rawHeaders[at + 1]!);
  }
  return headers;
}

export const HOP_BY_HOP: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "expect",
  "http2-settings",
]);

/** Whoever names what says how long a body is does not make it a field of this connection. */
const FRAMING: ReadonlySet<string> = new Set(["content-length", "host"]);

/** Some servers take `_` for `-`: what says how long a body is must not be said twice. */
const MISTAKEN = /^(?:content_length|transfer_encoding|x_hops|x_zone)$/;

/** Null: none, as nearly always. */
function namedByConnection(rawHeaders: readonly string[]): ReadonlySet<string> | null {
  let named: Set<string> | null = null;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    if (rawHeaders[at]!.length !== 10 || rawHeaders[at]!.toLowerCase() !== "connection") continue;
    for (const each of rawHeaders[at + 1]!.split(",")) {
      const name = each.trim().toLowerCase();
      if (name !== "" && !FRAMING.has(name)) (named ??= new Set()).add(name);
    }
  }
  return named;
}
