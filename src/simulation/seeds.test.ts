import { expect, test } from "vitest";
import { simulate } from "./run.ts";
import { SimulationViolation } from "./violation.ts";

/** Short runs: a fault has time to be seen and acted on, and a node's second costs some milliseconds of ours. */
const SEEDS = 200;
const SECONDS = 6;

test(`${SEEDS} seeds of a swarm of faults keep all invariants`, { timeout: 3_600_000 }, async () => {
  const failed: string[] = [];
  for (let seed = 1; seed <= SEEDS; seed++) {
    try {
      await simulate({ seed, seconds: SECONDS });
    } catch (error) {
      if (!(error instanceof SimulationViolation)) throw error;
      failed.push(`houston simulate --seed ${seed} --seconds ${SECONDS}: ${error.message}`);
    }
  }
  expect(failed).toEqual([]);
});
