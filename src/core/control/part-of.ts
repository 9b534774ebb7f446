import type { Estate } from "../estate.ts";
import type { Leave } from "./state.ts";

/** The estate as a leave is about it: with the zones whose users leave. */
export function partOf(estate: Estate, { zones }: Pick<Leave, "zones">): Estate {
  return zones === null ? estate : { ...estate, zones: estate.zones.filter(({ name }) => zones.includes(name)) };
}
