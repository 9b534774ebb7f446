import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openBrowser } from "./open-browser.ts";

const folder = mkdtempSync(join(tmpdir(), "houston-open-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const ADDRESS = "http://127.20.0.70:7070/#token=secret";

/** A program in the place of xdg-open: it notes what it was called with. */
function opener(name: string, code: string): string {
  const file = join(folder, name);
  writeFileSync(
    file,
    `#!${process.execPath}\nconst { writeFileSync } = require("node:fs");\nconst [, , address] = process.argv;\nwriteFileSync("${file}.seen", address);\n${code}`,
  );
  chmodSync(file, 0o700);
  return file;
}

test(
  "a browser is led to the console once, and no list of processes shows the token",
  { timeout: 60_000 },
  async () => {
    const browser = opener(
      "browser",
      `(async () => {
      const elsewhere = await fetch(new URL("/", address), { redirect: "manual" });
      const first = await fetch(address, { redirect: "manual" });
      writeFileSync(__filename + ".led", JSON.stringify([elsewhere.status, first.status, first.headers.get("location")]));
    })();`,
    );
    expect(await openBrowser(ADDRESS, browser)).toBeNull();
    const called = readFileSync(`${browser}.seen`, "utf8");
    expect(called).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[0-9a-f]{32}$/);
    await expect.poll(() => existsSync(`${browser}.led`), { timeout: 30_000 }).toBe(true);
    expect(JSON.parse(readFileSync(`${browser}.led`, "utf8"))).toEqual([404, 303, ADDRESS]);
    // Who read the address off that list comes too late.
    await expect(fetch(called)).rejects.toThrow();
  },
);

test("no browser: says so, and why", { timeout: 60_000 }, async () => {
  expect(await openBrowser(ADDRESS, join(folder, "xdg-open"))).toContain("is not installed here");
  expect(await openBrowser(ADDRESS, opener("none", "process.exit(3)"))).toContain("found no browser (it ended with 3)");
});
