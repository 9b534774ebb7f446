import { useSyncExternalStore, type MouseEvent, type ReactNode } from "react";
import { addressOf, routeOf, type Route } from "./route.ts";

/** Where the browser is, and how to go elsewhere without loading the page again. */

const listeners = new Set<() => void>();

/**
 * Back leads to where one was before a `page` (which begins at its top) and before something was opened `within` one (which stays
 * where it was scrolled to); a `touch` leaves no step behind, for who drags or wanders with the arrow keys.
 */
export type Going = "page" | "within" | "touch";

export function navigate(route: Route, going: Going = "page"): void {
  const address = addressOf(route);
  // Who asks for what is there already needs no second step to get away from it.
  const isThere = address === `${location.pathname}${location.search}`;
  if (going === "touch" || isThere) history.replaceState(null, "", address);
  else history.pushState(null, "", address);
  for (const listener of listeners) listener();
  if (going === "page") scrollTo(0, 0);
}

/** To another moment of the same view: from now to the past, or back, is one step, however long one drags through it. */
export function lookAt(route: Extract<Route, { readonly at: number | null }>, at: number | null): void {
  navigate({ ...route, at }, (route.at === null) === (at === null) ? "touch" : "within");
}

export function useRoute(): Route {
  // The address is the state; as text it can be compared.
  const address = useSyncExternalStore(follow, () => `${location.pathname}${location.search}`);
  const [pathname = "/", search = ""] = address.split(/(?=\?)/, 2);
  return routeOf({ pathname, search });
}

function follow(listener: () => void): () => void {
  listeners.add(listener);
  addEventListener("popstate", listener);
  return () => {
    listeners.delete(listener);
    removeEventListener("popstate", listener);
  };
}

/** A true link, so that it opens in a new tab and is read out as one. In an SVG as well. */
export function Link(props: {
  readonly to: Route;
  readonly children: ReactNode;
  readonly className?: string;
  readonly title?: string;
  /** What is read out, where the content is a drawing. */
  readonly label?: string;
  readonly isCurrent?: boolean;
  readonly tabIndex?: number;
  readonly onFocus?: () => void;
  readonly onBlur?: () => void;
  readonly onPointerEnter?: () => void;
  readonly onPointerLeave?: () => void;
}) {
  const { to, children, label, isCurrent = false, ...rest } = props;
  const go = (event: MouseEvent): void => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    navigate(to);
  };
  return (
    <a {...rest} href={addressOf(to)} onClick={go} aria-label={label} aria-current={isCurrent ? "page" : undefined}>
      {children}
    </a>
  );
}
