import { expect, test } from "vitest";
import { asideBecause, asideSummary, countAside, newSetAside, putAside, type Happened } from "./set-aside.ts";

const AT = 1_700_000_000_000;
const MINUTE_MS = 60_000;

function said(happened: readonly Happened[], laterMs = 0): string | undefined {
  const book = newSetAside();
  for (const each of happened) putAside(book, AT, each);
  return asideBecause(book, AT + laterMs)[0]?.says;
}

test("one sentence names who, what and how often, the most blinding first", () => {
  const reset = { kind: "reset", who: "cart" } as const;
  expect(said([reset, reset, { kind: "ahead", who: "billing", by: 3_600_000 }])).toBe(
    "set aside: billing's clock is 3,600 s ahead; cart's counter went backwards twice (reset)",
  );
  expect(said([{ kind: "not-a-number", who: "orders", count: 1234 }])).toBe(
    "set aside: orders told some 1,200 times what is no number",
  );
  expect(said([{ kind: "unit-changed", who: "orders", by: 1 / 1000 }])).toContain("orders' latency is x1/1,000");
  expect(said([])).toBeUndefined();
});

test("three are told and the others counted; what happened is told for ten minutes, what stands while it stands", () => {
  const four = ["a", "b", "c", "d"].map((who) => ({ kind: "negative", who }) as const);
  expect(said(four)).toBe(
    "set aside: a counted below zero once; b counted below zero once; c counted below zero once; and 1 more",
  );
  expect(said(four, 10 * MINUTE_MS)).toBeDefined();
  expect(said(four, 11 * MINUTE_MS)).toBeUndefined();
  expect(said([{ kind: "silent", who: "cart", by: 40_000 }])).toContain("cart has told nothing for 40 s");
  expect(said([{ kind: "silent", who: "cart", by: 40_000 }], 1000)).toBeUndefined();
});

test("100,000 who lie fill 64 lines; the oldest leave, the sum stays", () => {
  const book = newSetAside();
  for (let i = 0; i < 100_000; i++) putAside(book, AT + i, { kind: "negative", who: `service-${i}` });
  expect(book.lines.size).toBe(64);
  expect(countAside(book)).toBe(100_000);
  expect(asideSummary(book)).toContain("service-99999 counted below zero once");
  // Words of strangers don't make a summary long.
  putAside(book, AT + 100_000, { kind: "impossible", who: "x".repeat(5000), says: "y".repeat(5000) });
  expect(asideBecause(book, AT + 100_000)[0]?.says.length).toBeLessThan(400);
});
