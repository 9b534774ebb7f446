import { expect, test } from "vitest";
import { isBrake, isTyped, orderOf, orderWords, shareOf } from "./order-words.ts";

test("orders read as a person would say them", () => {
  expect(
    [
      orderWords({ kind: "evacuate", location: "us-east-1" }),
      orderWords({ kind: "evacuate", location: "us-east-1", class: "public", share: 0.05, forSeconds: 600 }),
      orderWords({ kind: "evacuate", location: "us-east-1", share: 0.5 }),
      orderWords({ kind: "hold" }),
      orderWords({ kind: "hold", location: "us-east-1" }),
      orderWords({ kind: "release" }),
      orderWords({ kind: "restore", location: "us-east-1" }),
    ].join("\n"),
  ).toBe(
    [
      "Evacuate us-east-1",
      "Evacuate 5 % of PUBLIC of us-east-1 for 10 min",
      "Evacuate 50 % of us-east-1",
      "Hold everything",
      "Hold us-east-1",
      "Release",
      "Restore us-east-1",
    ].join("\n"),
  );
});

test("a draft without its location is no order yet", () => {
  expect(orderOf({ kind: "evacuate", location: "" })).toBeNull();
  expect(orderOf({ kind: "hold" })).toEqual({ kind: "hold" });
  expect([isBrake({ kind: "hold" }), isBrake({ kind: "hold", location: "a" })]).toEqual([true, false]);
});

test("a big order wants exactly the words that it asked for", () => {
  expect(isTyped(null, "")).toBe(true);
  expect(isTyped("us-east-1", " us-east-1 ")).toBe(true);
  expect(["", "us-east", "US-EAST-1", "us-east-11"].map((typed) => isTyped("us-east-1", typed))).not.toContain(true);
});

test("a share is read as a person writes it", () => {
  expect(["5", "5 %", "2.5%", " 100% "].map(shareOf)).toEqual([0.05, 0.05, 0.025, 1]);
  expect(["", "0", "101", "-5", "five", "1e1", "5%%"].map(shareOf)).toEqual([null, null, null, null, null, null, null]);
});
