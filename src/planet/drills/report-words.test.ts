import { expect, test } from "vitest";
import { madeReport } from "./made-report.testing.ts";
import { reportWords } from "./report-words.ts";

test("why requests failed is told in words and not in codes, the most frequent first", () => {
  const lines = reportWords(madeReport("gray", { more: { why: { timeout: 5, status: 32, reset: 1 } } }));
  expect(lines).toContain("  why failed   32 answered with an error, 5 without an answer in time, 1 cut off");
});

const at = (seconds: number): number => 1_000_000 + seconds * 1000;

test("how early Houston was sure, what it thought that was wrong, and whom an ill path hurt", () => {
  const lines = reportWords(
    madeReport("path", {
      certainAt: at(12),
      more: {
        felt: [
          { percent: 0.2, at: at(9) },
          { percent: 1, at: null },
        ],
        worstMinuteUntilCertain: 0.0043,
        beyondBarAt: at(8),
        wrongVerdicts: [
          { at: at(20), location: "us-east-2", verdict: "shaky", scope: "location", action: "none", cause: "cart" },
        ],
        path: {
          zones: ["us-mid-atlantic"],
          requests: { total: 600, failed: 30 },
          wellAt: at(31),
          movedShare: 0.98,
          others: { requests: { total: 2000, failed: 1 }, movedShare: 0.004 },
        },
      },
    }),
  );
  expect(lines).toEqual(
    expect.arrayContaining([
      "  path         30 of 600 failed of us-mid-atlantic; 99 % well +31.0 s; 98 % moved",
      "  others there 1 of 2000 failed; 0.4 % moved",
      "  users felt   failed of a minute's requests: 0.2 % +9.0 s, 1 % never; 0.43 % when Houston was certain",
      "  first sure   +8.0 s, not worth a move then",
      "  wrong        us-east-2 shaky +20.0 s (location, none, cart)",
    ]),
  );
});
