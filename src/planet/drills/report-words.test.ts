import { expect, test } from "vitest";
import { madeReport } from "./made-report.testing.ts";
import { reportWords } from "./report-words.ts";

test("why requests failed is told in words and not in codes, the most frequent first", () => {
  const lines = reportWords(madeReport("gray", { more: { why: { timeout: 5, status: 32, reset: 1 } } }));
  expect(lines).toContain("  why failed   32 answered with an error, 5 without an answer in time, 1 cut off");
});
