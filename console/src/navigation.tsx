import { useSyncExternalStore, type MouseEvent, type ReactNode } from "react";
import { addressOf, routeOf, type Route } from "./route.ts";

/** Where the browser is, and how to go elsewhere without loading the page again. */

const listeners = new Set<() => void>();

export function navigate(route: Route, how: "push" | "replace" = "push"): void {
  const address = addressOf(route);
  if (how === "push") history.pushState(null, "", address);
  else history.replaceState(null, "", address);
  for (const listener of listeners) listener();
  if (how === "push") scrollTo(0, 0);
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
