import { forbiddenNow } from "./permission.ts";
import type { DraftPlace, Turn } from "./turn.ts";

/** The hours that keep what is under way with a place from going on, in words; null: none do. A person's order knows no hours. */
export function hoursOf(turn: Turn, { leave, lostAt }: Pick<DraftPlace, "leave" | "lostAt">): string | null {
  if (leave === null || leave.why === "person") return null;
  return forbiddenNow(turn, leave.classes, lostAt !== null);
}

/** What a person may do about one that waits half-way. An order moves all of a place, which is too much for a way or a flood. */
export function pausedNeed({ name, leave }: Pick<DraftPlace, "name" | "leave">): string {
  const goesOn = "I go on by myself when the hours are over, if there is still reason to";
  return leave?.why === "path" || leave?.why === "spill"
    ? `decide: ${goesOn}; \`houston evacuate ${name}\` moves all of its users now`
    : `decide: \`houston evacuate ${name}\` moves the rest now; else ${goesOn}`;
}
