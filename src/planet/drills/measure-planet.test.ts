import { expect, test } from "vitest";
import { pssOf } from "./measure-planet.ts";

test("the memory of processes is the sum of each one's part", () => {
  const one = pssOf([process.pid]);
  expect(one).toBeGreaterThan(1);
  // It breathes between two looks, and twice the same process is still about twice as much.
  expect(pssOf([process.pid, process.pid])).toBeGreaterThan(1.5 * one);
  expect(() => pssOf([2 ** 30])).toThrow("smaps_rollup");
});
