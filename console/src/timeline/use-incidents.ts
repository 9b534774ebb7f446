import { useMemo } from "react";
import type { Incident } from "../../../src/core/control-contract.ts";
import { useConsole, useLive } from "../context.tsx";
import { useAnswer } from "../use-answer.ts";

const NONE: readonly Incident[] = [];

/** Those of the last 30 days, asked for again when one has begun or ended; the open ones as they are now. */
export function useIncidents(): readonly Incident[] {
  const { client } = useConsole();
  const shown = useLive((live) => live.view?.incidents) ?? NONE;
  const changes = shown.map(({ number, closedAt }) => `${number} ${closedAt ?? "open"}`).join(",");
  const answer = useAnswer(changes, () => client.incidents());
  // What is open is in the view all the same; if the rest can't be had, it comes with the next change.
  const past = answer.state === "known" ? answer.value : NONE;
  return useMemo(() => {
    const byNumber = new Map([...past, ...shown].map((incident) => [incident.number, incident]));
    return [...byNumber.values()].sort((a, b) => b.number - a.number);
  }, [past, shown]);
}
