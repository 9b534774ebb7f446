import type { Reason } from "../../core/step.ts";

/** Decisions by which something happened or was found. Every other reason says why something did not happen, or not yet. */
export const TAKEN: ReadonlySet<string> = new Set([
  "answered",
  "asked",
  "back-failed",
  "back-well",
  "blind",
  "canary",
  "condition-bars",
  "condition-lifted",
  "condition-opens",
  "configured",
  "contingencies-renewed",
  "evacuate",
  "evacuate-lost",
  "expired",
  "floor-kept",
  "floor-let-go",
  "found",
  "grow",
  "growth-late",
  "growth-refused",
  "headroom-again",
  "headroom-short",
  "hold",
  "home",
  "home-settled",
  "homes-outdated",
  "lost",
  "luggage",
  "mode",
  "order-evacuate",
  "order-restore",
  "out",
  "prepared",
  "prepared-no-more",
  "receiver-worse",
  "receivers-well",
  "release",
  "restore",
  "restored",
  "rolled-back",
  "sighted",
  "spill",
  "step",
  "step-back",
  "stop-cleared",
  "stopped",
  "suspect-named",
  "ttls-changed",
  "verdict",
]);

/** Decisions of the core not to do something. */
export const NOT_TAKEN: ReadonlySet<string> = new Set([
  "expired-sick",
  "no-move",
  "nothing-moves",
  "order-too-early",
  "publish-refused",
  "watcher",
  "would",
]);

export function isTaken({ code }: Reason): boolean {
  return TAKEN.has(code);
}
