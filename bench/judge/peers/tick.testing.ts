import type { Seen, Tick } from "./recording.ts";

export const PLACES = ["sick", "a", "b", "c", "d", "e", "f", "g"] as const;

/** A second of eight places: fifty good requests and a good look at each of which nothing is said. */
export function tickOf(
  second: number,
  users: Partial<Record<(typeof PLACES)[number], Seen["users"]>>,
  looks: Partial<Record<(typeof PLACES)[number], readonly boolean[]>> = {},
): Tick {
  const seen = PLACES.map((name): [string, Seen] => [
    name,
    { users: users[name] ?? { total: 50, bad: 0, slow: 0 }, looks: looks[name] ?? [true] },
  ]);
  return { second, at: second * 1000, seen: new Map(seen), readings: new Map() };
}
