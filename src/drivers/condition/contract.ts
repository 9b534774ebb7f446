import type { ConditionFinding, ConditionName } from "../../core/conditions.ts";
import type { LocationName } from "../../core/estate.ts";

/** Asks one condition (core/conditions.ts), at one location at a time. Asking changes nothing. */
export type ConditionDriver = {
  readonly name: ConditionName;
  /** Where it can be asked; elsewhere it is never asked. */
  readonly locations: readonly LocationName[];
  /** It is asked this often while nobody needs the answer. */
  readonly everyMs: number;
  /** So long it may take; later is no answer. */
  readonly withinMs: number;
  /** A value always: what can't be told is `unknown`, and a no is only what was clearly said. */
  ask(location: LocationName, signal: AbortSignal): Promise<ConditionFinding>;
};

export const unknown = (says: string): ConditionFinding => ({ kind: "unknown", says });
export const fails = (says: string): ConditionFinding => ({ kind: "fails", failures: [{ says }] });
export const HOLDS: ConditionFinding = { kind: "holds" };

/** What a driver needs to know of any condition to make its own. */
export type ConditionTurn = Omit<ConditionDriver, "ask">;

/** The location's name where the operator wrote `{location}`. */
export function atLocation(text: string, location: LocationName): string {
  return text.replaceAll("{location}", location);
}
