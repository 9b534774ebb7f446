import type { Trace } from "../../../src/api/contract.ts";
import { MADE_AT } from "./stack.ts";

/** Made: a checkout whose location died between charge and confirm, and which another one finished. */
export const madeTrace: Trace = {
  id: "order-7",
  journal: {
    id: "checkout/key-1",
    workflow: "checkout",
    key: "key-1",
    names: ["4bf92f3577b34da6a3ce929d0e0e4736", "9e107d9d372bb6826bd81d3542a419d6", "order-7"],
    home: "us-east-1",
    state: "answered",
    location: "us-east-2",
    begunAt: MADE_AT,
    answeredAt: MADE_AT + 2_431,
    status: 201,
    runs: [
      { location: "us-east-1", at: MADE_AT, why: "begun" },
      { location: "us-east-2", at: MADE_AT + 2_280, why: "gone" },
    ],
    steps: [
      step("reserve", "us-east-1", 1, 4, 62, "done", "called"),
      step("charge", "us-east-1", 1, 66, 2_362, "done", "asked"),
      step("confirm", "us-east-2", 1, 2_366, 2_424, "done", "called"),
    ],
    parked: null,
    quietMs: 12_000,
  },
  hops: [
    { at: MADE_AT - 3, location: "us-east-1", kind: "edge", ms: 121, status: 503 },
    { at: MADE_AT + 2_260, location: "ca-central-1", kind: "relayed", ms: 188, status: 201 },
    { at: MADE_AT + 2_271, location: "us-east-2", kind: "edge", ms: 165, status: 201 },
  ],
  silent: ["us-east-1"],
  kept: [],
};

function step(
  name: string,
  location: string,
  attempt: number,
  intentMs: number,
  resultMs: number | null,
  outcome: string,
  how: string | null,
): Readonly<Record<string, unknown>> {
  return {
    name,
    kind: "askable",
    attempt,
    location,
    intentAt: MADE_AT + intentMs,
    resultAt: resultMs === null ? null : MADE_AT + resultMs,
    outcome,
    how,
  };
}
