/** What this browser keeps: the token for this tab only, a person's name and wishes for good. */

const TOKEN = "houston-token";

/**
 * `houston console` opens the page with `#token=...`: a fragment is never sent to anyone. It goes into the tab's memory and out
 * of the address, so that a copied address gives nobody any rights.
 */
export function takeToken(): string {
  const given = /^#token=([\w.~+/=-]{1,512})$/.exec(location.hash)?.[1];
  if (given !== undefined) {
    keepIn(sessionStorage, TOKEN, given);
    history.replaceState(null, "", `${location.pathname}${location.search}`);
  }
  return given ?? readFrom(sessionStorage, TOKEN) ?? "";
}

export function keepToken(token: string): void {
  keepIn(sessionStorage, TOKEN, token);
}

/** Houston refused it: a new Houston has a new one. */
export function forgetToken(): void {
  keepIn(sessionStorage, TOKEN, null);
}

export type Wish = "person" | "theme" | "time-zone" | "sort" | "window";

export function wish(name: Wish): string | null {
  return readFrom(localStorage, `houston-${name}`);
}

export function keepWish(name: Wish, value: string | null): void {
  keepIn(localStorage, `houston-${name}`, value);
}

/** A browser may refuse to keep anything (private windows, full disks): then it is asked again next time. */
function keepIn(storage: Storage, name: string, value: string | null): void {
  try {
    if (value === null) storage.removeItem(name);
    else storage.setItem(name, value);
  } catch {
    // The page works without.
  }
}

function readFrom(storage: Storage, name: string): string | null {
  try {
    return storage.getItem(name);
  } catch {
    return null;
  }
}
