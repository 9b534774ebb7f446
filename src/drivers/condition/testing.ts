import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ConditionFinding } from "../../core/conditions.ts";
import type { ConditionDriver } from "./contract.ts";

/** A driver with something real behind it that holds, fails or is silent, as it is told. It is asked at `west`. */
export type ConditionRig = {
  readonly driver: ConditionDriver;
  set(how: "holds" | "fails" | "silent"): void;
  stop(): Promise<void>;
};

/** What every condition driver promises (src/drivers/condition/contract.ts). `silence` is what no answer means to it. */
export function conditionConformance(
  name: string,
  makeRig: () => Promise<ConditionRig>,
  { silence = "unknown" }: { readonly silence?: ConditionFinding["kind"] } = {},
): void {
  describe(`${name} as a condition`, () => {
    let rig: ConditionRig;
    beforeAll(async () => {
      rig = await makeRig();
    });
    afterAll(() => rig.stop());

    test("holds, and says so as often as it is asked", async () => {
      rig.set("holds");
      for (const _ of [1, 2])
        expect(await rig.driver.ask("west", new AbortController().signal)).toMatchObject({ kind: "holds" });
    });

    test("a clear no is a failure with a reason in words", async () => {
      rig.set("fails");
      const finding = await rig.driver.ask("west", new AbortController().signal);
      expect(finding).toMatchObject({ kind: "fails", failures: [{ says: expect.stringMatching(/\w/) as string }] });
    });

    test("who does not answer in time is left, and that is a value too", async () => {
      rig.set("silent");
      const finding = await rig.driver.ask("west", AbortSignal.timeout(SILENT_MS));
      expect(finding.kind).toBe(silence);
      expect(JSON.stringify(finding)).toMatch(/in time|timeout/);
    });
  });
}

/** What is silent is silent for ever; there is no reason to wait for it long. */
const SILENT_MS = 200;
