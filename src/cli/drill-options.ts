import { CallerError } from "../core/errors.ts";
import { DRILLS, type Drill } from "../planet/drills/catalogue.ts";
import { named } from "../planet/drills/suggest.ts";
import { badUsage } from "./ask.ts";

/** What `houston drill` and `npm run drills` take, read in one way: what can't be meant is bad usage. */

/** The planet's users are one process: more than this it can't make. */
export const RPS_RANGE = { from: 1, to: 20_000, whole: true } as const;

/** `flag` as people typed it, for the message. */
export function readNumber(
  text: string,
  { flag, from, to, whole = false }: { flag: string; from: number; to: number; whole?: boolean },
): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (value >= from && value <= to && (!whole || Number.isInteger(value))) return value;
  throw badUsage(
    `${flag} ${text} is not a ${whole ? "whole " : ""}number from ${from} to ${to}, for example ${flag} ${from}`,
  );
}

/** The shortest is no ramp any more, and nobody watches for longer than a day. */
const RAMP_SECONDS_RANGE = { from: 10, to: 24 * 3600 } as const;

export function readRampSeconds(text: string): number {
  return readNumber(text, { flag: "--ramp-seconds", ...RAMP_SECONDS_RANGE });
}

export function drillNamed(name: string): Drill {
  return namedOrUsage(DRILLS, "drill", name);
}

/** The thing with this name; another name is bad usage, and the nearest is suggested. */
export function namedOrUsage<Thing extends { readonly name: string }>(
  things: readonly Thing[],
  what: string,
  name: string,
): Thing {
  try {
    return named(things, what, name);
  } catch (error) {
    if (error instanceof CallerError) throw badUsage(`${error.message}: ${error.hint}`);
    throw error;
  }
}
