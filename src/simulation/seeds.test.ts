import { expect, test } from "vitest";
import { simulate } from "./run.ts";
import { SimulationViolation } from "./violation.ts";

const SEEDS = 200;
/** Short runs: a loss has time to be seen and acted on, and a node's second costs some milliseconds of ours. */
const SECONDS = 6;
/** Every fifth is longer: a gray fault is left step by step, and what ends meanwhile begins its way back. */
const LONG_EVERY = 5;
const LONG_SECONDS = 20;

test(`${SEEDS} seeds of a swarm of faults keep all invariants`, { timeout: 3_600_000 }, async () => {
  const failed: string[] = [];
  for (let seed = 1; seed <= SEEDS; seed++) {
    const seconds = seed % LONG_EVERY === 0 ? LONG_SECONDS : SECONDS;
    try {
      await simulate({ seed, seconds });
    } catch (error) {
      if (!(error instanceof SimulationViolation)) throw error;
      failed.push(`houston simulate --seed ${seed} --seconds ${seconds}: ${error.message}`);
    }
  }
  expect(failed).toEqual([]);
});
