import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { inTurn } from "./runtime-socket.ts";

test("a HAProxy is never asked two things at once, and one that fails holds up no other", async () => {
  const never = new AbortController().signal;
  let [under, most] = [0, 0];
  const ask = inTurn(async (command) => {
    under += 1;
    most = Math.max(most, under);
    await sleep(1);
    under -= 1;
    if (command === "broken") throw new Error("gone");
    return command;
  });
  const answers = await Promise.allSettled(["first", "broken", "last"].map((command) => ask(command, never)));
  expect(answers.map((answer) => (answer.status === "fulfilled" ? answer.value : null))).toEqual([
    "first",
    null,
    "last",
  ]);
  expect(most).toBe(1);
});
