import * as fc from "fast-check";
import { expect, test } from "vitest";
import { admission, PATIENCE_MS } from "./admission.ts";

const CLASSES = ["public", "editor", "internal"] as const;

/** Requests of each class come evenly for some seconds; what was admitted of each, and the longest wait. */
function run(load: { readyRps: number; rps: Readonly<Record<string, number>>; seconds: number }) {
  const room = admission({ readyRps: () => load.readyRps });
  const arrivals = CLASSES.flatMap((name) =>
    Array.from({ length: Math.floor((load.rps[name] ?? 0) * load.seconds) }, (_, at) => ({
      name,
      at: (1000 * at) / load.rps[name]!,
    })),
  ).sort((a, b) => a.at - b.at);
  const admitted: Record<string, number> = { public: 0, editor: 0, internal: 0 };
  const refused: Record<string, number> = { public: 0, editor: 0, internal: 0 };
  let longestMs = 0;
  for (const { name, at } of arrivals) {
    const wait = room.admit({ class: name, cost: 1 }, at);
    if (wait === null) refused[name]! += 1;
    else {
      admitted[name]! += 1;
      longestMs = Math.max(longestMs, wait);
    }
  }
  return { admitted, refused, longestMs };
}

test("never admits more than what is ready and the queue, and never lets anyone wait longer than he may", () => {
  const rate = fc.integer({ min: 0, max: 400 });
  fc.assert(
    fc.property(fc.integer({ min: 5, max: 300 }), rate, rate, rate, (readyRps, pub, editor, internal) => {
      const seconds = 3;
      const { admitted, longestMs } = run({ readyRps, rps: { public: pub, editor, internal }, seconds });
      const total = admitted["public"]! + admitted["editor"]! + admitted["internal"]!;
      // 600 ms of queue, 150 ms of burst or the twelve side by side, and the one that was admitted last.
      expect(total).toBeLessThanOrEqual(readyRps * (seconds + 0.6) + Math.max(readyRps * 0.15, 12) + 1);
      expect(longestMs).toBeLessThanOrEqual(PATIENCE_MS["public"]!);
    }),
  );
});

test("within what is ready nobody is refused and nobody waits", () => {
  fc.assert(
    fc.property(fc.integer({ min: 30, max: 300 }), (readyRps) => {
      const { refused, longestMs } = run({
        readyRps,
        rps: { public: readyRps * 0.8, editor: readyRps * 0.1, internal: readyRps * 0.05 },
        seconds: 3,
      });
      expect(refused).toEqual({ public: 0, editor: 0, internal: 0 });
      expect(longestMs).toBe(0);
    }),
  );
});

test("the lowest class is refused first: while users fit beside the editors, only internal traffic goes", () => {
  const over = run({ readyRps: 100, rps: { public: 90, editor: 5, internal: 50 }, seconds: 20 });
  expect(over.refused["public"]).toBe(0);
  expect(over.refused["editor"]).toBe(0);
  expect(over.refused["internal"]).toBeGreaterThan(500);
  // More than users alone can have: then nobody below them is served at all, once the queue is long.
  const flooded = run({ readyRps: 100, rps: { public: 300, editor: 20, internal: 20 }, seconds: 20 });
  expect(flooded.admitted["internal"]! + flooded.admitted["editor"]!).toBeLessThan(40);
  expect(flooded.admitted["public"]).toBeGreaterThan(100 * 19);
});

test("a class that nobody knows has no claim once there is a queue", () => {
  const room = admission({ readyRps: () => 10 });
  for (let each = 0; each < 13; each++) room.admit({ class: "public", cost: 1 }, 0);
  expect(room.admit({ class: "made-up", cost: 1 }, 0)).toBeNull();
});
