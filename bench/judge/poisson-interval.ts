import { chiSquare } from "../../src/core/judge/past.ts";

/** The mean's 95 % interval when so many events were counted (Garwood 1936). */
export function poissonInterval(count: number): [number, number] {
  return [count === 0 ? 0 : chiSquare(2 * count, -1.96) / 2, chiSquare(2 * count + 2, 1.96) / 2];
}
