import { isIP } from "node:net";

/**
 * Whose request it is. Like a letter that was forwarded: each office writes beneath who brought it, and only what our own offices wrote is
 * believed, from the last line up to the first that names a stranger.
 *
 * 1. What stands in `Forwarded` or `X-Forwarded-For` counts only when whoever brought it is trusted (load balancers of ours, other edges).
 * 2. What a stranger wrote goes no further.
 * 3. Whom it passes on to is told the whole way: the user first, then whom it came through.
 */
export type UserAddress = {
  readonly user: string;
  /** `X-Forwarded-For` for whoever serves it: the user, then the trusted ones that it came through. */
  readonly way: string;
};

/** A way longer than this is nobody's; the rest is not looked at. */
const OFFICES_MAX = 20;

export function userAddress(
  came: {
    /** Of the socket, or of its PROXY header. */
    readonly address: string;
    readonly forwarded: string | undefined;
    readonly xForwardedFor: string | undefined;
  },
  isTrusted: (address: string) => boolean,
): UserAddress {
  const address = plainAddress(came.address);
  if ((came.forwarded === undefined && came.xForwardedFor === undefined) || !isTrusted(address))
    return { user: address, way: address };
  const through: string[] = [address];
  const told = came.forwarded === undefined ? listed(came.xForwardedFor!) : forwardedFor(came.forwarded);
  for (const each of told.toReversed().slice(0, OFFICES_MAX)) {
    const next = addressIn(each);
    // `unknown` and `_hidden` (RFC 7239, 6.2 and 6.3) name nobody: further than this nothing is known.
    if (next === null) break;
    through.unshift(next);
    if (!isTrusted(next)) break;
  }
  return { user: through[0]!, way: through.join(", ") };
}

/** `Forwarded` for another edge of ours: one element, which names the user (RFC 7239). */
export function forwardedElement(user: string, by: string, proto: "http" | "https"): string {
  return `for="${user.includes(":") ? `[${user}]` : user}";by=${by};proto=${proto}`;
}

/** What `for=` of each element says, in order; elements without it say nothing. */
function forwardedFor(forwarded: string): string[] {
  return listed(forwarded).map((element) => FOR.exec(element)?.[1] ?? "unknown");
}

const FOR = /(?:^|;)\s*for=("[^"]*"|[^;,\s]*)/i;

/** At commas outside of quotes. */
function listed(text: string): string[] {
  return text.match(/(?:"[^"]*"|[^",])+/g)?.map((each) => each.trim()) ?? [];
}

/** `192.0.2.1`, `192.0.2.1:443`, `"[2001:db8::1]:443"`; null: no address. */
function addressIn(text: string): string | null {
  const bare = text.replaceAll('"', "");
  const bracketed = /^\[([0-9A-Fa-f:.]+)\](?::\d+)?$/.exec(bare)?.[1];
  if (bracketed !== undefined) return isIP(bracketed) === 6 ? plainAddress(bracketed) : null;
  const withoutPort = /^([\d.]+):\d+$/.exec(bare)?.[1] ?? bare;
  return isIP(withoutPort) === 0 ? null : plainAddress(withoutPort);
}

/** `::ffff:192.0.2.1` is 192.0.2.1 through a socket of both families. */
export function plainAddress(address: string): string {
  return address.startsWith("::ffff:") && isIP(address.slice(7)) === 4 ? address.slice(7) : address;
}
