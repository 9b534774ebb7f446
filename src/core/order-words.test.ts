import { expect, test } from "vitest";
import type { Order } from "./order.ts";
import { orderWords } from "./order-words.ts";

const evacuate = (more: Omit<Extract<Order, { kind: "evacuate" }>, "kind" | "location"> = {}) =>
  orderWords({ kind: "evacuate", location: "us-east-1", ...more });

test("orders read as a person would say them, and nothing of them is rounded away", () => {
  expect([
    evacuate(),
    evacuate({ share: 0.5 }),
    evacuate({ class: "public" }),
    evacuate({ class: "public", share: 0.05, forSeconds: 600 }),
    evacuate({ forSeconds: 9000 }),
    evacuate({ forSeconds: 30 * 86_400 }),
    evacuate({ forSeconds: 61 }),
    orderWords({ kind: "restore", location: "us-east-1" }),
    orderWords({ kind: "hold" }),
    orderWords({ kind: "hold", location: "us-east-1" }),
    orderWords({ kind: "hold", forSeconds: 600 }),
    orderWords({ kind: "release" }),
    orderWords({ kind: "release", location: "us-east-1" }),
    orderWords({ kind: "mode", mode: "act" }),
    orderWords({ kind: "mode", mode: "act", forSeconds: 7200 }),
    orderWords({ kind: "answer", question: "question-7", choice: 2 }),
  ]).toEqual([
    "evacuate us-east-1",
    "evacuate 50 % of us-east-1",
    "evacuate PUBLIC of us-east-1",
    "evacuate 5 % of PUBLIC of us-east-1 for 10 min",
    "evacuate us-east-1 for 150 min",
    "evacuate us-east-1 for 720 h",
    "evacuate us-east-1 for 61 s",
    "restore us-east-1",
    "hold everything",
    "hold us-east-1",
    "hold everything for 10 min",
    "release",
    "release us-east-1",
    "mode act",
    "mode act for 2 h",
    "answer 2 to question-7",
  ]);
});
