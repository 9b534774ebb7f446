import { expect, test } from "vitest";
import { IN_A_HURRY, programFor } from "./program-for.ts";
import { houstonProgram } from "./program.ts";

test("what is loaded alone is the very command of the whole program", { timeout: 60_000 }, async () => {
  for (const name of Object.keys(IN_A_HURRY)) {
    const alone = (await programFor([name])).commands;
    expect(alone.map((each) => each.name())).toEqual([name]);
    const whole = houstonProgram().commands.find((each) => each.name() === name);
    expect(alone[0]?.helpInformation()).toBe(whole?.helpInformation());
  }
});

test("anything else gets the whole program, which knows what was meant", { timeout: 60_000 }, async () => {
  const whole = houstonProgram().commands.length;
  for (const words of [[], ["--help"], ["statsu"], ["toString"], ["plan"]])
    expect((await programFor(words)).commands).toHaveLength(whole);
});
