import { expect, test } from "vitest";
import { simulate } from "./run.ts";

test("the same seed gives the same log and the same tables, byte for byte", { timeout: 120_000 }, async () => {
  const first = await simulate({ seed: 1, seconds: 10 });
  const again = await simulate({ seed: 1, seconds: 10 });
  expect(again.fingerprint).toBe(first.fingerprint);
  expect(again.decisions).toEqual(first.decisions);
});
