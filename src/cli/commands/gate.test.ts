import { expect, test, vi } from "vitest";
import { startMadeApi } from "../../api/made-api.testing.ts";
import { houstonProgram } from "../program.ts";

test("the command exits with 0 or 1, and a Houston that is not there is a no", async () => {
  const made = await startMadeApi({ calmSeconds: 8 });
  vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const told = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const before = process.exitCode;
  try {
    made.houston.again();
    await made.clock.pass(500);
    expect(await gate(made.url, "--json")).toBe(0);
    await made.meanwhile(made.houston.controller.order("ana", { kind: "hold" }));
    expect(await gate(made.url, "--json")).toBe(1);
    expect(await gate(made.url)).toBe(1);
    expect(told.mock.calls.join("")).toContain("no: ana holds everything  (held)");
    await expect(gate("http://127.0.0.1:1")).rejects.toMatchObject({ code: "api-unreachable" });
  } finally {
    process.exitCode = before;
    vi.restoreAllMocks();
    await made.stop();
  }
});

async function gate(api: string, ...words: readonly string[]): Promise<unknown> {
  process.exitCode = 0;
  await houstonProgram().parseAsync(["gate", "deploy", "west", "--api", api, ...words], { from: "user" });
  return process.exitCode;
}
