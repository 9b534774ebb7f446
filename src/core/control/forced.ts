import type { Forced } from "../control-contract.ts";
import { stoppedBy, type Stop } from "./permission.ts";
import type { Place } from "./state.ts";
import { placeOf, type Turn } from "./turn.ts";

/**
 * What a person forces a place to be, whatever is measured, as a sign on a door holds whatever the thermometer behind it says. It is kept
 * beside what is measured, never in its place: verdicts go on, and are shown.
 *
 * 1. Who is forced down is left, and gets nobody back and nobody new before a person, or the time that one gave, ends it.
 * 2. Of who is forced up no own users are moved out by themselves, not even at a loss. Law moves them all the same, and nothing is relaxed:
 *    no plan gives it more than it has room for, nor others' users while it is measured ill.
 */

export const isForced = ({ forced }: Pick<Place, "forced">, to: Forced["to"]): boolean => forced?.to === to;

/** Why nobody may be moved out of this place by itself now, or null. */
export function staysPut(turn: Turn, name: string): Stop | null {
  const stopped = stoppedBy(turn, name);
  const { forced } = placeOf(turn, name);
  if (stopped !== null || forced?.to !== "up") return stopped;
  return { code: "forced-up", says: `${name} is forced up by ${forced.by}: nobody is moved out by itself` };
}
