import { CommanderError } from "commander";
import { expect, onTestFinished, test, vi } from "vitest";
import { houstonProgram } from "../program.ts";

/** What a person reads who called it wrongly; nothing is started. */
async function complaint(...words: string[]): Promise<{ readonly exitCode: number; readonly says: string }> {
  let says = "";
  const write = vi.spyOn(process.stderr, "write").mockImplementation((chunk) => {
    says += String(chunk);
    return true;
  });
  onTestFinished(() => write.mockRestore());
  const error: unknown = await houstonProgram()
    .parseAsync(words, { from: "user" })
    .then(
      () => null,
      (reason: unknown) => reason,
    );
  if (!(error instanceof CommanderError)) throw new Error(`no bad usage: ${String(error)}`);
  return { exitCode: error.exitCode, says };
}

test.each([
  [["drill", "hard-dawn"], "did you mean hard-down?"],
  [["drill", "hard-down", "--seconds", "0"], "--seconds 0 is not a number from 1"],
  [["drill", "hard-down", "--seconds", ""], "--seconds"],
  [["drill", "hard-down", "--ramp-seconds", "60"], "nothing grows in hard-down"],
  [["drill", "leak", "--ramp-seconds", "3"], "--ramp-seconds 3 is not a number from 10"],
  [["drill", "hard-down", "--rps", "abc"], "--rps abc is not a whole number"],
  [["drill", "hard-down", "--location", "us-east-9"], "did you mean us-east-"],
  [["drills", "--runs", "abc"], "--runs abc is not a whole number"],
  [["drills", "--runs", "1.5"], "--runs 1.5 is not a whole number"],
  [["drills", "--rps", "0"], "--rps 0 is not a whole number"],
  [["drills", "--calm-seconds", "soon"], "--calm-seconds soon is not a number"],
  [["drills", "--only", "gray,planit"], "did you mean planet?"],
  [["drills", "--without-houston", "--only", "planet"], "there is no drill planet"],
])("houston %j is bad usage, and says why", async (words, says) => {
  expect(await complaint(...words)).toEqual({ exitCode: 2, says: expect.stringContaining(says) });
});
