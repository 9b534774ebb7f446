import { Command } from "commander";
import { expect, onTestFinished, test, vi } from "vitest";
import { planet } from "./planet.ts";

test("zones as JSON: exactly the fields that DESIGN section 10 fixes, on one line", async () => {
  const lines = await run("--json");
  expect(lines.length).toBe(1);
  const { zones } = JSON.parse(lines[0]!) as { zones: Record<string, unknown>[] };
  expect(zones.length).toBeGreaterThanOrEqual(60);
  for (const [i, zone] of zones.entries()) {
    const z = i + 1;
    expect(zone).toEqual({
      name: expect.stringMatching(/^[a-z-]+$/),
      country: expect.stringMatching(/^[A-Z]{2}$/),
      weight: expect.any(Number),
      subnet: `198.18.${z}.0/24`,
      resolver: `127.30.${z}.53`,
      clients: `127.30.${z}.0/24`,
    });
  }
});

test("zones for people: a heading and a line for each", async () => {
  const lines = await run();
  expect(lines[0]).toMatch(/^zone +in +share +subnet +resolver +clients$/);
  expect(lines[1]).toMatch(/^us-northeast +US +\d+\.\d % +198\.18\.1\.0\/24 +127\.30\.1\.53 +127\.30\.1\.0\/24$/);
});

async function run(...options: string[]): Promise<string[]> {
  let text = "";
  const write = vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  onTestFinished(() => write.mockRestore());
  const program = new Command();
  planet(program);
  await program.parseAsync(["node", "houston", "planet", "zones", ...options]);
  write.mockRestore();
  return text.trimEnd().split("\n");
}
