import { Command } from "commander";
import { expect, onTestFinished, test, vi } from "vitest";
import { fault } from "./fault.ts";
import { up } from "./up.ts";

// Whatever these calls let through, no planet starts in a unit test.
vi.mock("../../planet/up.ts", () => ({ startPlanet: () => Promise.reject(new Error("a planet would start")) }));

/** What is said on stderr, and the exit code: nothing here gets so far as to look for a planet. */
async function said(...args: string[]): Promise<string> {
  let text = "";
  const write = vi.spyOn(process.stderr, "write").mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  onTestFinished(() => write.mockRestore());
  const program = new Command().exitOverride();
  fault(program);
  up(program);
  const code = await program.parseAsync(["node", "houston", ...args]).then(
    () => 0,
    (error: { exitCode?: number }) => error.exitCode ?? "a stack trace",
  );
  write.mockRestore();
  return `${code} ${text.trim()}`;
}

test("a wrong name suggests the nearest, and a call that can't be read is bad usage", async () => {
  expect(await said("fault", "grey")).toBe("2 houston: there is no fault grey: did you mean gray?");
  expect(await said("fault", "cleer")).toContain("did you mean clear?");
  expect(await said("fault", "gray", "us-esat-1")).toContain("2 houston: there is no location us-esat-1: did you mean");
  expect(await said("fault", "gray", "--services", "checkout,carts")).toContain(
    "2 houston: there is no service carts: did you mean cart?",
  );
  expect(await said("fault", "bad-deploy", "--services", "stok")).toContain("did you mean stock?");
  // Its name differs from cloud to cloud, and each location has its own.
  expect(await said("fault", "slow", "europe-north1", "--services", "dynamodb")).toContain("firestore");
  expect(await said("fault", "gray", "--share", "x")).toContain("2 houston: --share x is not a share");
  expect(await said("fault", "poison-tenant", "--bucket", "zz")).toContain("2 houston: --bucket zz is not a bucket");
  expect(await said("fault", "poison-tenant", "--rps", "-1")).toContain("2 houston: --rps -1 is no number of requests");
  expect(await said("fault", "path", "--zones", "us-florid")).toContain("did you mean us-florida?");
  expect(await said("fault", "leak", "--ramp-seconds", "1")).toContain("--ramp-seconds 1 is not a number from 10");
  expect(await said("fault", "link", "us-east-1")).toContain(
    "2 houston: a link has two ends: name the second with --to",
  );
  expect(await said("fault", "link", "--to", "mars")).toContain("2 houston: there is no location mars");
});

test("a number that can't be read starts no planet", async () => {
  expect(await said("up", "--rps", "x")).toContain("2 houston: --rps x is not a number from 1 to 20000");
  expect(await said("up", "--hour", "24")).toContain("--hour 24 is not a number from 0 to 23");
});
