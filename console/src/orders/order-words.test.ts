import { expect, test } from "vitest";
import { isBrake, isTyped, orderOf, orderTitle, shareOf } from "./order-words.ts";

test("an order begins with a capital on its button", () => {
  expect(orderTitle({ kind: "evacuate", location: "us-east-1", share: 0.5 })).toBe("Evacuate 50 % of us-east-1");
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
