import type { Draft } from "../context.tsx";
import type { Order } from "../../../src/core/order.ts";
import { orderWords } from "../../../src/core/order-words.ts";

/** An order as it stands on its button, and when it is done. */
export function orderTitle(order: Order): string {
  const words = orderWords(order);
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
}

/** The order that a draft is once nothing is missing. */
export function orderOf(draft: Draft): Order | null {
  if ("location" in draft && draft.location === "") return null;
  return draft;
}

/** Holds everything: the one order that waits for nothing. */
export function isBrake(draft: Draft): boolean {
  return draft.kind === "hold" && draft.location === undefined;
}

/** Whether what was typed is what was asked for; spaces around it are no mistake. */
export function isTyped(wanted: string | null, typed: string): boolean {
  return wanted === null || typed.trim() === wanted;
}

/** `5`, `5 %` or `2.5%` as a share; null when it is none over 0 and at most 100. */
export function shareOf(text: string): number | null {
  const percentage = /^\s*(\d{1,3}(?:\.\d+)?)\s*%?\s*$/.exec(text)?.[1];
  const share = Number(percentage) / 100;
  return percentage !== undefined && share > 0 && share <= 1 ? share : null;
}
