import { expect, test } from "vitest";
import { lane } from "./lane.ts";

test("one after another, in order; who comes to a full queue is told so, and one that fails holds up nobody", async () => {
  const asked = lane({ code: "too-many-plans", what: "plans", waitingMax: 3 });
  const done: string[] = [];
  let atOnce = 0;
  const work = (name: string) => async (): Promise<string> => {
    atOnce += 1;
    expect(atOnce).toBe(1);
    await new Promise((resolve) => setImmediate(resolve));
    atOnce -= 1;
    if (name === "b") throw new Error("b failed");
    done.push(name);
    return name;
  };
  const [a, b, c] = ["a", "b", "c"].map((name) => asked.take(work(name)));
  expect(asked.isFull()).toBe(true);
  await expect(asked.take(work("d"))).rejects.toMatchObject({
    code: "too-many-plans",
    message: "3 plans are being worked on already",
    hint: "ask again in a few seconds",
  });
  await expect(b).rejects.toThrow("b failed");
  expect(await Promise.all([a, c])).toEqual(["a", "c"]);
  await asked.empty();
  expect(asked.isFull()).toBe(false);
  expect(await asked.take(work("e"))).toBe("e");
  expect(done).toEqual(["a", "c", "e"]);
});
