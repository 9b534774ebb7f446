import { expect, test } from "vitest";
import { damage, damagedDocument, damagedText } from "../../test/damage.ts";
import { summarySchema } from "./summary-schema.ts";
import { summaryOf } from "./summary.testing.ts";

const sight = { lookedAt: 1, failedLooks: 0, looks: 9, failures: 0, lossNats: -3, grayNats: 0.2 };
const calm = summaryOf("us-east-1", { seq: 7, at: 1_795_000_000_000 });
const GOOD = {
  ...calm,
  sees: { "us-east-2": sight, "eu-west-1": sight },
  own: {
    ...calm.own,
    verdict: "shaky",
    causes: [{ layer: "resource", name: "dynamodb", share: 0.7 }],
    because: [{ service: "cart", signal: "requests", nats: 8.1, says: "2 % fail" }],
    rates: [{ service: "cart", bad: 2, total: 100, logMs: null }],
    deploys: [{ service: "cart", version: "v4", at: 1 }],
    suspects: [{ class: "public", bucket: 42, share: 0.9, nats: 21 }],
  },
};
const TEXT = JSON.stringify(GOOD);
const PIECES = ['"', "{", "}", "[", "]", ",", ":", "null", "1e999", "-1", "\\u0000", "__proto__", "é", "true", "0.5"];

/** Null: not even JSON, which is refused before the shape is looked at. */
function documentOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** What could confuse a judge or fill a memory: endless or odd numbers, long names, long lists. */
function unbounded(part: unknown): boolean {
  if (typeof part === "number") return !Number.isFinite(part);
  if (typeof part === "string") return part.length > 512;
  if (typeof part !== "object" || part === null) return false;
  const entries = Object.entries(part);
  return entries.length > 256 || entries.some(([key, value]) => key.length > 128 || unbounded(value));
}

test("100,000 damaged summaries: never a throw, and what is taken is finite and bounded", { timeout: 300_000 }, () => {
  expect(summarySchema.safeParse(GOOD).success).toBe(true);
  const pick = damage(13).below;
  let taken = 0;
  for (let round = 0; round < 100_000; round++) {
    const damaged = round % 2 === 0 ? damagedDocument(GOOD, pick) : documentOf(damagedText(TEXT, PIECES, pick));
    const read = summarySchema.safeParse(damaged);
    if (!read.success) continue;
    taken++;
    if (unbounded(read.data)) throw new Error(`taken: ${JSON.stringify(damaged).slice(0, 500)}`);
  }
  // Some damage leaves a true summary; were there none, nothing but the first check would be tried.
  expect(taken).toBeGreaterThan(1000);
  expect(taken).toBeLessThan(90_000);
});

test.each([
  { bad: 1e308, total: 1e308, logMs: null },
  { bad: 0, total: 100, logMs: -40 },
  { bad: 0, total: 100, logMs: 61 },
])("rates beyond all measure, %o, are not taken: added up, they would spoil what others know", (rate) => {
  const rates = [{ service: "cart", ...rate }];
  expect(summarySchema.safeParse({ ...GOOD, own: { ...GOOD.own, rates } }).success).toBe(false);
});
