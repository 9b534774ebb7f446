import { useEffect, useState } from "react";
import { useConsole, useLive } from "../context.tsx";
import { HIDDEN_ASK_EVERY_MS, STALE_AFTER_MS } from "../live/live.ts";

/** How old what is shown is. */
export type Freshness =
  | { readonly state: "waiting" }
  | { readonly state: "fresh" }
  | { readonly state: "stale"; readonly silentMs: number; readonly nextTryMs: number | null };

export function useFreshness(): Freshness {
  const { live } = useConsole();
  const line = useLive((now) => now.line);
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  const { heardAt } = live.get();
  if (heardAt === null) return { state: "waiting" };
  const silentMs = Math.max(0, now - heardAt);
  const patienceMs = document.hidden ? HIDDEN_ASK_EVERY_MS + STALE_AFTER_MS : STALE_AFTER_MS;
  if (silentMs <= patienceMs && line.state !== "broken") return { state: "fresh" };
  if (silentMs <= BLINK_MS) return { state: "fresh" };
  return { state: "stale", silentMs, nextTryMs: line.state === "broken" ? Math.max(0, line.nextTryAt - now) : null };
}

/** A line that breaks and is back at once is no news. */
const BLINK_MS = 2500;
