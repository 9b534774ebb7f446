import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RouteTable } from "../../core/route/table.ts";
import type { SteeringDriver } from "../steering-contract.ts";

/** A driver with servers behind it that really answer, for the conformance suite. */
export type SteeringRig = {
  readonly driver: SteeringDriver;
  /** The same servers by a driver whose token or right is missing; both this and silence are absent where the servers are our own process. */
  readonly driverWithoutToken?: SteeringDriver;
  /** The version that the servers answer from; 0 before the first. */
  appliedVersion(): number;
  /** While true the servers take calls and never answer them. */
  silence?(on: boolean): void;
  stop(): Promise<void>;
};

/**
 * What every steering driver promises (src/drivers/steering-contract.ts). `locations` are those the rig is set up with; `at` says whether
 * its servers are reached over a wire, or are our own process, where nothing can be silent and no token is asked for.
 */
export function steeringConformance(
  name: string,
  makeRig: () => Promise<SteeringRig>,
  locations: readonly string[],
  at: "wire" | "process" = "wire",
): void {
  describe(`${name} steers`, () => {
    let rig: SteeringRig;
    beforeAll(async () => {
      rig = await makeRig();
    });
    afterAll(() => rig.stop());
    const never = new AbortController().signal;
    test("applies a table, and done means that it is there", async () => {
      expect(await rig.driver.apply(tableOf(locations, 10), never)).toMatchObject({ kind: "done" });
      expect(rig.appliedVersion()).toBe(10);
    });

    test("applying it again is done, and changes nothing", async () => {
      expect(await rig.driver.apply(tableOf(locations, 10), never)).toMatchObject({ kind: "done" });
      expect(rig.appliedVersion()).toBe(10);
    });

    test("an older table is refused", async () => {
      expect(await rig.driver.apply(tableOf(locations, 9), never)).toMatchObject({
        kind: "refused",
        code: "table-not-newer",
      });
      expect(rig.appliedVersion()).toBe(10);
    });

    test.each([
      ["an empty table", { assignment: {} }],
      ["a table without rows", { assignment: { public: {} } }],
      ["a torn row", { assignment: { public: { somewhere: [[0, 255]] as const } } }],
    ])("%s is refused", async (_what, change) => {
      const outcome = await rig.driver.apply({ ...tableOf(locations, 11), ...change }, never);
      expect(outcome).toMatchObject({ kind: "refused", code: "table-malformed" });
      expect(rig.appliedVersion()).toBe(10);
    });

    // Who is called in its own process has no token, and is not silent.
    if (at !== "wire") return;

    test("without its token it is refused, with a reason", async () => {
      const outcome = await rig.driverWithoutToken!.apply(tableOf(locations, 12), never);
      expect(outcome.kind).toBe("refused");
      expect(outcome).toHaveProperty("code");
      expect(rig.appliedVersion()).toBe(10);
    });

    test("silence ends in a retry within its time, and an abort at once", async () => {
      rig.silence!(true);
      expect(await rig.driver.apply(tableOf(locations, 13), never)).toMatchObject({ kind: "retry", code: "timeout" });
      expect(await rig.driver.apply(tableOf(locations, 13), AbortSignal.abort())).toMatchObject({ kind: "retry" });
      rig.silence!(false);
      expect(await rig.driver.apply(tableOf(locations, 13), never)).toMatchObject({ kind: "done" });
      expect(rig.appliedVersion()).toBe(13);
    });
  });
}

function tableOf(locations: readonly string[], version: number): RouteTable {
  return {
    version,
    at: version,
    locations,
    assignment: { public: { somewhere: [[version % locations.length, 256]] } },
    contingency: {},
    apart: [],
  };
}
