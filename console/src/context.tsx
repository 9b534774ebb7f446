import { createContext, useCallback, useContext, useEffect, useState, useSyncExternalStore } from "react";
import type { HoustonClient } from "../../src/api/client.ts";
import type { Order } from "../../src/core/order.ts";
import type { Live, LiveStore } from "./live/live.ts";
import type { FrameStore } from "./timeline/frame-store.ts";
import type { TimeZone } from "./look/moments.ts";

/** What every part of the console may ask for. */
export type Console = {
  readonly client: HoustonClient;
  readonly live: LiveStore;
  readonly frames: FrameStore;
  /** Without the token it only reads. */
  readonly canOrder: boolean;
  /** Shows what an order would do, and asks; the order may still have gaps that the person fills. */
  readonly propose: (draft: Draft) => void;
  readonly zone: TimeZone;
  readonly setZone: (zone: TimeZone) => void;
};

/** An order whose location may still be empty: the person has to choose it. */
export type Draft = Order;

const ConsoleContext = createContext<Console | null>(null);
export const ConsoleProvider = ConsoleContext.Provider;

export function useConsole(): Console {
  const context = useContext(ConsoleContext);
  if (context === null) throw new Error("outside of the console");
  return context;
}

/** A piece of what is known now; the part is drawn again when that piece changes. */
export function useLive<Piece>(select: (live: Live) => Piece): Piece {
  const { live } = useConsole();
  return useSyncExternalStore(
    (listener) => live.follow(listener),
    () => select(live.get()),
  );
}

/** Houston's clock, to the second or so. */
export function useNow(everyMs = 1000): number {
  const { live } = useConsole();
  const read = useCallback(() => Date.now() + live.get().aheadMs, [live]);
  const [now, setNow] = useState(read);
  useEffect(() => {
    const timer = setInterval(() => setNow(read()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs, read]);
  return now;
}
