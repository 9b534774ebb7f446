import { CallerError } from "../core/errors.ts";

/** An address that we may call: what we tell names places, and tokens go along, so it goes over TLS or stays on this machine. */
export function safeAddress(name: string, text: string): string {
  if (isSafeAddress(text)) return text;
  const url = URL.canParse(text) ? new URL(text) : null;
  throw new CallerError({
    code: "bad-address",
    // It may hold a password: only where it points to is said.
    message: `${name} ${url === null ? "is no address" : `points to ${url.protocol}//${url.host}`}`,
    hint: "an address that begins with https:// (http:// on this machine only)",
  });
}

/** Whether what goes there is read by nobody on the way. */
export function isSafeAddress(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol === "https:") return true;
  return url?.protocol === "http:" && /^(?:127(?:\.\d{1,3}){3}|localhost|\[::1\])$/.test(url.hostname);
}
