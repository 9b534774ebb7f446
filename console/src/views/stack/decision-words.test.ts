import { expect, test } from "vitest";
import type { Why } from "../../../../src/api/why.ts";
import { decisionWords } from "./decision-words.ts";

const decision = (more: Partial<Why["decisions"][number]>): Why["decisions"][number] => ({
  at: 1000,
  event: "tick",
  effects: [],
  reasons: [],
  evidence: null,
  ...more,
});

test("what was done is said in words, also where no reason came with it", () => {
  const effects = [
    { kind: "publish", id: "publish-12", version: 12 },
    { kind: "scale", id: "scale-west", location: "west", targetRps: 243 },
  ] as const;
  expect(decisionWords(decision({ effects }), "east")).toEqual({
    did: "route table 12; west to be ready for 243 rps",
    reasons: [],
    elsewhere: 0,
  });
});

test("of many reasons at one moment those about the place and about all places are told, the others are counted", () => {
  const reasons = [
    { code: "blind", says: "6 of 15 locations are heard" },
    { code: "verdict", says: "east: healthy -> shaky", location: "east" },
    { code: "verdict", says: "west: healthy -> shaky", location: "west" },
  ];
  const told = decisionWords(decision({ reasons }), "east");
  expect(told.did).toBeNull();
  expect(told.reasons.map(({ says }) => says)).toEqual(["6 of 15 locations are heard", "east: healthy -> shaky"]);
  expect(told.elsewhere).toBe(1);
});
