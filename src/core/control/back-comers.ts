import type { DraftPlace } from "./turn.ts";

/** Null: nobody, or they come with its own users when those come back. */
export function comersOf({
  leave,
  comers,
}: Pick<DraftPlace, "leave" | "comers">): { by: string; whose: string } | null {
  return leave === null ? (comers ?? null) : null;
}

/** They were never there before. */
export const getsFirst = ({ homeBefore = null }: DraftPlace): boolean => homeBefore !== null;

export function whoComesWords(place: DraftPlace): string {
  if (getsFirst(place)) return "its users are there";
  return comersOf(place) === null ? "those who had left are back" : "who belongs there by order is there";
}

/** Who comes by order comes in no incident, nor do first users. */
export const ofIncident = (incident: number): { readonly incident?: number } => (incident > 0 ? { incident } : {});
