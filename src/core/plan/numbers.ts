import { CallerError } from "../errors.ts";

/** What a plan is made from is held to be numbers before anything is computed with it. What it is called is put together only to complain. */

/** Requests a second, finite and not negative; else the caller is told which number it is. */
export function rpsNumber(value: number, what: () => string): number {
  if (Number.isFinite(value) && value >= 0) return value;
  throw new CallerError({
    code: "bad-rps",
    message: `${what()} is ${value}`,
    hint: "requests a second are finite and not negative",
  });
}

/** A round trip in milliseconds, finite and not negative. */
export function millisecondsNumber(value: number, what: () => string): number {
  if (Number.isFinite(value) && value >= 0) return value;
  throw new CallerError({
    code: "bad-ms",
    message: `${what()} is ${value}`,
    hint: "milliseconds are finite and not negative; leave out a location that the zone may not use",
  });
}

/** A cost or a weight. */
export function finiteNumber(value: number, what: () => string): number {
  if (Number.isFinite(value)) return value;
  throw new CallerError({ code: "bad-cost", message: `${what()} is ${value}`, hint: "costs and weights are finite" });
}
