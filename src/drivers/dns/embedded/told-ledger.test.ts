import { expect, test } from "vitest";
import { toldLedger } from "./told-ledger.ts";

test("each asker has the end of its last answer, and how many came since it held none", () => {
  let now = 0;
  const ledger = toldLedger(() => now);
  ledger.note({ location: "east", ttlSeconds: 60 }, "192.0.2.1");
  now = 30_000;
  ledger.note({ location: "east", ttlSeconds: 60 }, "192.0.2.1");
  // A shorter time later shortens nothing that was given before.
  ledger.note({ location: "east", ttlSeconds: 5 }, "192.0.2.1");
  ledger.note({ location: "west", ttlSeconds: 60 }, "192.0.2.1");
  expect(ledger.of("east")).toEqual([{ address: "192.0.2.1", until: 90_000, answers: 3 }]);
  now = 100_000;
  ledger.note({ location: "east", ttlSeconds: 60 }, "192.0.2.1");
  expect(ledger.of("east")).toEqual([{ address: "192.0.2.1", until: 160_000, answers: 1 }]);
  expect(ledger.of("north")).toEqual([]);
});

test("a flood of addresses forgets those that came first, and grows no further", () => {
  const ledger = toldLedger(() => 0);
  for (let index = 0; index < 5000; index++) ledger.note({ location: "east", ttlSeconds: 1 }, `client-${index}`);
  const kept = ledger.of("east");
  expect(kept.length).toBe(4096);
  expect(kept[0]!.address).toBe("client-904");
});
