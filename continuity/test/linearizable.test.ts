import * as fc from "fast-check";
import { expect, test } from "vitest";
import { linearize, type Model } from "./linearizable.ts";

type Op = { readonly began: number; readonly ended: number } & (
  | { readonly did: "write"; readonly value: number }
  | { readonly did: "read"; readonly saw: number }
  /** Told whether it found `from` there. */
  | { readonly did: "swap"; readonly from: number; readonly to: number; readonly ok: boolean }
);

const register: Model<number, Op> = {
  initial: 0,
  keyOf: (value) => value,
  step(value, op) {
    switch (op.did) {
      case "write":
        return op.value;
      case "read":
        return op.saw === value || op.ended === Infinity ? value : null;
      case "swap":
        if (op.ended === Infinity) return op.from === value ? op.to : value;
        if (op.ok !== (op.from === value)) return null;
        return op.ok ? op.to : value;
    }
  },
};

/** The definition, tried out: every order of what ended, with any of what did not. */
function isLinearizable(value: number, left: readonly Op[]): boolean {
  if (left.every(({ ended }) => ended === Infinity)) return true;
  return left.some((op) => {
    if (left.some((other) => other.ended < op.began)) return false;
    const next = register.step(value, op);
    return (
      next !== null &&
      isLinearizable(
        next,
        left.filter((other) => other !== op),
      )
    );
  });
}

const value = fc.integer({ min: 0, max: 2 });
const did = fc.oneof(
  fc.record({ did: fc.constant("write" as const), value }),
  fc.record({ did: fc.constant("read" as const), saw: value }),
  fc.record({ did: fc.constant("swap" as const), from: value, to: value, ok: fc.boolean() }),
);
const op: fc.Arbitrary<Op> = fc
  .tuple(did, fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 7 }))
  .map(([what, began, takes, never]) => ({ ...what, began, ended: never === 0 ? Infinity : began + takes }));

test("the search finds an order where trying all of them does, and only there", () => {
  const seen = { linearizable: 0, impossible: 0, unsure: 0 };
  fc.assert(
    fc.property(fc.array(op, { maxLength: 6 }), (history) => {
      const { kind } = linearize(register, history);
      seen[kind] += 1;
      expect(kind).toBe(isLinearizable(0, history) ? "linearizable" : "impossible");
    }),
    { numRuns: 1_500 },
  );
  expect(Math.min(seen.linearizable, seen.impossible)).toBeGreaterThan(150);
});

const read = (saw: number, began: number, ended: number) => ({ did: "read", saw, began, ended }) as const;

test("what was seen too early or too late has no order, and the place is named", () => {
  const write = { did: "write", value: 1, began: 10, ended: 20 } as const;
  expect(linearize(register, [write, read(1, 12, 14), read(1, 15, 16)])).toEqual({ kind: "linearizable" });
  const back = read(0, 15, 16);
  expect(linearize(register, [write, read(1, 12, 14), back])).toEqual({ kind: "impossible", fits: 2, before: back });
  const stale = read(0, 21, 22);
  expect(linearize(register, [write, stale])).toEqual({ kind: "impossible", fits: 1, before: stale });
  const unborn = read(1, 5, 9);
  expect(linearize(register, [write, unborn])).toEqual({ kind: "impossible", fits: 0, before: unborn });
});

test("a search without end is given up, and says so", () => {
  const history = Array.from({ length: 20 }, (_, n): Op => ({ did: "write", value: n, began: 0, ended: 9 }));
  const verdict = linearize(register, [...history, { did: "read", saw: 99, began: 1, ended: 9 }], { triesMax: 1_000 });
  expect(verdict).toEqual({ kind: "unsure", tries: 1_001 });
});
