import { useCallback } from "react";
import type { Status } from "../../../src/api/status.ts";
import { useConsole } from "../context.tsx";
import { usePolled } from "../views/shared/use-polled.ts";

/** Requests come and go many times a second: what matters of them stays for longer. */
const ASK_EVERY_MS = 5000;

/** How everything is now, a few seconds old at most; null before the first answer. */
export function useStatus(): Status | null {
  const { client } = useConsole();
  const ask = useCallback(() => client.status(), [client]);
  return usePolled(ask, ASK_EVERY_MS).value;
}
