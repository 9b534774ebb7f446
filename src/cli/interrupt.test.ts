import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { interruptible } from "./interrupt.ts";

test("a signal breaks it off, once, and what it clears up is waited for", async () => {
  let cleared = false;
  const running = interruptible(async (signal) => {
    try {
      await sleep(60_000, undefined, { signal });
    } finally {
      process.emit("SIGINT");
      await sleep(10);
      cleared = true;
    }
  });
  process.emit("SIGINT");
  await expect(running).rejects.toMatchObject({ code: "interrupted" });
  expect(cleared).toBe(true);
  expect(process.listenerCount("SIGINT")).toBe(0);
});

test("its own errors stay its own", async () => {
  await expect(interruptible(() => Promise.reject(new Error("no planet")))).rejects.toThrow("no planet");
});
