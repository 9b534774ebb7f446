import { useEffect, useState } from "react";
import { useConsole, useLive } from "../context.tsx";
import { HIDDEN_ASK_EVERY_MS, STALE_AFTER_MS, UNDECIDED_AFTER_MS } from "../live/live.ts";
import type { Doubt } from "../look/first-line.ts";

/** How old what is shown is. */
export type Freshness =
  | { readonly state: "waiting" }
  | { readonly state: "fresh" }
  | { readonly state: "stale"; readonly silentMs: number; readonly nextTryMs: number | null }
  /** Houston answers, and what it shows has stood still for too long. */
  | { readonly state: "undecided"; readonly since: number };

export function useFreshness(): Freshness {
  const { live } = useConsole();
  const line = useLive((now) => now.line);
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  const { heardAt, viewHeardAt, view } = live.get();
  if (heardAt === null || view === null) return { state: "waiting" };
  const hiddenMs = document.hidden ? HIDDEN_ASK_EVERY_MS : 0;
  const silentMs = Math.max(0, now - heardAt);
  if (silentMs > BLINK_MS && (silentMs > STALE_AFTER_MS + hiddenMs || line.state === "broken"))
    return { state: "stale", silentMs, nextTryMs: line.state === "broken" ? Math.max(0, line.nextTryAt - now) : null };
  // The blind see nothing change, and say so themselves.
  if (!view.blind && now - (viewHeardAt ?? now) > UNDECIDED_AFTER_MS + hiddenMs)
    return { state: "undecided", since: view.at };
  return { state: "fresh" };
}

/** A line that breaks and is back at once is no news. */
const BLINK_MS = 2500;

export function doubtOf({ state }: Freshness): Doubt {
  return state === "stale" ? "no word" : state === "undecided" ? "not deciding" : null;
}
