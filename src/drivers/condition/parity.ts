import type { LocationName } from "../../core/estate.ts";
import { byName } from "../../core/route/by-name.ts";
import { atLocation, fails, HOLDS, unknown, type ConditionDriver, type ConditionTurn } from "./contract.ts";
import { fieldOf, get } from "./get.ts";

/**
 * Holds where a location says the same of itself as most do: its version, the hash of its configuration. What most say is right until more
 * say something else, so in a roll-out the first ones are odd, and from the middle on the last. With no majority nobody can tell.
 */
export function parityCondition(
  turn: ConditionTurn,
  { url, fields }: { readonly url: string; readonly fields: readonly string[] },
): ConditionDriver {
  const said = new Map<LocationName, Readonly<Record<string, string>>>();
  return {
    ...turn,
    async ask(location, signal) {
      const got = await get(atLocation(url, location), { signal, headers: { accept: "application/json" } });
      if ("noAnswer" in got) return unknown(got.noAnswer);
      if (got.status < 200 || got.status >= 300) return unknown(`HTTP ${got.status}`);
      const own: Record<string, string> = {};
      for (const field of fields) {
        const value = fieldOf(got.text, field);
        if (typeof value !== "string" && typeof value !== "number") return unknown(`it does not say its ${field}`);
        own[field] = String(value);
      }
      said.set(location, own);
      for (const field of fields) {
        const most = mostSaid([...said.values()].map((each) => each[field]!));
        if (most === null) return unknown(`no majority has one and the same ${field}`);
        if (own[field] !== most) return fails(`its ${field} is ${own[field]}, and that of most is ${most}`);
      }
      return HOLDS;
    },
  };
}

/** Null: no value is said by more than half. */
function mostSaid(values: readonly string[]): string | null {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const [most] = [...counts].sort(([a, one], [b, other]) => other - one || byName(a, b));
  return most !== undefined && most[1] * 2 > values.length ? most[0] : null;
}
